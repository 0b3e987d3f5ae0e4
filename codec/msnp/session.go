package msnp

import (
	"cmp"
	"strconv"
	"time"

	"nudge/codec"
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

// State is how far a session has come.
type State uint8

const (
	StateClosed     State = iota // no connection: Open begins one
	StateVersion                 // VER is awaited
	StateClient                  // CVR is next, or awaited
	StateUser                    // USR I is next, or awaited
	StateRedirected              // the server named another one: close, dial Redirect, Open
	StateTicket                  // a ticket is wanted for Challenge: SetTicket, Advance
	StateLogin                   // USR S is awaited
	StateSync                    // USR OK came; SYN is next, or its answer incomplete
	StateOnline                  // SYN is answered: Chg, Png, Ask
	StateReset                   // XFR 0 NS 0: Advance sends VER on the same connection (§2.1)
	StateFailed                  // the sign-in failed or timed out: close the connection
	StateOut                     // signed out, by either side
)

var states = [...]string{"closed", "version", "client", "user", "redirected", "ticket", "login", "sync", "online",
	"reset", "failed", "out"}

func (s State) String() string { return nameOf(states[:], int(s)) }

// MaxRedirects is how often a sign-in may be sent elsewhere, or to the start,
// before it counts as a loop (§2.1).
const MaxRedirects = 5

// Session is the client's side of a connection to a dispatch or notification
// server, and of the next one after it, of one account. It does no I/O and
// knows no clock: commands go in, events come out, bytes to send are appended.
// It is for one goroutine. Init makes it usable.
type Session struct {
	sw        *Software
	email     string    // canonical since USR OK
	challenge string    // only while a ticket is wanted
	ticket    string    // only until USR S is written
	redirect  string    // host:port
	versions  *versions // nil unless set or kept

	waits [MaxOutstanding + maxChallenges]wait

	next         uint32 // TrID to come; 0: 1
	base         uint32 // first TrID of this connection
	forgot       uint32 // highest TrID of a late wait that lost its place; 0: none
	synTrID      uint32 // of the SYN whose answer is being read; 0: none
	contactsLeft uint32 // LST lines it still owes
	pingSeconds  uint16 // of the last QNG; 0: none yet
	flags        flags
	state        State
	dialect      Dialect
	redirects    uint8
}

type flags uint16

const (
	asked         flags = 1 << iota // the state's command is written
	signedIn                        // USR OK was read on this connection
	verified                        // flags of USR OK
	restricted                      //
	profiled                        // ABCHMigrated was seen,
	migrated                        // as 1
	touNeeded                       // TOUNeeded: 1 was seen
	hasTicket                       // ticket is set, be it empty
	perConnection = asked | signedIn | verified | restricted | profiled | migrated | touNeeded | hasTicket
)

// Init makes s the session of an account, before its first connection.
// A nil sw is the zero Software.
func (s *Session) Init(sw *Software, email string) {
	if sw == nil {
		sw = new(Software)
	}
	*s = Session{sw: sw, email: email}
}

// Open begins on a fresh connection, the first one, after a redirect, or after
// the end of an earlier one, and appends VER. Whatever was awaited is forgotten
// ([Session.Abandon] tells it, if called before). TrIDs go on counting.
func (s *Session) Open(now time.Duration, out []byte) []byte {
	s.waits = [len(s.waits)]wait{}
	s.next = s.nextID()
	s.base, s.forgot = s.next, 0
	return s.begin(now, out)
}

// begin starts the sign-in on a connection.
func (s *Session) begin(now time.Duration, out []byte) []byte {
	if s.state != StateRedirected && s.state != StateReset {
		s.redirects = 0
	}
	s.challenge, s.ticket = "", ""
	s.synTrID, s.contactsLeft, s.pingSeconds = 0, 0, 0
	s.flags &^= perConnection
	s.dialect = 0
	s.become(StateVersion)
	return s.sendVersion(now, out)
}

// become enters a state in which it is the client's turn.
func (s *Session) become(st State) {
	s.state = st
	s.flags &^= asked
}

// Handle takes one command of the server and says what it meant. It appends
// nothing but the answer to a challenge. The command is only read, and not
// kept. No input makes it panic; it does not allocate but for the challenge,
// the redirect and a changed account name of a sign-in.
func (s *Session) Handle(c *codec.Command, now time.Duration, out []byte) (Event, []byte) {
	switch c.Verb {
	case codec.NLN, codec.FLN, codec.ILN:
		return s.presence(c), out
	case codec.QNG:
		return s.pong(c), out
	case codec.LST, codec.LSG, codec.BPR:
		return s.listed(c), out
	case codec.GTC, codec.BLP, codec.PRP:
		if !c.HasTrID() {
			return s.listed(c), out
		}
	case codec.CHL:
		return s.challenged(c, now, out)
	case codec.MSG:
		return s.message(c), out
	case codec.OUT:
		return s.signedOut(c), out
	}
	if code := c.Verb.Code(); code != 0 {
		return s.refused(c, code), out
	}
	if !c.HasTrID() || c.TrID == 0 {
		return s.unasked(c), out
	}
	return s.reply(c), out
}

// unasked takes what a server says by itself, without TrID or with TrID 0
// (§1.2). SBS (R), UBX and GCF belong to later dialects and are put up with.
func (s *Session) unasked(c *codec.Command) Event {
	ev := Event{Kind: KindUnasked, TrID: c.TrID}
	switch {
	case c.Verb == codec.XFR:
		return s.moved(c)
	case c.Verb == codec.CHG:
		ev.Status = ParseStatus(c.Arg(0))
	case replyOnly(c.Verb):
		return violation(WhyTrID, c)
	case !fromNotification(c.Verb):
		return violation(WhyVerb, c)
	}
	return ev
}

// replyOnly names the verbs that answer a sign-in or SYN and nothing else, so
// that without a TrID of ours they mean nothing.
func replyOnly(v codec.Verb) bool {
	switch v {
	case codec.VER, codec.CVR, codec.USR, codec.SYN:
		return true
	}
	return false
}

// fromNotification reports whether a notification server may send the verb: if
// a server may at all, and it isn't one of the switchboard's (§9).
func fromNotification(v codec.Verb) bool {
	switch v {
	case codec.ANS, codec.IRO, codec.CAL, codec.JOI, codec.BYE, codec.ACK, codec.NAK:
		return false
	}
	_, ok := codec.RuleOf(v, codec.FromServer)
	return ok
}

// reply takes a command with a TrID. It ends the step, well formed or not.
func (s *Session) reply(c *codec.Command) Event {
	w := s.find(c.TrID)
	if w == nil {
		return s.stray(c)
	}
	ev := Event{Kind: KindAnswered, Step: w.step, TrID: c.TrID, Sent: w.sent}
	tooLate := s.tooLate(w)
	if w.step == StepSYN && c.Verb == codec.SYN {
		return s.synced(c, w, ev)
	}
	*w = wait{}
	switch {
	case tooLate:
		ev.Kind = KindLate
		return ev
	case !ev.Step.answeredBy(c.Verb):
		return s.broken(ev, WhyReply)
	}
	switch ev.Step {
	case StepVER:
		return s.versionAnswered(c, ev)
	case StepCVR:
		s.become(StateUser)
	case StepUSRI, StepUSRS:
		return s.userAnswered(c, ev)
	case StepCHG:
		ev.Status = ParseStatus(c.Arg(0))
	case StepXFR:
		if string(c.Arg(0)) != "SB" {
			return s.broken(ev, WhyReply)
		}
	}
	return ev
}

// tooLate reports whether a reply can't matter any more: it was given up, or it
// is of a sign-in that was moved, reset or ended by OUT meanwhile.
func (s *Session) tooLate(w *wait) bool {
	return w.mark == late || w.step.signIn() && s.state != steps[w.step].state
}

// broken makes the event of a reply that is wrong. Its step is over.
func (s *Session) broken(ev Event, why Why) Event {
	ev.Kind, ev.Why = KindViolation, why
	s.stop(ev.Step)
	return ev
}

// stray judges a reply that nothing waits for.
func (s *Session) stray(c *codec.Command) Event {
	switch {
	case !s.wasSent(c.TrID):
		return violation(WhyTrID, c)
	case s.mayBeLate(c.TrID):
		return Event{Kind: KindLate, TrID: c.TrID}
	}
	return violation(WhyTwice, c)
}

// refused takes a numeric reply. One with TrID 0, or none, belongs to no
// command (§11), and an error line may come for any TrID at any time (§0 rule
// 5), so also for one that was answered before: both are Unasked, with their
// Code. A TrID that was never sent is a violation.
func (s *Session) refused(c *codec.Command, code int) Event {
	w := s.find(c.TrID)
	switch {
	case w != nil:
	case c.TrID == 0 || s.wasSent(c.TrID) && !s.mayBeLate(c.TrID):
		return Event{Kind: KindUnasked, TrID: c.TrID, Code: code}
	default:
		ev := s.stray(c)
		ev.Code = code
		return ev
	}
	ev := Event{Kind: KindFailed, Step: w.step, TrID: c.TrID, Code: code, Sent: w.sent}
	if s.tooLate(w) {
		ev.Kind = KindLate
	}
	if c.TrID == s.synTrID {
		s.synTrID, s.contactsLeft = 0, 0
	}
	*w = wait{}
	if ev.Kind == KindFailed {
		s.stop(ev.Step)
	}
	return ev
}

// signedOut takes the server's OUT.
func (s *Session) signedOut(c *codec.Command) Event {
	ev := Event{Kind: KindSignedOut}
	switch string(c.Arg(0)) {
	case "":
	case "OTH":
		ev.Reason = ReasonOTH
	case "SSD", "SDH": // J looks for SDH (§7.3)
		ev.Reason = ReasonSSD
	case "MIG":
		ev.Reason = ReasonMIG
		s.SetVersions("", "") // numbers mean nothing to a migrated account (§8)
	case "TOU":
		ev.Reason = ReasonTOU
	case "RCT":
		ev.Reason = ReasonRCT
		if n, ok := codec.ParseUint(c.Arg(1)); ok {
			ev.Code = int(min(n, 24*60))
		}
	default:
		ev.Reason = ReasonOther
	}
	s.become(StateOut)
	return ev
}

// Out appends OUT. Some servers answer it, some only close: don't wait (§12.14).
func (s *Session) Out(now time.Duration, out []byte) []byte {
	l := codec.Begin(out, codec.OUT)
	b, _ := l.End() // it has no argument that could be refused
	s.become(StateOut)
	return b
}

// Ask appends the command of any step that a signed-in client may ask for, with
// its arguments after the TrID as they go on the wire: names escaped with
// [codec.Escape]. SYN without arguments takes the versions of SetVersions. An
// argument that holds a space or a line end is refused. PNG and QRY have ways
// of their own, and the sign-in is Advance's.
func (s *Session) Ask(step Step, now time.Duration, out []byte, args ...string) ([]byte, error) {
	switch {
	case s.state != StateOnline || step <= StepUSRS || step == StepPNG || step == StepQRY || step >= numSteps:
		return out, ErrState
	case step == StepSYN:
		return s.sendSync(now, out, args...)
	}
	return s.ask(step, now, out, args...)
}

// Software returns what Init was given.
func (s *Session) Software() *Software { return s.sw }

// Email returns the account's address: as given, and since USR OK as the server
// writes it.
func (s *Session) Email() string { return s.email }

// State returns how far the session has come.
func (s *Session) State() State { return s.state }

// Dialect returns what VER settled; 0 before.
func (s *Session) Dialect() Dialect { return s.dialect }

// Mode returns the form of identifiers that the server uses, as far as it is
// known: without a profile an account counts as not migrated (§3.6).
func (s *Session) Mode() Mode {
	switch {
	case s.dialect == 0:
		return ModeUnknown
	case s.dialect < MSNP10:
		return ModeP9
	case s.flags&migrated != 0:
		return ModeM1
	}
	return ModeM0
}

// Redirects returns how often the sign-in under way was redirected or reset.
func (s *Session) Redirects() int { return int(s.redirects) }
