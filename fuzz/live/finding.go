package live

import (
	"context"
	"slices"

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
