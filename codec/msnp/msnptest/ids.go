package msnptest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Kinds of things that have a GUID.
const (
	guidAccount = "account"
	guidGroup   = "group"
)

// guid is the GUID of the n-th thing of a kind, the same in every run.
func guid(kind string, n int) string {
	var b [64]byte
	h := md5.Sum(strconv.AppendInt(append(append(append(b[:0], "nudge "...), kind...), ' '), int64(n), 10))
	h[6] = h[6]&0x0f | 0x30 // version 3: named
	h[8] = h[8]&0x3f | 0x80
	out := b[:0]
	for i, to := range [...]int{4, 6, 8, 10, 16} {
		if i > 0 {
			out = append(out, '-')
		}
		out = hex.AppendEncode(out, h[[...]int{0, 4, 6, 8, 10}[i]:to])
	}
	return string(out)
}

// idOf is what identifies a contact in M1.
func (x *contact) idOf() string {
	switch {
	case x.guid != "":
		return x.guid
	case x.peer.number != 0:
		return guid(guidAccount, int(x.peer.number))
	}
	return guid(guidAccount+" "+x.peer.email, 0)
}

// token percent-encodes a text as servers of the time did: everything but
// letters, digits and some punctuation that was seen raw (§1.5, §12.43).
func token(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~()@+!*':", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// maxAddress is the longest e-mail address, in bytes (§1.6).
const maxAddress = 129

// isAddress reports whether s can be an account's name.
func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " \t\r\n\x00%,") &&
		!strings.Contains(domain, "@") && len(s) <= maxAddress
}

// Migration says which of the accounts by rule are migrated, that is in M1.
// Its zero value is all of them.
type Migration struct{ kept float64 } // share that is not

// MigratedAll, MigratedNone and MigratedShare are the migrations there are.
var (
	MigratedAll  = Migration{0}
	MigratedNone = Migration{1}
)

// MigratedShare migrates that share of the accounts, from 0 to 1, evenly spread.
func MigratedShare(share float64) Migration { return Migration{1 - min(max(share, 0), 1)} }

// ParseMigration reads all, none or a share such as 0.25 or 25%.
func ParseMigration(s string) (Migration, error) {
	switch s {
	case "all":
		return MigratedAll, nil
	case "none":
		return MigratedNone, nil
	}
	digits, percent := strings.CutSuffix(s, "%")
	share, err := strconv.ParseFloat(digits, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return Migration{}, fmt.Errorf("%q is not all, none or a share such as 0.25 or 25%%", s)
	}
	return MigratedShare(share), nil
}

// of reports whether account n is migrated.
func (m Migration) of(n int) bool {
	share := 1 - m.kept
	return int(float64(n)*share) != int(float64(n-1)*share)
}
