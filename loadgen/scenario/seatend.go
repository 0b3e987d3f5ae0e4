package scenario

import (
	"cmp"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// opAtBoard is what a command to a switchboard is measured as.
func opAtBoard(step msnp.Step) results.Op {
	switch step {
	case msnp.StepUSRSB:
		return opUSRSB
	case msnp.StepANS:
		return opANS
	case msnp.StepCAL:
		return opCAL
	case msnp.StepMSG:
		return opMSG
	}
	return opNone
}

// failed records something that went wrong, as an operation unless it is none.
// The first such thing is what the conversation fails by.
func (s *seat) failed(op results.Op, class, text string, took time.Duration) {
	if op != opNone {
		s.client.rec.Fail(op, class, took)
	}
	s.tell(op, class, text)
	s.class = cmp.Or(s.class, class)
}

func (s *seat) tell(op results.Op, class, text string) {
	s.client.tell(op, &failure{class: class, text: text})
}

// expired takes the end of a wait for a reply.
func (s *seat) expired(ev *msnp.Event) {
	timeout := s.client.run.timeout
	text := "no answer in " + timeout.String()
	switch ev.Step {
	case msnp.StepMSG:
		s.waiting--
		text = s.in.message(s.saidAs(ev.TrID)) + ": " + text
	case msnp.StepCAL:
		s.uncall(s.placeCalled(ev.TrID))
	}
	s.failed(opAtBoard(ev.Step), "timeout", text, timeout)
	if ev.Step == msnp.StepUSRSB || ev.Step == msnp.StepANS {
		s.leave(s.class)
		return
	}
	s.goOn()
}

// outwaited takes the end of all that could be waited for.
func (s *seat) outwaited() {
	x := s.in
	switch talks := x.talkers.Load() != 0; {
	case s.place == 0 && !talks:
		s.without()
		s.goOn()
	case s.done == len(x.lines): // nothing is missing but a BYE, which judge sees
		s.leave("")
	default:
		what := "nobody has said anything"
		if talks {
			what = "nothing more came in " + s.client.run.timeout.String() + ", and it is not over"
		}
		s.failed(opNone, "timeout", "conversation "+x.String()+": "+what, 0)
		s.leave(s.class)
	}
}

// without gives up those who were rung and have not come. Who has gone offline
// meanwhile did not have to.
func (s *seat) without() {
	r, x := s.client.run, s.in
	for i := 1; i < len(x.people); i++ {
		if (s.joined|s.refused)&(1<<i) != 0 {
			continue
		}
		s.uncall(i)
		if p := &x.people[i]; r.chatters[p.client].life.Load() == p.life {
			s.failed(opNone, "timeout", x.email(r, i)+" was rung and has not come", 0)
		}
	}
}

// abandon ends the waits for replies, each as failed under a class unless that is
// "". It returns the operation that was waited for first.
func (s *seat) abandon(class string, now time.Duration) results.Op {
	first := opNone
	for {
		ev, ok := s.board.Abandon()
		if !ok {
			return first
		}
		op := opAtBoard(ev.Step)
		if class != "" {
			s.client.rec.Fail(op, class, now-ev.Sent)
		}
		if first == opNone {
			first = op
		}
	}
}

// leave hangs up in order (§9.5): whoever reads BYE can know that all is noted.
func (s *seat) leave(class string) {
	s.abandon(class, s.client.engine.Now())
	s.hangUp(left, class)
}

// cut hangs up because the client is told to stop, or ends.
func (s *seat) cut(class string) {
	switch {
	case s.in == nil:
	case s.conn.OpenedAt() == 0:
		s.end(class)
	default:
		s.abandon(class, s.client.engine.Now())
		s.hangUp(gone, class)
	}
}

// hangUp says OUT and leaves the connection to the server to close.
func (s *seat) hangUp(stage uint32, class string) {
	c := s.client
	now := c.engine.Now()
	s.me().leftAt.Store(int64(max(now, 1)))
	s.me().stage.Store(stage)
	s.write(now, s.board.Out(c.loop.out[:0]))
	s.closeAt = now + leaveWait
	c.wakeBy(s.closeAt)
	s.over(class)
}

// lost ends a conversation whose connection is over, or is good for nothing any
// more.
func (s *seat) lost(class, text string) {
	s.tell(s.abandon(class, s.client.engine.Now()), class, text)
	s.end(cmp.Or(s.class, class))
}

// violated ends a connection on which the server broke the protocol.
func (s *seat) violated(kind, text string) {
	s.accuse(kind, text)
	s.lost("protocol", kind+": "+text)
}

// end gives the connection and the seat up.
func (s *seat) end(class string) {
	s.me().stage.Store(gone)
	s.conn.Close()
	s.over(class)
	s.free()
}

// over leaves the conversation. That of a caller is her iteration.
func (s *seat) over(class string) {
	c, x := s.client, s.in
	s.in, s.was = nil, x
	if s.place == 0 {
		for i := 1; i < len(x.people); i++ {
			x.release(c.run, i)
		}
		c.run.chatters[x.caller].now.CompareAndSwap(x, nil)
	}
	x.quit(c)
	if s.place == 0 {
		c.engine.Done(class)
	}
	if c.parting {
		c.wakeBy(max(c.engine.Now(), 1))
	}
}

// closed takes the end of the connection, or of the attempt to open it.
func (s *seat) closed(conn *loadgen.Conn, err error) {
	switch {
	case s.in == nil:
		s.free()
	case conn.OpenedAt() == 0:
		s.failed(s.beginsAs(), loadgen.Class(err), err.Error(), max(s.client.engine.Now()-conn.DialedAt(), 1))
		s.end(s.class)
	default:
		s.lost(loadgen.Class(err), "conversation "+s.in.String()+", connection lost: "+err.Error())
	}
}
