package msnptest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"time"
)

// ticket is one that was given out and not used: to sign in, or the cookie of a
// switchboard.
type ticket struct {
	account *account
	expires time.Time
	board   *board // of a cookie: the conversation to answer; nil: a new one
	dialect uint8  // of a cookie: that of the session which got it
}

// tickets are those given out. All live equally long, so that the oldest is the
// first to expire; maxTickets bounds those that nobody redeems.
type tickets struct {
	live  map[string]ticket
	order []string // as they were given out; some are used up
}

const maxTickets = 1 << 20

// newTicket makes the text of a ticket (§3.4).
func newTicket() string {
	var random [24]byte
	rand.Read(random[:])
	return "t=" + hex.EncodeToString(random[:16]) + "&p=" + hex.EncodeToString(random[16:])
}

// newCookie makes the text of a cookie: three numbers, of which the middle one is
// the time (§2.2).
func newCookie(now time.Time) string {
	return fmt.Sprintf("%d.%d.%d", mathrand.Uint64(), now.Unix(), mathrand.Uint32N(100_000))
}

// issue gives out a ticket, good once.
func (ts *tickets) issue(t ticket, value string, now time.Time) string {
	for len(ts.order) > 0 {
		oldest, ok := ts.live[ts.order[0]]
		if ok && now.Before(oldest.expires) && len(ts.order) < maxTickets {
			break
		}
		delete(ts.live, ts.order[0])
		ts.order = ts.order[1:]
	}
	if ts.live == nil {
		ts.live = make(map[string]ticket)
	}
	ts.live[value] = t
	ts.order = append(ts.order, value)
	return value
}

// redeem reports whether the ticket is good for the account, and uses it up.
// Shown by another account it stays good for its own.
func (ts *tickets) redeem(value []byte, a *account, now time.Time) (t ticket, ok bool) {
	t, ok = ts.live[string(value)]
	if !ok || a == nil || t.account != a {
		return ticket{}, false
	}
	delete(ts.live, string(value))
	return t, now.Before(t.expires)
}

// Ticket gives out a ticket as the login server would, without a password; ""
// if there is no such account, or it is locked.
func (s *Server) Ticket(email string) string {
	if s.init() != nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.store.known(email)
	if a == nil || a.set.locked {
		return ""
	}
	return s.ticket(a)
}

// ticket gives out a ticket to sign in with. mu is held.
func (s *Server) ticket(a *account) string {
	now := time.Now()
	return s.store.tickets.issue(ticket{account: a, expires: now.Add(s.TicketLife)}, newTicket(), now)
}

// standing reports whether a ticket is the account's by the template.
func (s *Server) standing(value []byte, a *account) bool {
	if s.TicketTemplate == "" || a == nil || a.set.locked {
		return false
	}
	ticket, err := s.forger.Ticket(context.Background(), a.email, "", "")
	return err == nil && ticket == string(value)
}
