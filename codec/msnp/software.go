package msnp

import (
	"cmp"
	"strconv"
	"time"
)

// Software is what all simulated clients have in common. Sessions share one
// pointer and only read it. The zero value is a client 6.1.
type Software struct {
	Dialects []string // offered in VER, best first; nil: MSNP10, MSNP9. CVR0 is added when sent (§3.2)

	// Arguments of CVR (§3.3), in their order.
	Locale    string // LCID in hexadecimal; "": 0x0409
	OS        string // "": winnt
	OSVersion string // "": 5.1
	Arch      string // "": i386
	Client    string // "": MSNMSGR
	Version   string // "": 6.1.0211
	Brand     string // "": MSMSGS

	ProductID  string // of the challenge (§7.2); "": msmsgs@msnmsgr.com
	ProductKey string // "": the key of that id

	Timeout      time.Duration // longest wait for any reply; 0: 10 s
	KeepVersions bool          // remember the versions of SYN answers, for Session.Versions: some 100 bytes a client
}

const defaultTimeout = 10 * time.Second

func (sw *Software) timeout() time.Duration {
	if sw.Timeout <= 0 {
		return defaultTimeout
	}
	return sw.Timeout
}

var defaultDialects = []string{"MSNP10", "MSNP9"}

func (sw *Software) dialects() []string {
	if len(sw.Dialects) == 0 {
		return defaultDialects
	}
	return sw.Dialects
}

// product returns id and key of the challenge.
func (sw *Software) product() (id, key string) {
	return cmp.Or(sw.ProductID, "msmsgs@msnmsgr.com"), cmp.Or(sw.ProductKey, "Q1P7W2E4J9R8U3S5")
}

// Dialect is the number of an MSNP dialect, 8 to 10; 0 before VER is answered.
type Dialect uint8

// The dialects that a Session can speak. MSNP8 and MSNP9 share the mode P9.
const (
	MSNP8  Dialect = 8
	MSNP9  Dialect = 9
	MSNP10 Dialect = 10
)

func (d Dialect) String() string { return "MSNP" + strconv.Itoa(int(d)) }

func dialectOf(name string) Dialect {
	for d := MSNP8; d <= MSNP10; d++ {
		if d.String() == name {
			return d
		}
	}
	return 0
}

// Mode is what decides the form of identifiers (§0).
type Mode uint8

const (
	ModeUnknown Mode = iota // VER is not answered
	ModeP9                  // MSNP8 or MSNP9
	ModeM0                  // MSNP10, account not migrated or nothing said about it
	ModeM1                  // MSNP10, account migrated
)

func (m Mode) String() string { return nameOf([]string{"unknown", "P9", "M0", "M1"}, int(m)) }
