package main

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"nudge/loadgen/scenario"
	"nudge/results"
)

// planned is what flags come to.
func planned(t *testing.T, args ...string) *capacityPlan {
	t.Helper()
	plan, err := tryPlan(args...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func tryPlan(args ...string) (*capacityPlan, error) {
	var f capacityFlags
	fs := pflag.NewFlagSet("capacity", pflag.ContinueOnError)
	f.declare(fs)
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	return f.settle()
}

// aSummary is that of a step that was kept, with 50 clients.
func aSummary() *results.Summary {
	return &results.Summary{
		Verdict: results.Pass, Clients: results.Clients{Configured: 50, PeakOnline: 50},
		Ops: []results.OpSummary{{Name: "chg", Count: 1000}, {Name: "iteration", Count: 1000}}, Duration: 10 * time.Second,
	}
}

func TestStepIsJudged(t *testing.T) {
	behind := seconds(func(int) int64 { return 900 })
	for _, tt := range []struct {
		name   string
		change func(*scenario.Result)
		late   *backlog
		want   results.StepOutcome
		reason string
	}{
		{"kept", func(*scenario.Result) {}, &backlog{}, results.StepKept, ""},
		{"a threshold broken", func(r *scenario.Result) {
			r.Verdict, r.Reasons = results.Fail, []string{"threshold chg.p99<1ms: measured 2 ms"}
		}, &backlog{},
			results.StepBroken, "chg.p99"},
		{"few online", func(r *scenario.Result) { r.Clients.PeakOnline = 49 }, &backlog{}, results.StepBroken, "49 of 50 clients were online"},
		{"dropped", func(r *scenario.Result) { r.DroppedBy.Wait = 11 }, &backlog{}, results.StepBroken, "11 iterations were dropped"},
		{"few dropped", func(r *scenario.Result) { r.DroppedBy.Wait = 10 }, &backlog{}, results.StepKept, ""},
		{"dropped for lag", func(r *scenario.Result) { r.DroppedBy.Lag = 500 }, &backlog{}, results.StepKept, ""},
		{"behind", func(*scenario.Result) {}, behind, results.StepBroken, "fell behind"},
		{"late and behind", func(r *scenario.Result) { r.Verdict, r.Reasons = results.Invalid, []string{"late"} }, behind, results.StepInvalid, "late"},
		{"late and kept", func(r *scenario.Result) { r.Verdict, r.Invalid = results.Invalid, []results.Invalidity{{Cause: "lag"}} }, &backlog{}, results.StepKept, ""},
		{"late and a threshold broken", func(r *scenario.Result) {
			r.Verdict, r.Invalid, r.Reasons = results.Invalid, []results.Invalidity{{Cause: "lag"}}, []string{"late"}
			r.Thresholds = []results.Outcome{{Expr: "chg.p99<1ms"}}
		}, &backlog{}, results.StepInvalid, "late"},
		{"kept with too few ports", func(r *scenario.Result) {
			r.Verdict, r.Invalid, r.Reasons = results.Invalid, []results.Invalidity{{Cause: "lag"}, {Cause: "ports"}}, []string{"ports"}
		}, &backlog{}, results.StepInvalid, "ports"},
		{"wrong and late", func(r *scenario.Result) {
			r.Verdict, r.Violations, r.Reasons = results.Invalid, map[string]int64{"lost": 1}, []string{"violation lost"}
		}, &backlog{}, results.StepWrong, "lost"},
		{"nobody", func(r *scenario.Result) { r.SignedIn, r.Reasons = 0, []string{"no client ever signed in"} }, &backlog{}, results.StepUnable, "no client"},
		{"interrupted", func(r *scenario.Result) { r.Interrupted, r.SignedIn = true, 0 }, behind, results.StepInterrupted, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &scenario.Result{Summary: aSummary(), SignedIn: 50}
			tt.change(r)
			got, reasons := judge{50, true, true, tt.late}.step(r)
			if got != tt.want || !strings.Contains(strings.Join(reasons, "; "), tt.reason) || (tt.reason == "") != (len(reasons) == 0) {
				t.Errorf("%s for %q, want %s for %q", got, reasons, tt.want, tt.reason)
			}
		})
	}
	r := &scenario.Result{Summary: aSummary(), SignedIn: 50}
	// 50 clients with 1,000 iterations in 10 s have one every half second each.
	r.Verdict, r.Invalid = results.Invalid, []results.Invalidity{{Cause: "lag"}}
	for lag, want := range map[time.Duration]results.StepOutcome{4 * time.Millisecond: results.StepKept, 6 * time.Millisecond: results.StepInvalid} {
		r.Lag.P99 = lag
		if got, _ := (judge{50, true, false, &backlog{}}).step(r); got != want {
			t.Errorf("lag of %v in the closed model: %s, want %s", lag, got, want)
		}
	}
	r.Verdict, r.Clients.PeakOnline = results.Pass, 3
	if got, _ := (judge{50, false, true, &backlog{}}).step(r); got != results.StepKept {
		t.Errorf("%s for clients that do not stay online", got)
	}
}

func TestStepsHaveTheirLoad(t *testing.T) {
	var got []scenario.Config
	stepsOf := func(plan *capacityPlan, dir string, levels ...float64) (steps []results.CapacityStep) {
		s := newStepper(plan, plan.cfg, dir)
		s.run = func(_ context.Context, cfg scenario.Config) (*scenario.Result, error) {
			got = append(got, cfg)
			return &scenario.Result{Summary: aSummary(), SignedIn: cfg.Clients}, nil
		}
		for i, level := range levels {
			step, err := s.make(t.Context(), i+1, level)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, step)
		}
		return steps
	}
	steps := stepsOf(planned(t, "-c", "400"), "out", 1000, 0.5)
	if got[0].Load.String() != "2s:400,10s:400" || got[0].Rate.String() != "1000/s" || got[0].Results.Dir != filepath.Join("out", "01-1000") {
		t.Errorf("load %v, rate %v, directory %s", got[0].Load, got[0].Rate, got[0].Results.Dir)
	}
	if got[1].Rate.String() != "0.5/s" || steps[1].Dir != "02-0.5" || steps[1].Hold != time.Minute || steps[1].FewFor != "iteration.p99<1s" {
		t.Errorf("rate %v, step %+v", got[1].Rate, steps[1])
	}
	got = nil
	stepsOf(planned(t, "--search", "clients", "--connect-rate", "1000"), "", 500)
	if cfg := got[0]; cfg.Load.String() != "1s:500,40s:500" || !cfg.Rate.IsZero() || cfg.Clients != 500 || cfg.Results.Dir != "" {
		t.Errorf("load %v, rate %v, %d clients, directory %q", cfg.Load, cfg.Rate, cfg.Clients, cfg.Results.Dir)
	}
}

func TestStepThatCannotBeMadeSaysWhich(t *testing.T) {
	plan := planned(t)
	s := newStepper(plan, plan.cfg, "")
	s.run = func(context.Context, scenario.Config) (*scenario.Result, error) { return nil, errors.New("no room") }
	if _, err := s.make(t.Context(), 7, 100); err == nil || err.Error() != "step 7: no room" {
		t.Error(err)
	}
}

func TestStepsAreLongEnoughForTheirPercentiles(t *testing.T) {
	plan := planned(t, "--threshold", "chg.p99<20ms", "--threshold", "wait.p90<1s", "--threshold", "login.p99<1s", "--threshold", "iteration.errors<1%")
	l := newLengths(plan)
	for _, tt := range []struct {
		level, offered float64
		hold           time.Duration
		longer, few    string
	}{
		{1000, 1000, 10 * time.Second, "", ""},
		{150, 150, 13400 * time.Millisecond, "chg.p99<20ms", ""},
		{10, 10, time.Minute, "", "chg.p99<20ms"},
		{10, 0, 10 * time.Second, "", ""},
	} {
		if hold, longer, few := l.of(tt.level, tt.offered); hold != tt.hold || longer != tt.longer || few != tt.few {
			t.Errorf("at %v, %v offered: %v, longer for %q, few for %q", tt.level, tt.offered, hold, longer, few)
		}
	}
	s := aSummary()
	s.Ops[0].Count = 100_000 // a hundred for each iteration
	l.learn(s, 100)
	if hold, longer, _ := l.of(10, 10); hold != 20*time.Second || longer != "wait.p90<1s" {
		t.Errorf("with many CHG: %v for %q", hold, longer)
	}
}

func TestCapacityThresholdsByDefault(t *testing.T) {
	for scenario, want := range map[string][]string{
		"presence": {"login.errors<1%", "iteration.errors<1%", "iteration.p99<1s"},
		"idle":     {"login.errors<1%", "login.p99<1s"},
	} {
		var got []string
		for _, th := range planned(t, "-s", scenario, "--search", "clients").cfg.Results.Thresholds {
			got = append(got, th.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", scenario, got, want)
		}
	}
}

func TestCapacitySettingsThatCannotBe(t *testing.T) {
	wrong := map[string][]string{
		"--from \"x\": give iterations per second":       {"--from", "x"},
		"--from \"0\": give iterations per second":       {"--from", "0"},
		"--to \"1s:5/s\": give iterations per second":    {"--to", "1s:5/s"},
		"--from \"1.5\": give a number of clients":       {"--search", "clients", "--from", "1.5"},
		"--from \"5/s\": give a number of clients":       {"--search", "clients", "--from", "5/s"},
		"the search goes upwards":                        {"--from", "200", "--to", "100"},
		"--precision \"0\"":                              {"--precision", "0"},
		"--precision \"wide\"":                           {"--precision", "wide"},
		"--precision \"200%\"":                           {"--precision", "200%"},
		"--max-steps 0":                                  {"--max-steps", "0"},
		"--step 0s: give a longer time":                  {"--step", "0s"},
		"--clients 0":                                    {"--clients", "0"},
		"--clients is for a search for a rate":           {"--search", "clients", "-c", "5"},
		"--think is for the closed model":                {"--think", "1s"},
		"an account is migrated once":                    {"-s", "migrate"},
		"idle has no iterations: give --search clients":  {"-s", "idle"},
		"how many there are is what is searched for":     {"--threshold", "iteration.rate>=450/s"},
		"did you mean \"chg\"":                           {"--threshold", "chgg.p99<1s"},
		"unknown dialect":                                {"--dialect", "MSNP7"},
		"--output and --no-output":                       {"-o", "x", "--no-output"},
		"unknown search \"clinets\", did you mean":       {"--search", "clinets"},
		"there is text, json":                            {"--format", "hlog"},
		"unknown flag: --duration":                       {"--duration", "5s"},
		"--timeout 0s: give a longer time":               {"--timeout", "0s"},
		"--connect-rate -1: give a positive number":      {"--connect-rate", "-1"},
		"--nexus and --ticket: give one of them":         {"--nexus", "http://x/", "--ticket", "t=%d"},
		"--i-own \"a:1\": give a host name or an addres": {"--i-own", "a:1"},
	}
	for _, want := range slices.Sorted(maps.Keys(wrong)) {
		if _, err := tryPlan(wrong[want]...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", wrong[want], err, want)
		}
	}
}

func TestCapacityLevelsAreRead(t *testing.T) {
	for _, tt := range []struct {
		args     []string
		from, to float64
	}{
		{nil, 100, maxRate},
		{[]string{"--from", "0.5/s", "--to", "600/m"}, 0.5, 10},
		{[]string{"--to", "50"}, 50, 50},
		{[]string{"--search", "clients", "--from", "5"}, 5, 0},
	} {
		if p := planned(t, tt.args...); p.search.From != tt.from || p.search.To != tt.to {
			t.Errorf("%q: from %v to %v", tt.args, p.search.From, p.search.To)
		}
	}
}

func TestClientsAreBoundedByTheMachine(t *testing.T) {
	p := planned(t, "--search", "clients")
	most, why := p.mostClients(target{})
	if most < 1 || why == "" {
		t.Fatalf("at most %d: %q", most, why)
	}
	at := func(clients int) bool {
		cfg := p.cfg
		cfg.Clients = clients
		l := limitsOf(cfg, target{})
		l.Here = false
		return l.Check() == nil && len(l.Notes()) == 0
	}
	if !at(most) || most < maxClients && at(most+1) {
		t.Errorf("%d are the most: %v, one more would do: %v", most, at(most), at(most+1))
	}
}
