package results

import (
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// Collector brings together what the recorders of one run measure, second by second, and writes it to the run directory
// as it comes. Make one with New, then Start, then Finish; the loops have their recorders in between.
type Collector struct {
	gauge
	cfg       Config
	series    []OpInfo
	recorders []*Recorder
	start     time.Time

	full    chan *interval // more room than there are intervals: sending never blocks
	done    sync.WaitGroup
	started bool

	// What follows is the goroutine's, and Finish's once that is over.
	total   *tally
	have    []*interval // the intervals of the second that is being completed, by recorder
	holds   []span
	at      time.Duration
	dir     *runDir // nil: nothing is written
	machine machine
	witness witness
}

// New prepares a run. It makes the run directory and its files, and returns an error if that cannot be done,
// if there is a run in it already, if operations are not named as they should be, or if a threshold
// asks for an operation that there is none of (a *ThresholdError).
func New(cfg Config) (*Collector, error) {
	if err := checkOps(cfg.Ops); err != nil {
		return nil, err
	}
	for _, t := range cfg.Thresholds {
		if err := t.Check(cfg.Ops); err != nil {
			return nil, err
		}
	}
	cfg.Recorders = max(cfg.Recorders, 1)
	if cfg.Run.Loops == 0 {
		cfg.Run.Loops = cfg.Recorders
	}
	c := &Collector{cfg: cfg, series: series(cfg.Ops), have: make([]*interval, cfg.Recorders)}
	c.machine.read = c.machine.readMachine
	c.full = make(chan *interval, (spares+1)*cfg.Recorders)
	c.total = newTally(c.series)
	if cfg.Fuzz != nil {
		c.total.fuzz = []*fuzzed{{}}
	}
	for i := range cfg.Recorders {
		c.recorders = append(c.recorders, newRecorder(c, i))
	}
	if cfg.Dir != "" {
		dir, err := createRunDir(cfg.Dir)
		if err != nil {
			return nil, err
		}
		c.dir = dir
	}
	return c, nil
}

// Recorder returns the recorder of the i-th loop.
func (c *Collector) Recorder(i int) *Recorder { return c.recorders[i] }

// Start begins the run: at is what all durations are counted from. It writes run.json. What cannot be
// written from now on stands in the error of Finish, and the run goes on.
func (c *Collector) Start(at time.Time) {
	c.start, c.started = at, true
	c.machine.begin()
	first := c.machine.read()
	c.witness.take(first, false)
	if c.dir != nil {
		c.dir.begin(at, c.cfg, first)
	}
	c.done.Go(c.collect)
}

// now is the time since the start. It reads the clock, and is for what happens seldom.
func (c *Collector) now() time.Duration {
	if c.start.IsZero() {
		return 0
	}
	return time.Since(c.start)
}

// collect takes intervals until there are no more. A second is complete when each recorder has handed one in;
// a recorder that is behind does not hold up the others for longer than until they have the next one ready.
func (c *Collector) collect() {
	for v := range c.full {
		if c.have[v.id] != nil {
			c.flush()
		}
		c.have[v.id] = v
		if c.complete() {
			c.flush()
		}
	}
	c.flush()
}

func (c *Collector) complete() bool {
	for _, v := range c.have {
		if v == nil {
			return false
		}
	}
	return true
}

// flush adds the intervals at hand to the total, writes them, and gives them back to their recorders.
func (c *Collector) flush() {
	sec := second{from: math.MaxInt64, cells: make([]taped, len(c.total.cells))}
	for _, v := range c.have {
		if v != nil {
			sec.add(v)
		}
	}
	if sec.from == math.MaxInt64 {
		return
	}
	before := c.at
	c.at = sec.to
	c.absorb(&sec)
	for _, f := range c.total.fuzz {
		f.Fuzz = *c.cfg.Fuzz(false)
		f.seconds = append(f.seconds, sec.fuzzSecond(before, c.series))
	}
	if sec.to > sec.from || sec.any() {
		c.publish(&sec)
	}
	for i, v := range c.have {
		if v != nil {
			v.reset()
			c.recorders[i].free <- v
			c.have[i] = nil
		}
	}
}

// publish writes a second and tells of it.
func (c *Collector) publish(sec *second) {
	sample := c.machine.sample(sec.to, sec.cells, c.series)
	c.total.cpu, c.total.maxRSS = sample.CPU, max(c.total.maxRSS, sample.MaxRSS)
	c.witness.take(sample, len(c.holds) > 0 && c.holds[0].From < sec.to)
	if c.dir != nil {
		c.dir.second(sec, c.series, c.counters(), sample)
	}
	if c.cfg.Progress != nil {
		c.cfg.Progress(c.tick(sec))
	}
}

// second is what all loops recorded in one second, as a rule. Its tapes are those of the intervals.
type second struct {
	from, to time.Duration
	cells    []taped
	parts    []*interval
}

// add takes an interval into the second. Where two loops recorded the same, the first one's tape takes both.
func (s *second) add(v *interval) {
	s.from, s.to = min(s.from, v.from), max(s.to, v.to)
	s.parts = append(s.parts, v)
	for i := range v.cells {
		s.cells[i].add(&v.cells[i])
	}
}

// any says whether anything was recorded.
func (s *second) any() bool {
	for _, v := range s.parts {
		if v.dropped.Total()+v.cut+v.clamped > 0 || len(v.moves)+len(v.counts) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(s.cells, func(c taped) bool { return c.ok.length()+c.failed.length() > 0 })
}

// absorb adds a second to the total.
func (c *Collector) absorb(s *second) {
	t := c.total
	for i := range s.cells {
		t.clamped += s.cells[i].addTo(&t.cells[i])
	}
	for i := opsIn(len(c.series)); i < len(c.series); i++ {
		if tape := s.cells[len(c.series)+i].ok; tape.length() > 0 {
			t.notePace(i, tapesAt(99, tape))
		}
	}
	for _, v := range s.parts {
		t.dropped.add(v.dropped)
		t.cut += v.cut
		t.clamped += v.clamped
		addCounts(t.violations, v.wrong)
		addCounts(t.events, v.counts)
		for _, e := range v.events {
			t.note(e)
		}
		if v.id == 0 {
			for _, m := range v.moves {
				c.move(m)
			}
		}
	}
}

// move notes a change of phase. All loops change at the same time, so that one is heard.
func (c *Collector) move(m move) {
	if m.phase == Hold {
		c.holds = append(c.holds, span{m.at, math.MaxInt64})
	} else if n := len(c.holds); n > 0 {
		c.holds[n-1].To = min(c.holds[n-1].To, m.at)
	}
}

// Finish ends the run, once the loops are over: it takes what the recorders still hold, writes the rest of the run directory
// and returns the summary. A run that was not started has none, and its directory is taken away again. The summary is there also when the error is not nil: that says what could not be written.
func (c *Collector) Finish(end End) (*Summary, error) {
	if !c.started {
		if c.dir != nil {
			c.dir.discard()
		}
		return nil, errors.New("results: finished without a start")
	}
	for _, r := range c.recorders {
		r.cur.to = max(end.At, r.cur.from)
		c.full <- r.cur
		r.cur = nil
	}
	close(c.full)
	c.done.Wait()
	end.At = max(end.At, c.at)
	if end.HoldEnd <= 0 {
		end.HoldEnd = end.At
	}
	c.total.loops, c.total.machine = c.cfg.Run.Loops, evidence(c.witness.from, c.witness.to)
	c.total.runs = []extent{{
		start: c.start, end: end.At, holds: closeHolds(c.holds, end.HoldEnd),
		clients: c.cfg.Run.Clients, peak: int(c.peak.Load()),
	}}
	for _, f := range c.total.fuzz {
		f.Fuzz, f.run = *c.cfg.Fuzz(true), c.total.runs[0]
	}
	s := summarize(c.total, c.cfg.Run, end, c.cfg.Thresholds)
	if c.dir == nil {
		return s, nil
	}
	return s, c.dir.finish(c.counters(), end, s)
}

// tick tells progress of a second.
func (c *Collector) tick(s *second) Tick {
	t := Tick{At: s.to, Length: s.to - s.from, Online: int(c.online.Load()), Dropped: c.total.dropped.Total()}
	if k := len(c.holds); k > 0 && c.holds[k-1].To > s.to {
		t.Phase = Hold
	}
	if c.dir != nil {
		t.Err = c.dir.fault()
	}
	n := len(c.series)
	for i, op := range c.series {
		ramp, hold := &s.cells[i], &s.cells[n+i]
		ok, failed := ramp.ok.length()+hold.ok.length(), ramp.failed.length()+hold.failed.length()
		if ok+failed == 0 {
			continue
		}
		at := func(p float64) time.Duration { return tapesAt(p, ramp.ok, ramp.failed, hold.ok, hold.failed) }
		switch op.Name {
		case lagName:
			t.LagP99 = at(99)
		case waitName, serviceName, pulseName:
		default:
			a, b := c.total.cell(Ramp, i), c.total.cell(Hold, i)
			t.Ops = append(t.Ops, OpTick{
				Name: op.Name, P50: at(50), P99: at(99), OK: ok, Failed: failed,
				TotalOK: count(a.ok) + count(b.ok), TotalFailed: count(a.failed) + count(b.failed),
			})
		}
	}
	return t
}
