package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/codec/msnp"
	"nudge/fuzz/live"
)

// fuzzFlags are the flags of nudge fuzz.
type fuzzFlags struct {
	accountFlags
	set      *pflag.FlagSet
	duration time.Duration
	sessions int64
	rate     string
	maxBytes int64
	findings int
	workers  int
	seed     uint64
	only     string
	timeout  time.Duration
	minimize time.Duration
	dialect  string
	serve    string
	exec     string
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
	awayRate        = 20 // sessions per second to a server that is not on loopback, unless --rate says otherwise
)

func (f *fuzzFlags) declare(fs *pflag.FlagSet) {
	f.set = fs
	fs.DurationVarP(&f.duration, "duration", "d", 30*time.Second, "time `D` after which no session begins, up to 168h")
	fs.Int64Var(&f.sessions, "sessions", 0, "`N` sessions at most (default: no limit)")
	fs.StringVarP(&f.rate, "rate", "r", "", "sessions per second at most, `R` like 100/s (default: no limit on loopback, 20/s elsewhere)")
	fs.Int64Var(&f.maxBytes, "max-bytes", 1<<30, "`N` bytes sent by each worker at most")
	fs.IntVar(&f.findings, "findings", 32, "`N` kinds of findings after which no session begins")
	fs.IntVar(&f.workers, "workers", 1, "`N` sessions at once, each worker with four accounts of its own")
	fs.Uint64Var(&f.seed, "seed", 1, "number `N` that all choices come from")
	fs.StringVar(&f.only, "only", "", "plays the one session `NUMBER`, as a finding tells it, such as 17/1234, and shows it (default: all)")
	fs.DurationVar(&f.timeout, "timeout", time.Second, "longest wait `D` for what must come")
	fs.DurationVar(&f.minimize, "minimize", 20*time.Second, "time `D` spent on making a finding small; 0 leaves it as it is")
	choiceVar(fs, &f.dialect, "dialect", "", "MSNP10", []string{"MSNP10", "MSNP9", "MSNP8"}, "dialect", "what clean clients speak, `NAME`")
	f.accountFlags.declare(fs)
	declareServe(fs, &f.serve)
	fs.StringVar(&f.exec, "exec", "", "`COMMAND` that starts the server, words split as a shell would; it is awaited at ADDR, or prints its addresses as nudge serve does (default: the built-in server, or one that runs)")
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
	caps   string // in words
}

// settle checks the flags and turns them into what the fuzzer takes, but for the target.
func (f *fuzzFlags) settle(args []string) (*fuzzPlan, error) {
	if err := f.check(args); err != nil {
		return nil, err
	}
	dialect, _ := strconv.Atoi(strings.TrimPrefix(f.dialect, "MSNP"))
	z := &live.Fuzzer{
		Dialect: msnp.Dialect(dialect), Seed: f.seed, Workers: f.workers, Timeout: f.timeout, Minimize: f.minimize,
		Sessions: f.sessions, Duration: f.duration, MaxBytes: f.maxBytes, Findings: f.findings,
	}
	if f.minimize == 0 {
		z.Minimize = -1
	}
	var err error
	if f.only != "" {
		if z.Only, err = live.ParsePath(f.only); err != nil {
			return nil, usageError{"--only: " + err.Error()}
		}
	}
	if f.rate != "" {
		if z.Rate, err = parseSessionRate(f.rate); err != nil {
			return nil, err
		}
	}
	plan := &fuzzPlan{fuzzer: z}
	if plan.guard, err = newGuard(f.own); err != nil {
		return nil, err
	}
	z.Accounts, err = f.fuzzAccounts()
	return plan, err
}

// check refuses flags that mean nothing, and those beyond the caps.
func (f *fuzzFlags) check(args []string) error {
	switch {
	case len(args) > 1:
		return usageError{"takes one address at most"}
	case len(args) == 1 && f.serve != "":
		return usageError{"--serve is for the built-in server: not with an address"}
	case f.exec != "" && f.serve != "":
		return usageError{"--serve is for the built-in server: not with --exec"}
	case f.duration <= 0 || f.duration > maxFuzzDuration:
		return usageError{fmt.Sprintf("--duration %v: give a time up to %v", f.duration, maxFuzzDuration)}
	case f.sessions < 0 || f.sessions > maxFuzzSessions:
		return usageError{fmt.Sprintf("--sessions %d: give a number up to %d", f.sessions, maxFuzzSessions)}
	case f.maxBytes < 1 || f.maxBytes > maxFuzzBytes:
		return usageError{fmt.Sprintf("--max-bytes %d: give a number from 1 to %d", f.maxBytes, int64(maxFuzzBytes))}
	case f.workers < 1 || f.workers > maxFuzzWorkers:
		return usageError{fmt.Sprintf("--workers %d: give a number from 1 to %d", f.workers, maxFuzzWorkers)}
	case f.findings < 1:
		return usageError{fmt.Sprintf("--findings %d: give a number from 1 on", f.findings)}
	case f.timeout <= 0 || f.minimize < 0:
		return usageError{"--timeout and --minimize: give positive times"}
	case f.noOutput && f.set.Changed("output"):
		return usageError{"--output and --no-output: give one of them"}
	}
	return f.oneSource()
}

// parseSessionRate reads so many sessions per second.
func parseSessionRate(s string) (float64, error) {
	number, _ := strings.CutSuffix(strings.TrimSpace(s), "/s")
	r, err := strconv.ParseFloat(number, 64)
	if err != nil || !(r > 0 && r <= maxFuzzRate) {
		return 0, usageError{fmt.Sprintf("--rate %q: give sessions per second up to %d, like 100/s", s, maxFuzzRate)}
	}
	return r, nil
}

// fuzzAccounts are the accounts of all workers.
func (f *fuzzFlags) fuzzAccounts() ([]live.Account, error) {
	n := f.workers * live.AccountsPerWorker
	listed, err := f.listed()
	if err != nil {
		return nil, err
	}
	if listed != nil && len(listed) < n {
		return nil, usageError{fmt.Sprintf("--accounts-file has %d accounts: %d are needed, %d for each worker", len(listed), n, live.AccountsPerWorker)}
	}
	format, err := f.addresses()
	if err != nil {
		return nil, err
	}
	var all []live.Account
	for i := range n {
		a := live.Account{Number: i, Email: format.Email(i + 1), Password: f.password}
		if listed != nil {
			a.Email, a.Password, a.Ticket = listed[i].Email, listed[i].Password, listed[i].Ticket
		}
		all = append(all, a)
	}
	return all, nil
}
