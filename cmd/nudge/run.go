package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
	"nudge/results"
)

var runCommand = command{
	name:  "run",
	args:  "[ADDR]",
	short: "loads a server with simulated clients and reports latencies",
	long: `
ADDR is host:port of a dispatch or notification server, or @FILE with the line that nudge serve
printed. Without ADDR the built-in server is started on a free loopback port, loaded, and stopped.
A server of your own needs one of --nexus, --login-url and --ticket, and --i-own HOST when it is not
on loopback.

Every flag may be set by the environment instead: --ramp-up is NUDGE_RAMP_UP. A flag wins.

scenarios:
` + scenarioList() + `
A scenario may also be a TOML file that mixes these, by shares of the clients (with --rate: of the
iterations), and sets the load. Flags and the environment go before what it says.

  version = 1
  [load]                    # clients, duration, ramp-up, stages, rate, think, timeout,
  clients = 500             # connect-rate, graceful-stop, dialect, seed
  [[mix]]
  behaviour = "presence"
  weight = 8
  think = "exp:30s"
  [[mix]]
  behaviour = "chat"
  weight = 2
  messages = 10             # in a conversation; of chat alone, and so is
  groups = 0.1              # the share of conversations with three to five people
  [[threshold]]
  expr = "login.p99 < 2s"`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var r runFlags
		r.declare(fs)
		return r.run
	},
}

// scenarioList is a line of help for each scenario.
func scenarioList() string {
	var b strings.Builder
	for _, s := range scenario.Behaviours() {
		fmt.Fprintf(&b, "  %-9s %s\n", s.Name, s.Text)
	}
	return b.String()
}

// run settles what is to be done, finds or starts the server, loads it and reports.
func (r *runFlags) run(ctx context.Context, c *cli, args []string) error {
	origins, err := r.gather(c, args)
	if err != nil {
		return err
	}
	plan, err := r.settle()
	if err != nil {
		return err
	}
	if r.printConfig {
		return printSettings(c.stdout, r.set, origins, r.derived(plan))
	}
	var t target
	if len(args) == 1 {
		if t, err = findTarget(args[0]); err != nil {
			return err
		}
	}
	if err := r.preflight(c.stderr, plan.cfg, t); err != nil {
		return err
	}
	return r.withServer(ctx, c, t, plan, func(t target) error { return r.load(ctx, c, args, plan, t) })
}

// gather reads what was set by other ways than by flags, and says what has set which flag.
func (r *loadFlags) gather(c *cli, args []string) (origins map[string]string, err error) {
	if len(args) > 1 {
		return nil, usageError{"takes one address at most"}
	}
	if origins, err = fromEnv(r.set, c.env); err != nil {
		return nil, err
	}
	if len(args) == 1 && r.serve != "" {
		return nil, usageError{"--serve is for the built-in server: not with an address"}
	}
	return origins, r.readScenario(origins)
}

// withServer loads the target, without one the built-in server, which it starts for as long as that takes.
func (r *loadFlags) withServer(ctx context.Context, c *cli, t target, plan *runPlan, load func(target) error) error {
	server, t, err := r.server(ctx, c, t, plan)
	if err != nil {
		return err
	}
	accepts := loadgen.ReadAcceptQueues()
	err = load(t)
	if isLoopback(t.addr) {
		r.note(c.stderr, loadgen.ReadAcceptQueues().Note(accepts))
	}
	if server == nil {
		return err
	}
	stopErr := server.stop()
	for _, begin := range []string{faultCounts, defectCounts} {
		if _, counts, ok := strings.Cut(server.log.String(), begin); ok {
			line, _, _ := strings.Cut(counts, "\n")
			fmt.Fprintf(c.stderr, "%s%s\n", begin, line)
		}
	}
	if stopErr != nil {
		fmt.Fprint(c.stderr, server.log.String())
		if err == nil {
			return stopErr
		}
		fmt.Fprintf(c.stderr, "nudge %s: %v\n", r.set.Name(), stopErr)
	}
	return err
}

// server completes the target of a run. Without one it starts the built-in server, which the caller stops.
func (r *loadFlags) server(ctx context.Context, c *cli, t target, plan *runPlan) (*child, target, error) {
	var s *child
	var err error
	if t.addr == "" {
		var line string
		if s, line, err = startChild(ctx, c.env, r.serveArgs(plan)); err == nil {
			t, err = parseTarget([]byte(line))
		}
	}
	if err == nil {
		t, err = r.tickets(t, plan.haveTickets)
	}
	if err == nil {
		err = plan.guard.checkTarget(ctx, t)
	}
	if err == nil {
		err = checkReach(plan.cfg.LocalAddrs, t)
	}
	if err != nil && s != nil {
		s.kill()
	}
	return s, t, err
}

// serveArgs are the arguments of the built-in server: as many accounts as clients, and what --serve adds.
func (r *loadFlags) serveArgs(plan *runPlan) []string {
	args := []string{"serve", "--until-stdin-closes",
		"--accounts", strconv.Itoa(plan.cfg.Clients), "--user-format", r.userFormat, "--password", r.password}
	if migrates(plan.cfg) {
		args = append(args, "--migrate-when", migrationRate(plan.cfg))
	}
	return append(args, strings.Fields(r.serve)...)
}

// migrates reports whether any client of a run is there to be migrated.
func migrates(cfg scenario.Config) bool {
	return slices.ContainsFunc(cfg.Describe(), func(a scenario.About) bool { return a.Migrates })
}

// migrationRate has the built-in server migrate every client once in the first four fifths of the run.
func migrationRate(cfg scenario.Config) string {
	perSecond := float64(cfg.Clients) / (0.8 * cfg.Load.Duration().Seconds())
	return strconv.FormatFloat(min(max(perSecond, 0.001), 1e6), 'f', 3, 64) + "/s"
}

// load runs the scenario against the target and writes the summary.
func (r *runFlags) load(ctx context.Context, c *cli, args []string, plan *runPlan, t target) error {
	cfg, err := r.aim(plan.cfg, t)
	if err != nil {
		return err
	}
	if !r.noOutput {
		if cfg.Results.Dir, err = newRunDir(r.output, cfg.Scenario, time.Now()); err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "run directory: %s\n", shortPath(cfg.Results.Dir))
	}
	closeTrace, err := plan.trace.open(&cfg, c.stderr)
	if err != nil {
		return err
	}
	defer closeTrace()
	cfg.Results.Run = r.told(args)
	if !r.silent() {
		cfg.Results.Progress = progress(c.stderr, cfg.Describe()[0].MainOp)
	}

	result, runErr := scenario.Run(ctx, cfg)
	if unknownOp := (*results.ThresholdError)(nil); errors.As(runErr, &unknownOp) {
		return usageError{unknownOp.Error()}
	}
	if result == nil {
		return runErr
	}
	if err := r.report(c, result); err != nil {
		return errors.Join(err, runErr)
	}
	if stopped := (interruption{}); result.Interrupted && errors.As(context.Cause(ctx), &stopped) {
		return exitError{stopped.code(), stopped.Error() + ": what was measured until then is reported, and nothing is judged"}
	}
	if err := verdict(result, r.onInvalid); err != nil {
		return err
	}
	return runErr
}

// aim turns a run against its target.
func (r *loadFlags) aim(cfg scenario.Config, t target) (scenario.Config, error) {
	cfg.Target, cfg.NexusURL, cfg.LoginURL = t.addr, t.nexus, t.loginURL
	if cfg.Loops == 0 && !isLoopback(t.addr) {
		cfg.Loops = runtime.GOMAXPROCS(0) // the server needs none of these cores
	}
	var err error
	cfg.TLS, err = tlsConfig(t.caFile, r.insecure)
	return cfg, err
}

// told is what run.json is to say of a run that the run itself does not know.
func (r *loadFlags) told(args []string) results.RunInfo {
	return results.RunInfo{NudgeVersion: version(), Arguments: arguments(r.set, args), Settings: settings(r.set)}
}

// report writes the summary to standard output. The first sign-in that failed is part of it as text, and shown
// on standard error beside the other formats.
func (r *runFlags) report(c *cli, result *scenario.Result) error {
	if f := result.FirstFailed; f != nil && r.format != "text" {
		fmt.Fprintf(c.stderr, "the first sign-in that failed:\n%s", f.Conversation)
	}
	return writeSummary(c.stdout, result.Summary, r.format)
}

// writeSummary writes a summary in a format of --format.
func writeSummary(w io.Writer, s *results.Summary, format string) error {
	switch format {
	case "json":
		return s.JSON(w)
	case "bench":
		return s.Bench(w)
	}
	return s.Text(w)
}

// shortPath is a path as seen from here, where that is shorter.
func shortPath(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// open opens where conversations are written to, as the configuration of the run says from then on.
func (t traceTo) open(cfg *scenario.Config, stderr io.Writer) (closeFile func() error, err error) {
	cfg.Trace = t.clients
	if t.clients == 0 {
		return func() error { return nil }, nil
	}
	file := t.file
	if file == "" {
		file = filepath.Join(cfg.Results.Dir, "trace.txt")
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	cfg.TraceTo = f
	return f.Close, nil
}
