package main

import (
	"fmt"
	"math"
	"slices"
	"time"

	"nudge/results"
)

// backlog watches a run in the open model for a server that does not keep up: iterations that are due and have not
// ended become more and more. It is fed a second at a time, and what lies within one that is not all full load is
// left out.
type backlog struct {
	rate float64       // iterations that come due per second
	hold time.Duration // for so long

	began, end time.Duration   // of what is watched, since the run's start; 0: not yet
	at         []time.Duration // ends of seconds
	open       []float64       // iterations due and not ended, less those at began
}

// Growth of a backlog that is none: by so much of the rate, and so much at once as what a hiccup leaves behind.
const (
	growthFree = 0.01
	growthOnce = 50 * time.Millisecond
	growthFew  = 5 // iterations
)

// tick takes a second. Full load began somewhere within the first that has any.
func (b *backlog) tick(t results.Tick) {
	if t.Phase != results.Hold {
		return
	}
	if b.end == 0 {
		b.began, b.end = t.At, t.At-t.Length+b.hold
		return
	}
	if t.At > b.end || t.Length <= 0 {
		return
	}
	ended := 0.0
	if op := opTick(t, "iteration"); op != nil {
		ended = float64(op.OK + op.Failed)
	}
	before := 0.0
	if n := len(b.open); n > 0 {
		before = b.open[n-1]
	}
	b.at = append(b.at, t.At)
	b.open = append(b.open, before+b.rate*t.Length.Seconds()-ended)
}

// behind says that the backlog grew, from the first third of the time to the last; "" if it did not. The medians of
// the thirds are compared, so that one second in which the server or the generator stood still does not count.
func (b *backlog) behind() string {
	third := len(b.open) / 3
	if third == 0 {
		return ""
	}
	last := len(b.open) - third
	over := (b.at[last] - b.at[0]).Seconds()
	grown := middle(b.open[last:]) - middle(b.open[:third])
	free := b.rate*(growthFree*over+growthOnce.Seconds()) + growthFew
	if grown <= free {
		return ""
	}
	return fmt.Sprintf("the server fell behind: %.0f iterations more were due and not ended after %.0f s, or %.1f %% of the rate",
		math.Round(grown), over, 100*grown/over/b.rate)
}

// middle is the median of numbers, the lower of two.
func middle(numbers []float64) float64 {
	return slices.Sorted(slices.Values(numbers))[(len(numbers)-1)/2]
}
