package live

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ticketError says that no ticket was to be had.
type ticketError struct{ err error }

func (t ticketError) Error() string { return fmt.Sprintf("ticket: %v", t.err) }
func (t ticketError) Unwrap() error { return t.err }

// get makes the bench ready on the server that runs now, and starts it again if it must be.
func (b *bench) get(ctx context.Context) error {
	f := b.f
	f.mu.Lock()
	addr, starts := f.addr, f.starts
	f.mu.Unlock()
	if b.addr != addr || b.starts != starts {
		b.close()
		b.addr, b.starts = addr, starts
		b.located = false
	}
	return b.ready(ctx)
}

// patience is how long to wait for what must come.
func (b *bench) patience() time.Duration {
	if b.hurried {
		return min(b.f.timeout(), hurriedWait)
	}
	return b.f.timeout()
}

// hurriedWait is long for a server that answers, and short for one that never will.
const hurriedWait = 300 * time.Millisecond

// close ends all connections.
func (b *bench) close() {
	for _, a := range []*actor{b.main, b.peer, b.stranger, b.spare} {
		a.hangUp()
	}
}

// try plays a case and returns what was wrong. A server that is ours and does not serve the clean clients is
// started again first.
func (b *bench) try(ctx context.Context, c *Case) (*Verdict, error) {
	for {
		if err := b.setUp(ctx); err != nil {
			return nil, err
		}
		b.f.restarts.RLock()
		if b.f.running(b) {
			break
		}
		b.f.restarts.RUnlock() // another worker has started it again meanwhile
	}
	defer b.f.restarts.RUnlock()
	if err := b.play(ctx, c); err != nil {
		return nil, err
	}
	if b.verdict == nil && b.unready != nil && (b.again || b.f.nothingFound()) {
		b.verdict = &b.unready.verdict
	}
	b.ask()
	return b.verdict.forPeople(), nil
}

// setUp gets the bench ready, and notes why clean clients are not online: one that was served before is sick. An
// error is not the server's.
func (b *bench) setUp(ctx context.Context) error {
	err := b.prepare(ctx)
	b.unready = nil
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil, errors.As(err, &b.unready):
	case b.served && errors.Is(err, errSetup):
		b.unready = &unreadyError{verdict: Verdict{Class: Sick, State: stageNone.String(), Detail: err.Error()}}
	default:
		return err
	}
	return nil
}

// running reports whether the server that a bench is ready for is the one that runs.
func (f *Fuzzer) running(b *bench) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return b.starts == f.starts
}

// knows reports whether a verdict was found before, or is being played again.
func (f *Fuzzer) knows(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byKey[key] != nil
}

// nothingFound reports whether nothing explains yet why clean clients are not served.
func (f *Fuzzer) nothingFound() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.byKey) == 0
}

// setupTries is how often clean clients are brought online anew, before a session goes without them.
const setupTries = 2

// prepare gets the bench ready, whatever the last case left behind.
func (b *bench) prepare(ctx context.Context) error {
	if b.unready != nil && b.again && b.f.running(b) {
		return b.unready // what is played again is played as it was found
	}
	err := b.get(ctx)
	for range setupTries {
		if err == nil || !errors.Is(err, errSetup) || ctx.Err() != nil {
			break
		}
		err = b.get(ctx)
	}
	if err == nil || b.f.Process == nil || ctx.Err() != nil {
		return err
	}
	if died := b.died(); died != nil {
		return died
	}
	if errs := b.f.restart(ctx, b.starts); errs != nil {
		return errors.Join(err, errs)
	}
	return b.get(ctx)
}

// endWait is how long a process is given to end that has closed its connections.
const endWait = 300 * time.Millisecond

// ask asks the process whether it is well: what it says itself is graver than all else.
func (b *bench) ask() {
	if b.f.Process == nil {
		return
	}
	wait := time.Duration(0)
	if b.verdict != nil || b.crashing && b.main.cut {
		wait = endWait
	}
	switch t, ok := b.f.Process.Trouble(wait); {
	case ok && t.Ended:
		b.verdict = b.troubled(Crash, t)
	case ok:
		b.note(b.troubled(Raised, t))
	}
}

// troubled is the verdict on a process that has ended, or has said that it is not well.
func (b *bench) troubled(class Class, t Trouble) *Verdict {
	return &Verdict{Class: class, State: b.main.last.stage.String(), Verb: b.main.last.verb, Detail: t.String(), Where: t.Where, At: b.at}
}

// diedError says that the process ended after a session that seemed well.
type diedError struct{ verdict Verdict }

func (d *diedError) Error() string { return d.verdict.String() }

// died returns a *diedError if the process has ended and no verdict has said so yet.
func (b *bench) died() error {
	b.f.restarts.RLock() // what another worker ends to start it again has not died
	defer b.f.restarts.RUnlock()
	if b.again || b.before == nil || b.verdict != nil && b.verdict.Class == Crash || !b.f.running(b) {
		return nil
	}
	if t, ok := b.f.Process.Trouble(endWait); ok && t.Ended {
		return &diedError{*b.troubled(Crash, t)}
	}
	return nil
}

// restart starts the server again, unless another worker has done so meanwhile, or it is to be left as it is.
func (f *Fuzzer) restart(ctx context.Context, starts int64) error {
	f.restarts.Lock()
	defer f.restarts.Unlock()
	f.mu.Lock()
	done := f.starts != starts
	f.mu.Unlock()
	if done {
		return nil
	}
	addr, err := f.Process.Restart(ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.starts++
	f.report.Restarts++
	f.addr = addr
	return err
}
