package scenario

import (
	"bytes"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// heard takes a message of another (§9.6).
func (s *seat) heard(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	x := s.in
	s.heardAt = at
	payload := cmd.Payload()
	w, ok := parseWords(payload)
	switch {
	case !ok && isTyping(payload, ev.Email):
		return
	case !ok:
		s.garbled(cmd, ev, at)
		return
	case s.misdirected(&w, x):
		return
	case w.n != len(x.lines) || w.by != x.speaker(w.m) || x.lines[w.m-1].at.Load() == 0:
		s.accuse("altered", "in conversation "+x.String()+" one that was never said: "+shown(payload))
		return
	}
	if s.placeOf(ev.Email) != w.by {
		s.accuse("sender", w.String()+" is of "+x.email(s.client.run, w.by)+", and came as of "+string(ev.Email))
	}
	if s.take(w.m) {
		s.client.rec.OK(opDeliver, max(at-w.at, 0))
	}
}

// take notes that a message is read, and whose turn the next one is. It reports
// whether it was read for the first time.
func (s *seat) take(m int) bool {
	x := s.in
	bit := uint32(1) << s.place
	if x.lines[m-1].marks.Or(bit)&bit != 0 {
		s.accuse("duplicate", x.message(m)+" has come twice")
		return false
	}
	if m < s.newest {
		s.accuse("reordered", x.message(m)+" has come behind those said after it was read")
	}
	s.newest = max(s.newest, m)
	s.done++
	if m < len(x.lines) && x.speaker(m+1) == int(s.place) && x.lines[m].at.Load() == 0 {
		s.turn = m + 1
	}
	return true
}

// misdirected reports whether a message is not for this seat, and says so.
func (s *seat) misdirected(w *words, x *chat) bool {
	switch {
	case w.caller != x.caller || w.number != x.number:
		s.accuse("misdirected", "in conversation "+x.String()+" has come "+w.String())
	case w.by == int(s.place):
		s.accuse("misdirected", w.String()+" has come back to who said it")
	default:
		return false
	}
	return true
}

// behind takes what comes after the end: only what should not be there matters.
func (s *seat) behind(cmd *codec.Command) {
	if cmd.Verb != codec.MSG {
		return
	}
	x := s.was
	w, ok := parseWords(cmd.Payload())
	if ok && !s.misdirected(&w, x) && w.n == len(x.lines) && x.lines[w.m-1].marks.Load()&(1<<s.place) != 0 {
		s.accuse("duplicate", w.String()+" has come twice")
	}
}

// garbled takes a message that is not as it was written. If it may be the next
// text of who sent it, it counts as that, so that the conversation goes on.
func (s *seat) garbled(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	x, payload := s.in, cmd.Payload()
	place := s.placeOf(ev.Email)
	s.accuse("altered", "in conversation "+x.String()+", of "+string(ev.Email)+": "+shown(payload))
	if place < 0 || place == int(s.place) || bytes.Contains(payload, []byte("TypingUser")) {
		return
	}
	for m := 1; m <= len(x.lines); m++ {
		l := &x.lines[m-1]
		if x.speaker(m) == place && l.at.Load() != 0 && l.marks.Load()&(1<<s.place) == 0 {
			s.client.rec.Fail(opDeliver, "altered", at-time.Duration(l.at.Load()))
			s.take(m)
			return
		}
	}
}

// shown is a payload in a line of text, without its headers.
func shown(payload []byte) string {
	if _, body, ok := bytes.Cut(payload, []byte("\r\n\r\n")); ok && len(body) > 0 {
		payload = body
	}
	return string(appendPrintable(nil, payload[:min(len(payload), maxText)]))
}

// accuse records a violation in the conversation.
func (s *seat) accuse(kind, text string) { s.client.rec.Violation(kind, s.client.email, text) }

// overheard takes what the notification server says by itself: a message of a
// conversation has no place there.
func (c *client) overheard(cmd *codec.Command) {
	if c.run.chatters == nil || cmd.Verb != codec.MSG {
		return
	}
	if w, ok := parseWords(cmd.Payload()); ok {
		c.rec.Violation("misdirected", c.email, w.String()+" has come from the notification server")
	}
}
