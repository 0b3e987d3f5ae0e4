package results

import "time"

// fuzzSecond is what one second of a run with sessions beside it brought.
type fuzzSecond struct {
	from, to   time.Duration
	errors     map[string]int64 // operations that failed at full load, by class
	events     map[string]int64 // by class
	violations map[string]int64
	p50, p99   time.Duration // of service time at full load; 0: no iteration ended
	late       time.Duration // the greater of the p99s of lag and pulse: the generator's own lateness
}

// fuzzSecond is what is kept of a second as it was recorded. It begins where the one before ended.
func (s *second) fuzzSecond(from time.Duration, series []OpInfo) fuzzSecond {
	f := fuzzSecond{from: from, to: s.to, errors: map[string]int64{}, events: map[string]int64{}, violations: map[string]int64{}}
	n := opsIn(len(series))
	held := s.cells[len(series):]
	for i := range n {
		addCounts(f.errors, held[i].errors)
	}
	for _, v := range s.parts {
		addCounts(f.violations, v.wrong)
		for key, n := range v.counts {
			if key.kind == kindEvent {
				f.events[key.class] += n
			}
		}
	}
	if service := held[n+serviceAt].ok; service.length() > 0 {
		f.p50, f.p99 = tapesAt(50, service), tapesAt(99, service)
	}
	for _, own := range []*tape{held[n+lagAt].ok, held[n+pulseAt].ok} {
		if own.length() > 0 {
			f.late = max(f.late, tapesAt(99, own))
		}
	}
	return f
}

// pace keeps the times of a second out of the log.
func (l *loaded) pace(name string, to time.Duration, h *histogram) {
	s := l.paced[to]
	switch name {
	case serviceName:
		s.p50, s.p99 = percentile(h, 50), percentile(h, 99)
	case lagName, pulseName:
		s.late = max(s.late, percentile(h, 99))
	default:
		return
	}
	l.paced[to] = s
}

// fuzzLine takes a line of the counters of a run with sessions beside it: what it has more than the one before is a
// second's.
func (l *loaded) fuzzLine(before, line *countersLine) {
	if line.Fuzz == nil {
		return
	}
	if l.tally.fuzz == nil {
		l.tally.fuzz = []*fuzzed{{}}
	}
	f := l.tally.fuzz[0]
	f.Fuzz = *line.Fuzz
	if line.At <= before.At {
		return // how it ended
	}
	s := l.paced[line.At.Round(time.Millisecond)]
	s.from, s.to = before.At, line.At
	s.errors = beyond(line.held(), before.held())
	s.events = beyond(line.Events, before.Events)
	s.violations = beyond(line.Violations, before.Violations)
	f.seconds = append(f.seconds, s)
}

// held sums up the failures at full load, by class.
func (c *countersLine) held() map[string]int64 {
	all := map[string]int64{}
	for _, phases := range c.Ops {
		addCounts(all, phases[Hold.String()].Errors)
	}
	return all
}

// beyond is what was counted since an earlier count.
func beyond(now, before map[string]int64) map[string]int64 {
	more := map[string]int64{}
	for key, n := range now {
		if n > before[key] {
			more[key] = n - before[key]
		}
	}
	return more
}
