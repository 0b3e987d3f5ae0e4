package results

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// summarize makes a summary of what was measured, and judges it.
func summarize(t *tally, info RunInfo, end End, thresholds []Threshold) *Summary {
	first := slices.MinFunc(t.runs, func(a, b extent) int { return a.start.Compare(b.start) })
	s := &Summary{
		SchemaVersion: schemaVersion, NudgeVersion: info.NudgeVersion, Scenario: info.Scenario, Mix: info.Mix, Seed: info.Seed, Target: info.Target,
		Start: Time{first.start}, Duration: union(t.runs, holdOnly), Whole: union(t.runs, wholeRun), Runs: len(t.runs),
		Clients: Clients{
			Configured: atOnce(t.runs, func(r extent) int { return r.clients }),
			PeakOnline: atOnce(t.runs, func(r extent) int { return r.peak }),
		},
		Dropped: t.dropped.Total(), DroppedBy: t.dropped, Cut: t.cut, Ops: []OpSummary{}, Violations: t.violations,
		Generator: Generator{t.cpu, t.maxRSS, t.loops, t.machine},
	}
	n := opsIn(len(t.series))
	s.ops = t.series[:n]
	for i := range n {
		if c := t.whole(i); count(c.ok)+count(c.failed) > 0 {
			over := s.Duration
			if t.series[i].SignIn {
				over = s.Whole
			}
			s.Ops = append(s.Ops, summarizeOp(t.series[i].Name, &c, over))
		}
	}
	s.wait, s.lag, s.service, s.pulse = t.whole(n+waitAt).ok, t.whole(n+lagAt).ok, t.whole(n+serviceAt).ok, t.whole(n+pulseAt).ok
	s.Wait, s.Lag, s.Service, s.Pulse = newSpread(s.wait), newSpread(s.lag), newLatency(s.service), newSpread(s.pulse)
	s.Events = eventCounts(t)
	s.Invalid = orEmpty(t.validity(s, info.Tick))
	s.Fuzz = t.fuzzSummary(end.Interrupted, len(s.Invalid) == 0)
	s.judge(t, end, thresholds)
	return s
}

func summarizeOp(name string, c *cell, over time.Duration) OpSummary {
	all := together(c.ok, c.failed)
	o := OpSummary{
		Name: name, Count: count(all), Errors: c.errors,
		Latency: newLatency(all), LatencyOK: newLatency(c.ok),
	}
	if o.Errors == nil {
		o.Errors = map[string]int64{}
	}
	if over > 0 {
		o.Rate = float64(count(c.ok)) / over.Seconds()
	}
	return o
}

func newLatency(h *histogram) Latency {
	if count(h) == 0 {
		return Latency{}
	}
	code, err := encode(h)
	if err != nil {
		panic("results: " + err.Error()) // a histogram that was recorded or decoded can be encoded
	}
	return Latency{
		Min: time.Duration(h.Min()), Mean: time.Duration(h.Mean()),
		P50: percentile(h, 50), P90: percentile(h, 90), P99: percentile(h, 99), P999: percentile(h, 99.9),
		Max: greatest(h), Histogram: code, h: h,
	}
}

func newSpread(h *histogram) Spread {
	if count(h) == 0 {
		return Spread{}
	}
	return Spread{percentile(h, 50), percentile(h, 99), greatest(h)}
}

// eventCounts lists the classes of events: violations first, then the most frequent.
func eventCounts(t *tally) (list []EventCount) {
	for key, n := range t.events {
		list = append(list, EventCount{key.kind, key.class, n, t.first[key]})
	}
	slices.SortFunc(list, func(a, b EventCount) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), -cmp.Compare(a.Count, b.Count), cmp.Compare(a.Class, b.Class))
	})
	return list
}

// judge sets the verdict and its reasons. A violation is a fact however late the generator was, and goes before
// an invalid measurement; that goes before a broken threshold.
func (s *Summary) judge(t *tally, end End, thresholds []Threshold) {
	var failed, invalid, broken []string
	for _, kind := range sortedKeys(t.violations) {
		failed = append(failed, fmt.Sprintf("violation %s: %s by the server", kind, times(t.violations[kind])))
	}
	failed = append(failed, s.Fuzz.wrong()...)
	failed = append(failed, end.Failures...)
	for _, r := range s.Invalid {
		invalid = append(invalid, r.What)
	}
	for _, th := range thresholds {
		o := th.Eval(s)
		s.Thresholds = append(s.Thresholds, o)
		if !o.OK {
			broken = append(broken, o.Reason())
		}
	}
	broken = append(broken, s.Fuzz.slow()...)
	switch {
	case end.Interrupted:
		s.Verdict, broken = Interrupted, nil
	case len(failed) > 0:
		s.Verdict = Fail
	case len(invalid) > 0:
		s.Verdict = Invalid
	case len(broken) > 0:
		s.Verdict = Fail
	default:
		s.Verdict = Pass
	}
	s.Reasons = orEmpty(slices.Concat(failed, invalid, broken))
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func values(n int64) string {
	if n == 1 {
		return "1 value was"
	}
	return fmt.Sprintf("%d values were", n)
}
