package live

import (
	"context"
	"time"

	"nudge/codec/msnp"
)

// Finding is a case that the server does not stand.
type Finding struct {
	Seed       uint64
	Path       Path // of the session as it was found; with the seed it is made again
	Server     string
	Dialect    msnp.Dialect // of the clean clients; 0: MSNP10
	Verdict    Verdict
	Reproduced int    // of Replays, in the form that Case has
	Replays    int    //
	Case       *Case  // minimised, as far as time allowed
	Commands   int    // of the session as it was found
	Transcript string // of the last replay that showed it, else of the session
	Times      int64  // sessions that ended so

	Answers [2]string // of Differs: in short, what either server answered
}

// Stable reports whether every replay showed it again.
func (f *Finding) Stable() bool { return f.Replays > 0 && f.Reproduced == f.Replays }

// replays is how often a finding is played again.
const replays = 3

// same reports whether a replay shows the same mistake. What breaks the whole server may show at another command
// the second time.
func same(a, b *Verdict) bool {
	if a == nil || b == nil || a.Class != b.Class {
		return false
	}
	switch a.Class {
	case Crash, Refused, Hang, Sick:
		return true
	}
	return a.Key() == b.Key()
}

// timed reports whether a verdict rests on time alone: on a busy machine it may be none of the server's doing,
// unless a replay shows it again.
func (v *Verdict) timed() bool {
	switch v.Class {
	case Hang, Sick, Limit, Presence, Message, Open, Refused:
		return true
	}
	return false
}

// found sees to a verdict: the first of its kind is played again, made small and kept.
func (f *Fuzzer) found(ctx context.Context, b *bench, c *Case, v *Verdict) error {
	f.mu.Lock()
	if old := f.byKey[v.Key()]; old != nil {
		old.Times++
		f.mu.Unlock()
		return b.mend(ctx)
	}
	finding := &Finding{Seed: f.Seed, Path: c.Path, Server: f.Addr, Dialect: f.dialect(), Verdict: *v, Case: c, Commands: c.Commands(), Times: 1, Transcript: b.script.String()}
	f.byKey[v.Key()] = finding
	f.mu.Unlock()

	n, err := b.confirm(ctx, finding, c)
	if err == nil && n == replays && f.Only == nil && f.minimize() > 0 {
		err = b.minimize(ctx, finding)
	}
	finding.Reproduced, finding.Replays = n, replays
	f.keep(finding)
	if err != nil {
		return err
	}
	return b.mend(ctx)
}

// keep adds a finding to the report, unless it is one that time alone decided and no replay confirmed.
func (f *Fuzzer) keep(finding *Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if finding.Reproduced < replays && finding.Verdict.timed() {
		f.report.Unconfirmed++
		delete(f.byKey, finding.Verdict.Key())
		return
	}
	f.report.Findings = append(f.report.Findings, finding)
	if f.Found != nil {
		f.Found(finding)
	}
}

// confirm plays a case as often as findings are, and counts how often it shows the same.
func (b *bench) confirm(ctx context.Context, finding *Finding, c *Case) (n int, err error) {
	for range replays {
		if err := b.mend(ctx); err != nil {
			return n, err
		}
		v, err := b.try(ctx, c)
		if err != nil {
			return n, err
		}
		if same(&finding.Verdict, v) {
			n++
			finding.Transcript = b.script.String()
		}
	}
	return n, nil
}

// mend starts a server of ours again that is no longer as it should be.
func (b *bench) mend(ctx context.Context) error {
	if b.f.Process == nil || b.verdict == nil {
		return nil
	}
	switch b.verdict.Class {
	case Crash, Hang, Refused, Sick:
		return b.f.restart(ctx, b.starts)
	}
	return nil
}

// minimize makes a finding small, within a time: steps are left out, then words, then bytes, then what is odd
// about how it was written, as long as it shows the same. What came of it is played as often as findings are.
func (b *bench) minimize(ctx context.Context, finding *Finding) error {
	m := &minimizer{until: time.Now().Add(b.f.minimize()), best: finding.Case, shows: func(ctx context.Context, c *Case) (bool, error) {
		if err := b.mend(ctx); err != nil {
			return false, err
		}
		v, err := b.try(ctx, c)
		return same(&finding.Verdict, v), err
	}}
	if at := finding.Verdict.At + 1; at < len(m.best.steps) {
		short := m.best.clone()
		short.steps = short.steps[:at]
		m.keepIf(ctx, short)
	}
	if err := m.run(ctx); err != nil || m.kept == 0 {
		return err
	}
	transcript := finding.Transcript
	n, err := b.confirm(ctx, finding, m.best)
	if err != nil || n < replays {
		finding.Transcript = transcript
		return err
	}
	finding.Case = m.best
	return nil
}
