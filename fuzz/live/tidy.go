package live

import "context"

// tidy makes the account's lists what sessions begin with, so that what is played next depends on no session before:
// a finding shows as well where nothing else was played. That it can't sign in is for the session to show. It reports
// whether the server has answered: one that has not is as the session before has left it.
func (b *bench) tidy(ctx context.Context) (answered bool, err error) {
	if b.prepare(ctx) != nil || b.bringOnline(ctx, b.main) != nil || b.main.restore(ctx) != nil {
		b.main.hangUp()
	} else {
		b.hear(b.peer) // so that it is known whether it was told of the sign-in
		b.leave()
	}
	answered = b.verdict == nil || b.verdict.Class != Hang
	b.verdict = nil
	return answered, context.Cause(ctx)
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
