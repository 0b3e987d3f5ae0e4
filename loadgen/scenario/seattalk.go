package scenario

import (
	"math/bits"
	"strconv"
	"time"

	"nudge/codec"
	"nudge/codec/message"
	"nudge/codec/msnp"
)

// handle takes one command of the switchboard.
func (s *seat) handle(cmd *codec.Command, at time.Duration) {
	s.said(at, byServer, cmd.Raw())
	if s.in == nil {
		s.behind(cmd)
		return
	}
	ev := s.board.Handle(cmd)
	switch ev.Kind {
	case msnp.KindAnswered:
		s.answered(cmd, &ev, at)
	case msnp.KindFailed:
		s.turnedDown(cmd, &ev, at)
	case msnp.KindJoined:
		s.met(cmd, &ev, at)
	case msnp.KindLeft:
		s.parted(cmd, &ev, at)
	case msnp.KindMessage:
		s.heard(cmd, &ev, at)
	case msnp.KindSignedOut:
		s.lost("out", quoted(cmd))
		return
	case msnp.KindUnasked:
		s.tell(opNone, "unasked", quoted(cmd))
	case msnp.KindViolation:
		if op := opAtBoard(ev.Step); op != opNone {
			s.client.rec.Fail(op, "protocol", at-ev.Sent)
		}
		s.violated(ev.Why.String(), quoted(cmd))
		return
	}
	s.goOn()
}

// answered takes what was asked for.
func (s *seat) answered(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	c, x := s.client, s.in
	s.heardAt = at
	c.rec.OK(opAtBoard(ev.Step), at-ev.Sent)
	switch ev.Step {
	case msnp.StepUSRSB:
		s.seated(at)
		s.inviteAll()
	case msnp.StepANS:
		s.seated(at)
	case msnp.StepCAL:
		place := s.placeCalled(ev.TrID)
		s.called &^= 1 << place
		x.people[place].rangAt = max(at, 1)
		x.session.Store(hashed(cmd.Arg(1)))
	case msnp.StepMSG:
		s.waiting--
		x.lines[s.saidAs(ev.TrID)-1].marks.Or(acked)
	}
}

// seated notes that USR or ANS is answered.
func (s *seat) seated(at time.Duration) {
	s.me().seatedAt.Store(int64(max(at, 1)))
	s.me().stage.Store(seated)
}

// inviteAll calls all who are to come (§9.4).
func (s *seat) inviteAll() {
	c := s.client
	now := c.engine.Now()
	out := c.loop.out[:0]
	s.callID = s.board.LastTrID() + 1
	for i := 1; i < len(s.in.people); i++ {
		var err error
		if out, err = s.board.Invite(s.in.email(c.run, i), now, out); err != nil {
			s.failed(opCAL, "local", err.Error(), 0)
			s.leave(s.class)
			return
		}
		s.called |= 1 << i
	}
	s.write(now, out)
}

// placeCalled is whom the CAL with a TrID was for.
func (s *seat) placeCalled(trid uint32) int { return int(trid-s.callID) + 1 }

// saidAs is the message that was said with a TrID: each has two, with the one
// that says who is typing, and between two messages all others have their turn.
func (s *seat) saidAs(trid uint32) int {
	return s.first + int(trid-s.firstID)/2*bits.OnesCount32(s.in.talkers.Load())
}

// turnedDown takes a number or NAK.
func (s *seat) turnedDown(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	c, x := s.client, s.in
	class, text := "nak", "NAK: the message was not delivered"
	if ev.Code != 0 {
		class = strconv.Itoa(ev.Code)
		text = "refused: " + class + " " + codec.CodeName(ev.Code)
	}
	switch {
	case ev.Step == msnp.StepMSG && ev.Sent == 0: // nothing waits for it
		s.tell(opNone, class, "in answer to what needs none: "+quoted(cmd))
	case ev.Step == msnp.StepMSG:
		s.heardAt = at
		s.waiting--
		m := s.saidAs(ev.TrID)
		if ev.Code == 0 {
			x.lines[m-1].marks.Or(naked)
		}
		s.failed(opMSG, class, x.message(m)+": "+text, at-ev.Sent)
	case ev.Step == msnp.StepCAL:
		s.heardAt = at
		p := &x.people[s.placeCalled(ev.TrID)]
		s.uncall(s.placeCalled(ev.TrID))
		if c.run.chatters[p.client].life.Load() != p.life { // she has gone since, and the server is right
			c.rec.OK(opCAL, at-ev.Sent)
			return
		}
		s.failed(opCAL, class, x.email(c.run, s.placeCalled(ev.TrID))+": "+text, at-ev.Sent)
	default:
		s.failed(opAtBoard(ev.Step), class, text, at-ev.Sent)
		s.leave(s.class)
	}
}

// uncall notes that somebody will not come.
func (s *seat) uncall(place int) {
	s.called &^= 1 << place
	s.refused |= 1 << place
	s.in.release(s.client.run, place)
}

// complete reports whether all has been said and read, and is acknowledged.
func (s *seat) complete() bool { return s.done == len(s.in.lines) && s.waiting == 0 }

// goOn does what is next, if anything is.
func (s *seat) goOn() {
	if s.in == nil {
		return
	}
	if s.place == 0 && s.in.talkers.Load() == 0 && s.board.Open() && s.called == 0 && s.callID != 0 {
		if all := uint8(1<<len(s.in.people) - 2); s.joined|s.refused == all {
			s.begin()
		}
	}
	if s.in != nil && s.turn != 0 && s.waiting < msnp.MaxOutstanding {
		s.speak()
	}
	switch {
	case s.in == nil:
	case !s.complete():
		if s.place != 0 && s.me().byes.Load() != 0 && s.others() == 0 && s.done < len(s.in.lines) {
			s.abandoned() // all have left, before or behind what it has just read
		}
	case s.place == 0:
		s.in.whole.Store(true)
		s.leave(s.class)
	case s.me().byes.Load()&1 != 0:
		s.leave("")
	}
}

// begin begins the talk with those who have come.
func (s *seat) begin() {
	here := s.joined &^ uint8(s.me().byes.Load())
	if here == 0 {
		if s.class == "" {
			s.client.nobody()
		}
		s.leave(s.class)
		return
	}
	s.in.talkers.Store(uint32(here) | 1)
	s.turn = 1
}

// speak says the message whose turn it is, behind one that says who is typing.
func (s *seat) speak() {
	c, l, x := s.client, s.client.loop, s.in
	now := max(c.engine.Now(), 1)
	l.email = append(l.email[:0], c.email...)
	typing, err := message.Typing{User: l.email}.Append(l.text[:0])
	out := l.out[:0]
	if err == nil {
		l.text = typing
		out, err = s.board.Say('U', typing, now, out)
	}
	w := words{caller: x.caller, number: x.number, m: s.turn, n: len(x.lines), by: int(s.place), at: now}
	if err == nil {
		if l.text, l.email, err = w.append(l.text[:0], l.email); err == nil {
			out, err = s.board.Say('A', l.text, now, out)
		}
	}
	if err != nil {
		s.failed(opMSG, "local", err.Error(), 0)
		s.leave(s.class)
		return
	}
	if s.first == 0 {
		s.first, s.firstID = s.turn, s.board.LastTrID()
	}
	x.lines[s.turn-1].at.Store(int64(now))
	x.saidAt.Store(int64(now))
	s.turn, s.heardAt = 0, now
	s.done++
	s.waiting++
	s.write(now, out)
}
