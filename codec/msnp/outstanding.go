package msnp

import (
	"errors"
	"time"

	"nudge/codec"
)

// MaxOutstanding is the number of commands that may be without an answer at a
// time, PNG included. The table is part of the session, so that none of ten
// thousand clients needs memory of its own for it.
const MaxOutstanding = 6

// maxChallenges is the number of QRY beside those, which the server causes.
const maxChallenges = 2

// Errors of commands that were not appended. Nothing is sent and nothing
// waited for then; the buffer comes back as it was.
var (
	ErrFull  = errors.New("msnp: too many commands outstanding")
	ErrBusy  = errors.New("msnp: SYN outstanding")
	ErrState = errors.New("msnp: command out of place in this state")
)

// wait is one awaited reply. A reply that timed out stays here, as late, until
// it comes or the place is needed.
type wait struct {
	sent   time.Duration
	trid   uint32 // 0: PNG, or never written
	step   Step   // StepNone: a free place
	mark   mark
	status Status // StepCHG: what was asked for
	list   Lists  // StepADC, StepREM: which
}

type mark uint8

const (
	inTime    mark = iota
	late           // given up, and told so; the reply may still come
	unwritten      // an argument could not be written: fails at once
)

// ask appends the command of a step and waits for its reply. On an error the
// TrID is not used up.
func (s *Session) ask(step Step, now time.Duration, out []byte, args ...string) ([]byte, error) {
	w := s.room(step)
	if w == nil {
		return out, ErrFull
	}
	l := codec.Begin(out, step.verbIn(s.dialect))
	l.TrID(s.nextID())
	for _, a := range args {
		l.Arg(a)
	}
	b, err := l.End()
	if err != nil {
		return out, err
	}
	s.wrote(w, step, now)
	switch {
	case len(args) == 0:
	case step == StepCHG:
		w.status = ParseStatus([]byte(args[0]))
	case step == StepADC || step == StepREM:
		w.list = listOf([]byte(args[0]))
	}
	return b, nil
}

// Deadline returns the earliest time at which an awaited reply is overdue, 0
// when none is awaited. Call [Session.Expire] then.
func (s *Session) Deadline() time.Duration {
	w := s.first(s.sw.timeout())
	if w == nil {
		return 0
	}
	return w.due(s.sw.timeout())
}

// Expire gives up the reply that is overdue longest and tells its step, one
// for each call; false when nothing is overdue. A sign-in of which a step has
// timed out is over: State is StateFailed. Afterwards all goes on, and a reply
// that comes after all is a [KindLate] event. Of PGD and PAG, which nothing
// answers when they work, it is told as [KindSilent].
func (s *Session) Expire(now time.Duration) (Event, bool) {
	w := s.first(s.sw.timeout())
	if w == nil || w.due(s.sw.timeout()) > now {
		return Event{}, false
	}
	ev := Event{Kind: KindTimedOut, Step: w.step, TrID: w.trid, Sent: w.sent}
	switch {
	case w.mark == unwritten:
		ev.Kind, ev.Why = KindFailed, WhyArgument
	case w.step.silent():
		ev.Kind = KindSilent
	}
	s.giveUp(w)
	s.stop(ev.Step)
	return ev, true
}

// Abandon tells, one for each call, the steps that will not be answered any
// more because the connection is over or the server started again; false when
// none is left. Its events carry the kind [KindAbandoned].
func (s *Session) Abandon() (Event, bool) {
	w := s.first(s.sw.timeout())
	if w == nil {
		return Event{}, false
	}
	ev := Event{Kind: KindAbandoned, Step: w.step, TrID: w.trid, Sent: w.sent}
	s.giveUp(w)
	return ev, true
}

// stop ends the sign-in if it can't go on without the step. It has ended, or
// begun again, if the state is another one by now.
func (s *Session) stop(step Step) {
	if st := steps[step].state; st != StateClosed && st == s.state {
		s.become(StateFailed)
	}
}
