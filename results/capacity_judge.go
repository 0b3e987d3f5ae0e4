package results

import (
	"cmp"
	"slices"
)

// Near the interval are steps up to so far above it.
const nearInterval = 1.1

// GaveOut is the step that shows best why there is no higher level. Of those near the interval that did not keep their level,
// or of all if there are none, the more frequent side is to blame, server or generator; of its steps it is the one nearest to the
// capacity, above it if there is one. nil: every step kept its level.
func (c *Capacity) GaveOut() *CapacityStep {
	var all, near []*CapacityStep
	for i := range c.Steps {
		s := &c.Steps[i]
		if s.Outcome == StepKept || s.Outcome == StepInterrupted || c.again(s) {
			continue
		}
		all = append(all, s)
		if s.Level >= c.Low && s.Level <= c.High*nearInterval {
			near = append(near, s)
		}
	}
	if len(near) == 0 {
		near = all
	}
	invalid := func(s *CapacityStep) bool { return s.Outcome == StepInvalid }
	late := slices.Clone(near)
	late = slices.DeleteFunc(late, func(s *CapacityStep) bool { return !invalid(s) })
	if 2*len(late) > len(near) {
		near = late
	} else {
		near = slices.DeleteFunc(near, invalid)
	}
	if len(near) == 0 {
		return nil
	}
	return slices.MinFunc(near, func(a, b *CapacityStep) int {
		return cmp.Or(-cmp.Compare(c.beyond(a), c.beyond(b)), cmp.Compare(distanceTo(a.Level, c.Level), distanceTo(b.Level, c.Level)))
	})
}

// again says that an invalid step was made again at once, which is the one that counts.
func (c *Capacity) again(s *CapacityStep) bool {
	return s.Outcome == StepInvalid && slices.ContainsFunc(c.Steps, func(o CapacityStep) bool {
		return o.Number == s.Number+1 && o.Level == s.Level && o.Outcome != StepInterrupted
	})
}

// beyond is 1 for a step at the capacity or above it, else 0.
func (c *Capacity) beyond(s *CapacityStep) int {
	if s.Level >= c.Level {
		return 1
	}
	return 0
}

func distanceTo(a, b float64) float64 { return max(a, b) - min(a, b) }
