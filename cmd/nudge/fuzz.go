package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"
)

var fuzzCommand = command{
	name:  "fuzz",
	args:  "[ADDR] | --diff [ADDR] ADDR",
	short: "plays mutated sessions to a server and judges what it does",
	long: `
ADDR is as for nudge run: host:port, or @FILE with the line that nudge serve printed. Without ADDR the
built-in server is started and fuzzed; with --exec a server of your own is started, watched, started
again when it dies, and its standard error read for panics. A server of your own needs one of --nexus,
--login-url and --ticket, and --i-own HOST when it is not on loopback.

A session begins as an honest one and is edited: its sequence, commands, words and bytes, and how it is
cut into writes. Sign-ins survive that, as tickets, cookies and ids are filled in from live answers.
Each worker uses four accounts, in the order of their numbers: the one whose sessions are edited, one
that has it on its list, a stranger, and one that signs in now and then. Don't take accounts that
anybody needs: what sessions leave in them is put in order, but not all of it.

What is wrong is a finding: crash, refused, hang, sick (clean clients are not served), leak, limit
(more payload is awaited than the page allows), closed, open (the page says otherwise), grammar, trid,
reply, lists, message, presence, raised (an exception on standard error, behind which the server goes
on), pieces. Each is played again three times and made small. What only
time decides, as on a busy machine, counts if all three show it; a hang always needs that, all else may
show in five sessions instead. Exit status 4 means that there is one. Under --profile real, what the
page records of known servers (§12) is told of in a line and is no finding.

DIR gets a file of each finding, report.json, matrix.txt (what each command was answered with in each
state) and machine.dot, the server's state machine as it was seen, for Graphviz.

With --diff the same sessions are played to two servers, and nothing is judged but whether they answer
alike: tickets, challenges, cookies, ids, times, addresses and marks aside. The second ADDR is the second
server; the first is what is fuzzed without --diff. A difference is a finding of class differs, named by the
state, the command and what either server answered. Both need the same accounts, in the same state; nobody
is on a list of those of the built-in server, as with nudge serve --contacts 0. --nexus and --login-url are
those of the server that does not tell its own, as the built-in one does.

  nudge fuzz                                          # the built-in server, 30 s
  nudge fuzz --ticket 't=%s&p=' 127.0.0.1:1863        # a server that runs
  nudge fuzz --exec './myserver --port 1863' --ticket 't=%s&p=' 127.0.0.1:1863
  nudge fuzz --seed 7 --only 17/1234                  # one session again, with its transcript
  nudge fuzz --diff @addrs.json                       # the built-in server, and the one that runs there`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var f fuzzFlags
		f.declare(fs)
		return f.run
	},
}

func (f *fuzzFlags) run(ctx context.Context, c *cli, args []string) error {
	plan, err := f.settle(args)
	if err != nil {
		return err
	}
	server, err := f.servers(ctx, c, plan, args)
	if err != nil {
		return err
	}
	err = f.fuzz(ctx, c, plan, server)
	if stopErr := server.stop(); stopErr != nil {
		fmt.Fprintf(c.stderr, "nudge fuzz: %v\n", stopErr) // a server that was fuzzed may well hang
	}
	return err
}

// fuzz plays the sessions, and reports.
func (f *fuzzFlags) fuzz(ctx context.Context, c *cli, plan *fuzzPlan, server *fuzzServer) error {
	server.attach(plan.fuzzer)
	dir := ""
	if !f.noOutput {
		var err error
		if dir, err = newRunDir(f.output, "fuzz", time.Now()); err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "directory: %s\n", shortPath(dir))
	}
	out := &fuzzOutput{dir: dir, stderr: c.stderr, quiet: f.quiet, began: time.Now()}
	plan.fuzzer.Found = out.found
	plan.fuzzer.Progress = out.progress
	if plan.fuzzer.Only != nil && f.format == "text" {
		plan.fuzzer.Played = func(transcript string) { fmt.Fprintf(c.stdout, "%s\n", transcript) }
	}
	fmt.Fprintln(c.stderr, plan.attacked(server))
	report, err := plan.run(ctx)
	if err != nil && (report == nil || report.Sessions == 0) {
		return err
	}
	interrupted := interruption{}
	stopped := errors.As(context.Cause(ctx), &interrupted)
	r := fuzzReport(plan, server, report, dir, stopped || err != nil)
	if dir != "" {
		if werr := out.write(r, report); werr != nil {
			return errors.Join(err, werr)
		}
	}
	if werr := f.write(c, r, report); werr != nil {
		return errors.Join(err, werr)
	}
	switch {
	case err != nil:
		return err
	case stopped:
		return exitError{interrupted.code(), interrupted.Error() + ": what was found until then is reported"}
	case out.err != nil:
		return out.err
	case len(report.Findings) > 0:
		return exitError{exitServer, fmt.Sprintf("%s, the first: %v", plural(len(report.Findings), "finding"), &report.Findings[0].Verdict)}
	}
	return nil
}
