package msnptest

import (
	"slices"
	"time"
)

// agenda is what the server is to do at a later time, by itself. One goroutine
// does it, as long as the server is open. Server.mu guards it.
type agenda struct {
	list    []appointment // by time
	running bool
	changed chan struct{} // room for one: the first one is another
	over    chan struct{} // closed by Close
}

type appointment struct {
	at time.Time
	do func(t *turn)
}

// later has something done in a turn of nobody's. Of what is due at the same
// time, what was put down first is done first.
func (t *turn) later(at time.Time, do func(t *turn)) {
	a := &t.s.agenda
	i := len(a.list)
	for i > 0 && a.list[i-1].at.After(at) { // most is put at the end
		i--
	}
	a.list = slices.Insert(a.list, i, appointment{at, do})
	if !a.running {
		a.running = true
		t.s.work.Go(t.s.keepAgenda)
	}
	if i == 0 {
		select {
		case a.changed <- struct{}{}:
		default:
		}
	}
}

// keepAgenda does what is due until the server is closed.
func (s *Server) keepAgenda() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := time.Duration(-1)
		s.do(nil, func(t *turn) { wait = t.doDue(time.Now()) })
		var due <-chan time.Time
		if wait >= 0 {
			timer.Reset(wait)
			due = timer.C
		}
		select {
		case <-s.agenda.over:
			return
		case <-s.agenda.changed:
		case <-due:
		}
	}
}

// doDue does what is due, and returns how long it is until the next; negative:
// there is nothing more.
func (t *turn) doDue(now time.Time) time.Duration {
	a := &t.s.agenda
	for len(a.list) > 0 && !t.s.closed {
		next := a.list[0]
		if wait := next.at.Sub(now); wait > 0 {
			return wait
		}
		a.list[0] = appointment{}
		a.list = a.list[1:]
		next.do(t)
	}
	a.list = nil
	return -1
}
