package msnp

import (
	"nudge/codec"
)

// Handle takes one command of the switchboard and says what it meant. It never
// appends anything, keeps nothing of the command and does not allocate.
func (b *Switchboard) Handle(c *codec.Command) Event {
	switch c.Verb {
	case codec.MSG:
		return b.heard(c, KindMessage, 0, 3)
	case codec.JOI:
		return b.heard(c, KindJoined, 0, 1)
	case codec.BYE:
		return b.heard(c, KindLeft, 0, 1)
	case codec.IRO:
		return b.present(c)
	case codec.OUT:
		b.state = boardOver
		return Event{Kind: KindSignedOut}
	}
	if code := c.Verb.Code(); code != 0 {
		return b.refused(c, code)
	}
	switch c.Verb {
	case codec.USR, codec.ANS, codec.CAL, codec.ACK, codec.NAK:
		return b.reply(c)
	}
	if !known(c.Verb) {
		return Event{Kind: KindUnasked, TrID: c.TrID}
	}
	return violation(WhyVerb, c)
}

// heard takes what others do: the address is the at-th of at least n arguments.
// K tells who joins of herself as well (§12.37).
func (b *Switchboard) heard(c *codec.Command, kind Kind, at, n int) Event {
	email := c.Arg(at)
	switch {
	case c.NArgs() < n || len(email) == 0:
		return violation(WhySyntax, c)
	case b.state == boardNew:
		return violation(WhyEarly, c)
	case kind == KindJoined && foldEqual(email, b.email):
		return Event{}
	}
	return Event{Kind: kind, Email: email}
}

// present takes IRO: who was there already. It bears the TrID of ANS, and comes
// before or behind its OK (§9.3, §12.37).
func (b *Switchboard) present(c *codec.Command) Event {
	index, ok := codec.ParseUint(c.Arg(0))
	count, ok2 := codec.ParseUint(c.Arg(1))
	w := b.find(c.TrID)
	switch {
	case !ok || !ok2 || index == 0 || index > count || len(c.Arg(2)) == 0:
		return violation(WhySyntax, c)
	case !b.wasSent(c.TrID):
		return violation(WhyTrID, c)
	}
	b.iros = count - index
	ev := Event{Kind: KindJoined, TrID: c.TrID, Email: c.Arg(2)}
	if b.state == boardGreeted && b.iros == 0 && w != nil { // the last one ends ANS
		ev.Step, ev.Sent = StepANS, w.sent
		*w = wait{}
		b.state = boardOpen
	}
	return ev
}

// reply takes a command with a TrID of ours.
func (b *Switchboard) reply(c *codec.Command) Event {
	w := b.find(c.TrID)
	if w == nil {
		switch {
		case c.Verb == codec.NAK && b.wasSent(c.TrID): // of a message that waits for nothing
			return Event{Kind: KindFailed, Step: StepMSG, TrID: c.TrID, Why: WhyNobody}
		case !b.wasSent(c.TrID):
			return violation(WhyTrID, c)
		case b.mayBeLate(c.TrID):
			return Event{Kind: KindLate, TrID: c.TrID}
		}
		return violation(WhyTwice, c)
	}
	ev := Event{Kind: KindAnswered, Step: w.step, TrID: c.TrID, Sent: w.sent}
	tooLate := w.mark == late
	if w.step == StepANS && c.Verb == codec.ANS && b.iros > 0 && !tooLate {
		b.state = boardGreeted
		return Event{Step: StepANS, TrID: c.TrID, Sent: w.sent}
	}
	*w = wait{}
	switch {
	case tooLate:
		ev.Kind = KindLate
	case ev.Step == StepMSG && c.Verb == codec.NAK:
		ev.Kind, ev.Why = KindFailed, WhyNobody
	case !ev.Step.answeredBy(c.Verb), (ev.Step == StepUSRSB || ev.Step == StepANS) && string(c.Arg(0)) != "OK":
		ev.Kind, ev.Why = KindViolation, WhyReply
		b.ended(ev.Step)
	case ev.Step == StepUSRSB || ev.Step == StepANS:
		b.state = boardOpen
	}
	return ev
}

// refused takes a numeric reply (§10).
func (b *Switchboard) refused(c *codec.Command, code int) Event {
	w := b.find(c.TrID)
	if w == nil {
		if c.TrID == 0 || b.wasSent(c.TrID) {
			return Event{Kind: KindUnasked, TrID: c.TrID, Code: code}
		}
		ev := violation(WhyTrID, c)
		ev.Code = code
		return ev
	}
	ev := Event{Kind: KindFailed, Step: w.step, TrID: c.TrID, Code: code, Sent: w.sent}
	if w.mark == late {
		ev.Kind = KindLate
	}
	*w = wait{}
	if ev.Kind == KindFailed {
		b.ended(ev.Step)
	}
	return ev
}

// Ring is what RNG says: somebody calls (§7.8). Its slices are views of the
// command; the address has its port.
type Ring struct {
	Addr                          string
	Session, Cookie, Caller, Name []byte
}

// ParseRing reads RNG; tokens of later dialects behind it are ignored.
func ParseRing(c *codec.Command, r *Ring) error {
	*r = Ring{}
	addr, ok := hostPort(c.Arg(1))
	if c.Verb != codec.RNG || c.NArgs() < 6 || !ok || string(c.Arg(2)) != "CKI" {
		return ErrMalformed
	}
	*r = Ring{Addr: addr, Session: c.Arg(0), Cookie: c.Arg(3), Caller: c.Arg(4), Name: c.Arg(5)}
	return nil
}

// rung takes a call.
func (s *Session) rung(c *codec.Command) Event {
	var r Ring
	switch {
	case s.flags&signedIn == 0:
		return violation(WhyEarly, c)
	case ParseRing(c, &r) != nil:
		return violation(WhySyntax, c)
	}
	return Event{Kind: KindRing, Email: r.Caller}
}

// ParseTransfer reads the reply to XFR SB (§2.2): where the switchboard is, with
// the port, and the cookie for it, a view of the command.
func ParseTransfer(c *codec.Command) (addr string, cookie []byte, err error) {
	addr, ok := hostPort(c.Arg(1))
	if c.Verb != codec.XFR || string(c.Arg(0)) != "SB" || c.NArgs() < 4 || !ok || string(c.Arg(2)) != "CKI" {
		return "", nil, ErrMalformed
	}
	return addr, c.Arg(3), nil
}

// foldEqual compares without regard to the case of ASCII letters.
func foldEqual(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	lower := func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}
	for i, c := range b {
		if lower(c) != lower(s[i]) {
			return false
		}
	}
	return true
}
