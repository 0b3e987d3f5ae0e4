package live

import (
	"context"
	"time"
)

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
