package msnptest

import (
	"bytes"
	"sync/atomic"

	"nudge/codec"
)

// defects are those that a server has.
type defects struct {
	on    [numDefects]bool
	count [numDefects]atomic.Int64

	// Guarded by Server.mu.
	locked map[*account]bool // whose lists were left locked (Deadlock)
	reused [512]byte         // lines of all connections, one over the other (LeakBetweenSessions)
	filled int               // of reused, in bytes
	filler *conn             // whose line reaches that far
	decode bool              // the reply that is made now is sent decoded (EchoLineEnd)
}

// newDefects returns nil, the fast way, if there are to be none.
func newDefects(s *Server) *defects {
	if len(s.Defects) == 0 {
		return nil
	}
	d := &defects{locked: make(map[*account]bool)}
	for _, kind := range s.Defects {
		if kind < numDefects {
			d.on[kind] = true
		}
	}
	return d
}

// counts are how often each defect that there is has struck.
func (d *defects) counts() map[Defect]int64 {
	if d == nil {
		return nil
	}
	m := map[Defect]int64{}
	for kind, on := range d.on {
		if on {
			m[Defect(kind)] = d.count[kind].Load()
		}
	}
	return m
}

// struck counts and logs a defect, with the verb alone: arguments may be
// secrets. It is called in the reader of c.
func (d *defects) struck(c *conn, kind Defect, verb string) {
	d.count[kind].Add(1)
	c.srv.Log.Warn("defect", "kind", kind.String(), "account", c.email, "from", c.name(), "verb", verb)
}

// handleBadly is handle for a server with defects.
func (t *turn) handleBadly(cmd *codec.Command) bool {
	d, verb := t.s.defects, cmd.Verb.String()
	if d.on[TrIDTruncated] && cmd.TrID > 0xffff {
		d.struck(t.c, TrIDTruncated, verb)
		cmd.TrID &= 0xffff
	}
	if clean(cmd) {
		d.fill(t.c, cmd.Line())
	}
	notification := t.c.stage == signedIn && t.c.role != Switchboard
	name := nameIn(cmd)
	switch _, known := codec.RuleOf(cmd.Verb, codec.FromClient); {
	case !notification:
		return t.handle(cmd)
	case d.on[IgnoresUnknown] && !known:
		d.struck(t.c, IgnoresUnknown, verb)
		return true
	case d.on[CloseOnPercent] && hasLonePercent(name):
		d.struck(t.c, CloseOnPercent, verb)
		return t.close()
	}
	d.decode = d.on[EchoLineEnd] && name != nil
	again := d.on[ReplyTwice] && t.isSameStatus(cmd)
	goesOn := t.handle(cmd)
	d.decode = false
	if again && goesOn {
		d.struck(t.c, ReplyTwice, verb)
		l := t.reply(cmd)
		for _, arg := range t.args {
			l.Bytes(arg)
		}
		t.send(t.c)
	}
	return goesOn
}

// pushed is what is sent to a connection in place of b; it may be b.
func (t *turn) pushed(to *conn, b []byte) []byte {
	if !t.s.defects.decode || to != t.c {
		return b
	}
	decoded := decodeEnds(b)
	if len(decoded) != len(b) {
		t.s.defects.struck(t.c, EchoLineEnd, string(b[:3]))
	}
	return decoded
}

// isSameStatus reports whether CHG asks for the status that the account has.
func (t *turn) isSameStatus(cmd *codec.Command) bool {
	return cmd.Verb == codec.CHG && t.c.account.online() && string(cmd.Arg(0)) == t.c.account.status.String()
}

// refuseBadly adds to a refusal what the defects say. Its line has been begun.
func (t *turn) refuseBadly(cmd *codec.Command) {
	d := t.s.defects
	if tail := d.tail(t.c, len(cmd.Line())); d.on[LeakBetweenSessions] && len(tail) > 0 {
		d.struck(t.c, LeakBetweenSessions, cmd.Verb.String())
		for word := range bytes.FieldsSeq(tail) {
			t.l.Bytes(word)
		}
	}
	if d.on[Deadlock] && cmd.Verb == codec.REM && t.c.account != nil {
		d.locked[t.c.account] = true
	}
}

// forgives reports whether a connection goes on that was refused with a number
// that ends it.
func (t *turn) forgives(cmd *codec.Command, code int) bool {
	d := t.s.defects
	kind := SurvivesSecondVER
	switch {
	case t.c.role == Switchboard:
		return false
	case cmd.Verb == codec.USR && code == 911:
		kind = NoCloseAfter911
	case cmd.Verb != codec.VER || code != 715:
		return false
	}
	if d.on[kind] {
		d.struck(t.c, kind, cmd.Verb.String())
	}
	return d.on[kind]
}
