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
