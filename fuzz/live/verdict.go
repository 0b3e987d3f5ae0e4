package live

import "fmt"

// Class is what a server did wrong.
type Class string

const (
	Crash    Class = "crash"    // its process ended, or reported a panic
	Refused  Class = "refused"  // it takes no connections any more
	Hang     Class = "hang"     // no answer, though it has all it could wait for
	Limit    Class = "limit"    // it waits for more payload than the page allows (§1.3)
	Closed   Class = "closed"   // it closed the connection where the page has it answer
	Open     Class = "open"     // it went on where the page has it close
	Grammar  Class = "grammar"  // what it wrote is no command, or one of another form
	TrID     Class = "trid"     // a reply has a TrID that was never sent (§1.2)
	Reply    Class = "reply"    // a command was answered by another one, or twice
	Leak     Class = "leak"     // it told a client what another one wrote, or of somebody who is not on its list
	Presence Class = "presence" // a notification was lost, late, doubled, or said something else
	Message  Class = "message"  // a message was lost, doubled or changed
	Lists    Class = "lists"    // SYN tells other lists than the edits before it have made
	Raised   Class = "raised"   // its process reported an exception, and goes on
	Pieces   Class = "pieces"   // it writes byte by byte
	Sick     Class = "sick"     // a clean client is not served any more
	Differs  Class = "differs"  // two servers answer differently; see Differ
)

// Classes lists them all, the gravest first.
var Classes = []Class{Crash, Refused, Hang, Sick, Leak, Limit, Closed, Open, Grammar, TrID, Reply, Lists, Message, Presence, Raised, Pieces, Differs}

// Verdict is what was wrong in one session, the first thing of all.
type Verdict struct {
	Class  Class  `json:"class"`
	State  string `json:"state"`           // of the connection, when the command was sent
	Verb   string `json:"verb"`            // of that command; "": none
	Detail string `json:"detail"`          // what was wanted and what came, on one line
	Where  string `json:"where,omitempty"` // in the source of the server; "": nobody knows
	At     int    `json:"at"`              // index of the step of the case

	alone bool // no other connection is harmed
}

// Key is what two verdicts have in common that are about the same mistake. All verbs that there are not are one.
// Where one is stuck behind a blank line is no difference either, and neither is what was sent when an exception came of
// one place.
func (v *Verdict) Key() string {
	if v.Class == Raised && v.Where != "" {
		return fmt.Sprintf("%s %s", v.Class, v.Where)
	}
	verb := v.Verb
	if verb == blankLine {
		return fmt.Sprintf("%s %s", v.Class, verb)
	}
	if verb != "" {
		verb = knownVerb(verb)
	}
	return fmt.Sprintf("%s %s %s", v.Class, v.State, verb)
}

func (v *Verdict) String() string {
	if v.Verb == "" {
		return fmt.Sprintf("%s: %s (%s)", v.Class, v.Detail, v.State)
	}
	return fmt.Sprintf("%s after %s: %s (%s)", v.Class, oneWord(v.Verb), v.Detail, v.State)
}
