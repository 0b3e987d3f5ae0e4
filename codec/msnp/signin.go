package msnp

import (
	"bytes"
	"cmp"
	"net"
	"time"

	"nudge/codec"
)

// defaultPort is where notification servers listen unless they say otherwise (§2).
const defaultPort = "1863"

// maxHost is the longest name that DNS knows, in bytes.
const maxHost = 255

// Advance appends the next command of the sign-in if it is the client's turn:
// CVR, USR I, USR S once a ticket is set, SYN, and VER after a soft reset. In
// all other cases it appends nothing. One command is outstanding at a time
// (§3.1). A command that can't be written (an address with a space in it)
// comes out of Expire as Failed, at once.
func (s *Session) Advance(now time.Duration, out []byte) []byte {
	if s.flags&asked != 0 {
		return out
	}
	switch s.state {
	case StateReset:
		for i := range s.waits {
			if w := &s.waits[i]; w.step != StepNone {
				s.giveUp(w)
			}
		}
		return s.begin(now, out)
	case StateClient:
		sw := s.sw
		return s.turn(StepCVR, now, out, cmp.Or(sw.Locale, "0x0409"), cmp.Or(sw.OS, "winnt"),
			cmp.Or(sw.OSVersion, "5.1"), cmp.Or(sw.Arch, "i386"), cmp.Or(sw.Client, "MSNMSGR"),
			cmp.Or(sw.Version, "6.1.0211"), cmp.Or(sw.Brand, "MSMSGS"), s.email)
	case StateUser:
		return s.turn(StepUSRI, now, out, "TWN", "I", s.email)
	case StateTicket:
		if s.flags&hasTicket == 0 {
			return out
		}
		ticket := s.ticket
		s.challenge, s.ticket = "", ""
		s.become(StateLogin)
		return s.turn(StepUSRS, now, out, "TWN", "S", ticket)
	case StateSync:
		b, err := s.sendSync(now, out)
		return s.turned(StepSYN, now, b, err)
	}
	return out
}

// turn writes the command that the sign-in has come to.
func (s *Session) turn(step Step, now time.Duration, out []byte, args ...string) []byte {
	b, err := s.ask(step, now, out, args...)
	return s.turned(step, now, b, err)
}

// turned notes that it is the server's turn, or leaves the failure to Expire.
func (s *Session) turned(step Step, now time.Duration, b []byte, err error) []byte {
	s.flags |= asked
	if err == nil {
		return b
	}
	if w := s.room(StepQRY); w != nil {
		s.take(w, wait{sent: now, step: step, mark: unwritten})
	}
	s.become(StateFailed)
	return b
}

// sendVersion appends VER with the dialects and CVR0 after them.
func (s *Session) sendVersion(now time.Duration, out []byte) []byte {
	var fixed [4]string
	args := append(append(fixed[:0], s.sw.dialects()...), "CVR0")
	return s.turn(StepVER, now, out, args...)
}

// versionAnswered reads VER: a leading 0 is failure whatever follows, else the
// best own dialect counts wherever it stands (§12.1).
func (s *Session) versionAnswered(c *codec.Command, ev Event) Event {
	if c.NArgs() == 0 {
		return s.broken(ev, WhySyntax)
	}
	if string(c.Arg(0)) != "0" {
		for _, own := range s.sw.dialects() {
			for i := range c.NArgs() {
				if string(c.Arg(i)) != own {
					continue
				}
				if s.dialect = dialectOf(own); s.dialect != 0 {
					s.become(StateClient)
					return ev
				}
			}
		}
	}
	return s.fail(ev, WhyDialect)
}

// fail ends the sign-in for a reason that has no number.
func (s *Session) fail(ev Event, why Why) Event {
	ev.Kind, ev.Why = KindFailed, why
	s.become(StateFailed)
	return ev
}

// userAnswered reads the reply to either stage of USR.
func (s *Session) userAnswered(c *codec.Command, ev Event) Event {
	if c.Verb == codec.XFR {
		return s.redirected(c, ev)
	}
	switch {
	case ev.Step == StepUSRI && string(c.Arg(0)) == "TWN" && string(c.Arg(1)) == "S" && c.NArgs() >= 3:
		s.challenge = string(c.Arg(2))
		s.become(StateTicket)
	case string(c.Arg(0)) == "OK": // in answer to USR I from servers that ask for no ticket
		s.welcomed(c)
	default:
		return s.broken(ev, WhySyntax)
	}
	return ev
}

// welcomed reads USR OK <email> [<name>] <verified> <restricted>: the flags are
// the last two, whether or not a name stands before them (§12.5).
func (s *Session) welcomed(c *codec.Command) {
	if email := c.Arg(1); string(email) != s.email && plausible(email) {
		s.email = string(email)
	}
	if n := c.NArgs(); n >= 4 {
		s.set(verified, string(c.Arg(n-2)) == "1")
		s.set(restricted, string(c.Arg(n-1)) == "1")
	}
	s.flags |= signedIn
	s.redirects = 0
	s.become(StateSync)
}

// plausible reports whether a token can be an account's address: up to 129 bytes
// (§1.6), without control characters, as it goes back in CVR and USR.
func plausible(email []byte) bool {
	return len(email) > 0 && len(email) <= 129 &&
		!bytes.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

func (s *Session) set(f flags, on bool) {
	if on {
		s.flags |= f
	} else {
		s.flags &^= f
	}
}

// moved takes an XFR with TrID 0, at any time while the connection is of use.
func (s *Session) moved(c *codec.Command) Event {
	if s.state == StateClosed || s.state == StateFailed || s.state == StateOut {
		return Event{Kind: KindUnasked}
	}
	return s.redirected(c, Event{Kind: KindMoved})
}

// redirected takes XFR NS <address> and whatever stands behind (§12.4). The
// address 0 asks for a new start on the same connection.
func (s *Session) redirected(c *codec.Command, ev Event) Event {
	if string(c.Arg(0)) != "NS" {
		return s.broken(ev, WhySyntax)
	}
	reset := string(c.Arg(1)) == "0"
	addr, ok := hostPort(c.Arg(1))
	if !ok && !reset {
		return s.broken(ev, WhySyntax)
	}
	if s.redirects++; s.redirects > MaxRedirects {
		return s.fail(ev, WhyRedirects)
	}
	if reset {
		s.flags &^= signedIn // what was signed in is void
		s.become(StateReset)
		return ev
	}
	if s.redirect != addr {
		s.redirect = addr
	}
	s.become(StateRedirected)
	return ev
}

// hostPort reads an address of XFR or RNG, with the default port if it has none.
func hostPort(b []byte) (string, bool) {
	host, port, err := net.SplitHostPort(string(b))
	if err != nil {
		host, port, err = net.SplitHostPort(string(b) + ":" + defaultPort)
	}
	n, ok := codec.ParseUint([]byte(port))
	if err != nil || host == "" || len(host) > maxHost || !ok || n == 0 || n > 65535 {
		return "", false
	}
	return net.JoinHostPort(host, port), true
}

// Challenge returns the token of USR TWN S, verbatim, for [Passport.Ticket];
// "" unless State is StateTicket.
func (s *Session) Challenge() string { return s.challenge }

// SetTicket gives the ticket for Challenge; Advance then sends it. Without
// effect unless State is StateTicket: a ticket that comes too late belongs to a
// connection that is over.
func (s *Session) SetTicket(t string) {
	if s.state == StateTicket {
		s.ticket = t
		s.flags |= hasTicket
	}
}

// Redirect returns the host:port of the last XFR NS, "" without. It outlives
// its connection: it is the stored server of §2.1, to which a client returns
// after OUT MIG (§8).
func (s *Session) Redirect() string { return s.redirect }

// Verified reports whether the server called the address confirmed.
func (s *Session) Verified() bool { return s.flags&verified != 0 }

// Restricted reports whether the server called the account restricted.
func (s *Session) Restricted() bool { return s.flags&restricted != 0 }
