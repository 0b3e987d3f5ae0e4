package loadgen

import (
	"context"
	"io"
	"net/netip"
	"time"

	"nudge/results"
)

// driver moves the bytes of one loop. All but post is for the loop's thread.
type driver interface {
	dial(c *Conn, from []netip.Addr) // from the first that has ports left; ends in loop.opened or loop.over
	send(c *Conn, b []byte)          // writes, or keeps
	close(c *Conn)                   // lets go of it
	wait(until time.Duration)        // handles what came, waiting for something until then
	post(f func())                   // runs f on the loop, unless that is over; from any goroutine but a loop's
	wake()                           // has wait return; from any goroutine, and never waits
	shut()                           // lets go of everything and drops what is posted; more than once does no harm
}

// loop is one thread and its clients: number i, i+loops, i+2·loops …
type loop struct {
	run     *run
	id      int
	driver  driver
	rec     *results.Recorder
	clients []Client
	timers  timers
	readAt  time.Duration
	ready   time.Duration // since when what is being handled may have waited to be read; 0: not at all
	turnAt  time.Duration // when the turn began
	pulse   time.Duration // when the loop must wake to see whether it is in time
	turns   changes
	dials   dialQueue
	locals  locals
	names   names
	atOnce  []*Client // whose next iteration is due already; kept out of timers, since there it would cost most
	failed  []*Conn   // whose err is to be told
	calls   []*Client // that are to be told to stop or start, once a handler's call has returned

	open    []arrivals // of the open model, by kind; else nil
	awake   int        // clients that have not exited
	coming  bool       // turns are left: more clients may come
	phase   results.Phase
	held    bool          // outcome.HoldStart is known
	ended   bool          // the load is over: no iteration begins
	cut     time.Duration // when iterations in progress are ended; 0: not known yet
	kill    time.Duration // when everything is closed
	stopAll bool          // all clients were told to stop
	outcome Outcome
	err     error
}

// stopWait is how long a client may take to sign out.
const stopWait = 5 * time.Second

func newLoop(r *run, id int) (*loop, error) {
	l := &loop{run: r, id: id, rec: r.Recorder(id), turns: r.Load.changes(), coming: true}
	n := (r.Clients - id + r.loops - 1) / r.loops
	l.timers.init(n * slots)
	l.locals.init(r.LocalAddrs, id)
	l.dials.every = time.Duration(float64(time.Second) * float64(r.loops) / r.ConnectRate)
	if r.open() {
		l.open = make([]arrivals, len(r.kinds.list))
		for kind := range l.open {
			l.open[kind].init(l, kind)
		}
	}
	var err error
	if l.driver, err = newDriver(l); err != nil {
		return nil, err
	}
	l.clients = make([]Client, n)
	for i := range l.clients {
		c := &l.clients[i]
		c.loop, c.index = l, int32(i)
		c.kind = r.kinds.kind(c.ID())
		c.random.init(r.Seed, c.ID())
		c.handler = r.New(c)
	}
	return l, nil
}

// live is the life of the loop.
func (l *loop) live() {
	defer l.finish()
	if p, ok := l.driver.(interface{ pin() func() }); ok {
		defer p.pin()()
	}
	for l.err == nil {
		now := l.run.now()
		l.turnAt, l.ready = now, 0
		l.rec.Tick(now)
		l.enterPhase(now)
		l.fire(now)
		l.tell()
		if l.ended && (l.awake == 0 || now >= l.kill) {
			return
		}
		l.driver.wait(l.nextDue(now))
		l.tell()
	}
	for _, other := range l.run.all {
		if other != l {
			other.driver.post(other.interrupt)
		}
	}
}

// finish closes whatever is left, and takes no more posts: whoever is at one
// goes on.
func (l *loop) finish() {
	for i := range l.clients {
		l.closeAll(&l.clients[i])
	}
	l.driver.shut()
	l.outcome.End = l.run.now()
	if l.outcome.HoldEnd == 0 {
		l.outcome.HoldEnd = l.outcome.End
	}
	l.rec.Tick(l.outcome.End)
}

// fire does all that is due.
func (l *loop) fire(now time.Duration) {
	l.readAt = now
	l.beat(now)
	l.dials.begun = 0
	if !l.ended && l.over(now) {
		l.arrive(min(now, l.endDue())) // what has come due since the last turn
		l.end(now)
	}
	for !l.ended {
		turn, ok := l.turns.peek()
		if !ok && l.coming {
			l.coming = false
			l.run.left(l)
		}
		if !ok || turn.at > now {
			break
		}
		l.turns.next()
		l.turn(turn)
	}
	l.fireTimers(now)
	l.goOn()
	if !l.ended {
		l.run.settleLate(l, now)
		l.enterPhase(now) // arrivals may have begun to come due
		l.arrive(now)
	}
	l.dials.begin(l, now)
	l.dials.expire(l, now)
	if l.ended && now >= l.cut {
		l.stopRest()
	}
}

// pulseEvery is how often a loop wakes to see whether it is in time. It is no
// multiple of what schedulers count in, so as not to meet always the same.
const pulseEvery = 9700 * time.Microsecond

// beat records how late the loop is for its pulse: what a reply had to wait for
// it, whether any due time shows that or not.
func (l *loop) beat(now time.Duration) {
	if now < l.pulse {
		return
	}
	if l.pulse > 0 {
		l.rec.Pulse(now - l.pulse)
	}
	l.pulse = l.run.onTick(now + pulseEvery)
}

// since is from when on what a client is being told could have been read, by a
// loop that is never busy with other things, but not before its iteration began.
func (l *loop) since(c *Client) time.Duration {
	if l.ready > 0 {
		return min(max(l.ready, c.began), l.readAt)
	}
	return l.readAt
}

// arrive begins what has come due in the open model.
func (l *loop) arrive(now time.Duration) {
	for i := range l.open {
		l.open[i].fire(l, now)
	}
}

// kind is what a client is.
func (l *loop) kind(c *Client) *Kind { return &l.run.kinds.list[c.kind] }

// fireTimers does what timers are due, of which there may be as many as there
// were at first: a handler that asks for a Wake at once, in each of them, does
// not keep the loop from reading.
func (l *loop) fireTimers(now time.Duration) {
	for range len(l.timers.heap) {
		t, ok := l.timers.next()
		if !ok || t.due > now {
			return
		}
		l.timers.clear(t.slot)
		c := &l.clients[t.slot/slots]
		l.readAt = now
		switch {
		case t.slot%slots == slotWake:
			c.handler.Wake()
		case c.state == free:
			l.begin(c)
		case c.state == busy: // its time was up when the load fell
			l.giveUp(c)
		case c.state == stopping:
			l.exit(c)
		}
	}
}

// nextDue is when the loop must not sleep any longer.
func (l *loop) nextDue(now time.Duration) time.Duration {
	next := min(l.pulse, now.Truncate(time.Second)+time.Second) // the recorder's intervals
	if t, ok := l.timers.next(); ok {
		next = min(next, t.due)
	}
	if len(l.atOnce) > 0 {
		next = now
	}
	if turn, ok := l.turns.peek(); ok && !l.ended {
		next = min(next, turn.at)
	}
	next = min(next, l.dials.next(l))
	for i := range l.open {
		next = min(next, l.open[i].next(l))
	}
	switch {
	case !l.ended && l.run.awake.Load() == 0:
		return now
	case !l.ended:
		next = min(next, l.endDue(), l.phaseDue(now))
	case now < l.cut:
		next = min(next, l.cut)
	default:
		next = min(next, l.kill)
	}
	return l.run.onTick(next)
}

// settle counts a client that was ready or has failed.
func (l *loop) settle(c *Client) {
	if c.flags&settled == 0 {
		c.flags |= settled
		l.run.settle(l)
	}
}

// beside runs f beside the loop, and what it returns on the loop.
func (l *loop) beside(f func(ctx context.Context) func()) {
	r := l.run
	r.workers.Go(func() {
		if then := f(r.context); then != nil && r.context.Err() == nil {
			l.driver.post(func() {
				l.readAt = r.now()
				then()
			})
		}
	})
}

// opened is called by the driver once a connection stands.
func (l *loop) opened(c *Conn, at time.Duration) {
	if c.state != connDialing || c.err != nil {
		return
	}
	l.readAt = at
	c.state, c.opened = connOpen, at
	c.client.handler.Opened(c)
}

// data is called by the driver with what was read. It returns what the handler
// has not consumed, a view of b.
func (l *loop) data(c *Conn, b []byte, at time.Duration) []byte {
	l.readAt = at
	n := c.client.handler.Data(c, b)
	rest := b[min(max(n, 0), len(b)):]
	if len(rest) > maxUnread && c.state == connOpen {
		l.lost(c, errUnread)
	}
	return rest
}

// overBy is called by the driver when a connection has ended, or could not be
// opened; io.EOF: the peer ended it.
func (l *loop) overBy(c *Conn, err error, at time.Duration) {
	if c.state == connOver {
		return
	}
	if err == nil {
		err = io.EOF
	}
	l.readAt = at
	l.drop(c)
	c.client.handler.Closed(c, err)
}

// lost ends a connection from within a handler's call: Closed comes after it.
func (l *loop) lost(c *Conn, err error) {
	if c.err == nil && c.state != connOver {
		c.err = err
		l.failed = append(l.failed, c)
	}
}

// drop lets go of a connection.
func (l *loop) drop(c *Conn) {
	if c.state == connOver {
		return
	}
	was := c.state
	c.state = connOver
	c.unlink()
	if was != connWaiting {
		l.driver.close(c)
	}
	c.unread, c.unsent = nil, nil
}
