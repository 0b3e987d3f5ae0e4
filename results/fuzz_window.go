package results

import "time"

// fuzzed is a run with sessions beside it.
type fuzzed struct {
	Fuzz
	seconds []fuzzSecond
	run     extent
}

// windows cuts a run in two: before sessions were played, and from then on. What failed because of them may come to
// light after the last: errors are taken to the end of the run, or to the next change of the load.
func (f *fuzzed) windows() (before, during *FuzzWindow) {
	until := f.run.end
	for _, h := range f.run.holds {
		if h.From >= f.To {
			until = min(until, h.From)
		}
	}
	before, during = newFuzzWindow(f.From-f.Clean), newFuzzWindow(min(f.To, f.run.end)-f.From)
	for _, s := range f.seconds {
		switch {
		case s.from >= f.Clean && s.to <= f.From:
			before.take(s, true)
		case s.from >= f.From && s.from < until:
			during.take(s, s.to <= f.To)
		}
	}
	return before, during
}

func newFuzzWindow(length time.Duration) *FuzzWindow {
	return &FuzzWindow{Duration: max(length, 0), Errors: map[string]int64{}, Lost: map[string]int64{}, Violations: map[string]int64{}}
}

// take adds a second, with its times if the load was full in all of it.
func (w *FuzzWindow) take(s fuzzSecond, times bool) {
	addCounts(w.Errors, s.errors)
	addCounts(w.Violations, s.violations)
	for _, class := range lostClasses {
		if n := s.events[class]; n > 0 {
			w.Lost[class] += n
		}
	}
	for _, class := range ownClasses {
		delete(w.Errors, class)
	}
	if times && s.p99 > 0 {
		w.seconds = append(w.seconds, s)
	}
}

// add adds the same window of another run.
func (w *FuzzWindow) add(from *FuzzWindow) {
	w.Duration += from.Duration
	addCounts(w.Errors, from.Errors)
	addCounts(w.Lost, from.Lost)
	addCounts(w.Violations, from.Violations)
	w.seconds = append(w.seconds, from.seconds...)
}

// tell works the times out of the seconds.
func (w *FuzzWindow) tell() {
	w.P50, w.P99, w.Slowest = medianOf(w.seconds, secondP50), medianOf(w.seconds, secondP99), 0
	for _, s := range w.seconds {
		w.Slowest = max(w.Slowest, s.p99)
	}
}

// fuzzSummary is what is said of the runs that had sessions beside them; nil: none had. Times are trusted if the
// measurement is valid.
func (t *tally) fuzzSummary(interrupted, valid bool) *FuzzSummary {
	var s *FuzzSummary
	for _, f := range t.fuzz {
		if s == nil {
			s = &FuzzSummary{Fuzz: f.Fuzz}
		} else {
			s.add(f.Fuzz)
		}
		if f.Sessions == 0 || interrupted {
			continue
		}
		before, during := f.windows()
		if s.Before == nil {
			s.Before, s.During = before, during
		} else {
			s.Before.add(before)
			s.During.add(during)
		}
	}
	if s == nil {
		return nil
	}
	s.Findings = orEmpty(s.Findings)
	if s.Before != nil {
		s.Before.tell()
		s.During.tell()
		s.Noticed = notice(s.Before, s.During, valid)
	}
	return s
}

// add adds what was played in another run.
func (s *FuzzSummary) add(from Fuzz) {
	s.Rate = max(s.Rate, from.Rate)
	s.Sessions += from.Sessions
	s.Commands += from.Commands
	s.Unconfirmed += from.Unconfirmed
	s.Findings = append(s.Findings, from.Findings...)
	if s.Error == "" {
		s.Error = from.Error
	}
}
