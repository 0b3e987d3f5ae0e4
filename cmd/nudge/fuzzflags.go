package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/fuzz/live"
)

// fuzzFlags are the flags of nudge fuzz.
type fuzzFlags struct {
	targetFlags
	set      *pflag.FlagSet
	duration time.Duration
	sessions int64
	rate     string
	maxBytes int64
	findings int
	workers  int
	seed     uint64
	only     string
	minimize time.Duration
	dialect  string
	output   string
	noOutput bool
	format   string
	quiet    bool
}

// The hard caps: what no flag can go beyond.
const (
	maxFuzzDuration = 7 * 24 * time.Hour
	maxFuzzSessions = 1_000_000_000
	maxFuzzRate     = 100_000 // sessions per second
	maxFuzzBytes    = 1 << 40 // sent by a worker
	maxFuzzWorkers  = 64
	maxFuzzFindings = 1000
	awayRate        = 20 // sessions per second to a server that is not on loopback, unless --rate says otherwise
)

func (f *fuzzFlags) declare(fs *pflag.FlagSet) {
	f.set = fs
	fs.DurationVarP(&f.duration, "duration", "d", 30*time.Second, "time `D` after which no session begins, up to 168h")
	fs.Int64Var(&f.sessions, "sessions", 0, "`N` sessions at most (default: no limit)")
	fs.StringVarP(&f.rate, "rate", "r", "", "sessions per second at most, `R` like 100/s (default: no limit on loopback, 20/s elsewhere)")
	fs.Int64Var(&f.maxBytes, "max-bytes", 1<<30, "`N` bytes sent by each worker at most")
	fs.IntVar(&f.findings, "findings", 32, "`N` kinds of findings, up to 1000, after which no session begins")
	fs.IntVar(&f.workers, "workers", 1, "`N` sessions at once, each worker with four accounts of its own")
	fs.Uint64Var(&f.seed, "seed", 1, "number `N` that all choices come from")
	fs.StringVar(&f.only, "only", "", "plays the one session `NUMBER`, as a finding tells it, such as 17/1234, and shows it (default: all)")
	f.declareDiff(fs, "plays the same sessions to two servers, and reports where their answers part")
	fs.DurationVar(&f.minimize, "minimize", 20*time.Second, "time `D` spent on making a finding small; 0 leaves it as it is")
	choiceVar(fs, &f.dialect, "dialect", "", "MSNP10", []string{"MSNP10", "MSNP9", "MSNP8"}, "dialect", "what clean clients speak, `NAME`")
	f.targetFlags.declare(fs)
	fs.StringVarP(&f.output, "output", "o", "", "directory `DIR` (default: runs/<UTC time>-fuzz)")
	fs.BoolVar(&f.noOutput, "no-output", false, "writes no directory")
	choiceVar(fs, &f.format, "format", "", "text", []string{"text", "json"}, "format", "report, `FORMAT`")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on stderr")
	annotate(fs, "output", valueFile, "")
	unsetDefaults(fs, "sessions")
}

// fuzzPlan is what the flags come to.
type fuzzPlan struct {
	fuzzer *live.Fuzzer
	guard  guard
	other  *fuzzServer  // the second server of --diff; nil without
	differ *live.Differ // plays to both; nil without
}

// settle checks the flags and turns them into what the fuzzer takes, but for the target.
func (f *fuzzFlags) settle(args []string) (*fuzzPlan, error) {
	if err := f.check(args); err != nil {
		return nil, err
	}
	z := &live.Fuzzer{
		Dialect: dialectNamed(f.dialect), Seed: f.seed, Workers: f.workers, Timeout: f.timeout, Minimize: f.minimize,
		Sessions: f.sessions, Duration: f.duration, MaxBytes: f.maxBytes, Findings: f.findings,
	}
	if f.minimize == 0 {
		z.Minimize = -1
	}
	var err error
	if f.set.Changed("only") {
		if z.Only, err = live.ParsePath(f.only); err != nil {
			return nil, usageError{"--only: " + err.Error()}
		}
	}
	if f.rate != "" {
		if z.Rate, err = parseSessionRate("rate", f.rate); err != nil {
			return nil, err
		}
	}
	plan := &fuzzPlan{fuzzer: z}
	if plan.guard, err = newGuard(f.own); err != nil {
		return nil, err
	}
	z.Accounts, err = f.fuzzAccounts(f.workers)
	return plan, err
}

// run plays the sessions.
func (p *fuzzPlan) run(ctx context.Context) (*live.Report, error) {
	if p.differ != nil {
		return p.differ.Run(ctx)
	}
	return p.fuzzer.Run(ctx)
}

// replay plays a finding again.
func (p *fuzzPlan) replay(ctx context.Context, finding *live.Finding, times int) ([]live.Replay, error) {
	if p.differ != nil {
		return p.differ.Replay(ctx, finding, times)
	}
	return p.fuzzer.Replay(ctx, finding, times)
}

// check refuses flags that mean nothing, and those beyond the caps.
func (f *fuzzFlags) check(args []string) error {
	switch {
	case f.duration <= 0 || f.duration > maxFuzzDuration:
		return usageError{fmt.Sprintf("--duration %v: give a time up to %v", f.duration, maxFuzzDuration)}
	case f.sessions < 0 || f.sessions > maxFuzzSessions:
		return usageError{fmt.Sprintf("--sessions %d: give a number up to %d", f.sessions, maxFuzzSessions)}
	case f.maxBytes < 1 || f.maxBytes > maxFuzzBytes:
		return usageError{fmt.Sprintf("--max-bytes %d: give a number from 1 to %d", f.maxBytes, int64(maxFuzzBytes))}
	case f.workers < 1 || f.workers > maxFuzzWorkers:
		return usageError{fmt.Sprintf("--workers %d: give a number from 1 to %d", f.workers, maxFuzzWorkers)}
	case f.findings < 1 || f.findings > maxFuzzFindings:
		return usageError{fmt.Sprintf("--findings %d: give a number from 1 to %d", f.findings, maxFuzzFindings)}
	case f.minimize < 0:
		return usageError{"--minimize: give a positive time, or 0"}
	case f.noOutput && f.set.Changed("output"):
		return usageError{"--output and --no-output: give one of them"}
	}
	if f.output != "" {
		if old, _ := fs.Glob(os.DirFS(f.output), "*.finding"); len(old) > 0 {
			return usageError{fmt.Sprintf("--output %s: has findings of an earlier run, as %s: give another directory", f.output, old[0])}
		}
	}
	if f.diff && f.workers > 1 {
		return usageError{"--diff and --workers: one session is played at a time"}
	}
	return f.targetFlags.check(args)
}

// parseSessionRate reads the value of a flag: so many sessions per second.
func parseSessionRate(flag, s string) (float64, error) {
	number, _ := strings.CutSuffix(strings.TrimSpace(s), "/s")
	r, err := strconv.ParseFloat(number, 64)
	if err != nil || !(r > 0 && r <= maxFuzzRate) {
		return 0, usageError{fmt.Sprintf("--%s %q: give sessions per second up to %d, like 100/s", flag, s, maxFuzzRate)}
	}
	return r, nil
}
