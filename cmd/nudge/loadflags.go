package main

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/loadgen/scenario"
)

// loadFlags are the settings of every command that loads a server, as they were given, by flag, by environment or
// not at all. Zero values that mean "derived" are filled in by settle. What a command does not declare is zero.
type loadFlags struct {
	accountFlags
	set  *pflag.FlagSet // the flags that fill the fields below
	file *scenarioFile  // nil: the scenario is a built-in one

	setElsewhere func(name string) bool // settings that a scenario file has no say in; nil: none
	passedOver   []string               // what of it was not taken, each a sentence

	scenario     string // its name, or a file
	clients      int
	think        string
	timeout      time.Duration
	connectRate  float64
	localAddrs   []string
	dialects     []string
	seed         uint64
	thresholds   []string
	onInvalid    string
	serve        string
	gracefulStop time.Duration
	loops        int
	tick         time.Duration
	output       string
	noOutput     bool
	format       string
	progress     string
	quiet        bool
	printConfig  bool
}

func (r *loadFlags) declareScenario(fs *pflag.FlagSet) {
	r.set = fs
	fs.StringVarP(&r.scenario, "scenario", "s", "presence", "what the clients do, a scenario's `NAME` ("+strings.Join(scenario.Names(), ", ")+"), or a TOML file")
	annotate(fs, "scenario", valueChoices, scenario.Names()...)
	annotate(fs, "scenario", valueFile, "")
}

// declareClients declares how clients behave, whatever there are of them and when.
func (r *loadFlags) declareClients(fs *pflag.FlagSet) {
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

func (r *loadFlags) declareOnInvalid(fs *pflag.FlagSet, usage string) {
	choiceVar(fs, &r.onInvalid, "on-invalid", "", "fail", []string{"fail", "warn"}, "mode", usage)
}

// declareOutput declares where results go, in one of the given formats.
func (r *loadFlags) declareOutput(fs *pflag.FlagSet, what string, formats ...string) {
	fs.BoolVar(&r.noOutput, "no-output", false, "writes no run directory")
	choiceVar(fs, &r.format, "format", "", "text", formats, "format", what+" on stdout, `FORMAT`")
}

// declareProgress declares what is said on the way, and when.
func (r *loadFlags) declareProgress(fs *pflag.FlagSet, when string) {
	choiceVar(fs, &r.progress, "progress", "", "auto", []string{"auto", "plain", "none"}, "mode", "lines on stderr "+when+", `MODE` (auto is plain)")
	fs.BoolVarP(&r.quiet, "quiet", "q", false, "the same as --progress none")
	fs.BoolVar(&r.printConfig, "print-config", false, "prints each setting and where it came from, and runs nothing")
}

// unsetDefaults keeps help from showing a zero that stands for a default derived from other settings.
func unsetDefaults(fs *pflag.FlagSet, names ...string) {
	for _, name := range names {
		fs.Lookup(name).DefValue = ""
	}
}

// silent says that nothing is told on the way.
func (r *loadFlags) silent() bool { return r.progress == "none" || r.quiet }
