package scenario

import (
	"math/bits"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// met takes IRO and JOI: who is in the conversation.
func (s *seat) met(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	s.heardAt = at
	if ev.Step == msnp.StepANS {
		s.client.rec.OK(opANS, at-ev.Sent)
		s.seated(at)
	}
	place := s.placeOf(ev.Email)
	switch {
	case place < 0 || place == int(s.place):
		s.tell(opNone, "stray", "somebody whom nobody has called: "+quoted(cmd))
	case s.joined&(1<<place) != 0:
		s.accuse("duplicate", "conversation "+s.in.String()+": came in twice: "+quoted(cmd))
	default:
		s.joined |= 1 << place
		if s.place == 0 {
			s.in.people[place].greeted = true
		}
	}
}

// parted takes BYE (§9.5).
func (s *seat) parted(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	s.heardAt = at
	place := s.placeOf(ev.Email)
	switch {
	case place < 0 || place == int(s.place):
		s.tell(opNone, "stray", "somebody who was not there: "+quoted(cmd))
		return
	case s.me().byes.Or(1<<place)&(1<<place) != 0:
		s.accuse("duplicate", "conversation "+s.in.String()+": left twice: "+quoted(cmd))
		return
	}
	switch {
	case s.place == 0 && !s.complete():
		s.failed(opNone, "bye", quoted(cmd)+" before the end of conversation "+s.in.String(), 0)
		s.leave(s.class)
	case s.place != 0 && place == 0 && !(s.talks() && s.in.whole.Load()):
		s.abandoned()
	}
}

// abandoned leaves a conversation that will not come to its end, unless something
// that was said may still come.
func (s *seat) abandoned() {
	x := s.in
	if s.talks() && x.people[0].stage.Load() == left {
		for m := 1; m <= len(x.lines); m++ {
			if l := &x.lines[m-1]; l.at.Load() != 0 && x.speaker(m) != int(s.place) && l.marks.Load()&(1<<s.place) == 0 {
				return
			}
		}
	}
	s.leave("bye")
}

// talks reports whether the seat was there when the talk began.
func (s *seat) talks() bool { return s.in.talkers.Load()&(1<<s.place) != 0 }

func (s *seat) placeOf(email []byte) int {
	n, ok := s.client.run.accounts.client(email)
	if !ok {
		return -1
	}
	return s.in.place(n)
}

// others are those who are in the conversation, as far as the seat was told.
func (s *seat) others() int {
	return bits.OnesCount8(s.joined &^ uint8(s.me().byes.Load()))
}
