package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
	"nudge/results"
)

// stepper makes the steps of a search, each a run of its own.
type stepper struct {
	plan        *capacityPlan
	cfg         scenario.Config // of all steps, but for the load
	dir         string          // "": nothing is written
	lengths     lengths
	firstFailed *scenario.Failure // sign-in

	run func(context.Context, scenario.Config) (*scenario.Result, error)
}

func newStepper(plan *capacityPlan, cfg scenario.Config, dir string) *stepper {
	return &stepper{plan: plan, cfg: cfg, dir: dir, lengths: newLengths(plan), run: scenario.Run}
}

// make makes one step.
func (s *stepper) make(ctx context.Context, number int, level float64) (results.CapacityStep, error) {
	cfg, step := s.load(number, level)
	late := backlog{rate: level, hold: step.Hold}
	if s.plan.byRate {
		cfg.Results.Progress = late.tick
	}
	result, err := s.run(ctx, cfg)
	if err != nil {
		return step, fmt.Errorf("step %d: %w", number, err)
	}
	step.Tell(result.Summary, cfg.Describe()[0].MainOp)
	if s.firstFailed == nil {
		s.firstFailed = result.FirstFailed
	}
	s.lengths.learn(result.Summary, level)
	step.Outcome, step.Reasons = judge{cfg.Clients, s.plan.stays(), s.plan.byRate, &late}.step(result)
	step.Late = result.Verdict == results.Invalid
	if step.Outcome == results.StepInvalid && len(result.Invalid) > 0 {
		step.Remedy = result.Invalid[0].Remedy
	}
	return step, nil
}

// load is the run of a step.
func (s *stepper) load(number int, level float64) (scenario.Config, results.CapacityStep) {
	cfg := s.cfg
	if s.plan.byRate {
		cfg.Rate = loadgen.Rate{Stages: []loadgen.Stage{{Target: level}}}
	} else {
		cfg.Clients = int(level)
	}
	step := results.CapacityStep{Number: number, Level: level, Clients: cfg.Clients, Reasons: []string{}}
	step.Hold, step.LongerFor, step.FewFor = s.lengths.of(level, cfg.Offered())
	cfg.Load = loadgen.Ramp(cfg.Clients, s.plan.signIn(cfg.Clients), step.Hold)
	if s.dir != "" {
		step.Dir = fmt.Sprintf("%02d-%s", number, strconv.FormatFloat(level, 'f', -1, 64))
		cfg.Results.Dir = filepath.Join(s.dir, step.Dir)
	}
	return cfg, step
}

// Shares of a level that need not be reached.
const (
	offlineFree = 0.01 // clients not online
	droppedFree = 0.01 // iterations dropped for want of a free client
	lagFree     = 0.01 // of the time between two iterations of a client
)

// judge says what came of steps.
type judge struct {
	clients int
	stays   bool // they are to be online all the time
	open    bool // the open model
	late    *backlog
}

// step says what came of one, and why. What the server did wrong is a fact whatever else there was.
func (j judge) step(r *scenario.Result) (results.StepOutcome, []string) {
	switch {
	case r.Interrupted:
		return results.StepInterrupted, []string{}
	case r.SignedIn == 0 && r.FirstFailed != nil:
		return results.StepUnable, []string{"no client ever signed in: " + r.FirstFailed.Error()}
	case r.SignedIn == 0:
		return results.StepUnable, []string{"no client ever signed in"}
	case len(r.Violations) > 0:
		return results.StepWrong, r.Reasons
	}
	broken := j.broken(r)
	switch {
	case r.Verdict == results.Invalid && (len(broken) > 0 || !onlyLate(r.Invalid) || !j.open && j.letOff(r.Summary)):
		return results.StepInvalid, r.Reasons
	case len(broken) > 0:
		return results.StepBroken, broken
	}
	return results.StepKept, []string{}
}

// onlyLate says that a generator was late and nothing else. In the open model that lets the server off nothing: the
// level was asked of it, in lumps, and all times are the longer for it. What was kept then is kept; what was broken
// may be the generator's doing.
func onlyLate(why []results.Invalidity) bool {
	return !slices.ContainsFunc(why, func(i results.Invalidity) bool {
		return !slices.Contains([]string{"lag", "stall", "late", "loop"}, i.Cause)
	})
}

// letOff says that in the closed model, where a late generator asks for less, it asked for notably less: lag is more
// than a hundredth of the time from one iteration of a client to its next.
func (j judge) letOff(s *results.Summary) bool {
	n := iterations(s)
	if n == 0 {
		return false
	}
	between := s.Duration.Seconds() * float64(j.clients) / float64(n)
	return s.Lag.P99.Seconds() > lagFree*between
}

// broken says what was not kept. A level that was not reached was not, whatever the thresholds say.
func (j judge) broken(r *scenario.Result) (reasons []string) {
	if r.Verdict == results.Fail {
		reasons = append(reasons, r.Reasons...)
	}
	for _, o := range r.Thresholds {
		if !o.OK && r.Verdict == results.Invalid {
			reasons = append(reasons, o.Reason())
		}
	}
	if online := r.Clients.PeakOnline; j.stays && float64(online) < (1-offlineFree)*float64(j.clients) {
		reasons = append(reasons, fmt.Sprintf("%d of %d clients were online", online, j.clients))
	}
	if dropped := r.DroppedBy.Wait; float64(dropped) > droppedFree*float64(dropped+iterations(r.Summary)) {
		reasons = append(reasons, fmt.Sprintf("%d iterations were dropped since no client was free", dropped))
	}
	if behind := j.late.behind(); behind != "" {
		reasons = append(reasons, behind)
	}
	return reasons
}

// iterations is how many were begun.
func iterations(s *results.Summary) int64 {
	n := s.Cut
	for _, op := range s.Ops {
		if op.Name == "iteration" {
			n += op.Count
		}
	}
	return n
}

// opening says what is about to be done.
func (p *capacityPlan) opening() string {
	what, who := "clients", "who"
	if p.byRate {
		what, who = "iterations/s", fmt.Sprintf("with %d clients who", p.cfg.Clients)
	}
	ramp := p.signIn(p.cfg.Clients)
	if !p.byRate {
		ramp = p.signIn(int(p.search.From))
	}
	return fmt.Sprintf("searching from %v %s up, %s sign in within %v, then %v or more at full load; at most %d steps",
		p.search.From, what, who, ramp, p.step.Round(time.Millisecond), p.maxSteps)
}
