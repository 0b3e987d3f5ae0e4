package msnptest

import (
	"slices"
	"strconv"
	"time"

	"nudge/codec"
)

// board is a conversation (§9.1). It ends with the last who leaves.
type board struct {
	id      string
	seats   []*conn                // in the order in which they came
	invited map[*account]time.Time // who was called and has not come, and until when she may
	failed  int                    // calls in a row that reached nobody
	used    time.Time              // when somebody last said something
}

// maxSeats bounds a conversation; more than 30 people were seen in one (§1.6).
const maxSeats = 250

// newBoard begins a conversation.
func (t *turn) newBoard(now time.Time) *board {
	t.s.stats.Conversations++
	b := &board{id: strconv.FormatInt(11_752_013+t.s.stats.Conversations, 10), used: now}
	t.later(now.Add(t.s.SwitchboardIdle), func(t *turn) { t.ifIdle(b) })
	return b
}

// ifIdle removes all from a conversation in which nothing was said for too long
// (§9.5).
func (t *turn) ifIdle(b *board) {
	switch wait := t.s.SwitchboardIdle - time.Since(b.used); {
	case len(b.seats) == 0:
	case wait > 0:
		t.later(time.Now().Add(wait), func(t *turn) { t.ifIdle(b) })
	default:
		for _, c := range slices.Clone(b.seats) {
			t.unseat(c, true)
			t.end(c)
		}
	}
}

// sit has a connection take part: those present are told (§9.3, §9.4).
func (t *turn) sit(b *board) {
	for _, other := range b.seats {
		t.line(codec.JOI).Arg(t.c.seat.email).Arg(t.c.seat.name)
		t.next()
		t.notifyAll(other, t.c.seat)
	}
	delete(b.invited, t.c.seat)
	t.c.board, b.seats = b, append(b.seats, t.c)
}

// unseat ends a connection's part in its conversation: the others are told (§9.5).
func (t *turn) unseat(c *conn, idle bool) {
	b := c.board
	if b == nil {
		return
	}
	c.board = nil
	b.seats = slices.DeleteFunc(b.seats, func(other *conn) bool { return other == c })
	for _, other := range b.seats {
		l := t.line(codec.BYE).Arg(c.seat.email)
		if idle {
			l.Arg("1")
		}
		t.next()
		t.notifyAll(other, c.seat)
	}
}

// present reports whether an account takes part.
func (b *board) present(a *account) bool {
	return slices.ContainsFunc(b.seats, func(c *conn) bool { return c.seat == a })
}

// awaits reports whether an account was called and may still come.
func (b *board) awaits(a *account, now time.Time) bool { return now.Before(b.invited[a]) }
