package msnpcheck

import (
	"fmt"
	"slices"
)

// switchboard are the rules of conversations.
var switchboard = slices.Concat(boards, calls, comings, messages, payloads)

// boards are those of how one gets to a switchboard.
var boards = []check{
	{"xfr", "2.2", "XFR SB is answered with an address and a cookie", inAll, func(t *trial) {
		t.signIn(alice).ask("XFR $ SB").is("XFR $ SB {address} CKI *")
	}},
	{"xfr-before-chg", "2.2", "XFR SB before the first CHG is refused with 913", inAll, func(t *trial) {
		t.synced(alice).ask("XFR $ SB").is("913 $", or("12.35 K", "XFR $ SB ..."))
	}},
	{"xfr-hidden", "2.2", "XFR SB of who hides is refused with 913", inAll, func(t *trial) {
		p := t.signIn(alice)
		t.prepare(func() { p.ask("CHG $ HDN " + clientID).is("CHG $ HDN ...") })
		p.ask("XFR $ SB").is("913 $", or("12.35 K", "XFR $ SB ..."))
	}},
	{"xfr-elsewhere", "2.2", "XFR to anything but SB is refused", inAll, func(t *trial) {
		t.signIn(alice).ask("XFR $ XX").is("201 $ || 913 $ || (closed)")
	}},
	{"cookies-differ", "2.2", "each XFR SB gives a cookie of its own", inAll, func(t *trial) {
		p := t.signIn(alice)
		_, first := p.cookie()
		l := p.ask("XFR $ SB").is("XFR $ SB {address} CKI *")
		if l.arg(3) == first {
			t.fail(p, "another cookie than "+first, l.text, "")
		}
	}},
	{"usr", "9.2", "USR with the cookie is answered with OK, the address and the name", inAll, func(t *trial) {
		p := t.signIn(alice)
		addr, cookie := p.cookie()
		t.board(addr, alice).ask("USR $ %s %s", t.email(alice), cookie).is("USR $ OK " + t.email(alice) + " *")
	}},
	{"cookie-once", "9.2", "a cookie is good once: 911", inAll, func(t *trial) {
		p := t.signIn(alice)
		addr, cookie := p.cookie()
		t.prepare(func() {
			t.board(addr, alice).ask("USR $ %s %s", t.email(alice), cookie).is("USR $ OK ...")
		})
		t.board(addr, alice).ask("USR $ %s %s", t.email(alice), cookie).is("911 $")
	}},
	{"cookie-wrong", "9.2", "a cookie that nobody gave out is refused with 911", inAll, func(t *trial) {
		addr, _ := t.signIn(alice).cookie()
		t.board(addr, alice).ask("USR $ %s 17262740.1050826919.32308", t.email(alice)).is("911 $")
	}},
	{"cookie-wrong-closes", "9.2", "a refused cookie ends the connection", inAll, func(t *trial) {
		addr, _ := t.signIn(alice).cookie()
		sb := t.board(addr, alice)
		sb.ask("USR $ %s 17262740.1050826919.32308", t.email(alice)).is("911 $ || (closed)")
		sb.closesUnless("9.2 K", "911")
	}},
	{"cookie-of-another", "9.2", "the cookie of another account is refused with 911", inAll, func(t *trial) {
		addr, cookie := t.signIn(alice).cookie()
		t.board(addr, bob).ask("USR $ %s %s", t.email(bob), cookie).is("911 $")
	}},
	{"usr-name", "9.2", "USR OK has the account's own name", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.rename(someName)
		addr, cookie := p.cookie()
		t.board(addr, alice).ask("USR $ %s %s", t.email(alice), cookie).is("USR $ OK " + t.email(alice) + " " + escape(someName))
	}},
	{"usr-short", "9.2", "USR without a cookie ends the connection", inAll, func(t *trial) {
		addr, _ := t.signIn(alice).cookie()
		t.board(addr, alice).ask("USR $ %s", t.email(alice)).is(closed, or("1.4 K", silence))
	}},
	{"cal-early", "9.4", "CAL before USR ends the connection", inAll, func(t *trial) {
		addr, _ := t.signIn(alice).cookie()
		t.board(addr, alice).ask("CAL $ %s", t.email(bob)).is(closed, or("9.4 E", silence))
	}},
}

// calls are those of CAL and RNG.
var calls = []check{
	{"cal", "9.4", "CAL is answered with RINGING and the session", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
	}},
	{"rng", "7.8", "who is called hears RNG: session, address, cookie, the caller and her name", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := p[0].conversation()
		sb.ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		p[1].expect("RNG * {address} CKI * " + t.email(alice) + " *")
	}},
	{"rng-once", "7.8", "who is called hears RNG once", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		p[1].expect("RNG ...")
		p[1].none("RNG ...")
	}},
	{"rng-name", "7.8", "RNG has the caller's own name", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[0].rename(someName)
		t.settle(p...)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		p[1].expect("RNG * {address} CKI * " + t.email(alice) + " " + escape(someName) + " ...")
	}},
	{"same-session", "9.4", "RINGING and RNG have the same session", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		l := p[0].conversation().ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		p[1].expect("RNG " + l.arg(1) + " {address} CKI * " + t.email(alice) + " * ...")
	}},
	{"cal-offline", "9.4", "a call to who is offline is refused with 217", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := p[0].conversation()
		t.prepare(p[1].close)
		p[0].barrier()
		sb.ask("CAL $ %s", t.email(bob)).is("217 $", or("12.36 K", "205 $"))
	}},
	{"cal-hidden", "9.4", "a call to who hides is refused with 217", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		t.prepare(func() { p[1].ask("CHG $ HDN " + clientID).is("CHG $ HDN ...") })
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("217 $", or("12.36 K", "205 $ || CAL $ RINGING *"))
	}},
	{"cal-blocked", "9.4", "a call to who blocks the caller is refused with 217, as if she were offline", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[1].unlist("AL", alice)
		p[1].block(alice)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("217 $ || 216 $", or("12.36 K", "205 $ || CAL $ RINGING *"))
	}},
	{"cal-blocked-is-silent", "9.4", "who blocks the caller hears no RNG", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[1].unlist("AL", alice)
		p[1].block(alice)
		t.settle(p...)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).answer(false)
		p[1].none("RNG * * CKI * " + t.email(alice) + " * ...")
	}},
	{"cal-not-allowed", "9.4", "a call to who allows only her AL, without the caller on it, is refused", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[1].privacy("BL")
		p[1].unlist("AL", alice)
		p[0].conversation().ask("CAL $ %s", t.email(bob)).is("217 $ || 216 $", or("12.36 K", "205 $ || CAL $ RINGING *"))
	}},
	{"cal-stranger", "9.4", "who is no contact can be called, as long as she allows it", inAll, func(t *trial) {
		a, b := t.signIn(alice), t.signIn(bob)
		b.privacy("AL")
		t.settle(a, b)
		sb := a.conversation()
		sb.ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		b.expect("RNG * {address} CKI * " + t.email(alice) + " * ...")
	}},
	{"cal-nobody", "9.4", "a call to an account that there is not is refused with 217", inAll, func(t *trial) {
		t.signIn(alice).conversation().ask("CAL $ %s", nobody).is("217 $ || 208 $", or("12.36 K", "207 $"))
	}},
	{"cal-malformed", "9.4", "a call to an address that is none is refused with 208", inAll, func(t *trial) {
		t.signIn(alice).conversation().ask("CAL $ @@a").is("208 $", or("12.36 E", "217 $"), or("12.36 K", "207 $"))
	}},
	{"cal-oneself", "9.4", "a call to oneself is refused with 215", inAll, func(t *trial) {
		t.signIn(alice).conversation().ask("CAL $ %s", t.email(alice)).is("215 $", or("12.36 K", "CAL $ RINGING *"))
	}},
	{"cal-present", "9.4", "a call to who is there already is refused with 215", inAll, func(t *trial) {
		p := t.chat(t.friends(alice, bob)...)
		p[0].ask("CAL $ %s", t.email(bob)).is("215 $", or("12.36 K", "CAL $ RINGING *"))
	}},
	{"cal-ringing", "9.4", "a call to who was called and has not come yet is refused with 215", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		sb := p[0].conversation()
		t.prepare(func() { sb.ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *") })
		sb.ask("CAL $ %s", t.email(bob)).is("215 $", or("12.36 K", "CAL $ RINGING *"))
	}},
	{"sessions-differ", "9.4", "conversations have sessions of their own", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		first := p[0].conversation().ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *")
		second := p[0].conversation()
		if l := second.ask("CAL $ %s", t.email(bob)).is("CAL $ RINGING *"); l.arg(1) == first.arg(1) {
			t.fail(second, "another session than "+first.arg(1), l.text, "")
		}
	}},
	{"cal-short", "9.4", "CAL without an address ends the connection", inAll, func(t *trial) {
		t.signIn(alice).conversation().ask("CAL $").is(closed, or("1.4 E, K", silence))
	}},
	{"cal-by-guest", "9.1", "who was called may call others", inAll, func(t *trial) {
		p := t.friends(alice, bob, carol)
		sb := t.chat(p[0], p[1])
		sb[1].ask("CAL $ %s", t.email(carol)).is("CAL $ RINGING *")
		p[2].expect("RNG * {address} CKI * " + t.email(bob) + " * ...")
	}},
}

// someName is an own name that checks give, to see it again.
const someName = "Someone & others"

// nobody is an account that there is not, at a domain that there cannot be (RFC
// 2606).
const nobody = "nobody-has-this-address@nudge.invalid"

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
