//go:build !parsers

package fuzz

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"

	"nudge/codec"
	"nudge/codec/msnp"
)

// hear gives the client the commands in b, as far as these can be read.
func (p *client) hear(b []byte) {
	if p.keep {
		p.memory = slices.Clone(b)
	} else {
		p.memory = append(p.memory[:0], b...)
	}
	s := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	for rest := p.memory; len(rest) > 0; {
		n, err := s.Parse(&c, rest)
		if err != nil {
			break
		}
		p.handle(&c)
		if !p.keep {
			copy(rest[:n], poison[:])
		}
		rest = rest[n:]
	}
}

// handle gives the client one command.
func (p *client) handle(c *codec.Command) {
	if p.onBoard {
		ev := p.talk.Handle(c)
		p.tell(&ev, c)
		return
	}
	if p.session.State() == msnp.StateSync || c.Verb == codec.BPR {
		p.collect(p.roster.Collect(c, p.session.Dialect()))
	}
	ev, out := p.session.Handle(c, p.now, p.before())
	p.tell(&ev, c)
	switch ev.Kind {
	case msnp.KindEdit:
		p.collect(p.roster.Apply(c, nil, p.session.Dialect()))
	case msnp.KindAnswered:
		p.answered++
		if a := p.find(ev.TrID); a != nil {
			p.collect(p.roster.Apply(c, a, p.session.Dialect()))
		}
	}
	p.append(p.session.Advance(p.now, out))
	if p.session.State() == msnp.StateTicket {
		p.session.SetTicket("t=" + addresses[0])
		p.append(p.session.Advance(p.now, p.before()))
	}
}

// collect checks what a roster says of a command, and that it keeps within its bounds.
func (p *client) collect(err error) {
	if err != nil && !errors.Is(err, msnp.ErrMalformed) && !errors.Is(err, msnp.ErrRosterFull) {
		fail("the roster says %v", err)
	}
	if len(p.roster.Contacts) > msnp.MaxContacts || len(p.roster.Groups) > msnp.MaxGroups {
		fail("the roster has %d contacts and %d groups", len(p.roster.Contacts), len(p.roster.Groups))
	}
	p.told = strconv.AppendBool(p.told, err == nil)
}

// find returns what the client sent with a TrID, nil if nothing.
func (p *client) find(id uint32) *codec.Command {
	s := codec.Syntax{From: codec.FromClient}
	var c codec.Command
	for rest := p.sent; len(rest) > 0 && id != 0; {
		n, err := s.Parse(&c, rest)
		if err != nil {
			return nil
		}
		if c.TrID == id {
			return &c
		}
		rest = rest[n:]
	}
	return nil
}

// tell checks an event and writes down all of it. c is nil for one that came of time.
func (p *client) tell(ev *msnp.Event, c *codec.Command) {
	state := p.session.State()
	switch {
	case ev.Kind > msnp.KindViolation || ev.Kind.String() == "" || ev.Why > msnp.WhyArgument || ev.Status > msnp.FLN || ev.Reason > msnp.ReasonOther:
		fail("an event that there is not: %+v", *ev)
	case state > msnp.StateOut:
		fail("a state that there is not: %d", state)
	case ev.Sent < 0 || ev.Sent > p.now:
		fail("at %v an event of what was sent at %v: %+v", p.now, ev.Sent, *ev)
	case c != nil && ev.Email != nil && !bytes.Contains(c.Raw(), ev.Email):
		fail("%q tells of %q: %+v", c.Raw(), ev.Email, *ev)
	case c == nil && ev.Email != nil:
		fail("an address without a command: %+v", *ev)
	case (ev.Kind == msnp.KindViolation) && ev.Why == msnp.WhyNone:
		fail("a violation of nothing: %+v", *ev)
	case c != nil && (ev.Kind == msnp.KindTimedOut || ev.Kind == msnp.KindSilent || ev.Kind == msnp.KindAbandoned):
		fail("%q: %+v", c.Raw(), *ev)
	}
	b := append(p.told, byte(ev.Kind), byte(ev.Step), byte(ev.Why), byte(ev.Status), byte(ev.Reason), byte(state))
	b = strconv.AppendUint(b, uint64(ev.TrID), 10)
	b = strconv.AppendInt(append(b, ' '), int64(ev.Code), 10)
	b = strconv.AppendUint(append(b, ' '), uint64(ev.ClientID), 10)
	b = strconv.AppendInt(append(b, ' '), int64(ev.Sent), 10)
	p.told = append(append(b, ev.Email...), '\n')
}

// describeRoster writes down all that a roster has.
func (p *client) describeRoster() {
	for _, key := range slices.Sorted(maps.Keys(p.roster.Settings)) {
		p.told = append(append(append(p.told, key...), '='), p.roster.Settings[key]...)
	}
	for _, g := range p.roster.Groups {
		p.told = append(append(append(p.told, g.ID...), ' '), g.Name...)
	}
	for i := range p.roster.Contacts {
		x := &p.roster.Contacts[i]
		p.told = append(append(append(append(p.told, x.Email...), x.Name...), x.ID...), byte(x.Lists))
		for _, id := range x.Groups {
			p.told = append(p.told, id...)
		}
		for _, key := range slices.Sorted(maps.Keys(x.Properties)) {
			p.told = append(append(append(p.told, key...), '='), x.Properties[key]...)
		}
	}
	for d := range p.roster.Compare(&p.roster) {
		fail("a roster differs from itself: %v", d)
	}
}
