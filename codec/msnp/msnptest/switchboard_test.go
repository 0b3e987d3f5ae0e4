package msnptest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// cookie asks for a switchboard and returns what USR needs.
func (p *peer) cookie() string {
	p.t.Helper()
	_, cookie, ok := strings.Cut(strings.TrimSpace(p.say("XFR 90 SB").hear()), "XFR 90 SB 127.0.0.1:1865 CKI ")
	if !ok {
		p.t.Fatal("no switchboard")
	}
	return cookie
}

// rung returns what RNG tells to ANS: the cookie and the session.
func (p *peer) rung(caller string) (cookie, session string) {
	p.t.Helper()
	f := strings.Fields(p.hear())
	if len(f) != 7 || f[0] != "RNG" || f[2] != "127.0.0.1:1865" || f[3] != "CKI" || f[5] != caller {
		p.t.Fatalf("RNG: %q", f)
	}
	return f[4], f[1]
}

// caller begins a conversation.
func (s *Server) caller(t *testing.T, ns *peer, email, name string) *peer {
	t.Helper()
	p := s.dial(t, Switchboard).say("USR 1 " + email + " " + ns.cookie())
	p.hears("USR 1 OK " + email + " " + name)
	return p
}

// called has somebody called by a caller answer, and hears what those tell it who are there.
func (s *Server) called(t *testing.T, caller, ns *peer, callerEmail, email string, there ...string) *peer {
	t.Helper()
	caller.say("CAL 2 " + email)
	ringing := caller.hear()
	cookie, session := ns.rung(callerEmail)
	if ringing != "CAL 2 RINGING "+session+"\r\n" {
		t.Fatalf("CAL: %q", ringing)
	}
	p := s.dial(t, Switchboard).say("ANS 1 " + email + " " + cookie + " " + session)
	var want []string
	for i, other := range there {
		want = append(want, fmt.Sprintf("IRO 1 %d %d %s", i+1, len(there), other))
	}
	p.hears(append(want, "ANS 1 OK")...)
	return p
}

const greeting = "Content-Type: text/plain\r\n\r\nhello"

func msg(trid int, letter, payload string) string {
	return fmt.Sprintf("MSG %d %s %d\r\n%s", trid, letter, len(payload), payload)
}

// tell sends a command with payload, which ends in no line.
func (p *peer) tell(command string) *peer {
	p.nc.Write([]byte(command))
	return p
}

func heardFrom(email, name, payload string) string {
	return fmt.Sprintf("MSG %s %s %d\r\n%s", email, name, len(payload), payload)
}

func TestConversation(t *testing.T) {
	srv := &Server{Accounts: 20, Contacts: 4}
	bubble(t, srv, func(t *testing.T) {
		one, two, three := srv.online(t, user(1), "MSNP10", "NLN"), srv.online(t, user(2), "MSNP10", "BSY"), srv.online(t, user(3), "MSNP8", "NLN")
		one.hear()
		two.hear()
		a := srv.caller(t, one, user(1), "user00001")
		a.tell(msg(3, "N", greeting)).hears("NAK 3")
		a.tell(msg(4, "A", greeting)).hears("NAK 4")
		a.tell(msg(5, "U", greeting)).hears()
		b := srv.called(t, a, two, user(1), user(2), user(1)+" user00001")
		a.hears("JOI " + user(2) + " user00002")
		c := srv.called(t, b, three, user(2), user(3), user(1)+" user00001", user(2)+" user00002")
		a.hears("JOI " + user(3) + " user00003")
		b.hears("JOI " + user(3) + " user00003")

		for i, letter := range []string{"U", "N", "A", "D", "S"} {
			payload := fmt.Sprintf("%s %d", greeting, i)
			a.tell(msg(10+i, letter, payload))
			if letter == "U" || letter == "N" {
				a.hears()
			} else {
				a.hears(fmt.Sprintf("ACK %d", 10+i))
			}
			for _, p := range []*peer{b, c} {
				if got := p.hear(); got != heardFrom(user(1), "user00001", payload) {
					t.Errorf("%s: %q", letter, got)
				}
			}
		}
		one.say("OUT").hears("OUT") // the conversation goes on (§9.5)
		c.tell(msg(2, "A", greeting)).hears("ACK 2")
		if got := a.hear(); got != heardFrom(user(3), "user00003", greeting) {
			t.Errorf("%q", got)
		}
		b.hear()
		b.say("OUT").hears()
		if !b.over() {
			t.Error("the connection goes on after OUT")
		}
		a.hears("BYE " + user(2))
		c.hears("BYE " + user(2))
		c.nc.Close()
		a.hears("BYE " + user(3))
		a.tell(msg(20, "A", "")).hears("NAK 20")
		if s := srv.Stats(); s.Conversations != 1 || s.Messages != 2*5+2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestCookiesAreGoodOnce(t *testing.T) {
	srv := &Server{Accounts: 5}
	bubble(t, srv, func(t *testing.T) {
		one, two := srv.online(t, user(1), "MSNP10", "NLN"), srv.online(t, user(2), "MSNP10", "NLN")
		one.hear()
		refused := func(say string) {
			t.Helper()
			p := srv.dial(t, Switchboard).say(say)
			p.hears("911 1")
			if !p.over() {
				t.Errorf("%q: the connection goes on", say)
			}
		}
		cookie := one.cookie()
		refused("USR 1 " + user(2) + " " + cookie) // another's
		srv.dial(t, Switchboard).say("USR 1 " + strings.ToUpper(user(1)) + " " + cookie).hears("USR 1 OK " + user(1) + " user00001")
		refused("USR 1 " + user(1) + " " + cookie) // used
		cookie = one.cookie()
		time.Sleep(2*time.Minute + 1)
		refused("USR 1 " + user(1) + " " + cookie)              // expired
		refused("ANS 1 " + user(1) + " " + one.cookie() + " 1") // of a call
		a := srv.caller(t, one, user(1), "user00001")
		a.say("CAL 2 " + user(2)).hear()
		cookie, session := two.rung(user(1))
		refused("USR 1 " + user(2) + " " + cookie) // of an answer
		time.Sleep(2*time.Minute + 1)
		a.say("CAL 3 " + user(2)).hears("CAL 3 RINGING " + session) // she may be called again
		cookie, _ = two.rung(user(1))
		p := srv.dial(t, Switchboard).say("ANS 1 " + user(2) + " " + cookie + " 1")
		p.hears()
		if !p.over() {
			t.Error("another session: the connection goes on")
		}
	})
}

func TestCallsThatReachNobody(t *testing.T) {
	srv := &Server{Accounts: 10, Contacts: 4}
	bubble(t, srv, func(t *testing.T) {
		one := srv.online(t, user(1), "MSNP10", "NLN")
		two, three := srv.online(t, user(2), "MSNP10", "NLN"), srv.online(t, user(3), "MSNP10", "HDN")
		four, five := srv.online(t, user(4), "MSNP10", "NLN"), srv.online(t, user(5), "MSNP10", "NLN")
		four.say("BLP 10 BL").hear() // user 1 is not on its lists
		five.say("IMS 10 OFF").hear()
		one.hear()
		two.hear()
		three.hear()
		a := srv.caller(t, one, user(1), "user00001")
		a.say("CAL 2 @@a").hears("208 2")
		a.say("CAL 3 " + user(1)).hears("215 3")
		for i, email := range []string{user(3), user(4), user(5), user(9)} {
			a.say(fmt.Sprintf("CAL %d %s", 4+i, email)).hears(fmt.Sprintf("217 %d", 4+i))
		}
		a.say("CAL 8 " + user(2)).hear()
		a.say("CAL 9 " + user(2)).hears("215 9")
		two.rung(user(1))
		three.hears()
		for i := range 5 {
			a.say(fmt.Sprintf("CAL %d nobody@example.com", 10+i)).hears(fmt.Sprintf("217 %d", 10+i))
		}
		a.say("CAL 15 " + user(2)).hears("713 15")
	})
}

func TestMessagesThatMayNotBe(t *testing.T) {
	p2p := "Content-Type: application/x-msnmsgrp2p\r\n\r\n"
	for _, tt := range []struct {
		name, dialect, say string
		hear               string // "": the connection ends
	}{
		{"an unknown letter", "MSNP10", msg(5, "X", greeting), ""},
		{"a letter in lower case", "MSNP10", msg(5, "a", greeting), ""},
		{"1664 bytes", "MSNP10", msg(5, "A", strings.Repeat("x", 1664)), "NAK 5"},
		{"1665 bytes", "MSNP10", msg(5, "A", strings.Repeat("x", 1665)), ""},
		{"D in MSNP8", "MSNP8", msg(5, "D", greeting), ""},
		{"P2P without header", "MSNP10", msg(5, "D", p2p+strings.Repeat("x", 51)), "282 5"},
		{"P2P", "MSNP10", msg(5, "D", p2p+strings.Repeat("x", 52)), "NAK 5"},
		{"D without headers", "MSNP10", msg(5, "D", "hello"), "282 5"},
		{"USR again", "MSNP10", "USR 5 a b\r\n", ""},
		{"a command of a notification server", "MSNP10", "PNG\r\n", ""},
		{"CAL with too much", "MSNP10", "CAL 5 a@b.c d\r\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Accounts: 3}
			bubble(t, srv, func(t *testing.T) {
				a := srv.caller(t, srv.online(t, user(1), tt.dialect, "NLN"), user(1), "user00001").tell(tt.say)
				if tt.hear != "" {
					a.hears(tt.hear)
				} else if a.hear() != "" || !a.over() {
					t.Error("the connection goes on")
				}
			})
		})
	}
}

func TestIdleConversationsEnd(t *testing.T) {
	srv := &Server{Accounts: 5}
	bubble(t, srv, func(t *testing.T) {
		one, two := srv.online(t, user(1), "MSNP10", "NLN"), srv.online(t, user(2), "MSNP10", "NLN")
		one.hear()
		late := srv.dial(t, Switchboard)
		a := srv.caller(t, one, user(1), "user00001")
		b := srv.called(t, a, two, user(1), user(2), user(1)+" user00001")
		a.hear()
		time.Sleep(4 * time.Minute)
		if !late.over() {
			t.Error("who says nothing at first stays")
		}
		b.tell(msg(2, "U", greeting))
		time.Sleep(4 * time.Minute)
		if a.over() || b.over() {
			t.Error("a conversation ended too early")
		}
		a.hear()
		time.Sleep(time.Minute + 1)
		b.hears("BYE " + user(1) + " 1")
		if !a.over() || !b.over() {
			t.Error("an idle conversation goes on")
		}
	})
}

// TestFaultyConversation: what passes through a conversation may be lost, doubled or go elsewhere.
func TestFaultyConversation(t *testing.T) {
	for kind, want := range map[Fault]int{Drop: 0, Duplicate: 2, Misdirect: 0, Delay: 1} {
		t.Run(kind.String(), func(t *testing.T) {
			srv, log := faulty(t, map[Fault]float64{kind: 0})
			bubble(t, srv, func(t *testing.T) {
				one, two := srv.online(t, user(1), "MSNP10", "NLN"), srv.online(t, user(2), "MSNP10", "NLN")
				alone := srv.online(t, "alone@x.com", "MSNP10", "NLN")
				one.hear()
				a := srv.caller(t, one, user(1), "user00001")
				b := srv.called(t, a, two, user(1), user(2), user(1)+" user00001")
				a.hear()
				srv.faults.chance[kind] = 1
				a.tell(msg(3, "A", greeting)).hears("ACK 3")
				time.Sleep(3 * time.Second)
				if n := strings.Count(b.hear(), greeting); n != want {
					t.Errorf("heard %d times, want %d", n, want)
				}
				if n := strings.Count(alone.hear(), greeting); n != 0 && kind != Misdirect || n != 1 && kind == Misdirect {
					t.Errorf("a bystander heard it %d times", n)
				}
				logged(t, srv, log, kind, 1, "account=", "of="+user(1), "MSG")
			})
		})
	}
}

// TestThePagesChat plays what was said in §13.8 as far as the switchboard's answers go, with the page's names.
func TestThePagesChat(t *testing.T) {
	srv := &Server{Data: data(t, chatData)}
	bubble(t, srv, func(t *testing.T) {
		const alice, bob, erin = "alice@example.com", "bob@example.com", "erin@example.com"
		ns := map[string]*peer{}
		for _, email := range []string{alice, bob, erin} {
			ns[email] = srv.online(t, email, "MSNP10", "NLN")
		}
		a := srv.caller(t, ns[alice], alice, "Alice%20A.")
		b := srv.called(t, a, ns[bob], alice, bob, alice+" Alice%20A.")
		a.hears("JOI " + bob + " Bobby")
		typing := "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: " + alice + "\r\n\r\n\r\n"
		text := "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: FN=MS%20Sans%20Serif; EF=B; CO=ff0000; CS=0; PF=22\r\n\r\nHello Bob, café at 5?"
		a.tell(msg(3, "U", typing) + msg(4, "N", text)).hears()
		if got, want := b.hear(), heardFrom(alice, "Alice%20A.", typing)+heardFrom(alice, "Alice%20A.", text); got != want || len(typing) != 90 || len(text) != 153 {
			t.Errorf("bob heard %q, want %q", got, want)
		}
		answer := "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r\n\r\nYes!"
		b.tell(msg(2, "N", answer))
		if got := a.hear(); got != heardFrom(bob, "Bobby", answer) || !strings.HasPrefix(got, "MSG bob@example.com Bobby 117\r\n") {
			t.Errorf("alice heard %q", got)
		}
		a.tell(msg(5, "A", greeting)).hears("ACK 5")
		a.say("CAL 6 carol@example.com").hears("217 6")
		a.say("CAL 7 " + bob).hears("215 7")
		e := srv.called(t, a, ns[erin], alice, erin, alice+" Alice%20A.", bob+" Bobby")
		a.hears("JOI " + erin + " Erin")
		b.say("OUT")
		a.hears("BYE " + bob)
		e.nc.Close()
		a.hears("BYE " + erin)
		a.tell(msg(9, "N", greeting)).hears("NAK 9")
		a.say("OUT").hears()
	})
}

const chatData = `
[[account]]
email = 'alice@example.com'
name = 'Alice A.'
[[account]]
email = 'bob@example.com'
name = 'Bobby'
[[account]]
email = 'carol@example.com'
[[account]]
email = 'erin@example.com'
name = 'Erin'
`
