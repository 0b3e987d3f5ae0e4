package scenario

import (
	"fmt"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// rung takes RNG (§7.8): a client that somebody of the run calls answers, whatever
// else it does.
func (c *client) rung(cmd *codec.Command) {
	var r msnp.Ring
	if c.run.chatters == nil || msnp.ParseRing(cmd, &r) != nil {
		return
	}
	caller, ours := c.run.accounts.client(r.Caller)
	if !ours {
		c.rec.Event("stray", c.email, "called by somebody who is no client of this run: "+quoted(cmd))
		return
	}
	x := c.run.chatters[caller].now.Load()
	session := hashed(r.Session)
	if x == nil || x.session.Load() != 0 && x.session.Load() != session {
		c.rec.Event("gone", c.email, "called into a conversation that is over: "+quoted(cmd))
		return
	}
	place := x.place(uint32(c.engine.ID()))
	switch {
	case place <= 0:
		c.rec.Event("stray", c.email, "called into a conversation of others: "+quoted(cmd))
	case !x.join():
		c.rec.Event("gone", c.email, "called into a conversation that is over: "+quoted(cmd))
	case !x.people[place].stage.CompareAndSwap(called, rung):
		c.rungAgain(cmd, &r, x)
		x.quit(c)
	default:
		c.run.chatters[c.engine.ID()].owed.Add(-1)
		x.people[place].session = session
		c.answer(&r, x, place)
	}
}

// rungAgain takes a second RNG into the same conversation.
func (c *client) rungAgain(cmd *codec.Command, r *msnp.Ring, x *chat) {
	for s := c.seats; s != nil; s = s.next {
		if s.in == x && s.session == string(r.Session) {
			s.accuse("duplicate", "conversation "+x.String()+": called twice: "+quoted(cmd))
			return
		}
	}
	c.rec.Event("stray", c.email, "called again into a conversation that it has left: "+quoted(cmd))
}

// answer sits down, if there is a seat left.
func (c *client) answer(r *msnp.Ring, x *chat, place int) {
	n := 0
	for s := c.seats; s != nil; s = s.next {
		n++
	}
	if n >= maxSeats {
		c.rec.Event("busy", c.email, fmt.Sprintf("sits in %d conversations, and does not answer a call into %s", n, x))
		x.people[place].stage.Store(gone)
		x.quit(c)
		return
	}
	c.sit(x, place, r.Addr, string(r.Cookie), string(r.Session))
}

// partPoll is how often a client that is to stop looks whether it still has to
// wait for others.
const partPoll = 20 * time.Millisecond

// engaged reports whether the client sits in a conversation, or is about to be
// called into one.
func (c *client) engaged() bool {
	for s := c.seats; s != nil; s = s.next {
		if s.in != nil {
			return true
		}
	}
	return c.run.chatters != nil && c.onlineAt != 0 && c.run.chatters[c.engine.ID()].owed.Load() > 0
}

// calling reports whether the client's iteration is a conversation.
func (c *client) calling() bool {
	for s := c.seats; s != nil; s = s.next {
		if s.in != nil && s.place == 0 {
			return true
		}
	}
	return false
}

// hangUp ends the conversations of the client, its own or all. class is what they
// fail by; "": nothing has failed.
func (c *client) hangUp(all bool, class string) {
	for s := c.seats; s != nil; {
		next := s.next
		if all || s.place == 0 {
			s.cut(class)
		}
		s = next
	}
}
