package loadgen

import "time"

// arrivals is a loop's part of the open model for one kind of clients: those
// arrivals that fall to its clients, and the clients that are free to take one,
// longest free first. There is no dispatcher: each loop computes when its own
// are due. The arrivals of a kind stand evenly among all, as many as its share
// says, and its clients have them in turn, so that a loop gets what its clients
// are of all. A kind whose clients are all busy holds up no other.
//
// A backlog, whether of a server that kept all clients busy or of a generator
// that stood still, is worked off at no more than twice the rate: what follows
// a stall should look like the load, not like an attack.
//
// What an arrival is late is told apart by a second reckoning beside the clock:
// its turn in the hands of a generator that is never late, which begins the
// arrival when it is due, half an interval after the turn before within a
// backlog, and not before a client is free. Until then it is wait; lag is what
// this generator was later. A client counts as free as much earlier as its last
// iteration began late. So a server that stands still makes wait alone, also
// while its backlog drains, and a generator that does lag alone.
type arrivals struct {
	share   float64 // of all arrivals that are the kind's
	phase   float64 // where between two of them its own begin, so that kinds do not all begin at once
	clients int64   // of the kind, in all loops
	members []int32 // those of the loop, by number among them

	round int64         // of the next arrival: how often each client had its turn
	at    int           // whose turn it is, among the members
	none  bool          // no arrival is left
	due   time.Duration // when the next one is; never: unknown, or none is left
	free  timers        // clients, by since when they are
	last  time.Duration // the turn of the last one, which keeps the pace; 0: there was none
	ideal time.Duration // the same of a generator that is never late
	began time.Duration // when it did begin
}

func (a *arrivals) init(l *loop, kind int) {
	k := &l.run.kinds
	a.due, a.none = never, true
	if !k.list[kind].Iterations {
		return
	}
	a.share, a.phase = k.share(kind), float64(kind)/float64(len(k.list))
	a.clients, a.members = int64(k.counts[kind]), l.run.members(l.id, kind)
	a.none = len(a.members) == 0
	a.free.init((l.run.Clients + l.run.loops - 1) / l.run.loops)
}

// settleWait bounds how long the open model waits for clients that are neither
// ready nor failed: since the ramp, and since one last was.
const settleWait = 5 * time.Minute

// settle counts one client more that was ready or has failed. When all have,
// iterations begin to come due.
func (r *run) settle(self *loop) {
	if !r.open() {
		return
	}
	now := r.now()
	r.seen.Store(int64(now))
	if r.settled.Add(1) >= int64(r.settling()) {
		r.arrive(self, now)
	}
}

// settleLate gives up waiting for clients that do not settle.
func (r *run) settleLate(self *loop, now time.Duration) {
	if !r.open() || r.origin.Load() != 0 {
		return
	}
	if now >= max(r.Load.Stages[0].Duration, time.Duration(r.seen.Load()))+settleWait {
		r.arrive(self, now)
	}
}

// arrive has iterations come due from now on, for all loops.
func (r *run) arrive(self *loop, now time.Duration) {
	if r.origin.CompareAndSwap(0, int64(max(now, 1))) {
		r.wakeOthers(self)
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
	if !a.known(l) {
		return
	}
	for a.due <= now && len(a.free.heap) > 0 {
		half := a.half(l, now)
		turn := a.turn(a.last, half)
		if turn > now {
			return
		}
		c := a.take(l)
		c.due = a.due
		c.freed = max(a.turn(a.ideal, half), c.freed)
		a.ideal = c.freed
		// Counted from its turn rather than from now, so that timers which are a
		// little late do not add up; after a stall nothing is caught up faster.
		a.last = turn
		if now-turn > paceSlack+l.run.Tick {
			a.last = now
		}
		a.advance(l)
		l.begin(c)
		a.began = c.began
	}
}

// known finds out when the next arrival is due.
func (a *arrivals) known(l *loop) bool {
	if a.due == never && !a.none {
		if l.run.origin.Load() == 0 {
			return false
		}
		a.schedule(l)
	}
	return a.due != never
}

func (a *arrivals) schedule(l *loop) {
	n := a.round*a.clients + int64(a.members[a.at])
	t, ok := l.run.rate.reaches((float64(n) + a.phase) / a.share)
	if !ok {
		a.none, a.due = true, never
		return
	}
	a.due = time.Duration(l.run.origin.Load()) + t
}

func (a *arrivals) advance(l *loop) {
	if a.at++; a.at == len(a.members) {
		a.round, a.at = a.round+1, 0
	}
	a.schedule(l)
}

// paceSlack is how late a turn may be and still count as taken in time: of what a
// busy machine takes from a loop now and then, a backlog is none the longer.
const paceSlack = 10 * time.Millisecond

// turn is when the next one may begin: when it is due, but within a backlog
// half an interval after the turn before, if there was one.
func (a *arrivals) turn(before, half time.Duration) time.Duration {
	if before == 0 {
		return a.due
	}
	return max(a.due, before+half)
}

// half is half the loop's interval between arrivals: of the rate now, or where
// that is none, of the rate when the next one was due.
func (a *arrivals) half(l *loop, now time.Duration) time.Duration {
	origin := time.Duration(l.run.origin.Load())
	rate := l.run.rate.at(now - origin)
	if rate <= 0 {
		rate = l.run.rate.at(a.due - origin)
	}
	if rate <= 0 {
		return 0
	}
	own := rate * a.share * float64(len(a.members)) / float64(a.clients)
	return time.Duration(float64(time.Second) / own / 2)
}

// next is when fire has something to do.
func (a *arrivals) next(l *loop) time.Duration {
	if l.ended || len(a.free.heap) == 0 || !a.known(l) {
		return never
	}
	return a.turn(a.last, a.half(l, l.readAt))
}

// offer puts a client among the free ones.
func (a *arrivals) offer(c *Client) { a.free.set(c.index, c.freed) }

// take takes the client that has been free for longest.
func (a *arrivals) take(l *loop) *Client {
	first, _ := a.free.next()
	a.free.clear(first.slot)
	return &l.clients[first.slot]
}

// withdraw takes a client out that is no longer free.
func (a *arrivals) withdraw(c *Client) {
	if len(a.free.heap) > 0 {
		a.free.clear(c.index)
	}
}

// end counts what was due before the end and has not begun: for lag what a
// generator that is never late would have begun, as far as clients are known to
// have been free for it, for wait the rest. No client is free any more.
func (a *arrivals) end(l *loop, now time.Duration) {
	late := a.began
	if len(a.free.heap) > 0 {
		late = now
	}
	var lag, wait int64
	for a.known(l) && a.due < now {
		if a.ideal = a.turn(a.ideal, a.half(l, now)); a.ideal < late {
			lag++
		} else {
			wait++
		}
		a.advance(l)
	}
	l.rec.DroppedLag(lag)
	l.rec.DroppedWait(wait)
	l.outcome.DroppedLag += lag
	l.outcome.DroppedWait += wait
	for len(a.free.heap) > 0 {
		a.take(l)
	}
}
