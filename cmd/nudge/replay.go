package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"nudge/fuzz/live"
)

var replayCommand = command{
	name:  "replay",
	args:  "FILE [ADDR] | FILE --diff [ADDR] ADDR",
	short: "plays a finding of nudge fuzz again, or writes it as a test",
	long: `
FILE is a finding's file that nudge fuzz wrote. Where it is played is told by ADDR, @FILE, --exec and --serve
as for nudge fuzz: never by the file, whose address may be anybody's by now. Without any of them it is the
built-in server. For each replay is told whether the same mistake showed, another one, or none; the
transcript of the last follows. Exit status 4 means that the finding still shows, or that every replay showed
another mistake; 0 that it does not show any more. A server that is not ours may be gone after a replay: those
before it count.

A difference of nudge fuzz --diff is played with --diff to two servers, as there.

--go-test plays nothing and writes a test in Go to standard output, for the standard library alone. It takes
the server's address from MSNP_ADDR, tickets from MSNP_TICKET (a template as for --ticket) or MSNP_LOGIN (the
URL of a login page, with MSNP_PASSWORD), and is skipped without an address. What rests on what other clients
are told can't be written so: leak, lists, message, presence, and what shows at a clean client. Nor can
raised, which is about standard error.

--netcat plays the finding and writes what the last replay sent on its connection to the notification server
to standard output, the report to standard error. Its bytes are those of that replay: a ticket that was made
by a template is good again, one from a login page for as long as the server lets it be; challenges, cookies
and ids are not renewed. What else is lost, such as pauses, is told.

  nudge replay runs/20260102T030405Z-fuzz/01-reply-online-chg.finding
  nudge replay FILE --ticket 't=%s&p=' 127.0.0.1:1863
  nudge replay FILE --serve '--defect reply-twice'
  nudge replay FILE --diff @old.json @new.json
  nudge replay FILE --go-test ReplyTwice > replytwice_test.go
  nudge replay FILE --netcat @addrs.json > bytes   # and says how to send them with nc`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var f replayFlags
		f.declare(fs)
		return f.run
	},
}

func (f *replayFlags) run(ctx context.Context, c *cli, args []string) error {
	plan, finding, err := f.settle(args)
	if err != nil {
		return err
	}
	if f.goTest != "" {
		return finding.GoTest(c.stdout, f.goTest, plan.fuzzer.Accounts)
	}
	server, err := f.servers(ctx, c, plan, args[1:])
	if err != nil {
		return err
	}
	err = f.replay(ctx, c, plan, server, finding)
	if stopErr := server.stop(); stopErr != nil {
		return errors.Join(err, stopErr)
	}
	return err
}

// replay plays the finding, and reports.
func (f *replayFlags) replay(ctx context.Context, c *cli, plan *fuzzPlan, server *fuzzServer, finding *live.Finding) error {
	server.attach(plan.fuzzer)
	fmt.Fprintf(c.stderr, "replaying %s %s on %s with accounts %s to %s\n", f.file, plural(f.times, "time"), plan.where(server),
		plan.fuzzer.Accounts[0].Email, plan.fuzzer.Accounts[len(plan.fuzzer.Accounts)-1].Email)
	all, err := plan.replay(ctx, finding, f.times)
	if len(all) == 0 {
		return err
	}
	report := c.stdout
	if f.netcat {
		report = c.stderr
		if err := f.writeNetcat(c, server, finding, &all[len(all)-1]); err != nil {
			return err
		}
	}
	if werr := writeReplays(report, finding, all, f.verbose); werr != nil {
		return werr
	}
	return replayed(finding, all, f.times, err)
}

// replayed is the exit of a number of replays. err is what ended them early.
func replayed(finding *live.Finding, all []live.Replay, times int, err error) error {
	shown, wrong := 0, 0
	for _, r := range all {
		if r.Same {
			shown++
		}
		if r.Verdict != nil {
			wrong++
		}
	}
	beyond := ""
	if err != nil {
		beyond = fmt.Sprintf("; the server could not be played to any more: %v", err)
	}
	switch {
	case shown > 0:
		return exitError{exitServer, fmt.Sprintf("still shows, %d of %s: %v%s", shown, plural(len(all), "replay"), &finding.Verdict, beyond)}
	case err != nil:
		return fmt.Errorf("replay %d of %d: %w", len(all)+1, times, err)
	case wrong == len(all):
		return exitError{exitServer, fmt.Sprintf("another mistake shows in its place: %v", all[len(all)-1].Verdict)}
	}
	return nil
}
