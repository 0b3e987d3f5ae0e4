package msnptest

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// ticket is one that was given out and not used.
type ticket struct {
	account *account
	expires time.Time
}

// tickets are those given out. All live equally long, so that the oldest is the
// first to expire; maxTickets bounds those that nobody redeems.
type tickets struct {
	live  map[string]ticket
	order []string // as they were given out; some are used up
}

const maxTickets = 1 << 20

// issue makes a ticket, good for one sign-in.
func (ts *tickets) issue(a *account, now time.Time, life time.Duration) string {
	for len(ts.order) > 0 {
		t, ok := ts.live[ts.order[0]]
		if ok && now.Before(t.expires) && len(ts.order) < maxTickets {
			break
		}
		delete(ts.live, ts.order[0])
		ts.order = ts.order[1:]
	}
	var random [24]byte
	rand.Read(random[:])
	value := "t=" + hex.EncodeToString(random[:16]) + "&p=" + hex.EncodeToString(random[16:])
	if ts.live == nil {
		ts.live = make(map[string]ticket)
	}
	ts.live[value] = ticket{a, now.Add(life)}
	ts.order = append(ts.order, value)
	return value
}

// redeem reports whether the ticket is good for the account, and uses it up.
// Shown by another account it stays good for its own.
func (ts *tickets) redeem(value []byte, a *account, now time.Time) bool {
	t, ok := ts.live[string(value)]
	if !ok || a == nil || t.account != a {
		return false
	}
	delete(ts.live, string(value))
	return now.Before(t.expires)
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
	return s.store.tickets.issue(a, time.Now(), s.TicketLife)
}
