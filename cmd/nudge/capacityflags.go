package main

import (
	"time"

	"github.com/spf13/pflag"
)

// capacityFlags are the settings of nudge capacity.
type capacityFlags struct {
	loadFlags
	search    string
	from, to  string
	step      time.Duration
	precision string
	maxSteps  int
}

// declare declares the flags in the order in which help shows them.
func (f *capacityFlags) declare(fs *pflag.FlagSet) {
	f.declareScenario(fs)
	f.declareSearch(fs)
	f.declareClients(fs)
	f.accountFlags.declare(fs)
	declareServe(fs, &f.serve)
	fs.StringArrayVar(&f.thresholds, "threshold", nil, "what must hold, an `EXPR` like chg.p99<20ms, login.errors<1% or wait.p99<5ms; repeatable, replaces the default (default: login.errors<1%, iteration.errors<1% and iteration.p99<1s)")
	f.declareOnInvalid(fs, "what it does to the exit status if the generator gave out before the server, `MODE`")
	fs.StringVarP(&f.output, "output", "o", "", "`DIR` for capacity.json and a run directory of each step (default: runs/<UTC time>-<scenario>-capacity)")
	annotate(fs, "output", valueDir, "")
	f.declareOutput(fs, "what was found", "text", "json")
	f.declareProgress(fs, "after each step")
}

func (f *capacityFlags) declareSearch(fs *pflag.FlagSet) {
	choiceVar(fs, &f.search, "search", "", "rate", []string{"rate", "clients"}, "search", "what is searched for, iterations per second or a number of clients, `WHAT`")
	fs.StringVar(&f.from, "from", "", "level `N` where the search begins, such as 100/s or 100 (default: 100)")
	fs.StringVar(&f.to, "to", "", "level `N` beyond which it does not go (default: none; of clients as many as this machine can be)")
	fs.IntVarP(&f.clients, "clients", "c", 1000, "`N` simulated clients, of a search for a rate")
	fs.DurationVar(&f.step, "step", 10*time.Second, "least time `D` of a step at full load, after the ramp")
	fs.StringVar(&f.precision, "precision", "10%", "how wide the 95 % interval may be in the end, a share `P` such as 5% or 0.05")
	fs.IntVar(&f.maxSteps, "max-steps", 40, "`N` steps are made at most")
}
