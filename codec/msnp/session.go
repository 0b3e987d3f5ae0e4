package msnp

import (
	"time"

	"nudge/codec"
)

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

	ledger

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
	s.open()
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
// of their own, the sign-in is Advance's, and what has a payload goes by
// AskPayload: codec.ErrForm.
func (s *Session) Ask(step Step, now time.Duration, out []byte, args ...string) ([]byte, error) {
	switch {
	case s.state != StateOnline || step <= StepUSRS || step == StepPNG || step == StepQRY || step >= StepUSRSB:
		return out, ErrState
	case step == StepSYN:
		return s.sendSync(now, out, args...)
	case step.hasPayload(s.dialect):
		return out, codec.ErrForm // without one SDC would be the server's reply
	}
	return s.ask(step, now, out, args...)
}

// AskPayload is Ask for the commands with a payload: SDC, PGD and PAG (§7.7). The
// arguments are those before the length, which is written here. PGD and PAG hold
// one of the [MaxOutstanding] places until refused, or until Expire tells
// [KindSilent].
func (s *Session) AskPayload(step Step, payload []byte, now time.Duration, out []byte, args ...string) ([]byte, error) {
	if step == StepQRY || step >= StepUSRSB {
		return out, ErrState
	}
	d, err := s.draft(step, step.verbIn(s.dialect), out)
	if err != nil {
		return out, err
	}
	for _, a := range args {
		d.Arg(a)
	}
	b, err := d.EndPayload(payload)
	if err == nil {
		s.wrote(d.w, step, now)
	}
	return b, err
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
