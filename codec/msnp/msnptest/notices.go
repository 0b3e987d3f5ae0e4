package msnptest

import (
	"fmt"
	"strconv"

	"nudge/codec"
)

// Announce tells everybody who has signed in that the server goes down in so
// many minutes (§7.4). It does not go down by that: Close does.
func (s *Server) Announce(minutes int) {
	if s.init() != nil {
		return
	}
	s.do(nil, func(t *turn) {
		b := t.begin("application/x-msmsgssystemmessage")
		b = header(b, "Type", "1")
		t.message(header(b, "Arg1", strconv.Itoa(minutes)))
		for c := range s.conns {
			if c.account != nil {
				t.push(c, t.buf)
			}
		}
		t.buf = t.buf[:0]
	})
}

// Notify sends an account an alert, NOT with the XML as it is (§7.5). The error
// says that the account is not signed in.
func (s *Server) Notify(email, xml string) error { return s.alert(email, codec.NOT, xml) }

// Page sends an account a page of a mobile, IPG with the XML as it is (§7.5).
// The error says that the account is not signed in.
func (s *Server) Page(email, xml string) error { return s.alert(email, codec.IPG, xml) }

func (s *Server) alert(email string, v codec.Verb, xml string) error {
	return s.tell(email, func(t *turn, _ *account) error {
		t.line(v)
		t.payload([]byte(xml))
		return nil
	})
}

// tell sends an account what f adds for it.
func (s *Server) tell(email string, f func(t *turn, a *account) error) error {
	if err := s.init(); err != nil {
		return err
	}
	err := fmt.Errorf("msnptest: %s is not signed in", email)
	s.do(nil, func(t *turn) {
		a := s.store.known(email)
		if a == nil || a.session == nil || a.session.stage == ended {
			return
		}
		if err = f(t, a); err == nil {
			t.queue(a.session)
		}
	})
	return err
}

// AcceptTOU notes that an account has accepted the terms of use: its profile no
// longer asks for that, and it is no longer sent OUT TOU. The error says that
// there is no such account.
func (s *Server) AcceptTOU(email string) error {
	if err := s.init(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.store.known(email)
	if a == nil {
		return fmt.Errorf("msnptest: there is no account %s", email)
	}
	own := *a.set
	own.outTOU = false
	if own.profile != nil {
		p := *own.profile
		p.TOUNeeded = false
		own.profile = &p
	}
	a.set = &own
	return nil
}

// termsDue ends a session that has not accepted the terms of use (§7.3), which
// clients below MSNP10 know nothing of.
func (t *turn) termsDue(a *account) bool {
	if !a.set.outTOU || t.c.dialect < 10 {
		return false
	}
	t.line(codec.OUT).Arg("TOU")
	t.send(t.c)
	t.close()
	return true
}
