package loadgen

// turn starts or stops the client whose turn it is, if it is this loop's.
func (l *loop) turn(t change) {
	if t.client%l.run.loops != l.id {
		return
	}
	c := &l.clients[t.client/l.run.loops]
	switch {
	case t.start && c.state == asleep:
		l.start(c)
	case t.start && c.state == stopping:
		c.flags |= returning
	case t.start && c.flags&ending != 0: // stays, before it was gone
		c.flags &^= ending
		l.timers.clear(c.slot(slotDue))
	case !t.start:
		c.flags &^= returning
		l.stop(c)
	}
}

func (l *loop) start(c *Client) {
	c.state = started
	c.flags &= settled
	c.life++
	l.awake++
	l.run.awake.Add(1)
	c.handler.Start()
}

// stop has a client sign out, after the iteration in progress, for which there
// is as much time as at the end of the load.
func (l *loop) stop(c *Client) {
	switch c.state {
	case asleep, stopping:
		return
	case busy:
		if c.flags&ending == 0 {
			c.flags |= ending
			l.timers.set(c.slot(slotDue), l.readAt+l.run.GracefulStop)
		}
		return
	case free:
		l.taken(c)
	}
	l.stopNow(c)
}

// stopNow has a client sign out, and closes what it has if that takes too long.
// It may come from within a call of its handler: Stop comes after that.
func (l *loop) stopNow(c *Client) {
	c.state = stopping
	c.flags &^= ending
	l.timers.set(c.slot(slotDue), l.readAt+stopWait)
	l.calls = append(l.calls, c)
}

// giveUp ends a client whose iteration takes too long.
func (l *loop) giveUp(c *Client) {
	l.outcome.Cut++
	l.rec.Cut()
	l.stopNow(c)
}

// exit ends a client for good, or until the load rises again.
func (l *loop) exit(c *Client) {
	if c.state == asleep {
		return
	}
	if c.state == free {
		l.taken(c)
	}
	l.settle(c)
	c.state = asleep
	c.flags &= settled | returning
	l.timers.clear(c.slot(slotWake))
	l.timers.clear(c.slot(slotDue))
	l.closeAll(c)
	if c.flags&returning != 0 { // counts as awake until it is
		l.calls = append(l.calls, c)
		return
	}
	l.awake--
	l.run.left(l)
}

// again starts a client which the load has come back to before it was gone.
func (l *loop) again(c *Client) {
	l.awake--
	if l.ended {
		c.flags &^= returning
		l.run.left(l)
		return
	}
	l.start(c)
	l.run.left(l) // only now, since it must not look as if nobody were left
}

func (l *loop) closeAll(c *Client) {
	for c.conns != nil {
		l.drop(c.conns)
	}
}

// tell makes the calls that could not come from within another: Closed, Stop
// and Start, in the order in which they came up.
func (l *loop) tell() {
	for i := 0; i < len(l.failed); i++ {
		c := l.failed[i]
		l.overBy(c, c.err, l.run.now())
	}
	l.failed = emptied(l.failed)
	for i := 0; i < len(l.calls); i++ {
		c := l.calls[i]
		l.readAt = l.run.now()
		switch {
		case c.state == stopping && c.flags&told == 0:
			c.flags |= told
			c.handler.Stop()
		case c.state == asleep && c.flags&returning != 0:
			l.again(c)
		}
	}
	l.calls = emptied(l.calls)
	if len(l.failed) > 0 {
		l.tell() // what has failed while clients were told to stop or start
	}
}

// emptied is a queue for use again, which does not keep the room that a burst
// has taken.
func emptied[T any](q []*T) []*T {
	clear(q)
	if cap(q) > 256 {
		return nil
	}
	return q[:0]
}
