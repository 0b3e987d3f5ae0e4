package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
	"nudge/results"
)

// capacityPlan is what the settings of nudge capacity come to. Of its cfg each step has its own load.
type capacityPlan struct {
	runPlan
	search   loadgen.Search
	byRate   bool // else by clients
	step     time.Duration
	maxSteps int
	toReason string // why no level is higher, if that is not the user's wish
}

const (
	defaultFrom = 100
	maxRate     = 1_000_000 // per second; catches a slip of the finger
	mostSteps   = 1000

	signInsPerSecond = 200 // unless there is a connect rate, of which a sign-in with a redirect takes two
)

// settle checks the settings against each other and turns them into what the search takes.
func (f *capacityFlags) settle() (*capacityPlan, error) {
	p := &capacityPlan{runPlan: *f.plan(), byRate: f.search == "rate", step: f.step, maxSteps: f.maxSteps}
	for _, settle := range []func(*capacityPlan) error{
		f.checkSearch, f.settleLevels, f.settleBehaviour,
		func(p *capacityPlan) error { return f.loadFlags.checkNumbers(&p.runPlan) },
		func(p *capacityPlan) error { return f.loadFlags.checkConflicts(&p.runPlan) },
		func(p *capacityPlan) error { return f.settleLocal(&p.runPlan) },
		func(p *capacityPlan) error { return f.settleAccounts(&p.runPlan) },
		f.settleThresholds,
		func(p *capacityPlan) error { return f.settleGuard(&p.runPlan) },
	} {
		if err := settle(p); err != nil {
			return nil, err
		}
	}
	if !p.byRate && p.search.To == 0 { // any of them may be needed
		p.haveTickets = p.cfg.Accounts != nil && haveAllTickets(p.cfg.Accounts)
	}
	return p, nil
}

// checkSearch refuses numbers that mean nothing, and settings of which one would silently win over the other.
func (f *capacityFlags) checkSearch(p *capacityPlan) error {
	switch {
	case !p.byRate && f.set.Changed("clients"):
		return usageError{"--clients is for a search for a rate: --from and --to say how many clients"}
	case p.byRate && f.think != "":
		return usageError{"--think is for the closed model: not in a search for a rate"}
	case f.maxSteps < 1 || f.maxSteps > mostSteps:
		return usageError{fmt.Sprintf("--max-steps %d: give a number from 1 to %d", f.maxSteps, mostSteps)}
	}
	if err := checkTimes([]leastTime{{"step", f.step, 1}}); err != nil {
		return err
	}
	return checkClients("clients", f.clients)
}

// settleLevels reads where the search begins, and where it ends.
func (f *capacityFlags) settleLevels(p *capacityPlan) error {
	p.search = loadgen.Search{From: defaultFrom, Whole: !p.byRate}
	for _, l := range []struct {
		flag, value string
		level       *float64
	}{{"from", f.from, &p.search.From}, {"to", f.to, &p.search.To}} {
		if l.value == "" {
			continue
		}
		level, err := parseLevel(l.value, p.byRate)
		if err != nil {
			return usageError{fmt.Sprintf("--%s %q: %v", l.flag, l.value, err)}
		}
		*l.level = level
	}
	switch to := p.search.To; {
	case to > 0 && to < p.search.From && f.from == "":
		p.search.From = to
	case to > 0 && to < p.search.From:
		return usageError{fmt.Sprintf("--from %s, --to %s: the search goes upwards, give a greater --to", f.from, f.to)}
	case to == 0 && p.byRate:
		p.search.To, p.toReason = maxRate, fmt.Sprintf("nudge goes no further than %d/s", maxRate)
	}
	share, percent := strings.CutSuffix(f.precision, "%")
	precision, err := strconv.ParseFloat(share, 64)
	if percent {
		precision /= 100
	}
	if err != nil || !(precision >= 0.005 && precision <= 1) {
		return usageError{fmt.Sprintf("--precision %q: give a share from 0.5%% to 100%%", f.precision)}
	}
	p.search.Precision = precision
	return nil
}

// parseLevel reads a rate, or a number of clients.
func parseLevel(s string, rate bool) (float64, error) {
	if !rate {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxClients {
			return 0, fmt.Errorf("give a number of clients from 1 to %d", maxClients)
		}
		return float64(n), nil
	}
	text := s
	if !strings.Contains(s, "/") {
		text += "/s"
	}
	r, err := loadgen.ParseRate(text)
	if err != nil || strings.Contains(s, ":") || r.Stages[0].Target > maxRate || r.Stages[0].Target < 0.001 {
		return 0, fmt.Errorf("give iterations per second, such as 500 or 0.5/s, of at most %d", maxRate)
	}
	return r.Stages[0].Target, nil
}

// settleBehaviour reads what the clients do, and refuses what cannot be searched. Until the machine's limits are
// known the fewest clients stand for all.
func (f *capacityFlags) settleBehaviour(p *capacityPlan) error {
	p.cfg.Clients = f.clients
	if !p.byRate {
		p.cfg.Clients = int(cmp.Or(p.search.To, p.search.From))
	}
	if p.byRate {
		for i := range p.cfg.Mix {
			p.cfg.Mix[i].Think = nil
		}
	}
	fewest := p.cfg
	if !p.byRate {
		fewest.Clients = int(p.search.From)
	}
	if err := f.settleMix(&runPlan{cfg: fewest}); err != nil {
		return err
	}
	if err := f.settleMix(&p.runPlan); err != nil {
		return err
	}
	if migrates(p.cfg) {
		return usageError{f.scenario + ": an account is migrated once, so that no step is like the one before: search with another scenario"}
	}
	if p.byRate && !p.iterates() {
		return usageError{f.scenario + " has no iterations: give --search clients"}
	}
	return nil
}

// iterates says whether any client does more than to hold on.
func (p *capacityPlan) iterates() bool {
	return slices.ContainsFunc(p.cfg.Describe(), func(a scenario.About) bool { return a.Iterates })
}

// stays says whether every client is online all the time.
func (p *capacityPlan) stays() bool {
	return !slices.ContainsFunc(p.cfg.Describe(), func(a scenario.About) bool { return !a.Stays })
}

// settleThresholds reads what must hold. Errors alone would let a server be as slow as it likes, so that by default
// there is a limit of latency as well.
func (f *capacityFlags) settleThresholds(p *capacityPlan) error {
	if f.thresholds == nil {
		p.cfg.Results.Thresholds = results.DefaultThresholds(p.iterates())
		if p.iterates() {
			return p.require([]string{"iteration.p99<1s"})
		}
		return p.require([]string{"login.p99<1s"})
	}
	if err := p.require(f.thresholds); err != nil {
		return err
	}
	for _, t := range p.cfg.Results.Thresholds {
		if e := t.String(); strings.Contains(e, ".rate>") || strings.Contains(e, ".count>") {
			return usageError{fmt.Sprintf("threshold %q: how many there are is what is searched for: give limits of latency and errors", e)}
		}
	}
	return nil
}

// signIn is how long so many clients sign in.
func (p *capacityPlan) signIn(clients int) time.Duration {
	perSecond := float64(signInsPerSecond)
	if p.cfg.ConnectRate > 0 {
		perSecond = p.cfg.ConnectRate / 2
	}
	return max(time.Duration(float64(clients)/perSecond*float64(time.Second)), time.Second).Round(time.Millisecond)
}

// derived says what settings come to whose default follows from others, by flag.
func (f *capacityFlags) derived(p *capacityPlan) map[string]string {
	d := f.loadFlags.derived(&p.runPlan)
	d["from"], d["connect-rate"] = strconv.FormatFloat(p.search.From, 'f', -1, 64), "(what the ramp of a step needs)"
	d["to"] = "(none)"
	if !p.byRate {
		d["to"], d["clients"] = "(as many as this machine can be)", "(of each step its own)"
	}
	d["output"] += "-capacity"
	return d
}

// account begins the account of the search.
func (p *capacityPlan) account(cfg scenario.Config, now time.Time) *results.Capacity {
	info := cfg.Results.Run
	info.Scenario, info.Seed, info.Target = cfg.Scenario, cfg.Seed, cfg.Target
	c := results.NewCapacity(info, now)
	c.LevelUnit, c.From, c.To, c.ToReason, c.Precision = results.LevelClients, p.search.From, p.search.To, p.toReason, p.search.Precision
	if p.byRate {
		c.LevelUnit, c.Clients = results.LevelRate, cfg.Clients
		c.Conditions = append(c.Conditions, "the rate")
	}
	if p.stays() {
		c.Conditions = append(c.Conditions, "every client online")
	}
	for _, t := range cfg.Results.Thresholds {
		c.Thresholds = append(c.Thresholds, t.String())
	}
	return c
}
