package msnptest

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault is a thing that the server can do wrong on purpose, so that what finds
// faults can be proven to find them.
type Fault uint8

// The first five are done to a notification for one receiver: NLN, FLN, ILN
// aside, BPR, changes of lists, and what passes through a conversation.
const (
	Delay     Fault = iota // it comes late, by up to Server.FaultDelay
	Drop                   // it does not come
	Duplicate              // it comes twice
	Reorder                // it comes behind the next one to the same receiver, or after a second
	Misdirect              // it comes to somebody else, who does not have the account on FL
	Reset                  // the connection is reset, instead of a command being done
	Split                  // what is written next goes out byte by byte
	TrID                   // a reply bears a TrID that was never sent
	Length                 // a payload is one byte longer or shorter than is said
	Stale                  // SYN is answered with the lists as they were before the last edit
	Lose                   // a contact is not there any more after a migration
	Alter                  // a contact has another name, list or group after a migration
	numFaults
)

var faultNames = [numFaults]string{"delay", "drop", "duplicate", "reorder", "misdirect", "reset", "split", "trid", "length",
	"stale", "lose", "alter"}

func (f Fault) String() string {
	if f >= numFaults {
		return "unknown"
	}
	return faultNames[f]
}

// FaultNames lists the faults there are, by their names.
func FaultNames() []string { return faultNames[:] }

// ParseFault reads a fault and its probability: drop=0.01 or drop=1%.
func ParseFault(s string) (Fault, float64, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return 0, 0, fmt.Errorf("%q: want KIND=PROBABILITY, such as drop=0.01 or drop=1%%", s)
	}
	number, percent := strings.CutSuffix(value, "%")
	p, err := strconv.ParseFloat(number, 64)
	if percent {
		p /= 100
	}
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, 0, fmt.Errorf("%q: want a probability from 0 to 1, or a percentage", s)
	}
	for f, n := range faultNames {
		if n == name {
			return Fault(f), p, nil
		}
	}
	return 0, 0, fmt.Errorf("%q: there is no such fault; there are %s", name, strings.Join(faultNames[:], ", "))
}
