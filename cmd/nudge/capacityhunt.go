package main

import (
	"context"
	"math"

	"nudge/loadgen"
	"nudge/results"
)

// hunt makes steps until the search is over, and gives account of it.
type hunt struct {
	search  loadgen.Search
	most    int // steps
	account *results.Capacity
	step    func(ctx context.Context, number int, level float64) (results.CapacityStep, error)
	after   func(*results.CapacityStep) error // each step
}

// run makes the steps. An error says that one could not be made, or not be kept account of.
func (h *hunt) run(ctx context.Context) error {
	for !h.over(ctx) {
		level, ok := h.search.Next()
		if !ok {
			h.account.Verdict = h.verdict()
			break
		}
		s, err := h.step(ctx, len(h.account.Steps)+1, level)
		if err != nil {
			return err
		}
		h.account.Steps = append(h.account.Steps, s)
		h.take(&s)
		h.estimate()
		if err := h.after(&s); err != nil {
			return err
		}
	}
	return nil
}

// over ends the search for other reasons than that it has found something.
func (h *hunt) over(ctx context.Context) bool {
	switch {
	case h.account.Verdict != results.CapacitySearching:
		return true
	case ctx.Err() != nil:
		h.account.Verdict = results.CapacityInterrupted
		return true
	case len(h.account.Steps) >= h.most:
		h.account.Verdict = h.verdict()
		return true
	}
	return false
}

// take takes what came of a step. Where the generator was late it may have been by chance: the step is made again,
// and believed the second time.
func (h *hunt) take(s *results.CapacityStep) {
	first := len(h.account.Steps) == 1
	switch s.Outcome {
	case results.StepKept:
		h.account.HighestKept = max(h.account.HighestKept, s.Level)
		h.search.Tell(s.Level, true)
	case results.StepWrong:
		h.account.Verdict = results.CapacityWrong
	case results.StepInterrupted:
		h.account.Verdict = results.CapacityInterrupted
	case results.StepUnable:
		if first {
			h.account.Verdict = results.CapacityUnable
			return
		}
		h.search.Tell(s.Level, false)
	case results.StepInvalid:
		if h.lateBefore(s) {
			h.search.Tell(s.Level, false)
		}
	default:
		h.search.Tell(s.Level, false)
	}
}

// lateBefore says that the step before was the same one, and invalid as well.
func (h *hunt) lateBefore(s *results.CapacityStep) bool {
	n := len(h.account.Steps) - 2
	return n >= 0 && h.account.Steps[n].Outcome == results.StepInvalid && h.account.Steps[n].Level == s.Level
}

// estimate takes the interval over into the account. What is not known is 0.
func (h *hunt) estimate() {
	iv := h.search.Interval()
	known := func(l float64) float64 {
		if math.IsInf(l, 0) {
			return 0
		}
		if h.search.To > 0 {
			l = min(l, h.search.To)
		}
		return l
	}
	a := h.account
	a.Low, a.Level, a.High = known(iv.Low), known(iv.Mid), known(iv.High)
	if math.IsInf(iv.Mid, 0) {
		a.Level = 0
	}
	if h.search.Whole {
		a.Low, a.Level, a.High = math.Floor(a.Low), math.Floor(a.Level), math.Ceil(a.High)
	}
	a.Precise = h.search.Finding() == loadgen.Found
}

// verdict says what the search came to that has ended by itself, or after as many steps as there may be.
func (h *hunt) verdict() results.CapacityVerdict {
	late := false
	if s := h.account.GaveOut(); s != nil {
		late = s.Outcome == results.StepInvalid
	}
	switch finding := h.search.Finding(); {
	case finding == loadgen.Looking && (h.account.High == 0 || h.account.HighestKept == 0):
		return results.CapacityUnfinished
	case late:
		return results.CapacityGenerator
	case finding == loadgen.Below:
		return results.CapacityBelow
	case finding == loadgen.Above && h.account.ToReason != "":
		return results.CapacityGenerator
	case finding == loadgen.Above:
		return results.CapacityAbove
	}
	return results.CapacityServer
}
