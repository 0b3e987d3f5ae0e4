package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"nudge/results"
)

var capacityCommand = command{
	name:  "capacity",
	args:  "[ADDR]",
	short: "finds the load at which the thresholds break",
	long: `
ADDR is as for nudge run. Without it the built-in server is started once and loaded in all steps.

The search is for a rate of iterations, with --clients clients (open model), or with --search clients
for a number of clients, which iterate with think time (closed model). It goes up from --from by
doubling until a step does not keep the thresholds, and then closes in. Each step is a run of its own:
its clients sign in, 200 a second or half of --connect-rate, then come --step at full load, or up to
six times as long, until 20 values are to be expected above the highest percentile of the thresholds.
Steps near the limit go now one way and now the other; from all of them follow the capacity, which is
the level that one step in two keeps, and the interval in which it lies with a probability of 95 %.

Without --threshold what must hold is login.errors<1%, iteration.errors<1% and iteration.p99<1s, which
in the open model is the response time, from when an iteration was due; for a scenario without
iterations login.p99<1s. In any case 99 % of the clients must be online, and a rate must be kept: at
most 1 % of the iterations dropped for want of a free client, and no backlog that grows.

The answer says who gave out. A generator that is late makes times longer, so that what was kept all
the same is kept, if it asked for what it should: in the closed model lag must be below a hundredth of
the time between two iterations of a client. A step that broke while it was late is made again, and if
that comes to the same counts against the generator; then the server's capacity is at least what is
told (exit status 5). What breaks the protocol ends the search (exit status 4): lost messages are not a
matter of load. Exit status 3 means that not even --from was kept.

DIR gets capacity.json, kept up to date after each step, and a run directory of each step, such as
DIR/03-400, for nudge report. nudge report DIR renders the table again.

Every flag may be set by the environment instead: --max-steps is NUDGE_MAX_STEPS. A flag wins.`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var f capacityFlags
		f.declare(fs)
		return f.run
	},
}

// run settles what is searched for, finds or starts the server, searches and reports.
func (f *capacityFlags) run(ctx context.Context, c *cli, args []string) error {
	f.setElsewhere = f.searched
	origins, err := f.gather(c, args)
	if err != nil {
		return err
	}
	plan, err := f.settle()
	if err != nil {
		return err
	}
	if f.printConfig {
		return printSettings(c.stdout, f.set, origins, f.derived(plan))
	}
	for _, text := range f.passedOver {
		f.note(c.stderr, text)
	}
	var t target
	if len(args) == 1 {
		if t, err = findTarget(args[0]); err != nil {
			return err
		}
	}
	if err := f.bound(c.stderr, plan, t); err != nil {
		return err
	}
	return f.withServer(ctx, c, t, &plan.runPlan, func(_ *child, t target) error { return f.find(ctx, c, args, plan, t) })
}

// searched says whether a setting is one that the search makes for each step.
func (f *capacityFlags) searched(name string) bool {
	return name == "think" && f.search == "rate" || name == "clients" && f.search == "clients"
}

// find searches, and reports.
func (f *capacityFlags) find(ctx context.Context, c *cli, args []string, plan *capacityPlan, t target) error {
	cfg, err := f.aim(plan.cfg, t)
	if err != nil {
		return err
	}
	cfg.Results.Run = f.told(args)
	now := time.Now()
	dir := ""
	if !f.noOutput {
		if dir, err = f.directory(plan, now); err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "directory: %s\n", shortPath(dir))
	}
	account := plan.account(cfg, now)
	steps := newStepper(plan, cfg, dir)
	h := hunt{
		search: plan.search, most: plan.maxSteps, account: account, step: steps.make,
		after: func(s *results.CapacityStep) error {
			account.Duration = time.Since(now)
			if dir != "" { // before it is told of
				if err := account.Write(dir); err != nil {
					return err
				}
			}
			if !f.silent() {
				fmt.Fprintln(c.stderr, account.Line(s))
			}
			return nil
		},
	}
	if !f.silent() {
		fmt.Fprintln(c.stderr, plan.opening())
	}
	huntErr := h.run(ctx)
	account.Duration = time.Since(now)
	if dir != "" {
		huntErr = errors.Join(huntErr, account.Write(dir))
	}
	if err := f.report(c, account, steps); err != nil {
		return errors.Join(err, huntErr)
	}
	return errors.Join(capacityVerdict(ctx, account, f.onInvalid), huntErr)
}

// directory makes the directory of a search, and refuses one that has a search in it.
func (f *capacityFlags) directory(plan *capacityPlan, now time.Time) (string, error) {
	if f.output != "" {
		if _, err := os.Lstat(filepath.Join(f.output, results.CapacityFile)); err == nil {
			return "", usageError{fmt.Sprintf("--output %s: holds a search already", f.output)}
		}
	}
	return newRunDir(f.output, plan.cfg.Scenario+"-capacity", now)
}

// report writes what was found to standard output, and if nobody could sign in why the first one failed.
func (f *capacityFlags) report(c *cli, account *results.Capacity, steps *stepper) error {
	if account.Verdict == results.CapacityUnable && steps.firstFailed != nil {
		fmt.Fprintf(c.stderr, "the first sign-in that failed:\n%s", steps.firstFailed.Conversation)
	}
	if f.format == "json" {
		return account.JSON(c.stdout)
	}
	return account.Text(c.stdout)
}

// capacityVerdict turns what came of a search into the exit status: nil, or an exitError that says why.
func capacityVerdict(ctx context.Context, account *results.Capacity, onInvalid string) error {
	code := map[results.CapacityVerdict]int{
		results.CapacityBelow: exitThreshold, results.CapacityWrong: exitServer, results.CapacityUnable: exitFailed,
		results.CapacityUnfinished: exitFailed, results.CapacityGenerator: exitInvalid,
	}[account.Verdict]
	stopped := interruption{}
	switch {
	case account.Verdict == results.CapacityInterrupted && errors.As(context.Cause(ctx), &stopped):
		return exitError{stopped.code(), stopped.Error() + ": what was found until then is reported"}
	case code == exitInvalid && onInvalid == "warn", code == 0:
		return nil
	}
	return exitError{code, reasons(account.Answer()[:min(2, len(account.Answer()))])}
}
