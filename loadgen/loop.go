package loadgen

import (
	"context"
	"io"
	"time"

	"nudge/results"
)

// driver moves the bytes of one loop. All but post is for the loop's thread.
type driver interface {
	dial(c *Conn)             // ends in loop.opened or loop.over
	send(c *Conn, b []byte)   // writes, or keeps
	close(c *Conn)            // lets go of it
	wait(until time.Duration) // handles what came, waiting for something until then
	post(f func())            // runs f on the loop; from any goroutine
	shut()                    // lets go of everything, once the loop is over
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
	turns   changes
	dials   dialQueue
	names   resolved
	failed  []*Conn // whose err is to be told

	open    arrivals
	awake   int // clients that have not exited
	phase   results.Phase
	ended   bool          // the load is over: no iteration begins
	cut     time.Duration // when iterations in progress are ended; 0: not known yet
	kill    time.Duration // when everything is closed
	stopAll bool          // all clients were told to stop
	outcome Outcome
	err     error
}

// stopWait is how long clients may take to sign out.
const stopWait = 5 * time.Second

func newLoop(r *run, id int) (*loop, error) {
	l := &loop{run: r, id: id, rec: r.Recorder(id), turns: r.Load.changes()}
	n := (r.Clients - id + r.loops - 1) / r.loops
	l.timers.init(n * slots)
	l.dials.every = time.Duration(float64(time.Second) * float64(r.loops) / r.ConnectRate)
	l.open.init(l)
	var err error
	if l.driver, err = newDriver(l); err != nil {
		return nil, err
	}
	l.clients = make([]Client, n)
	for i := range l.clients {
		c := &l.clients[i]
		c.loop, c.index, c.place = l, int32(i), -1
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
		l.rec.Tick(now)
		l.enterPhase(now)
		l.fire(now)
		l.tellFailed()
		if l.ended && (l.awake == 0 || now >= l.kill) {
			return
		}
		l.driver.wait(l.nextDue(now))
		l.tellFailed()
	}
}

// finish closes whatever is left.
func (l *loop) finish() {
	for i := range l.clients {
		l.closeAll(&l.clients[i])
	}
	l.outcome.End = l.run.now()
	if l.outcome.HoldEnd == 0 {
		l.outcome.HoldEnd = l.outcome.End
	}
	l.rec.Tick(l.outcome.End)
}

// fire does all that is due.
func (l *loop) fire(now time.Duration) {
	l.readAt = now
	if !l.ended && l.over(now) {
		l.end(now)
	}
	for !l.ended {
		turn, ok := l.turns.peek()
		if !ok || turn.at > now {
			break
		}
		l.turns.next()
		l.turn(turn)
	}
	for {
		t, ok := l.timers.next()
		if !ok || t.due > now {
			break
		}
		l.timers.clear(t.slot)
		c := &l.clients[t.slot/slots]
		if t.slot%slots == slotWake {
			c.handler.Wake()
		} else {
			l.begin(c)
		}
	}
	l.open.fire(l, now)
	l.dials.fire(l, now)
	if l.ended && now >= l.cut {
		l.stopRest()
	}
}

// nextDue is when the loop must not sleep any longer.
func (l *loop) nextDue(now time.Duration) time.Duration {
	next := now.Truncate(time.Second) + time.Second // the recorder's intervals
	if t, ok := l.timers.next(); ok {
		next = min(next, t.due)
	}
	if turn, ok := l.turns.peek(); ok && !l.ended {
		next = min(next, turn.at)
	}
	next = min(next, l.open.next(l), l.dials.next())
	switch {
	case !l.ended:
		next = min(next, l.endDue())
	case now < l.cut:
		next = min(next, l.cut)
	default:
		next = min(next, l.kill)
	}
	return next
}

// turn starts or stops the client whose turn it is, if it is this loop's.
func (l *loop) turn(t change) {
	if t.client%l.run.loops != l.id {
		return
	}
	c := &l.clients[t.client/l.run.loops]
	switch {
	case t.start && c.state == asleep:
		c.state = started
		c.flags &^= ready | ending
		l.awake++
		c.handler.Start()
	case t.start:
		c.flags &^= ending // comes back before it was gone; a stopping one stays away
	default:
		l.stop(c)
	}
}

// stop has a client sign out, after the iteration in progress.
func (l *loop) stop(c *Client) {
	switch c.state {
	case asleep, stopping:
		return
	case busy:
		c.flags |= ending
		return
	case free:
		l.taken(c)
	}
	l.stopNow(c)
}

func (l *loop) stopNow(c *Client) {
	c.state = stopping
	l.timers.clear(c.slot(slotDue))
	c.handler.Stop()
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
	l.timers.clear(c.slot(slotWake))
	l.timers.clear(c.slot(slotDue))
	l.closeAll(c)
	l.awake--
}

func (l *loop) closeAll(c *Client) {
	for c.conns != nil {
		l.drop(c.conns)
	}
}

// settle counts a client that was ready or has failed.
func (l *loop) settle(c *Client) {
	if c.flags&settled == 0 {
		c.flags |= settled
		l.run.settle(l)
	}
}

// background runs f beside the loop.
func (l *loop) background(f func(ctx context.Context) func()) {
	r := l.run
	r.workers.Go(func() {
		select {
		case r.rest <- struct{}{}:
			defer func() { <-r.rest }()
		case <-r.context.Done():
			return
		}
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

func (l *loop) tellFailed() {
	for len(l.failed) > 0 {
		c := l.failed[len(l.failed)-1]
		l.failed = l.failed[:len(l.failed)-1]
		l.overBy(c, c.err, l.run.now())
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
