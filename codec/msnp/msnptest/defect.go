package msnptest

import (
	"fmt"
	"slices"
	"strings"
)

// Defect is a mistake that a server's author might make, so that what looks
// for mistakes can be proven to find them. Unlike a Fault it does not strike by
// chance, but in one situation, and then always.
type Defect uint8

const (
	PanicOnMissingArgument Defect = iota // an edit of lists or properties that lacks an argument panics: the process dies
	HangOnLongLine                       // a line above 1,000 bytes is not answered, and the connection reads no more
	EchoLineEnd                          // a name with %0D or %0A is answered decoded: a line end stands amid the line
	LeakBetweenSessions                  // a refusal has what a longer command of another connection left in a buffer
	PayloadAsCommands                    // a command whose length is refused is left out, and its payload read as commands (§1.3)
	TrIDTruncated                        // a TrID above 65,535 comes back modulo 65,536
	WrongLength                          // a message passed on has its length in characters, not in bytes
	Deadlock                             // REM that is refused leaves a lock: later edits of that account's lists and groups hang
	CloseOnPercent                       // a name with a % that begins no escape ends the connection (§1.5)
	SurvivesSecondVER                    // a second VER is answered 715, and the connection goes on (§3.1)
	NoCloseAfter911                      // a ticket that is refused can be followed by another one (§3.4)
	ReplyTwice                           // CHG to the status that one has is answered twice
	SlowRegexp                           // a name above 387 bytes takes time by the cube of its length: seconds from 3,000 bytes on
	UnboundedLength                      // a length above the limit is awaited, a negative one is none (§1.3)
	StuckAfterBlankLine                  // nothing after a blank line is heard (§1.1)
	HalfCloseLeak                        // who ends his sending without OUT stays signed in
	IgnoresUnknown                       // a verb that there is not is passed over (§1.4)
	numDefects
)

var defectNames = [numDefects]string{
	"panic-on-missing-argument", "hang-on-long-line", "echo-line-end", "leak-between-sessions", "payload-as-commands",
	"trid-truncated", "wrong-length", "deadlock", "close-on-percent", "survives-second-ver", "no-close-after-911",
	"reply-twice", "slow-regexp", "unbounded-length", "stuck-after-blank-line", "half-close-leak", "ignores-unknown",
}

func (d Defect) String() string {
	if d >= numDefects {
		return "unknown"
	}
	return defectNames[d]
}

// DefectNames lists the defects there are, by their names.
func DefectNames() []string { return defectNames[:] }

// ParseDefect reads the name of a defect.
func ParseDefect(s string) (Defect, error) {
	i := slices.Index(defectNames[:], s)
	if i < 0 {
		return 0, fmt.Errorf("%q: there is no such defect; there are %s", s, strings.Join(defectNames[:], ", "))
	}
	return Defect(i), nil
}
