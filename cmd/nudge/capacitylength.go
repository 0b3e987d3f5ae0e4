package main

import (
	"math"
	"slices"
	"time"

	"nudge/loadgen/scenario"
	"nudge/results"
)

// lengths says how long a step has to be for the percentiles of its thresholds to mean something: until
// results.TailValues values are to be expected above each, at the rate that the steps before had.
type lengths struct {
	least, most time.Duration
	tails       []highTail
	perLevel    map[string]float64 // values per second of an operation at level 1, of the last step
}

// highTail is a threshold of a percentile.
type highTail struct {
	expr, op string
	values   float64 // needed
}

// maxLonger is how many times as long as asked for a step may be.
const maxLonger = 6

func newLengths(p *capacityPlan) lengths {
	l := lengths{least: p.step, most: maxLonger * p.step, perLevel: map[string]float64{}}
	ops := scenario.Ops()
	for _, t := range p.cfg.Results.Thresholds {
		name, percent := t.Tail()
		if percent == 0 || percent == 100 {
			continue
		}
		i := slices.IndexFunc(ops, func(o results.OpInfo) bool { return o.Name == name })
		if i < 0 {
			name = "iteration" // wait, lag and the like: one for each
		} else if ops[i].SignIn && p.stays() {
			continue // one for each client, however long it stays
		}
		l.tails = append(l.tails, highTail{t.String(), name, results.TailValues / (1 - percent/100)})
	}
	return l
}

// of is the time of a step at a level, and if that is longer than asked for, the threshold for which it is; or the
// one for which even the longest is too short. offered is how many iterations per second there are to be, 0 if nobody
// knows.
func (l *lengths) of(level, offered float64) (hold time.Duration, longerFor, fewFor string) {
	hold = l.least
	for _, t := range l.tails {
		perSecond := offered
		if per, ok := l.perLevel[t.op]; ok {
			perSecond = per * level
		}
		if perSecond <= 0 {
			continue
		}
		switch seconds := t.values / perSecond; {
		case seconds > l.most.Seconds():
			hold, fewFor = l.most, t.expr
		case seconds > hold.Seconds():
			hold, longerFor = time.Duration(math.Ceil(seconds*10-1e-6)*float64(time.Second/10)), t.expr
		}
	}
	return hold, longerFor, fewFor
}

// learn takes the rates of a step.
func (l *lengths) learn(s *results.Summary, level float64) {
	for _, op := range s.Ops {
		if s.Duration > 0 && op.Count > 0 {
			l.perLevel[op.Name] = float64(op.Count) / s.Duration.Seconds() / level
		}
	}
}
