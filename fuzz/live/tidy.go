package live

import "context"

// tidy makes the account's lists what sessions begin with, so that what is played next depends on no session before:
// a finding shows as well where nothing else was played. That it can't sign in is for the session to show.
func (b *bench) tidy(ctx context.Context) error {
	if b.prepare(ctx) != nil || b.bringOnline(ctx, b.main) != nil || b.main.restore(ctx) != nil {
		b.main.hangUp()
		b.verdict = nil
		return context.Cause(ctx)
	}
	b.hear(b.peer) // so that it is known whether it was told of the sign-in
	b.leave()
	b.verdict = nil
	return context.Cause(ctx)
}
