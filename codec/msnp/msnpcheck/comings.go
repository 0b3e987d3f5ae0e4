package msnpcheck

import "fmt"

// comings are those of who comes and goes.
var comings = []check{
	{"ans", "9.3", "ANS with the cookie and the session of RNG is answered with OK", inAll, func(t *trial) {
		other, r := t.rung()
		other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK")
	}},
	{"iro", "9.3", "who comes is told who is there: IRO, numbered, with the TrID of ANS", inAll, func(t *trial) {
		other, r := t.rung()
		q := other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session)
		other.expect(fmt.Sprintf("IRO %d 1 1 %s *", q.trid, t.email(alice)))
	}},
	{"iro-all", "9.3", "IRO name everybody who is there, and nobody else", inAll, func(t *trial) {
		p := t.friends(alice, bob, carol)
		sb := t.chat(p[0], p[1])
		other, r := sb[0].calls(p[2])
		q := other.ask("ANS $ %s %s %s", t.email(carol), r.cookie, r.session)
		q.is("ANS $ OK")
		first := other.expect(fmt.Sprintf("IRO %d 1|2 2 * *", q.trid))
		second := other.expect(fmt.Sprintf("IRO %d 1|2 2 * *", q.trid))
		there := []string{first.arg(2), second.arg(2)}
		if want := []string{t.email(alice), t.email(bob)}; !sameAddresses(there, want) || first.arg(0) == second.arg(0) {
			t.fail(other, fmt.Sprintf("IRO 1 2 and IRO 2 2 of %s and %s", want[0], want[1]), first.text+" and "+second.text, "")
		}
	}},
	{"ans-last", "9.3", "ANS OK comes behind the IRO", inAll, func(t *trial) {
		other, r := t.rung()
		other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK")
		other.listen(t.cfg.Quiet)
		if ans, iro := other.position("ANS"), other.position("IRO"); iro > ans {
			t.settleFor(other, "IRO, then ANS OK", []variant{or("12.37 NPMSNP", "ANS OK, then IRO")}, "ANS OK, then IRO", 0)
		}
	}},
	{"joi", "9.3", "those who are there hear who comes: JOI with the name", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := p[0].conversation()
		other, r := sb.calls(p[1])
		t.prepare(func() { other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK") })
		sb.expect("JOI " + t.email(bob) + " *")
	}},
	{"joi-name", "9.3", "JOI has the own name of who comes", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[1].rename(someName)
		sb := p[0].conversation()
		other, r := sb.calls(p[1])
		t.prepare(func() { other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK") })
		sb.expect("JOI " + t.email(bob) + " " + escape(someName) + " ...")
	}},
	{"joi-all", "9.3", "everybody who is there hears who comes", inAll, func(t *trial) {
		p := t.friends(alice, bob, carol)
		sb := t.chat(p[0], p[1])
		other, r := sb[0].calls(p[2])
		t.prepare(func() { other.ask("ANS $ %s %s %s", t.email(carol), r.cookie, r.session).is("ANS $ OK") })
		sb[0].expect("JOI " + t.email(carol) + " * ...")
		sb[1].expect("JOI " + t.email(carol) + " * ...")
	}},
	{"iro-name", "9.3", "IRO has the own name of who is there", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[0].rename(someName)
		other, r := p[0].conversation().calls(p[1])
		other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK")
		other.expect("IRO {number} 1 1 " + t.email(alice) + " " + escape(someName) + " ...")
	}},
	{"joi-not-oneself", "9.3", "who comes hears no JOI of herself", inAll, func(t *trial) {
		other, r := t.rung()
		t.prepare(func() { other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK") })
		other.listen(t.cfg.Quiet)
		got := silence
		if at := other.position("JOI"); at >= 0 {
			got = other.lines[at].text
		}
		t.settleFor(other, silence, []variant{or("12.37 K", "JOI "+t.email(bob)+" ...")}, got, 0)
	}},
	{"ans-cookie-wrong", "9.3", "ANS with a cookie that nobody gave out is refused with 911", inAll, func(t *trial) {
		other, r := t.rung()
		other.ask("ANS $ %s 17262740.1050826919.32308 %s", t.email(bob), r.session).is("911 $")
	}},
	{"ans-session-wrong", "9.3", "ANS with another session than that of the cookie ends the connection", inAll, func(t *trial) {
		other, r := t.rung()
		other.ask("ANS $ %s %s 99999999", t.email(bob), r.cookie).is("(closed) || 911 $")
	}},
	{"ans-short", "9.3", "ANS without a session ends the connection", inAll, func(t *trial) {
		other, r := t.rung()
		other.ask("ANS $ %s %s", t.email(bob), r.cookie).is(closed, or("1.4 E, K", silence))
	}},
	{"ans-once", "7.8", "the cookie of RNG is good for one ANS: 911", inAll, func(t *trial) {
		other, r := t.rung()
		t.prepare(func() { other.ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("ANS $ OK") })
		t.board(r.addr, bob).ask("ANS $ %s %s %s", t.email(bob), r.cookie, r.session).is("911 $", or("7.8 R", "ANS $ OK"))
	}},
	{"ans-of-another", "9.3", "the cookie of RNG is good for who was called only: 911", inAll, func(t *trial) {
		_, r := t.rung()
		t.board(r.addr, carol).ask("ANS $ %s %s %s", t.email(carol), r.cookie, r.session).is("911 $ || (closed)")
	}},
	{"bye", "9.5", "those who stay hear who leaves with OUT: BYE", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[1].close()
		sb[0].expect("BYE " + t.email(bob))
	}},
	{"bye-lost", "9.5", "those who stay hear who loses the connection: BYE", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[1].drop()
		sb[0].expect("BYE " + t.email(bob))
	}},
	{"bye-all", "9.5", "everybody who stays hears who leaves", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob, carol)...)
		sb[0].close()
		sb[1].expect("BYE " + t.email(alice))
		sb[2].expect("BYE " + t.email(alice))
	}},
	{"out", "9.5", "the switchboard ends the connection after OUT", inAll, func(t *trial) {
		sb := t.signIn(alice).conversation()
		sb.send("OUT")
		sb.closes()
	}},
	{"outlives-notification", "9.5", "a conversation goes on when the notification connection ends", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := t.chat(p...)
		t.prepare(p[0].close)
		sb[0].say("N", text("still here"))
		sb[1].hears(alice, text("still here"))
	}},
	{"called-again", "9.1", "who has left can be called again", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := t.chat(p...)
		t.prepare(func() { sb[1].close(); sb[0].expect("BYE " + t.email(bob)) })
		sb[0].ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		p[1].expect("RNG * {address} CKI * " + t.email(alice) + " * ...")
	}},
	{"two-at-once", "9.1", "two conversations of the same people have nothing to do with each other", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		first, second := t.chat(p...), t.chat(p...)
		first[0].say("N", text("in the first"))
		first[1].hears(alice, text("in the first"))
		second[1].none("MSG ...")
	}},
}

// rung has alice call bob, and returns his connection to the switchboard before
// its first word.
func (t *trial) rung() (*peer, ring) {
	p := t.friends(alice, bob)
	return p[0].conversation().calls(p[1])
}

// calls calls an account, and returns its connection before its first word.
func (sb *peer) calls(callee *peer) (*peer, ring) {
	var other *peer
	var r ring
	sb.t.prepare(func() {
		sb.ask("CAL $ %s", sb.t.email(callee.who)).is("CAL $ RINGING *")
		r = callee.rings(sb.who)
		other = sb.t.board(r.addr, callee.who)
	})
	return other, r
}
