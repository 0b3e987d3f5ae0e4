package msnp

import (
	"errors"
	"math"
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

// room finds a place for a command, or nil past the limit. A late wait may
// give its place up: see take.
func (s *Session) room(step Step) *wait {
	var free, oldest *wait
	asked, queries := 0, 0
	for i := range s.waits {
		w := &s.waits[i]
		switch {
		case w.step == StepNone:
			free = w
		case w.mark == late:
			if oldest == nil || w.sent < oldest.sent {
				oldest = w
			}
		case w.step == StepQRY:
			queries++
		default:
			asked++
		}
	}
	if step == StepQRY && queries >= maxChallenges || step != StepQRY && asked >= MaxOutstanding {
		return nil
	}
	if free == nil {
		free = oldest
	}
	return free
}

// take puts a wait in the place. What was there can only be late; that a reply
// to its TrID may still come is remembered as a TrID below which nothing is
// certain any more.
func (s *Session) take(w *wait, v wait) {
	if w.step != StepNone && w.trid != 0 && (s.forgot == 0 || w.trid-s.base > s.forgot-s.base) {
		s.forgot = w.trid
	}
	*w = v
}

// find returns the wait for a TrID, late or not; nil without.
func (s *Session) find(trid uint32) *wait {
	if trid == 0 {
		return nil
	}
	for i := range s.waits {
		if w := &s.waits[i]; w.trid == trid && w.step != StepNone {
			return w
		}
	}
	return nil
}

// wasSent reports whether the TrID was used on this connection. The difference
// holds over the end of the 32 bits.
func (s *Session) wasSent(trid uint32) bool {
	return trid != 0 && trid-s.base < s.next-s.base
}

// mayBeLate reports whether a TrID without a wait may be that of a late wait
// that had to give up its place.
func (s *Session) mayBeLate(trid uint32) bool {
	return s.forgot != 0 && trid-s.base <= s.forgot-s.base
}

// nextID is the TrID that the next command will bear. 0 is the server's (§1.2).
func (s *Session) nextID() uint32 { return max(s.next, 1) }

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

// wrote uses a TrID up and waits for its reply.
func (s *Session) wrote(w *wait, step Step, now time.Duration) {
	id := s.nextID()
	s.take(w, wait{sent: now, trid: id, step: step})
	s.next = id + 1
}

// Deadline returns the earliest time at which an awaited reply is overdue, 0
// when none is awaited. Call [Session.Expire] then.
func (s *Session) Deadline() time.Duration {
	w := s.first()
	if w == nil {
		return 0
	}
	return s.due(w)
}

// first returns the wait that is due first; nil when none is.
func (s *Session) first() *wait {
	var first *wait
	for i := range s.waits {
		w := &s.waits[i]
		if w.step != StepNone && w.mark != late && (first == nil || s.due(w) < s.due(first)) {
			first = w
		}
	}
	return first
}

// due is when the wait is over, at least 1 since 0 means never.
func (s *Session) due(w *wait) time.Duration {
	if w.mark == unwritten {
		return max(w.sent, 1)
	}
	return max(w.sent+min(s.sw.timeout(), math.MaxInt64-max(w.sent, 0)), 1)
}

// Expire gives up the reply that is overdue longest and tells its step, one
// for each call; false when nothing is overdue. A sign-in of which a step has
// timed out is over: State is StateFailed. Afterwards all goes on, and a reply
// that comes after all is a [KindLate] event. Of PGD and PAG, which nothing
// answers when they work, it is told as [KindSilent].
func (s *Session) Expire(now time.Duration) (Event, bool) {
	w := s.first()
	if w == nil || s.due(w) > now {
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
	w := s.first()
	if w == nil {
		return Event{}, false
	}
	ev := Event{Kind: KindAbandoned, Step: w.step, TrID: w.trid, Sent: w.sent}
	s.giveUp(w)
	return ev, true
}

// giveUp turns a wait into a late one. A late QNG can't be told from the next
// one, as PNG has no TrID: the next PNG shall have it.
func (s *Session) giveUp(w *wait) {
	if w.trid == 0 {
		*w = wait{}
		return
	}
	w.mark = late
}

// stop ends the sign-in if it can't go on without the step. It has ended, or
// begun again, if the state is another one by now.
func (s *Session) stop(step Step) {
	if st := steps[step].state; st != StateClosed && st == s.state {
		s.become(StateFailed)
	}
}
