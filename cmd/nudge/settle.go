package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
	"nudge/results"
)

// maxClients is far above what one machine can hold; it catches a slip of the finger.
const maxClients = 1_000_000

// maxLoops is more than machines have cores; each loop is a thread and a set of histograms.
const maxLoops = 256

// runPlan is what the settings of nudge run come to.
type runPlan struct {
	cfg         scenario.Config // all but the target, the run directory and what is told of the run
	haveTickets bool            // every account has its own
	trace       traceTo
	guard       guard
	fuzz        *besidePlan // nil: no sessions are mutated beside the load
}

// traceTo says whose conversations are written, and where.
type traceTo struct {
	clients int    // the first so many
	file    string // "": trace.txt in the run directory
}

// settle checks the settings against each other and turns them into what the run takes.
func (r *runFlags) settle() (*runPlan, error) {
	p := r.plan()
	for _, settle := range []func(*runPlan) error{
		r.checkNumbers, r.checkConflicts, r.settleLoad, r.settleLocal, r.settleAccounts, r.settleThresholds, r.settleTrace, r.settleGuard, r.settleFuzz,
	} {
		if err := settle(p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// plan is what settings come to that are taken as they are.
func (r *loadFlags) plan() *runPlan {
	p := &runPlan{cfg: scenario.Config{
		Scenario: r.scenario, ConnectRate: r.connectRate, GracefulStop: r.gracefulStop, Seed: r.seed, Loops: r.loops, Tick: r.tick,
		Timeout: r.timeout, Dialects: r.dialects, Password: r.password, Ticket: r.ticket,
	}}
	if r.file != nil {
		p.cfg.Scenario, p.cfg.Mix = r.file.name(), r.file.Mix
	}
	return p
}

// checkNumbers refuses numbers that mean nothing.
func (r *runFlags) checkNumbers(p *runPlan) error {
	if err := checkClients("clients", r.clients); err != nil {
		return err
	}
	if err := checkTimes([]leastTime{{"duration", r.duration, 1}, {"ramp-up", r.rampUp, 0}}); err != nil {
		return err
	}
	return r.loadFlags.checkNumbers(p)
}

// checkNumbers refuses numbers that mean nothing.
func (r *loadFlags) checkNumbers(*runPlan) error {
	if err := checkTimes([]leastTime{{"timeout", r.timeout, 1}, {"graceful-stop", r.gracefulStop, 0}}); err != nil {
		return err
	}
	if !(r.connectRate >= 0) {
		return usageError{fmt.Sprintf("--connect-rate %v: give a positive number", r.connectRate)}
	}
	if r.tick < 0 || r.tick > time.Second {
		return usageError{fmt.Sprintf("--tick %v: give a time up to 1s", r.tick)}
	}
	if r.loops < 0 || r.loops > maxLoops {
		return usageError{fmt.Sprintf("--loops %d: give a number from 1 to %d", r.loops, maxLoops)}
	}
	return nil
}

func checkClients(flag string, n int) error {
	if n < 1 || n > maxClients {
		return usageError{fmt.Sprintf("--%s %d: give a number from 1 to %d", flag, n, maxClients)}
	}
	return nil
}

// leastTime is a flag's value, and the shortest time that it may be.
type leastTime struct {
	flag         string
	value, least time.Duration
}

func checkTimes(times []leastTime) error {
	for _, t := range times {
		if t.value < t.least {
			return usageError{fmt.Sprintf("--%s %v: give a longer time", t.flag, t.value)}
		}
	}
	return nil
}

// checkConflicts refuses settings of which one would silently win over the other.
func (r *runFlags) checkConflicts(p *runPlan) error {
	if r.think != "" && r.rate != "" {
		return usageError{"--think is for the closed model: not with --rate"}
	}
	if r.set.Changed("stages") {
		for _, name := range []string{"clients", "duration", "ramp-up"} {
			if r.set.Changed(name) {
				return usageError{fmt.Sprintf("--stages replaces --%s: give one of them", name)}
			}
		}
	}
	return r.loadFlags.checkConflicts(p)
}

// checkConflicts refuses settings of which one would silently win over the other.
func (r *loadFlags) checkConflicts(*runPlan) error {
	if r.noOutput && r.set.Changed("output") {
		return usageError{"--output and --no-output: give one of them"}
	}
	return r.oneSource()
}

// settleLoad reads how many clients there are, and what they do when.
func (r *runFlags) settleLoad(p *runPlan) error {
	var err error
	p.cfg.Load = loadgen.Ramp(r.clients, r.rampUp, r.duration)
	if r.stages != "" {
		if p.cfg.Load, err = loadgen.ParseStages(r.stages); err != nil {
			return usageError{fmt.Sprintf("--stages: %v", err)}
		}
	}
	if p.cfg.Clients = p.cfg.Load.Peak(); p.cfg.Clients > maxClients {
		return usageError{fmt.Sprintf("--stages: more than %d clients", maxClients)}
	}
	if r.rate != "" {
		if p.cfg.Rate, err = loadgen.ParseRate(r.rate); err != nil {
			return usageError{fmt.Sprintf("--rate: %v", err)}
		}
	}
	return r.settleMix(p)
}

// settleMix reads the think time, and deals the clients out.
func (r *loadFlags) settleMix(p *runPlan) error {
	if r.think != "" {
		think, err := loadgen.ParseDist(r.think)
		if err != nil {
			return usageError{fmt.Sprintf("--think: %v", err)}
		}
		p.cfg.Think = &think
	}
	if err := p.cfg.CheckMix(); err != nil {
		return usageError{fmt.Sprintf("%s: %v", r.scenario, err)}
	}
	return nil
}

// settleAccounts reads who signs in, and refuses accounts that could not.
func (r *loadFlags) settleAccounts(p *runPlan) error {
	for _, d := range r.dialects {
		if !slices.Contains(scenario.Dialects, d) {
			return unknown("dialect", d, scenario.Dialects)
		}
	}
	if len(r.dialects) == 0 {
		return usageError{"--dialect: give one dialect at least"}
	}
	var err error
	if p.cfg.UserFormat, err = r.addresses(); err != nil {
		return err
	}
	if p.cfg.Accounts, err = r.listed(); err != nil || p.cfg.Accounts == nil {
		return err
	}
	if n := len(p.cfg.Accounts); n < p.cfg.Clients {
		return usageError{fmt.Sprintf("--accounts-file %s: %d accounts for %d clients", r.accountsFile, n, p.cfg.Clients)}
	}
	p.haveTickets = haveAllTickets(p.cfg.Accounts[:p.cfg.Clients])
	return nil
}

func haveAllTickets(accounts []scenario.Account) bool {
	return !slices.ContainsFunc(accounts, func(a scenario.Account) bool { return a.Ticket == "" })
}

// settleThresholds reads what must hold.
func (r *runFlags) settleThresholds(p *runPlan) error {
	if r.thresholds == nil {
		p.cfg.Results.Thresholds = results.DefaultThresholds(slices.ContainsFunc(p.cfg.Describe(), func(a scenario.About) bool { return a.Iterates }))
	}
	exprs := r.thresholds
	if exprs == nil && migrates(p.cfg) && slices.Contains(r.dialects, "MSNP10") {
		exprs = []string{"migrate.errors<1%"} // not one is a breach as well
	}
	return p.require(exprs)
}

// require adds thresholds to those of a plan.
func (p *runPlan) require(exprs []string) error {
	for _, expr := range exprs {
		t, err := results.ParseThreshold(expr)
		if err == nil {
			err = t.Check(scenario.Ops())
		}
		if err != nil {
			return usageError{err.Error()}
		}
		p.cfg.Results.Thresholds = append(p.cfg.Results.Thresholds, t)
	}
	return nil
}

// settleTrace reads N or N,FILE.
func (r *runFlags) settleTrace(p *runPlan) error {
	if r.trace == "" {
		return nil
	}
	number, file, given := strings.Cut(r.trace, ",")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || given && file == "" {
		return usageError{fmt.Sprintf("--trace %q: give a number of clients, or a number, a comma and a file", r.trace)}
	}
	if file == "" && r.noOutput {
		return usageError{"--trace without a run directory: give a number, a comma and a file"}
	}
	p.trace = traceTo{n, file}
	return nil
}

// settleGuard reads what may be loaded.
func (r *loadFlags) settleGuard(p *runPlan) error {
	var err error
	p.guard, err = newGuard(r.own)
	p.cfg.Permit = p.guard.permit
	return err
}

// derived says what settings come to whose default follows from others, by flag.
func (r *loadFlags) derived(p *runPlan) map[string]string {
	var thresholds []string
	for _, t := range p.cfg.Results.Thresholds {
		thresholds = append(thresholds, t.String())
	}
	return map[string]string{
		"think":         "(the scenario's)",
		"connect-rate":  "(what the ramp needs)",
		"graceful-stop": r.timeout.String(),
		"loops":         "(by the target)",
		"threshold":     strings.Join(thresholds, ","),
		"output":        "runs/<UTC time>-" + p.cfg.Scenario,
	}
}
