package results

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// countersLine is a line of counters.ndjson: what was counted from the start of the run until a second was over.
type countersLine struct {
	At         time.Duration                 `json:"t_ns"` // since the run's start
	Online     int                           `json:"online"`
	PeakOnline int                           `json:"peak_online"`
	Dropped    int64                         `json:"dropped"`
	DroppedBy  Dropped                       `json:"dropped_by"`
	Cut        int64                         `json:"cut"`
	Clamped    int64                         `json:"clamped"`
	Hold       [][2]time.Duration            `json:"hold_ns"`    // from and to of each stretch of hold so far
	Ops        map[string]map[string]opCount `json:"ops"`        // by name, then phase
	Violations map[string]int64              `json:"violations"` // by kind
	Events     map[string]int64              `json:"events"`     // by class, with those that events.ndjson leaves out
	Fuzz       *Fuzz                         `json:"fuzz,omitempty"`
	End        *endLine                      `json:"end,omitempty"`
}

// opCount counts one operation in one phase.
type opCount struct {
	OK     int64            `json:"ok"`
	Failed int64            `json:"failed"`
	Errors map[string]int64 `json:"errors,omitempty"`
}

// endLine is End, in the last line of a run that came to its end.
type endLine struct {
	HoldEnd     time.Duration `json:"hold_end_ns"`
	Interrupted bool          `json:"interrupted"`
	Failures    []string      `json:"failures"`
}

func newEndLine(e End) *endLine {
	return &endLine{e.HoldEnd, e.Interrupted, orEmpty(e.Failures)}
}

// orEmpty makes JSON say [] instead of null.
func orEmpty[S ~[]E, E any](s S) S {
	if s == nil {
		return S{}
	}
	return s
}

// counters is the state of the total as a line.
func (c *Collector) counters() countersLine {
	t := c.total
	l := countersLine{
		At: c.at, Online: int(c.online.Load()), PeakOnline: int(c.peak.Load()), Dropped: t.dropped.Total(), DroppedBy: t.dropped, Cut: t.cut, Clamped: t.clamped,
		Hold: [][2]time.Duration{}, Ops: map[string]map[string]opCount{}, Violations: t.violations, Events: map[string]int64{},
	}
	for _, f := range t.fuzz {
		l.Fuzz = &f.Fuzz
	}
	for _, s := range closeHolds(c.holds, c.at) {
		l.Hold = append(l.Hold, [2]time.Duration{s.From, s.To})
	}
	for i, op := range t.series {
		for p := range phases {
			cell := t.cell(p, i)
			n := opCount{count(cell.ok), count(cell.failed), cell.errors}
			if n.OK+n.Failed == 0 {
				continue
			}
			if l.Ops[op.Name] == nil {
				l.Ops[op.Name] = map[string]opCount{}
			}
			l.Ops[op.Name][p.String()] = n
		}
	}
	for key, n := range t.events {
		if key.kind == kindEvent {
			l.Events[key.class] += n
		}
	}
	return l
}

// leftOutLine ends events.ndjson for a class of which not all could be kept.
type leftOutLine struct {
	Kind    string `json:"kind"`
	Class   string `json:"class"`
	LeftOut int64  `json:"left_out"`
}

// leftOut gives a line for each class of which there were more events than were written.
func (d *runDir) leftOut(last countersLine) (b []byte) {
	var lines []leftOutLine
	for _, kind := range []struct {
		name   string
		counts map[string]int64
	}{{kindEvent, last.Events}, {kindViolation, last.Violations}} {
		for class, n := range maps.All(kind.counts) {
			if left := n - d.written[eventKey{kind.name, class}]; left > 0 {
				lines = append(lines, leftOutLine{kind.name, class, left})
			}
		}
	}
	slices.SortFunc(lines, func(a, b leftOutLine) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Class, b.Class))
	})
	for _, l := range lines {
		b = append(b, line(l)...)
	}
	return b
}
