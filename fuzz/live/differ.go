package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Differ plays the same sessions to two servers and tells where what they answer parts: of the account whose sessions
// they are, with names in the place of tickets, cookies, ids, times, addresses and marks. First's seed, limits, Only,
// Dialect, Minimize and callbacks hold for both; of Second only the fields that say where it is, and Timeout, count.
// The accounts are to be the same on both, and in the same state. One session is played at a time.
type Differ struct {
	First, Second *Fuzzer

	benches [2]*bench
	known   map[string]*Finding // by key
	flaky   map[string]int      // differences that did not show again, and how often
}

// maxFlaky is how often a kind of difference may fail to show again until it is looked at no more, and maxFlakyKinds
// how many kinds may: servers that differ in more ways by chance can't be compared.
const (
	maxFlaky      = 3
	maxFlakyKinds = 1000
)

// Run plays sessions until a limit is reached or the context ends. The differences are the report's findings, of class
// [Differs]; its counters are First's. An error says that one of the servers could not be played to.
func (d *Differ) Run(ctx context.Context) (*Report, error) {
	f := d.First
	if err := d.begin(); err != nil {
		return nil, err
	}
	defer d.end()
	if f.Sessions <= 0 && f.Duration <= 0 && len(f.Only) == 0 {
		return nil, errors.New("no limit: give a number of sessions or a duration")
	}
	begin := time.Now()
	d.known, d.flaky = map[string]*Finding{}, map[string]int{}
	f.report.feedback = &f.feedback
	err := d.sessions(ctx, begin)
	f.report.Elapsed, f.report.Transitions = time.Since(begin), len(f.feedback.edges)
	f.report.Restarts += d.Second.report.Restarts
	if errors.Is(err, errBytes) || ctx.Err() != nil {
		err = nil
	}
	return &f.report, err
}

// begin makes the benches.
func (d *Differ) begin() error {
	for _, f := range []*Fuzzer{d.First, d.Second} {
		if len(f.Accounts) < AccountsPerWorker {
			return fmt.Errorf("%d accounts: %d are needed", len(f.Accounts), AccountsPerWorker)
		}
		f.addr = f.Addr
	}
	d.Second.Dialect = d.First.Dialect
	d.benches = [2]*bench{newBench(d.First, 0), newBench(d.Second, 0)}
	for _, b := range d.benches {
		b.compared = true
	}
	return nil
}

// end ends all connections.
func (d *Differ) end() {
	for _, b := range d.benches {
		b.close()
	}
}

// Replay plays a difference again so many times, as Fuzzer.Replay does a finding. The verdict of each is the
// difference, or else the first that there was.
func (d *Differ) Replay(ctx context.Context, finding *Finding, times int) (all []Replay, err error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	defer d.end()
	for range times {
		x, err := d.play(ctx, finding.Case)
		if err != nil {
			return all, err
		}
		r := Replay{Transcript: d.transcript(), sent: d.benches[0].script.streams(d.benches[0].main.name)}
		for i := range x {
			if same := x[i].key() == finding.differenceKey(); same || r.Verdict == nil {
				v := x[i].verdict()
				r.Verdict, r.Same = &v, same
			}
			if r.Same {
				break
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// differenceKey is the key of the difference that a finding of class Differs is.
func (f *Finding) differenceKey() string {
	return differenceKey(f.Verdict.State, f.Verdict.Verb, f.Answers)
}

// sessions plays one session after the other.
func (d *Differ) sessions(ctx context.Context, begin time.Time) error {
	f, b := d.First, d.benches[0]
	for i, b := range d.benches {
		if err := b.get(ctx); err != nil {
			return serverError{i, err}
		}
	}
	m := newMaker(f.Seed, f.dialect(), b.peer.mode)
	for n := uint64(0); ctx.Err() == nil && !f.enough(int64(n), begin); n++ {
		if goes, err := f.pace(ctx, begin, n); !goes {
			return err
		}
		if err := d.session(ctx, m.make(f.path(m, n))); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// session plays one session, and sees to the first difference that is new.
func (d *Differ) session(ctx context.Context, c *Case) error {
	f, b := d.First, d.benches[0]
	all, err := d.play(ctx, c)
	if err != nil {
		return err
	}
	f.feedback.add(b.edges, c.Path)
	f.count(b, d.transcript)
	for i := range all {
		known := d.known[all[i].key()]
		if known == nil && d.flaky[all[i].key()] < maxFlaky && len(d.flaky) < maxFlakyKinds {
			return d.found(ctx, c, &all[i])
		}
		if known != nil {
			known.Times++
		}
	}
	return nil
}

// play plays a case to both servers, at the same time, with the account's lists in order, and compares.
func (d *Differ) play(ctx context.Context, c *Case) ([]difference, error) {
	var errs [2]error
	var seen [2][]exchange
	var both sync.WaitGroup
	for i, b := range d.benches {
		both.Go(func() {
			if errs[i] = b.mend(ctx, b.verdict); errs[i] == nil {
				_, errs[i] = b.tidy(ctx)
			}
			if errs[i] != nil {
				return
			}
			var v *Verdict
			v, errs[i] = b.try(ctx, c)
			seen[i] = b.script.exchanges(b.main.name, len(c.steps), v)
		})
	}
	both.Wait()
	for i, err := range errs {
		if err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, serverError{i, err}
		}
	}
	return differences(seen[0], seen[1]), nil
}

// serverError says which of the servers could not be played to.
type serverError struct {
	server int
	err    error
}

func (e serverError) Error() string {
	return [2]string{"the first server", "the second server"}[e.server] + ": " + e.err.Error()
}

func (e serverError) Unwrap() error { return e.err }

// transcript is what both servers were told and said in the last case.
func (d *Differ) transcript() string {
	return "first server:\n" + d.benches[0].script.String() + "\nsecond server:\n" + d.benches[1].script.String()
}

// shows plays a case, and returns the difference of a kind that it shows; nil: none.
func (d *Differ) shows(ctx context.Context, c *Case, key string) (*difference, error) {
	all, err := d.play(ctx, c)
	for i := range all {
		if all[i].key() == key {
			return &all[i], err
		}
	}
	return nil, err
}

// confirm plays a finding's case as often as findings are, until it does not show a kind of difference, and counts.
func (d *Differ) confirm(ctx context.Context, finding *Finding, key string) (n int, err error) {
	for n < replays {
		x, err := d.shows(ctx, finding.Case, key)
		if err != nil || x == nil {
			return n, err
		}
		n++
		finding.Verdict, finding.Transcript = x.verdict(), d.transcript()
	}
	return n, nil
}

// found plays a difference again, makes it small and keeps it, if it shows every time.
func (d *Differ) found(ctx context.Context, c *Case, x *difference) error {
	f, key := d.First, x.key()
	finding := &Finding{
		Seed: f.Seed, Path: c.Path, Server: f.Addr + " and " + d.Second.Addr, Dialect: f.dialect(), Verdict: x.verdict(), Answers: x.answers,
		Case: c, Commands: c.Commands(), Times: 1, Replays: replays, Transcript: d.transcript(),
	}
	var err error
	if finding.Reproduced, err = d.confirm(ctx, finding, key); err != nil {
		return err
	}
	if !finding.Stable() {
		d.flaky[key]++
		f.mu.Lock()
		defer f.mu.Unlock()
		f.doubt(finding)
		return nil
	}
	d.known[key] = finding
	if len(f.Only) == 0 && f.minimize() > 0 {
		err = d.minimize(ctx, finding, key)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(finding)
	return err
}

// minimize makes a difference small. What came of it has to show every time as well.
func (d *Differ) minimize(ctx context.Context, finding *Finding, key string) error {
	m := &minimizer{until: time.Now().Add(d.First.minimize()), best: finding.Case, shows: func(ctx context.Context, c *Case) (bool, error) {
		x, err := d.shows(ctx, c, key)
		return x != nil, err
	}}
	m.cutBehind(ctx, finding.Verdict.At)
	if m.run(ctx, true); m.err != nil || m.kept == 0 {
		return m.err
	}
	small := *finding
	small.Case = m.best
	n, err := d.confirm(ctx, &small, key)
	if n == replays {
		*finding = small
	}
	return err
}
