package results

import (
	"maps"
	"slices"
	"time"
)

// tally is all that was measured in one run or in several, from which a summary is made.
type tally struct {
	series     []OpInfo
	cells      []cell // phase by phase, each in the order of series
	dropped    Dropped
	cut        int64
	clamped    int64
	paces      paces
	machine    Evidence
	violations map[string]int64
	events     map[eventKey]int64
	first      map[eventKey]Event // the first of each class
	runs       []extent
	cpu        time.Duration
	maxRSS     int64
	loops      int
	fuzz       []*fuzzed // the runs that had sessions played beside them
}

// extent is where a run lies in time, and how many clients it had there.
type extent struct {
	start         time.Time
	end           time.Duration // since start
	holds         []span
	clients, peak int
}

func newTally(series []OpInfo) *tally {
	return &tally{
		series: series, cells: make([]cell, int(phases)*len(series)),
		violations: map[string]int64{}, events: map[eventKey]int64{}, first: map[eventKey]Event{},
	}
}

// cell is that of the i-th of the series in one phase.
func (t *tally) cell(p Phase, i int) *cell { return &t.cells[int(p)*len(t.series)+i] }

// index finds the series of a name, -1 if there is none.
func (t *tally) index(name string) int {
	return slices.IndexFunc(t.series, func(o OpInfo) bool { return o.Name == name })
}

// whole returns what a summary shows of the i-th of the series: everything for operations of signing in, hold for the others.
// The histograms are the caller's.
func (t *tally) whole(i int) cell {
	var c cell
	c.add(t.cell(Hold, i))
	if t.series[i].SignIn {
		c.add(t.cell(Ramp, i))
	}
	return c
}

// note counts an event and keeps it if it is the first of its class.
func (t *tally) note(e Event) {
	key := eventKey{e.Kind, e.Class}
	if first, ok := t.first[key]; !ok || e.At < first.At {
		t.first[key] = e
	}
}

// add adds what another run measured. Operations that t does not know come behind its own.
func (t *tally) add(from *tally) {
	for _, op := range from.series {
		if t.index(op.Name) < 0 {
			t.grow(op)
		}
	}
	for i, op := range from.series {
		j := t.index(op.Name)
		for p := range phases {
			t.clamped += t.cell(p, j).add(from.cell(p, i))
		}
	}
	t.dropped.add(from.dropped)
	t.cut += from.cut
	t.clamped += from.clamped
	addCounts(t.violations, from.violations)
	addCounts(t.events, from.events)
	for _, e := range from.first {
		t.note(e)
	}
	t.runs = append(t.runs, from.runs...)
	t.paces.add(from.paces)
	t.machine.add(from.machine)
	t.cpu += from.cpu
	t.maxRSS = max(t.maxRSS, from.maxRSS)
	t.loops += from.loops
	t.fuzz = append(t.fuzz, from.fuzz...)
}

// grow adds a series behind the other operations.
func (t *tally) grow(op OpInfo) {
	n := len(t.series)
	bigger := newTally(slices.Insert(slices.Clone(t.series), opsIn(n), op))
	for p := range phases {
		for i := range n {
			*bigger.cell(p, bigger.index(t.series[i].Name)) = *t.cell(p, i)
		}
	}
	t.series, t.cells = bigger.series, bigger.cells
}

func addCounts[K comparable, N int64 | time.Duration](into, from map[K]N) {
	for k, n := range from {
		into[k] += n
	}
}

// sum is the sum of counts by class.
func sum(m map[string]int64) (n int64) {
	for c := range maps.Values(m) {
		n += c
	}
	return n
}

// union is the length of time in which at least one of the runs was in one of the spans that of gives.
func union(runs []extent, of func(extent) []span) time.Duration {
	if len(runs) == 0 {
		return 0
	}
	zero := slices.MinFunc(runs, func(a, b extent) int { return a.start.Compare(b.start) }).start
	var all []span
	for _, r := range runs {
		off := r.start.Sub(zero)
		for _, s := range of(r) {
			all = append(all, span{s.From + off, s.To + off})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return int(a.From - b.From) })
	var total, end time.Duration
	for _, s := range all {
		if s.To > end {
			total += s.To - max(s.From, end)
			end = s.To
		}
	}
	return total
}

func wholeRun(r extent) []span { return []span{{0, r.end}} }
func holdOnly(r extent) []span { return r.holds }

// atOnce is the highest sum of what of gives over runs that were under way at the same time.
func atOnce(runs []extent, of func(extent) int) (most int) {
	for _, r := range runs {
		n := 0
		for _, o := range runs {
			if !o.start.After(r.start) && r.start.Before(o.start.Add(max(o.end, 1))) {
				n += of(o)
			}
		}
		most = max(most, n)
	}
	return most
}

// closeHolds ends the stretches of hold at a time, and drops what lies behind it.
func closeHolds(holds []span, at time.Duration) []span {
	var out []span
	for _, s := range holds {
		s.To = min(s.To, at)
		if s.To > s.From {
			out = append(out, s)
		}
	}
	return out
}
