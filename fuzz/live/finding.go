package live

import (
	"context"
	"slices"
	"time"

	"nudge/codec/msnp"
)

// Finding is a case that the server does not stand.
type Finding struct {
	Seed       uint64
	Path       Path // of the session as it was found; with the seed it is made again
	Server     string
	Dialect    msnp.Dialect // of the clean clients; 0: MSNP10
	Verdict    Verdict      // of the session in Transcript
	Reproduced int          // of the replays, in the form that Case has
	Replays    int          // that there were
	Case       *Case        // minimised, as far as time allowed
	Commands   int          // of the session as it was found
	Transcript string       // of the last replay that showed it, else of the session
	Times      int64        // sessions that ended so
	Fresh      bool         // it shows on a server that was started anew before each replay, and not on one that goes on

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
	return wholeServer(a.Class) || a.Key() == b.Key()
}

// shownBy reports whether a replay with a verdict shows the finding.
func (f *Finding) shownBy(v *Verdict) bool { return same(&f.Verdict, v) }

// alike is same for a smaller case: a hang at another command may well be another one.
func alike(a, b *Verdict) bool {
	return same(a, b) && (a.Class != Hang || a.Key() == b.Key())
}

// standsFor reports whether a smaller case shows what a finding is about: the same mistake, or in other states the
// same words about the same command, unless that is another finding's.
func (f *Fuzzer) standsFor(finding *Finding, v *Verdict) bool {
	was := &finding.Verdict
	if alike(was, v) {
		return true
	}
	if v == nil || v.Class != was.Class || v.Verb != was.Verb || v.Detail != was.Detail {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byKey[v.Key()] == nil
}

// wholeServer reports whether a mistake may be one of the whole server, so that it may show at any command.
func wholeServer(c Class) bool { return c == Crash || c == Refused || c == Hang || c == Sick }

// harmful reports whether the whole server may be harmed.
func (v *Verdict) harmful() bool { return wholeServer(v.Class) && !v.alone }

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
		return b.mend(ctx, v)
	}
	finding := &Finding{Seed: f.Seed, Path: c.Path, Server: f.Addr, Dialect: f.dialect(), Verdict: *v, Case: c, Commands: c.Commands(), Times: 1, Transcript: b.script.String()}
	f.byKey[v.Key()] = finding
	f.mu.Unlock()

	b.again = true
	defer func() { b.again = false }()
	n, err := b.confirm(ctx, finding, c)
	if err == nil && n < replays && b.f.Process != nil && !wholeServer(v.Class) && v.Class != Raised && (n > 0 || !v.timed()) {
		finding.Fresh = true
		var again int
		if again, err = b.confirm(ctx, finding, c); again <= n {
			finding.Fresh = false
		}
		n = max(n, again)
	}
	if err == nil && n == 0 && (wholeServer(v.Class) || v.Class == Raised) && b.before != nil {
		// What the session before has done may have shown only now.
		if n, err = b.confirm(ctx, finding, b.before); n > 0 {
			finding.Case, finding.Path, finding.Commands = b.before, b.before.Path, b.before.Commands()
		}
	}
	if err == nil && n == replays && len(f.Only) == 0 && f.minimize() > 0 {
		err = b.minimize(ctx, finding)
	}
	finding.Reproduced, finding.Replays = n, replays
	f.keep(finding, v.Key())
	if err != nil {
		return err
	}
	return b.mend(ctx, v)
}

// intermittent is how many sessions must show what replays do not show every time, and what a busy machine may be
// the reason of.
const intermittent = 5

// maxUnconfirmed is how many verdicts a report keeps that were not confirmed.
const maxUnconfirmed = 100

// keep adds a finding to the report, unless it is one that time alone decided, and not every replay confirmed it. The
// key is that of the verdict that was found; made small, it may have become another, which is the same finding's.
func (f *Fuzzer) keep(finding *Finding, key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doubted[key]++
	doubtful := finding.Reproduced < replays && finding.Verdict.timed()
	if doubtful && (finding.Verdict.Class == Hang || f.doubted[key] < intermittent) {
		f.doubt(finding)
		delete(f.byKey, key)
		return
	}
	if small := finding.Verdict.Key(); f.byKey[small] == nil {
		f.byKey[small] = finding
	}
	f.report.Unconfirmed = slices.DeleteFunc(f.report.Unconfirmed, func(u *Finding) bool {
		if u.Verdict.Key() != key {
			return false
		}
		finding.Times += u.Times
		return true
	})
	f.add(finding)
}

// doubt has the report tell of a finding that was not confirmed, with the lock held.
func (f *Fuzzer) doubt(finding *Finding) {
	if len(f.report.Unconfirmed) < maxUnconfirmed {
		f.report.Unconfirmed = append(f.report.Unconfirmed, finding)
	}
}

// add adds a finding to the report, with the lock held, and tells of it.
func (f *Fuzzer) add(finding *Finding) {
	f.report.Findings = append(f.report.Findings, finding)
	if f.Found != nil {
		f.Found(finding)
	}
}

// confirm plays a case as often as findings are, and counts how often it shows the same.
func (b *bench) confirm(ctx context.Context, finding *Finding, c *Case) (n int, err error) {
	b.crashing, b.sought = finding.Verdict.Class == Crash, finding.shownBy
	defer func() { b.crashing, b.sought = false, nil }()
	for range replays {
		if err := b.afresh(ctx, finding); err != nil {
			return n, err
		}
		v, err := b.try(ctx, c)
		if err != nil {
			return n, err
		}
		if finding.shownBy(v) {
			n++
			finding.Verdict, finding.Transcript = *v, b.script.String()
		}
	}
	return n, nil
}

// afresh makes all ready for a replay: what an earlier session has harmed or left is not to show in place of what this
// one does. The account's lists are put in order, or a server of ours is started again if all of it may be harmed or
// the finding shows on such a one alone.
func (b *bench) afresh(ctx context.Context, finding *Finding) error {
	if b.f.Process != nil && (finding.Fresh || finding.Verdict.harmful()) {
		if err := b.f.restart(ctx, b.starts); err != nil || finding.Fresh {
			return err
		}
	}
	return b.tidyUp(ctx)
}

// tidyUp is tidy, with a server of ours started again that does not answer.
func (b *bench) tidyUp(ctx context.Context) error {
	answered, err := b.tidy(ctx)
	if err == nil && !answered && b.f.Process != nil {
		err = b.f.restart(ctx, b.starts)
	}
	return err
}

// mend starts a server of ours again that a verdict, or what was played last, has left no longer as it should be.
func (b *bench) mend(ctx context.Context, v *Verdict) error {
	switch {
	case b.f.Process == nil || v == nil:
		return nil
	case v.harmful() || b.verdict != nil && b.verdict.harmful():
		return b.f.restart(ctx, b.starts)
	case v.Class == Hang: // of a connection, or of an account for good
		return b.tidyUp(ctx)
	}
	return nil
}

// minimize makes a finding small, within a time: steps are left out, and then words, bytes and what is odd about how
// it was written, as long as it shows the same. What came of it is played as often as findings are. Steps are left
// out with short waits; what takes long without being endless has the full ones for the rest.
func (b *bench) minimize(ctx context.Context, finding *Finding) error {
	until := time.Now().Add(b.f.minimize())
	for _, hurried := range []bool{true, false} {
		verdict, transcript := finding.Verdict, finding.Transcript
		best, err := b.smaller(ctx, finding, hurried, until)
		n := 0
		if err == nil && best != nil {
			n, err = b.confirm(ctx, finding, best)
		}
		if n == replays {
			finding.Case = best
		} else {
			finding.Verdict, finding.Transcript = verdict, transcript
		}
		if err != nil || best == nil {
			return err
		}
	}
	return nil
}

// smaller returns the smallest case that was found to show the same; nil: there is none.
func (b *bench) smaller(ctx context.Context, finding *Finding, hurried bool, until time.Time) (*Case, error) {
	b.crashing, b.hurried = finding.Verdict.Class == Crash, hurried
	b.sought = func(v *Verdict) bool { return b.f.standsFor(finding, v) }
	defer func() { b.crashing, b.hurried, b.sought = false, false, nil }()
	m := &minimizer{until: until, best: finding.Case, shows: func(ctx context.Context, c *Case) (bool, error) {
		if err := b.afresh(ctx, finding); err != nil {
			return false, err
		}
		v, err := b.try(ctx, c)
		if err != nil || !b.sought(v) {
			return false, err
		}
		finding.Verdict = *v
		return true, nil
	}}
	m.cutBehind(ctx, finding.Verdict.At)
	m.run(ctx, !hurried)
	if m.kept == 0 && !hurried {
		return nil, m.err
	}
	return m.best, m.err
}
