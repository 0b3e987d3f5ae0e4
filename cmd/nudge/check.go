package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnpcheck"
)

var checkCommand = command{
	name:  "check",
	args:  "[ADDR]",
	short: "checks a server against the protocol page, rule by rule",
	long: `
ADDR is host:port of a dispatch or notification server, or @FILE with the line that nudge serve
printed. Without ADDR the built-in server is started, checked, and stopped. A server of your own needs
one of --nexus, --login-url and --ticket, and --i-own HOST when it is not on loopback.

Each check is one rule of codec/MSNP10.md. It passes, fails, with the section, what was sent, wanted
and got, or is skipped, with what was missing. Under --profile real, what the page records of known
servers (§12) is a warning and no failure; the letters there, such as E and K, are explained on its top.

The checks need at least three accounts, twelve to run four at once, that can sign in, are all migrated or
all not, and do not have each other on any list; no other state is asked for. nudge takes the first of
the accounts given that will do, and says why others won't. What the checks edit is put back, and
what could not be put back is told. Whoever uses the accounts meanwhile is signed out.

That lists survive a migration is checked with --await-migration: nudge says which account is to be
migrated and waits so long for OUT MIG. This cannot be undone.

  nudge check -o before.json --format json ADDR       # a report
  nudge check --compare before.json after.json        # exit 6 if something held and fails now
  nudge check --matrix m0.json m1.json                # checks against reports, in Markdown`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var f checkFlags
		f.declare(fs)
		return f.run
	},
}

// checkFlags are the flags of nudge check.
type checkFlags struct {
	accountFlags
	dialect          string
	profile          string
	only             []string
	parallel         int
	accounts         int
	timeout, silence time.Duration
	migration        time.Duration
	serve            string
	format, output   string
	verbose, quiet   bool
	list             bool
	compare, matrix  bool
}

func (f *checkFlags) declare(fs *pflag.FlagSet) {
	choiceVar(fs, &f.dialect, "dialect", "", "MSNP10", []string{"MSNP10", "MSNP9", "MSNP8"}, "dialect", "what VER offers, `NAME`")
	choiceVar(fs, &f.profile, "profile", "", "strict", []string{"strict", "real"}, "profile", "how divergences of known servers count, `NAME`")
	fs.StringSliceVar(&f.only, "only", nil, "checks, a `LIST` with commas of names, groups or patterns like presence,lists.add*; repeatable (default: all)")
	fs.IntVar(&f.parallel, "parallel", 4, "`N` checks at once at most, each with three accounts")
	fs.DurationVar(&f.timeout, "timeout", 5*time.Second, "longest wait `D` for what must come")
	fs.DurationVar(&f.silence, "silence", 100*time.Millisecond, "time `D` after which nothing is believed to come, beside the answer to a PNG")
	fs.DurationVar(&f.migration, "await-migration", 0, "how long `D` to wait for an account to be migrated (default: not at all)")
	fs.IntVar(&f.accounts, "accounts", 60, "`N` accounts that there are, by --user-format")
	f.accountFlags.declare(fs)
	declareServe(fs, &f.serve)
	choiceVar(fs, &f.format, "format", "", "text", []string{"text", "json", "junit"}, "format", "report, `FORMAT`")
	fs.StringVarP(&f.output, "output", "o", "", "`FILE` to write the report to (default: stdout)")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "also lists what passed")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no progress on stderr")
	fs.BoolVar(&f.list, "list", false, "lists the checks and makes none; with --format json as JSON")
	fs.BoolVar(&f.compare, "compare", false, "compares two reports in JSON, `A B`, and makes no checks")
	fs.BoolVar(&f.matrix, "matrix", false, "sets reports in JSON side by side, in Markdown, and makes no checks")
	unsetDefaults(fs, "await-migration")
	annotate(fs, "output", valueFile, "")
}

func (f *checkFlags) run(ctx context.Context, c *cli, args []string) error {
	switch {
	case f.compare:
		return compareReports(c.stdout, args)
	case f.matrix:
		return matrixOfReports(c.stdout, args)
	case f.list:
		return f.listChecks(c.stdout, args)
	}
	cfg, err := f.settle(args)
	if err != nil {
		return err
	}
	server, t, err := f.server(ctx, c, args)
	if err != nil {
		return err
	}
	err = f.check(ctx, c, cfg, t)
	if server == nil {
		return err
	}
	if stopErr := server.stop(); stopErr != nil {
		fmt.Fprint(c.stderr, server.log.String())
		return errors.Join(err, stopErr)
	}
	return err
}

// settle turns the flags into what the checks take, but for the target.
func (f *checkFlags) settle(args []string) (msnpcheck.Config, error) {
	var cfg msnpcheck.Config
	switch {
	case len(args) > 1:
		return cfg, usageError{"takes one address at most"}
	case len(args) == 1 && f.serve != "":
		return cfg, usageError{"--serve is for the built-in server: not with an address"}
	case f.parallel < 1 || f.parallel > msnpcheck.MaxParallel:
		return cfg, usageError{fmt.Sprintf("--parallel %d: give a number from 1 to %d", f.parallel, msnpcheck.MaxParallel)}
	case f.accounts < msnpcheck.AccountsPerCheck || f.accounts > maxClients:
		return cfg, usageError{fmt.Sprintf("--accounts %d: give a number from %d to %d", f.accounts, msnpcheck.AccountsPerCheck, maxClients)}
	case f.timeout <= 0 || f.silence <= 0 || f.migration < 0:
		return cfg, usageError{"--timeout, --silence and --await-migration: give positive times"}
	}
	if err := f.oneSource(); err != nil {
		return cfg, err
	}
	if err := msnpcheck.CheckNames(f.only); err != nil {
		return cfg, usageError{"--only: " + err.Error()}
	}
	cfg = msnpcheck.Config{
		Dialect: dialectNamed(f.dialect), Profile: msnpcheck.Profile(f.profile), Only: f.only, Parallel: f.parallel,
		Timeout: f.timeout, Quiet: f.silence, Migration: f.migration,
	}
	var err error
	cfg.Accounts, err = f.checkAccounts()
	return cfg, err
}

// checkAccounts are those of the file, or by number.
func (f *checkFlags) checkAccounts() ([]msnpcheck.Account, error) {
	listed, err := f.listed()
	if err != nil {
		return nil, err
	}
	var all []msnpcheck.Account
	for _, a := range listed {
		all = append(all, msnpcheck.Account(a))
	}
	if listed != nil {
		return all, nil
	}
	format, err := f.addresses()
	if err != nil {
		return nil, err
	}
	for i := range f.accounts {
		all = append(all, msnpcheck.Account{Email: format.Email(i + 1), Password: f.password})
	}
	return all, nil
}

// server finds the target. Without an address it starts the built-in server, which the caller stops.
func (f *checkFlags) server(ctx context.Context, c *cli, args []string) (*child, target, error) {
	if len(args) == 1 {
		t, err := findTarget(args[0])
		return nil, t, err
	}
	serve := []string{"serve", "--until-stdin-closes", "--accounts", strconv.Itoa(f.accounts), "--contacts", "0",
		"--user-format", f.userFormat, "--password", f.password}
	s, line, err := startChild(ctx, c.env, append(serve, strings.Fields(f.serve)...))
	if err != nil {
		return nil, target{}, err
	}
	t, err := parseTarget([]byte(line))
	if err != nil {
		s.kill()
	}
	return s, t, err
}

// check makes the checks, and reports.
func (f *checkFlags) check(ctx context.Context, c *cli, cfg msnpcheck.Config, t target) error {
	g, err := newGuard(f.own)
	if err == nil {
		t, err = f.tickets(t, haveTickets(cfg.Accounts))
	}
	if err == nil {
		err = g.checkTarget(ctx, t)
	}
	if err != nil {
		return err
	}
	cfg.Addr, cfg.DialContext = t.addr, g.dial
	if cfg.Passport, err = f.passport(t, g, f.timeout); err != nil {
		return err
	}
	defer cfg.Passport.Client.CloseIdleConnections()
	if !f.quiet {
		cfg.Progress = checkProgress(c.stderr)
		cfg.Await = func(email string) {
			fmt.Fprintf(c.stderr, "nudge check: have %s migrated now; OUT MIG is waited for %v\n", email, f.migration)
		}
	}
	report, err := msnpcheck.Run(ctx, cfg)
	if err != nil {
		return err
	}
	report.Version = version()
	if err := f.write(c.stdout, report); err != nil {
		return err
	}
	if stopped := (interruption{}); errors.As(context.Cause(ctx), &stopped) {
		return exitError{stopped.code(), stopped.Error() + ": the checks made until then are reported"}
	}
	return checkVerdict(report)
}

func haveTickets(accounts []msnpcheck.Account) bool {
	for _, a := range accounts {
		if a.Ticket == "" {
			return false
		}
	}
	return true
}

// write writes the report where it is to go.
func (f *checkFlags) write(stdout io.Writer, r *msnpcheck.Report) error {
	render := map[string]func(io.Writer) error{
		"text":  func(w io.Writer) error { return r.Text(w, f.verbose) },
		"json":  r.JSON,
		"junit": r.JUnit,
	}[f.format]
	return renderTo(f.output, stdout, render)
}

// checkVerdict is what the report comes to: exit status 4 if a check failed.
func checkVerdict(r *msnpcheck.Report) error {
	var failed []string
	for _, c := range r.Checks {
		if c.Status == msnpcheck.Fail {
			failed = append(failed, c.Name)
		}
	}
	if len(failed) == 0 {
		if r.Counts.Pass+r.Counts.Warn == 0 {
			return errors.New("no check could be made; the report says why each was skipped")
		}
		return nil
	}
	const shown = 5
	names := strings.Join(failed[:min(len(failed), shown)], ", ")
	if n := len(failed) - shown; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	return exitError{exitServer, fmt.Sprintf("%d of %d checks failed: %s", len(failed), r.Counts.Pass+r.Counts.Warn+len(failed), names)}
}

// checkProgress says once in a while how far the checks are.
func checkProgress(w io.Writer) func(msnpcheck.Result) {
	made := 0
	return func(r msnpcheck.Result) {
		if made++; r.Status == msnpcheck.Fail {
			fmt.Fprintf(w, "FAIL %s\n", r.Name)
		} else if made%50 == 0 {
			fmt.Fprintf(w, "%d checks made\n", made)
		}
	}
}

// dial opens a connection to what is permitted: each address that a name stands for is asked for right before.
func (g guard) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Control: g.control(addr)}
	return d.DialContext(ctx, network, addr)
}
