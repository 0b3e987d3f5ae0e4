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

// get makes the bench ready on the server that runs now, and starts it again if it must be.
func (b *bench) get(ctx context.Context) error {
	f := b.f
	f.mu.Lock()
	addr, starts := f.addr, f.starts
	f.mu.Unlock()
	if b.addr != addr || b.starts != starts {
		b.close()
		b.addr, b.starts = addr, starts
		b.addrs = [numPlaces]string{}
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
	b.peer.sees = ""
}

// try plays a case and returns what was wrong. A server that is ours and does not serve the clean clients is
// started again first.
func (b *bench) try(ctx context.Context, c *Case) (*Verdict, error) {
	var unready *unreadyError
	if err := b.prepare(ctx); err != nil && !errors.As(err, &unready) {
		return nil, err
	}
	b.f.restarts.RLock()
	defer b.f.restarts.RUnlock()
	err := b.play(ctx, c)
	if err != nil {
		return nil, err
	}
	if b.verdict == nil && unready != nil {
		b.verdict = &unready.verdict
	}
	b.ask()
	return b.verdict, nil
}

// setupTries is how often clean clients are brought online anew, before a session goes without them.
const setupTries = 2

// prepare gets the bench ready, whatever the last case left behind.
func (b *bench) prepare(ctx context.Context) error {
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
	report, ended := b.f.Process.Ended(wait)
	if !ended {
		return
	}
	v := &Verdict{Class: Crash, At: b.at, Detail: report}
	v.State, v.Verb = b.main.last.stage.String(), b.main.last.verb
	b.verdict = v
}

// restart starts the server again, unless another worker has done so meanwhile.
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
	f.mu.Lock()
	defer f.mu.Unlock()
	f.starts++
	f.report.Restarts++
	f.addr = addr
	return err
}
