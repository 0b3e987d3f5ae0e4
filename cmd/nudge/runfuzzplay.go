package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"nudge/fuzz/live"
	"nudge/results"
)

// beside plays mutated sessions to the server that is under load. The load tells it of each second; when its time
// has come it plays them in a goroutine, which ends with the load.
type beside struct {
	plan   *besidePlan
	fuzzer *live.Fuzzer
	out    *fuzzOutput
	ctx    context.Context // of the sessions
	cancel context.CancelFunc
	work   sync.WaitGroup
	closed func() // called at the end

	held  time.Duration // end of the first second at full load; 0: there was none
	begun bool

	mu    sync.Mutex // guards what follows
	state results.Fuzz
}

// besideLoad has mutated sessions played beside a run, and says what will be attacked.
func (r *runFlags) besideLoad(ctx context.Context, c *cli, plan *runPlan, server *child, t target, to *results.Config) error {
	p := plan.fuzz
	wait := min(r.timeout, besideWait)
	passport, err := r.passport(t, plan.guard, wait)
	if err != nil {
		return err
	}
	b := &beside{
		plan: p, out: &fuzzOutput{dir: to.Dir, stderr: c.stderr, quiet: r.silent()}, closed: passport.Client.CloseIdleConnections,
		state: results.Fuzz{Rate: p.rate, Findings: []results.FuzzFinding{}},
	}
	b.ctx, b.cancel = context.WithCancel(ctx)
	b.fuzzer = &live.Fuzzer{
		Addr: t.addr, DialContext: plan.guard.dial, Accounts: p.accounts, Dialect: p.dialect, Real: !t.told, Seed: r.seed, First: besideFirst, Rate: p.rate,
		Timeout: wait, Minimize: -1, Found: b.found, Progress: b.progress,
		Ticket: func(ctx context.Context, a live.Account, challenge string) (string, error) {
			return passport.Ticket(ctx, a.Email, a.Password, challenge)
		},
	}
	if server != nil {
		b.fuzzer.Process = besideProcess{server}
	}
	progress := to.Progress
	to.Progress = func(tick results.Tick) {
		if progress != nil {
			progress(tick)
		}
		b.tick(tick)
	}
	to.Fuzz = b.told
	fmt.Fprintf(c.stderr, "fuzzing %s with accounts %s to %s, seed %d: at most %g sessions/s, once the load has been full for %v\n",
		t.addr, p.accounts[0].Email, p.accounts[len(p.accounts)-1].Email, r.seed, p.rate, p.clean())
	return nil
}

// tick begins when it is time. The first second at full load is told when it is over, so that what follows is whole.
func (b *beside) tick(t results.Tick) {
	if b.begun || t.Phase != results.Hold {
		return
	}
	if b.held == 0 {
		b.held = t.At
	}
	steady := b.plan.steady
	clean := b.held + steady.From - steady.First
	to := clean + steady.To - steady.From - time.Second
	if t.At < clean+b.plan.clean() || t.At >= to {
		return
	}
	b.begun = true
	b.mu.Lock()
	b.state.Clean, b.state.From, b.state.To = clean, t.At, to
	b.mu.Unlock()
	b.fuzzer.Duration = to - t.At
	b.out.began = time.Now()
	b.work.Go(b.play)
}

// play plays the sessions.
func (b *beside) play() {
	report, err := b.fuzzer.Run(b.ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err != nil:
		b.state.Error = oneLine(err.Error())
	case b.ctx.Err() == nil && report.Elapsed < b.fuzzer.Duration:
		b.state.Error = "there are as many findings, or bytes sent, as may be"
	}
	if report != nil {
		b.state.Unconfirmed = len(report.Unconfirmed)
	}
}

// told is what was played so far, for the run directory.
func (b *beside) told(over bool) *results.Fuzz {
	if over {
		b.cancel()
		b.work.Wait()
		b.closed()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	state := b.state
	return &state
}

// progress counts a session.
func (b *beside) progress(p live.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Sessions, b.state.Commands = p.Sessions, p.Commands
}

// found keeps a finding.
func (b *beside) found(f *live.Finding) {
	b.out.found(f)
	b.mu.Lock()
	defer b.mu.Unlock()
	x := results.FuzzFinding{Verdict: f.Verdict.String(), Number: f.Path.String(), Reproduced: f.Reproduced, Replays: f.Replays}
	if b.out.dir != "" {
		x.File = findingName(len(b.state.Findings), f)
	}
	if b.out.err != nil {
		b.state.Error = oneLine(b.out.err.Error())
	}
	b.state.Findings = append(b.state.Findings, x)
}

// besideProcess is the built-in server under load: it is not started again, as the load would not survive it.
type besideProcess struct{ server *child }

// Trouble says how the process ended, or what it reported.
func (p besideProcess) Trouble(wait time.Duration) (live.Trouble, bool) {
	return troubleIn(p.server.spawned, &p.server.log, wait)
}

// Restart leaves a server that runs as it is.
func (p besideProcess) Restart(context.Context) (addr string, err error) {
	if p.server.alive() {
		return "", errors.ErrUnsupported
	}
	return "", fmt.Errorf("the server has ended: %v", p.server.cmd.ProcessState)
}
