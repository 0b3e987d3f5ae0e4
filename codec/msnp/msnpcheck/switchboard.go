package msnpcheck

import "slices"

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
