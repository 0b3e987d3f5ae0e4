package loadgen

import "time"

// Stretch is a part of a load in which it stays as it is.
type Stretch struct {
	First    time.Duration // when the first such part begins: from then on a run is held
	From, To time.Duration // of this one
}

// Steady returns the longest stretch in which a load keeps its level: in the open model the rate, of which the times
// are counted from when iterations begin to come due; in the closed model the number of clients, with times since the
// run's start. false: there is none.
func Steady(l Load, r Rate) (s Stretch, ok bool) {
	stages := l.Stages
	if !r.IsZero() {
		stages = r.lasting(lastDuration(stages)).Stages
	}
	var at, from time.Duration
	level := 0.0
	for _, stage := range stages {
		still := stage.Target == level && stage.Target > 0
		if level = stage.Target; !still {
			at += stage.Duration
			from = at
			continue
		}
		at += stage.Duration
		if at > from && !ok {
			s.First, ok = from, true
		}
		if at-from > s.To-s.From {
			s.From, s.To = from, at
		}
	}
	return s, ok
}
