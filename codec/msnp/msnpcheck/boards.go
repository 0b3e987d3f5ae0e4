package msnpcheck

import (
	"fmt"
	"strings"
)

// cookie asks the notification server for a switchboard (§2.2).
func (p *peer) cookie() (addr, cookie string) {
	p.t.prepare(func() {
		l := p.ask("XFR $ SB").is("XFR $ SB {address} CKI *")
		addr, cookie = l.arg(1), l.arg(3)
	})
	return addr, cookie
}

// board opens a connection to a switchboard, without a word.
func (t *trial) board(addr string, who int) *peer {
	return t.dial(addr, people[who]+boardLabel, who)
}

// conversation begins one and returns its connection.
func (p *peer) conversation() *peer {
	addr, cookie := p.cookie()
	var sb *peer
	p.t.prepare(func() {
		sb = p.t.board(addr, p.who)
		sb.ask("USR $ %s %s", p.t.email(p.who), cookie).is("USR $ OK " + p.t.email(p.who) + " *")
	})
	return sb
}

// ring is what RNG told.
type ring struct{ session, addr, cookie string }

// rings returns the next RNG.
func (p *peer) rings(from int) ring {
	l := p.expect(fmt.Sprintf("RNG * {address} CKI * %s * ...", p.t.email(from)))
	return ring{session: l.arg(0), addr: l.arg(1), cookie: l.arg(3)}
}

// invite calls an account, whose connection to the notification server is given,
// into the conversation, and returns its connection there.
func (sb *peer) invite(callee *peer) *peer {
	var other *peer
	t := sb.t
	t.prepare(func() {
		sb.ask("CAL $ %s", t.email(callee.who)).is("CAL $ RINGING *")
		r := callee.rings(sb.who)
		other = t.board(r.addr, callee.who)
		other.ask("ANS $ %s %s %s", t.email(callee.who), r.cookie, r.session).is("ANS $ OK")
		sb.expect(fmt.Sprintf("JOI %s * ...", t.email(callee.who)))
	})
	return other
}

// chat begins a conversation of accounts that are signed in, the first being the
// caller.
func (t *trial) chat(all ...*peer) []*peer {
	boards := []*peer{all[0].conversation()}
	for i, p := range all[1:] {
		boards = append(boards, boards[0].invite(p))
		for _, there := range boards[1 : i+1] {
			t.prepare(func() { there.expect(fmt.Sprintf("JOI %s * ...", t.email(p.who))) })
		}
	}
	for _, sb := range boards {
		sb.listen(t.cfg.Quiet)
		sb.forget()
	}
	return boards
}

// text is a message of one line.
func text(s string) []byte {
	return []byte("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" +
		"X-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; CS=0; PF=22\r\n\r\n" + s)
}

// say sends a message with a letter that says how it is to be acknowledged.
func (sb *peer) say(letter string, payload []byte) *question {
	return sb.askWith(payload, "MSG $ %s %d", letter, len(payload))
}

// hears fails unless the next message is the one given.
func (sb *peer) hears(from int, payload []byte) {
	l := sb.expect(fmt.Sprintf("MSG %s * {number}", sb.t.email(from)))
	if string(l.Payload()) != string(payload) {
		sb.t.fail(sb, "the payload as it was sent: "+printable(payload), printable(l.Payload()), firstDifference(payload, l.Payload()))
	}
}

// firstDifference says where two payloads part.
func firstDifference(want, got []byte) string {
	n := 0
	for n < len(want) && n < len(got) && want[n] == got[n] {
		n++
	}
	return fmt.Sprintf("%d bytes were sent and %d came; the first difference is at byte %d", len(want), len(got), n)
}

// filler is a payload of n bytes, with headers.
func filler(n int) []byte {
	head := text("")
	return append(head, strings.Repeat("x", max(n-len(head), 0))...)
}
