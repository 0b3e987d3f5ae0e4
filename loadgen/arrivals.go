package loadgen

import "time"

// arrivals is a loop's part of the open model: every loops-th arrival, and the
// clients that are free to take one, longest free first. There is no
// dispatcher: each loop computes when its own are due.
//
// A backlog, whether of a server that kept all clients busy or of a generator
// that stood still, is worked off at no more than twice the rate: what follows
// a stall should look like the load, not like an attack.
type arrivals struct {
	k       int64         // number of the next arrival, over all loops
	due     time.Duration // when it is; never: unknown, or none is left
	free    []*Client     // ring
	head    int
	count   int
	last    time.Duration // the turn of the last one
	starved time.Duration // until then an arrival was due and no client free
}

func (a *arrivals) init(l *loop) {
	a.k, a.due = int64(l.id), never
	if l.run.open() {
		a.free = make([]*Client, (l.run.Clients+l.run.loops-1)/l.run.loops)
	}
}

// settle counts one client more that was ready or has failed. When all have,
// iterations begin to come due.
func (r *run) settle(self *loop) {
	if r.settled.Add(1) < int64(r.settling()) || !r.open() {
		return
	}
	if r.origin.CompareAndSwap(0, int64(max(r.now(), 1))) {
		for _, l := range r.all {
			if l != self {
				l.driver.post(func() {}) // has it look
			}
		}
	}
}

// settling is how many clients must have settled: those of the first stage that
// has any.
func (r *run) settling() int {
	for _, s := range r.Load.Stages {
		if s.Target > 0 {
			return int(s.Target)
		}
	}
	return r.Clients
}

// fire begins the iterations that are due, as far as clients are free.
func (a *arrivals) fire(l *loop, now time.Duration) {
	if l.ended || !a.known(l) {
		return
	}
	for a.due <= now {
		if a.count == 0 {
			a.starved = never
			return
		}
		turn := a.pace(l, now)
		if turn > now {
			return
		}
		c := a.take()
		c.due = a.due
		if c.due <= a.starved {
			c.freed = now // it waited for a client, and then for its turn
		}
		// Counted from its turn rather than from now, so that timers which are a
		// little late do not add up; what was more is not caught up faster.
		a.last = max(turn, now-paceSlack)
		a.advance(l)
		l.begin(c)
	}
	if a.due > a.starved {
		a.starved = 0
	}
}

// known finds out when the next arrival is due.
func (a *arrivals) known(l *loop) bool {
	if a.due == never && a.k >= 0 {
		if l.run.origin.Load() == 0 {
			return false
		}
		a.schedule(l)
	}
	return a.due != never
}

func (a *arrivals) schedule(l *loop) {
	t, ok := l.run.rate.due(a.k)
	if !ok {
		a.k, a.due = -1, never
		return
	}
	a.due = time.Duration(l.run.origin.Load()) + t
}

func (a *arrivals) advance(l *loop) {
	a.k += int64(l.run.loops)
	a.schedule(l)
}

// paceSlack is how late a turn may be and still count as taken in time. Above
// some thousand per second, timers are later than the interval is long.
const paceSlack = time.Millisecond

// pace is when the next one may begin: when it is due, but within a backlog
// half an interval after the turn of the one before.
func (a *arrivals) pace(l *loop, now time.Duration) time.Duration {
	if a.last == 0 {
		return a.due
	}
	rate := l.run.rate.at(now-time.Duration(l.run.origin.Load())) / float64(l.run.loops)
	if rate <= 0 {
		return a.due
	}
	half := time.Duration(float64(time.Second) / rate / 2)
	return max(a.due, a.last+half)
}

// next is when fire has something to do.
func (a *arrivals) next(l *loop) time.Duration {
	if l.ended || a.count == 0 || !a.known(l) {
		return never
	}
	return a.pace(l, l.readAt)
}

// offer puts a client among the free ones.
func (a *arrivals) offer(l *loop, c *Client) {
	if a.starved == never {
		a.starved = l.readAt
	}
	i := (a.head + a.count) % len(a.free)
	a.free[i] = c
	a.count++
	c.place = int32(i)
}

// take takes the client that has been free for longest.
func (a *arrivals) take() *Client {
	c := a.free[a.head]
	a.free[a.head] = nil
	a.head = (a.head + 1) % len(a.free)
	a.count--
	c.place = -1
	return c
}

// withdraw takes a client out that is no longer free.
func (a *arrivals) withdraw(c *Client) {
	if c.place < 0 {
		return
	}
	// The ring closes up towards its end, so that there are never holes in it.
	n := len(a.free)
	for i := int(c.place); i != (a.head+a.count-1)%n; i = (i + 1) % n {
		a.free[i] = a.free[(i+1)%n]
		a.free[i].place = int32(i)
	}
	a.free[(a.head+a.count-1)%n] = nil
	a.count--
	c.place = -1
}

// drop counts what was due before the end and has not begun.
func (a *arrivals) drop(l *loop, now time.Duration) {
	n := int64(0)
	for a.known(l) && a.due < now {
		n++
		a.advance(l)
	}
	if n == 0 {
		return
	}
	l.rec.Dropped(int(n))
	if a.starved != 0 {
		l.outcome.DroppedWait += n
	} else {
		l.outcome.DroppedLag += n
	}
}
