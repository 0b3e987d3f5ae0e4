package msnp

import (
	"time"

	"nudge/codec"
)

// Kind says what an [Event] tells.
type Kind uint8

const (
	KindNone      Kind = iota // nothing to act on: QNG nobody waits for, the profile, a challenge, the first line of a SYN answer
	KindAnswered              // the reply to Step; for StepSYN the last LST line of the answer
	KindFailed                // the server refused Step with Code, or sign-in can't go on for the reason Why
	KindTimedOut              // Step was not answered in time (from Expire only)
	KindSilent                // Step was not refused in time, which is all that tells of its success: PGD, PAG (from Expire only)
	KindAbandoned             // Step will not be answered, as the connection is over (from Abandon only)
	KindLate                  // the reply to a Step that was over: timed out, or overtaken by a redirect or OUT; changes nothing
	KindPresence              // ILN, NLN or FLN: Email, Status, ClientID
	KindContact               // an LST line but the last; see ParseContact
	KindGroup                 // one LSG line; see ParseGroup
	KindSetting               // GTC, BLP, PRP or BPR without TrID; see ParseProperty
	KindMoved                 // XFR that nobody asked for: State is StateReset or StateRedirected
	KindSignedOut             // OUT from the server: Reason
	KindRing                  // RNG, somebody calls: Email; see ParseRing
	KindJoined                // of a Switchboard: IRO or JOI, Email is there; with a Step, ANS is answered by that
	KindLeft                  // of a Switchboard: BYE, Email has left
	KindMessage               // of a Switchboard: MSG from Email, in the command's payload
	KindEdit                  // ADC 0, ADD 0 or REM 0, the server changed a list: Email; see ParseEdit
	KindUnasked               // any other command that a server may send by itself: CHG 0, NOT, MSG, …
	KindViolation             // the server broke the protocol: Why
)

var kinds = [...]string{"none", "answered", "failed", "timed out", "silent", "abandoned", "late", "presence", "contact",
	"group", "setting", "moved", "signed out", "ring", "joined", "left", "message", "edit", "unasked", "violation"}

func (k Kind) String() string { return nameOf(kinds[:], int(k)) }

// Why is the reason of a Violation, and of a Failed without Code.
type Why uint8

const (
	WhyNone       Why = iota
	WhyTrID           // a reply with a TrID that was never sent on this connection (§1.2)
	WhyTwice          // a second reply to a TrID that was answered before
	WhyVerb           // a verb that no server sends
	WhyReply          // a TrID in wait, answered by a command that can't answer it
	WhySyntax         // arguments missing or malformed
	WhyEarly          // lists, presence or a challenge before USR OK
	WhyCount          // an LST line beyond the number that SYN announced, or without SYN (§4.2)
	WhyChallenges     // more challenges than may be open at a time
	WhyDialect        // Failed: no common dialect, or CVR0 alone (§3.2)
	WhyRedirects      // Failed: more than MaxRedirects redirects without a sign-in (§2.1)
	WhyNobody         // Failed: NAK, a message could not be delivered (§9.6)
	WhyArgument       // Failed: the command could not be written, since an argument holds a space or a line end
)

var whys = [...]string{"none", "unknown TrID", "answered twice", "verb not for servers", "wrong reply", "malformed",
	"before sign-in", "uncounted contact", "too many challenges", "no common dialect", "too many redirects", "not delivered", "bad argument"}

func (w Why) String() string { return nameOf(whys[:], int(w)) }

// Reason is the argument of a server's OUT (§7.3).
type Reason uint8

const (
	ReasonNone  Reason = iota // no argument: confirms the client's own OUT, or unspecified
	ReasonOTH                 // the account signed in elsewhere: don't come back
	ReasonSSD                 // the server goes down (also spelt SDH): come back later
	ReasonMIG                 // the lists were migrated: come back at once, with SYN 0 0 (§8)
	ReasonTOU                 // terms of use must be accepted: don't come back
	ReasonRCT                 // come back after Event.Code minutes (MSNP11)
	ReasonOther               // an argument not in the page
)

var reasons = [...]string{"", "OTH", "SSD", "MIG", "TOU", "RCT", "other"}

func (r Reason) String() string { return nameOf(reasons[:], int(r)) }

func nameOf(names []string, i int) string {
	if i >= len(names) {
		return "unknown"
	}
	return names[i]
}

// Final reports whether a number in answer to a sign-in means that the account
// had better not try again (§10): its ticket was refused, or it may not come in.
// All other numbers may be over after a while.
func Final(code int) bool { return code == 911 || code == 917 || code >= 923 && code <= 931 }

// Event is what one command meant. Email is a view of the command and valid
// as long as that is, which is until the next parse into it; all else is a
// value. The command itself has more to tell: its views may be read with
// [ParsePresence], [ParseContact], [ParseGroup] and [ParseProperty].
type Event struct {
	Kind     Kind
	Step     Step          // what was asked; a KindViolation with a Step ended that step
	Why      Why           // KindViolation; KindFailed when Code is 0
	Status   Status        // KindPresence: the contact's, FLN of an FLN line; a CHG line: one's own
	Reason   Reason        // KindSignedOut
	TrID     uint32        // of the command; 0 without
	Code     int           // the number of a numeric reply (§10); KindSignedOut: minutes of RCT
	ClientID uint32        // KindPresence: the capabilities (§5.2), 0 when absent
	Sent     time.Duration // with a Step: when that was sent
	Email    []byte        // KindPresence, KindContact, KindEdit, the last LST of a SYN, BPR: whose; nil when not told
}

// violation makes the event of a broken rule that ended no step.
func violation(why Why, c *codec.Command) Event {
	return Event{Kind: KindViolation, Why: why, TrID: c.TrID}
}
