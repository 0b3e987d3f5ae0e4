package results

import (
	"sync/atomic"
	"time"
)

// Limits of what one recorder keeps of things that a peer can cause any number of.
const (
	maxEvents  = 1000    // events kept of each class
	maxClasses = 1000    // distinct classes of errors of an operation, of events, of violations; more are "other"
	maxText    = 8 << 10 // bytes kept of an event's text
)

// otherClass takes what comes in more classes than are kept apart.
const otherClass = "other"

// spares is how many intervals a recorder has at most: one being filled, one held until the other loops have
// completed the same second, one being written.
const spares = 3

// Recorder takes the measurements of one loop. Its methods are for one goroutine at a time, take no lock, and do not
// allocate once an operation has been seen in each of the recorder's intervals.
type Recorder struct {
	cells []taped // of the interval and phase being filled, by Op
	cur   *interval
	phase Phase
	made  int
	due   time.Duration // when the interval is to be handed over
	free  chan *interval

	c          *Collector
	id         int
	pacing     Op               // the first of those behind the operations
	kept       map[eventKey]int // events kept so far, by class
	violations map[string]bool  // kinds seen so far
}

// interval is what one loop recorded in one second, or in several when the writer was slow.
type interval struct {
	id       int           // of the recorder
	from, to time.Duration // since the run's start
	cells    []taped       // phase by phase, each by Op
	dropped  Dropped
	cut      int64
	clamped  int64
	moves    []move // changes of phase
	events   []Event
	counts   map[eventKey]int64 // events, kept and left out
	wrong    map[string]int64   // violations by kind
}

// move is a change of phase.
type move struct {
	at    time.Duration
	phase Phase
}

func newInterval(id, series int) *interval {
	return &interval{id: id, cells: make([]taped, int(phases)*series), counts: map[eventKey]int64{}, wrong: map[string]int64{}}
}

// reset empties the interval and keeps its memory.
func (v *interval) reset() {
	for i := range v.cells {
		v.cells[i].empty()
	}
	v.dropped, v.cut, v.clamped = Dropped{}, 0, 0
	v.moves, v.events = v.moves[:0], v.events[:0]
	clear(v.counts)
	clear(v.wrong)
}

func newRecorder(c *Collector, id int) *Recorder {
	n := len(c.series)
	r := &Recorder{
		c: c, id: id, due: time.Second, made: 1, free: make(chan *interval, spares),
		pacing: Op(opsIn(n)), kept: map[eventKey]int{}, violations: map[string]bool{},
	}
	r.fill(newInterval(id, n))
	return r
}

// fill makes v the interval that is being recorded into.
func (r *Recorder) fill(v *interval) {
	n := len(r.c.series)
	r.cur = v
	r.cells = v.cells[int(r.phase)*n : (int(r.phase)+1)*n]
}

// OK records an operation that succeeded and took d.
func (r *Recorder) OK(op Op, d time.Duration) {
	t := r.cells[op].ok
	if t == nil {
		t = &tape{}
		r.cells[op].ok = t
	}
	if uint64(d) > uint64(Longest) {
		d = r.clamp(d)
	}
	t.record(d)
}

// Fail records an operation that failed after d, a timeout at the timeout. class is short and stable: "timeout",
// "refused", "reset", "closed", a server's number, "protocol". The recorder keeps the string.
func (r *Recorder) Fail(op Op, class string, d time.Duration) {
	c := &r.cells[op]
	if c.failed == nil {
		c.failed, c.errors = &tape{}, map[string]int64{}
	}
	if uint64(d) > uint64(Longest) {
		d = r.clamp(d)
	}
	c.failed.record(d)
	if _, ok := c.errors[class]; !ok && len(c.errors) >= maxClasses {
		class = otherClass
	}
	c.errors[class]++
}

// clamp brings d within the range of the histograms, so that a value outside is counted and not lost.
func (r *Recorder) clamp(d time.Duration) time.Duration {
	r.cur.clamped++
	return min(max(d, 0), Longest)
}

// Online adds delta to the number of clients that are signed in.
func (r *Recorder) Online(delta int) {
	now := r.c.online.Add(int64(delta))
	for peak := r.c.peak.Load(); now > peak && !r.c.peak.CompareAndSwap(peak, now); {
		peak = r.c.peak.Load()
	}
}

// Cut counts an iteration that was begun and given up, since the run could not wait for its end any longer.
func (r *Recorder) Cut() { r.cur.cut++ }

// Phase says which part of the load what is recorded from now on belongs to. A run begins in Ramp.
func (r *Recorder) Phase(p Phase) {
	if p == r.phase {
		return
	}
	r.phase = p
	r.cur.moves = append(r.cur.moves, move{r.c.now(), p})
	r.fill(r.cur)
}

// Tick tells the time since the run's start. It is to be called at least once a second, also when nothing happens;
// calls in between cost a comparison. When a second is over, what was recorded in it goes to the collector.
// Tick never waits: while the collector is behind, the same interval is filled on and handed over later, so that
// a slow disk makes lines of more than a second but loses nothing.
func (r *Recorder) Tick(now time.Duration) {
	if now < r.due {
		return
	}
	next := r.spare()
	if next == nil {
		return
	}
	full := r.cur
	full.to = now.Truncate(time.Second)
	next.from = full.to
	r.due = full.to + time.Second
	r.fill(next)
	r.c.full <- full // there is room for every interval that was made
}

// spare returns an empty interval, nil if all are with the collector.
func (r *Recorder) spare() *interval {
	select {
	case v := <-r.free:
		return v
	default:
	}
	if r.made == spares {
		return nil
	}
	r.made++
	return newInterval(r.id, len(r.c.series))
}

// gauge is the number of clients online and the highest that it was, over all loops.
type gauge struct{ online, peak atomic.Int64 }
