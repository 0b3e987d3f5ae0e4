package msnp

import (
	"math"
	"time"
)

// ledger is what was asked on a connection and is not answered.
type ledger struct {
	waits  [MaxOutstanding + maxChallenges]wait
	next   uint32 // TrID to come; 0: 1
	base   uint32 // first TrID of this connection
	forgot uint32 // highest TrID of a late wait that lost its place; 0: none
}

// open begins a connection: TrIDs go on counting.
func (l *ledger) open() {
	l.waits = [len(l.waits)]wait{}
	l.next = l.nextID()
	l.base, l.forgot = l.next, 0
}

// room finds a place for a command, or nil past the limit. A late wait may
// give its place up: see take.
func (l *ledger) room(step Step) *wait {
	var free, oldest *wait
	asked, queries := 0, 0
	for i := range l.waits {
		w := &l.waits[i]
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
func (l *ledger) take(w *wait, v wait) {
	if w.step != StepNone && w.trid != 0 && (l.forgot == 0 || w.trid-l.base > l.forgot-l.base) {
		l.forgot = w.trid
	}
	*w = v
}

// find returns the wait for a TrID, late or not; nil without.
func (l *ledger) find(trid uint32) *wait {
	if trid == 0 {
		return nil
	}
	for i := range l.waits {
		if w := &l.waits[i]; w.trid == trid && w.step != StepNone {
			return w
		}
	}
	return nil
}

// wasSent reports whether the TrID was used on this connection. The difference
// holds over the end of the 32 bits.
func (l *ledger) wasSent(trid uint32) bool {
	return trid != 0 && trid-l.base < l.next-l.base
}

// mayBeLate reports whether a TrID without a wait may be that of a late wait
// that had to give up its place.
func (l *ledger) mayBeLate(trid uint32) bool {
	return l.forgot != 0 && trid-l.base <= l.forgot-l.base
}

// nextID is the TrID that the next command will bear. 0 is the server's (§1.2).
func (l *ledger) nextID() uint32 { return max(l.next, 1) }

// wrote uses a TrID up and waits for its reply.
func (l *ledger) wrote(w *wait, step Step, now time.Duration) {
	id := l.nextID()
	l.take(w, wait{sent: now, trid: id, step: step})
	l.next = id + 1
}

// first returns the wait that is due first; nil when none is.
func (l *ledger) first(timeout time.Duration) *wait {
	var first *wait
	for i := range l.waits {
		w := &l.waits[i]
		if w.step != StepNone && w.mark != late && (first == nil || w.due(timeout) < first.due(timeout)) {
			first = w
		}
	}
	return first
}

// due is when the wait is over, at least 1 since 0 means never.
func (w *wait) due(timeout time.Duration) time.Duration {
	if w.mark == unwritten {
		return max(w.sent, 1)
	}
	return max(w.sent+min(timeout, math.MaxInt64-max(w.sent, 0)), 1)
}

// giveUp turns a wait into a late one. A late QNG can't be told from the next
// one, as PNG has no TrID: the next PNG shall have it.
func (l *ledger) giveUp(w *wait) {
	if w.trid == 0 {
		*w = wait{}
		return
	}
	w.mark = late
}
