package main

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/loadgen/scenario"
)

// runFlags are the settings of nudge run as they were given, by flag, by environment or not at all.
// Zero values that mean "derived" are filled in by settle.
type runFlags struct {
	accountFlags
	set  *pflag.FlagSet // the flags that fill the fields below
	file *scenarioFile  // nil: the scenario is a built-in one

	scenario         string // its name, or a file
	clients          int
	duration, rampUp time.Duration
	stages           string
	rate, think      string
	timeout          time.Duration
	connectRate      float64
	localAddrs       []string
	dialects         []string
	seed             uint64
	thresholds       []string
	onInvalid        string
	trace            string
	serve            string
	gracefulStop     time.Duration
	loops            int
	tick             time.Duration
	output           string
	noOutput         bool
	format           string
	progress         string
	quiet            bool
	printConfig      bool
}

// declare declares the flags in the order in which help shows them.
func (r *runFlags) declare(fs *pflag.FlagSet) {
	r.set = fs
	r.declareLoad(fs)
	r.accountFlags.declare(fs)
	declareServe(fs, &r.serve)
	r.declareVerdict(fs)
	r.declareOutput(fs)
}

func (r *runFlags) declareLoad(fs *pflag.FlagSet) {
	fs.StringVarP(&r.scenario, "scenario", "s", "presence", "what the clients do, a scenario's `NAME` ("+strings.Join(scenario.Names(), ", ")+"), or a TOML file")
	annotate(fs, "scenario", valueChoices, scenario.Names()...)
	annotate(fs, "scenario", valueFile, "")
	fs.IntVarP(&r.clients, "clients", "c", 1000, "`N` simulated clients")
	fs.DurationVarP(&r.duration, "duration", "d", 30*time.Second, "time `D` at full load, after the ramp, like 30s, 5m or 1h30m")
	fs.DurationVar(&r.rampUp, "ramp-up", 5*time.Second, "time `D` in which the clients sign in, evenly")
	fs.StringVar(&r.stages, "stages", "", "clients over time, a `LIST` of duration:clients like 30s:1000,5m:1000,30s:0; replaces --clients, --duration and --ramp-up")
	fs.StringVarP(&r.rate, "rate", "r", "", "open model: iterations per second over all clients, `R` like 500/s, or stages like 30s:100/s,5m:500/s (default: closed model with think time)")
	fs.StringVar(&r.think, "think", "", "think time of the closed model, `DIST` like 10s, exp:10s, uniform:5s,15s or lognormal:10s,1.2 (default: the scenario's, for presence exp:10s)")
	fs.DurationVar(&r.timeout, "timeout", 10*time.Second, "longest wait `D` for any reply")
	fs.Float64Var(&r.connectRate, "connect-rate", 0, "connections opened per second at most, a number `R` (default: what the ramp needs)")
	fs.StringSliceVar(&r.localAddrs, "local-addr", nil, "source addresses of the clients in turn, to go past one address's ports, a `LIST` like 127.0.0.2-127.0.0.17 or 10.0.0.5,10.0.0.6; what asks for tickets stays on the system's choice")
	fs.StringSliceVar(&r.dialects, "dialect", []string{"MSNP10", "MSNP9"}, "what VER offers, best first, a `LIST` with commas")
	fs.DurationVar(&r.gracefulStop, "graceful-stop", 0, "how long `D` iterations in progress may go on at the end (default: --timeout)")
	fs.IntVar(&r.loops, "loops", 0, "`N` threads that move the bytes (default: half the cores against loopback, else all)")
	fs.DurationVar(&r.tick, "tick", 0, "rounds due times up to multiples of `D`, such as 1ms, so that threads wake less often (default: to the ns)")
	fs.Uint64Var(&r.seed, "seed", 1, "number `N` that all random choices come from")
	unsetDefaults(fs, "connect-rate", "graceful-stop", "loops", "tick")
}

func (r *runFlags) declareVerdict(fs *pflag.FlagSet) {
	fs.StringArrayVar(&r.thresholds, "threshold", nil, "what must hold, else exit 3, an `EXPR` like chg.p99<20ms, login.errors<1% or iteration.rate>=450/s; repeatable, replaces the default (default: login.errors<1% and iteration.errors<1%)")
	choiceVar(fs, &r.onInvalid, "on-invalid", "", "fail", []string{"fail", "warn"}, "mode", "what an invalid measurement does to the exit status, `MODE`")
	fs.StringVar(&r.trace, "trace", "", "writes the conversations of the first N clients, with times, tickets masked, `N[,FILE]` (default FILE: trace.txt in the run directory)")
}

func (r *runFlags) declareOutput(fs *pflag.FlagSet) {
	fs.StringVarP(&r.output, "output", "o", "", "run directory `DIR` (default: runs/<UTC time>-<scenario>)")
	fs.BoolVar(&r.noOutput, "no-output", false, "writes no run directory")
	choiceVar(fs, &r.format, "format", "", "text", []string{"text", "json", "bench"}, "format", "summary on stdout, `FORMAT`")
	choiceVar(fs, &r.progress, "progress", "", "auto", []string{"auto", "plain", "none"}, "mode", "lines on stderr once a second, `MODE` (auto is plain)")
	fs.BoolVarP(&r.quiet, "quiet", "q", false, "the same as --progress none")
	fs.BoolVar(&r.printConfig, "print-config", false, "prints each setting and where it came from, and runs nothing")
	annotate(fs, "output", valueDir, "")
}

// unsetDefaults keeps help from showing a zero that stands for a default derived from other settings.
func unsetDefaults(fs *pflag.FlagSet, names ...string) {
	for _, name := range names {
		fs.Lookup(name).DefValue = ""
	}
}
