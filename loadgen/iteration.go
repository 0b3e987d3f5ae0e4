package loadgen

import (
	"time"

	"nudge/results"
)

// freed: the client may begin an iteration, and could have since at.
func (l *loop) freed(c *Client, at time.Duration) {
	c.state = free
	c.freed = at
	switch {
	case l.ended:
		l.stop(c)
	case !l.kind(c).Iterations:
	case l.run.open():
		l.open[c.kind].offer(c)
	default:
		c.due = l.since(c) + l.kind(c).Think.draw(&c.random)
		if c.due <= l.readAt {
			l.atOnce = append(l.atOnce, c)
			return
		}
		l.timers.set(c.slot(slotDue), c.due)
	}
}

// goOn begins the iterations of those clients of the closed model that had
// nothing to think about.
func (l *loop) goOn() {
	n := len(l.atOnce)
	for _, c := range l.atOnce[:n] {
		if c.state == free && c.due <= l.readAt { // it may have been taken meanwhile
			l.begin(c)
		}
	}
	l.atOnce = l.atOnce[:copy(l.atOnce, l.atOnce[n:])]
}

// taken: the client may no longer begin one.
func (l *loop) taken(c *Client) {
	l.timers.clear(c.slot(slotDue))
	if l.run.open() {
		l.open[c.kind].withdraw(c)
	}
}

// begin starts the iteration that was due at c.due and could begin at c.freed.
// Of what it is late, the time until then is wait, and the rest lag. It reads
// the clock, since those that began before it in the same turn took their time.
func (l *loop) begin(c *Client) {
	now := l.run.now()
	l.readAt = now
	c.state = busy
	c.began = now
	since := max(c.due, c.freed)
	if l.run.open() {
		l.rec.Wait(since - c.due)
	}
	l.rec.Lag(max(now-since, 0))
	c.handler.Iterate()
}

// done ends an iteration. In the open model it counts from when it was due, in
// the closed from when it began.
func (l *loop) done(c *Client, class string) {
	from := c.began
	if l.run.open() {
		from = c.due
	}
	l.rec.Service(max(l.readAt-c.began, 0))
	took := max(l.readAt-from, 0)
	if class == "" {
		l.rec.OK(l.run.IterationOp, took)
	} else {
		l.rec.Fail(l.run.IterationOp, class, took)
	}
	c.state = started
	switch {
	case l.ended || c.flags&ending != 0:
		l.stopNow(c)
	case c.flags&ready != 0:
		l.freed(c, l.since(c)-max(c.began-max(c.due, c.freed), 0))
	}
}

// enterPhase tells the recorder whether the level keeps still. In the open
// model nothing is held before iterations come due.
func (l *loop) enterPhase(now time.Duration) {
	hold := holds(l.run.Load.Stages, now)
	if l.run.open() {
		origin := time.Duration(l.run.origin.Load())
		hold = origin > 0 && holds(l.run.rate.Stages, now-origin)
	}
	if l.ended || now >= l.endDue() {
		hold = l.phase == results.Hold // what is still in progress belongs where it began
	}
	if hold && !l.held {
		l.held, l.outcome.HoldStart = true, now
	}
	phase := results.Ramp
	if hold {
		phase = results.Hold
	}
	if phase != l.phase {
		l.phase = phase
		l.rec.Phase(phase)
	}
}

// phaseDue is when the phase may change next.
func (l *loop) phaseDue(now time.Duration) time.Duration {
	if !l.run.open() {
		return nextStage(l.run.Load.Stages, now)
	}
	origin := time.Duration(l.run.origin.Load())
	if origin == 0 {
		return never
	}
	if next := nextStage(l.run.rate.Stages, now-origin); next != never {
		return origin + next
	}
	return never
}

// over reports whether the load is: its time is up, or no client of any loop is
// left and none will come.
func (l *loop) over(now time.Duration) bool {
	return now >= l.endDue() || l.run.awake.Load() == 0
}

// endDue is when the load is over, as far as it is known.
func (l *loop) endDue() time.Duration {
	if !l.run.open() {
		return l.run.end
	}
	if origin := time.Duration(l.run.origin.Load()); origin > 0 {
		return origin + l.run.rate.Duration()
	}
	return never
}

const never = 1<<63 - 1

// end is the end of the load: clients that are free sign out, iterations in
// progress may go on for the graceful stop.
func (l *loop) end(now time.Duration) {
	if l.ended {
		return
	}
	l.ended = true
	l.outcome.HoldEnd = now
	l.cut = now + l.run.GracefulStop
	l.kill = l.cut + stopWait
	for i := range l.open {
		l.open[i].end(l, now)
	}
	for i := range l.clients {
		if c := &l.clients[i]; c.state != busy {
			l.stop(c)
		}
	}
}

// stopRest ends the iterations that the graceful stop was too short for.
func (l *loop) stopRest() {
	if l.stopAll {
		return
	}
	l.stopAll = true
	for i := range l.clients {
		if c := &l.clients[i]; c.state == busy {
			l.giveUp(c)
		}
	}
}

// interrupt ends the load at once: no iteration begins, those in progress are
// given up, and clients sign out.
func (l *loop) interrupt() {
	now := l.run.now()
	l.readAt = now
	if !l.ended {
		l.outcome.Interrupted = true
		l.end(now)
	}
	l.cut = now
	l.kill = now + stopWait
	l.stopRest()
}
