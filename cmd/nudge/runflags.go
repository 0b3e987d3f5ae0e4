package main

import (
	"time"

	"github.com/spf13/pflag"
)

// runFlags are the settings of nudge run.
type runFlags struct {
	loadFlags
	duration, rampUp time.Duration
	stages           string
	rate             string
	trace            string
	fuzz             string
}

// declare declares the flags in the order in which help shows them.
func (r *runFlags) declare(fs *pflag.FlagSet) {
	r.declareScenario(fs)
	r.declareLoad(fs)
	fs.StringVar(&r.fuzz, "fuzz", "", "plays mutated sessions as well, `RATE` of them per second at most, like 1/s, after a quarter of the time at full load (default: none)")
	r.declareClients(fs)
	r.accountFlags.declare(fs)
	declareServe(fs, &r.serve)
	r.declareVerdict(fs)
	fs.StringVarP(&r.output, "output", "o", "", "run directory `DIR` (default: runs/<UTC time>-<scenario>)")
	annotate(fs, "output", valueDir, "")
	r.declareOutput(fs, "summary", "text", "json", "bench")
	r.declareProgress(fs, "once a second")
}

func (r *runFlags) declareLoad(fs *pflag.FlagSet) {
	fs.IntVarP(&r.clients, "clients", "c", 1000, "`N` simulated clients")
	fs.DurationVarP(&r.duration, "duration", "d", 30*time.Second, "time `D` at full load, after the ramp, like 30s, 5m or 1h30m")
	fs.DurationVar(&r.rampUp, "ramp-up", 5*time.Second, "time `D` in which the clients sign in, evenly")
	fs.StringVar(&r.stages, "stages", "", "clients over time, a `LIST` of duration:clients like 30s:1000,5m:1000,30s:0; replaces --clients, --duration and --ramp-up")
	fs.StringVarP(&r.rate, "rate", "r", "", "open model: iterations per second over all clients, `R` like 500/s, or stages like 30s:100/s,5m:500/s (default: closed model with think time)")
}

func (r *runFlags) declareVerdict(fs *pflag.FlagSet) {
	fs.StringArrayVar(&r.thresholds, "threshold", nil, "what must hold, else exit 3, an `EXPR` like chg.p99<20ms, login.errors<1% or iteration.rate>=450/s; repeatable, replaces the default (default: login.errors<1% and iteration.errors<1%)")
	r.declareOnInvalid(fs, "what an invalid measurement does to the exit status, `MODE`")
	fs.StringVar(&r.trace, "trace", "", "writes the conversations of the first N clients, with times, tickets masked, `N[,FILE]` (default FILE: trace.txt in the run directory)")
}
