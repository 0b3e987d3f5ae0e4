package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
)

// handshake are the rules of the sign-in.
var handshake = slices.Concat(versions, identities, tickets, logins, profiles)

// versions are those of VER and CVR.
var versions = []check{
	{"ver", "3.2", "VER is answered with one dialect: the one that both know", inAll, func(t *trial) {
		d := t.dialect().String()
		t.connect(alice).ask("VER $ %s CVR0", d).is("VER $ "+d, or("12.1 H, A", "VER $ "+d+" CVR0"), or("12.1 D", "VER $ "+d+" ..."))
	}},
	{"ver-best", "3.2", "of several dialects the highest is taken, wherever it stands", inAll, func(t *trial) {
		d := t.dialect().String()
		t.connect(alice).ask("VER $ MSNP8 %s CVR0", d).is("VER $ "+d, or("12.1 H, A", "VER $ "+d+" CVR0"), or("3.2 R", "VER $ MSNP8"), or("12.1 D", "VER $ * "+d+" ..."))
	}},
	{"ver-others", "3.2", "dialects that the server does not know are passed over", inAll, func(t *trial) {
		d := t.dialect().String()
		t.connect(alice).ask("VER $ MSNP99 %s MSNP98 CVR0", d).is("VER $ "+d, or("12.1 H, A", "VER $ "+d+" CVR0"), or("12.1 D", "VER $ "+d+" ..."))
	}},
	{"ver-cvr0", "3.2", "VER with nothing but CVR0 is answered CVR0", inAll, func(t *trial) {
		t.connect(alice).ask("VER $ CVR0").is("VER $ CVR0", or("12.1 E, K", "VER $ 0 ..."))
	}},
	{"ver-none", "3.2", "where there is no dialect in common VER is answered 0", inAll, func(t *trial) {
		t.connect(alice).ask("VER $ MSNP99 MSNP98").is("VER $ 0", or("12.1 K, D", "VER $ 0 ..."))
	}},
	{"ver-none-closes", "3.2", "after VER 0 the server closes the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		p.ask("VER $ MSNP99").is("VER $ 0 ...")
		p.closes()
	}},
	{"ver-twice", "3.1", "a second VER is refused with 715", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("VER $ %s", t.dialect()).is("715 $", or("12.2 K", "VER $ ..."))
	}},
	{"ver-twice-closes", "3.1", "a second VER ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.forget()
		p.ask("VER $ %s", t.dialect()).is("715 $ || (closed)", or("12.2 K", "VER $ ..."))
		p.closesUnless("12.2 K", "VER")
	}},
	{"ver-empty", "1.4", "VER without a dialect ends the connection", inAll, func(t *trial) {
		t.connect(alice).ask("VER $").is(closed, or("1.4 E, K", silence), or("3.2 K", "VER $ ..."))
	}},
	{"cvr", "3.3", "CVR is answered with three versions and two addresses", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.ask("VER $ %s", t.dialect()).is("VER $ " + t.dialect().String() + " ...") })
		p.ask("CVR $ 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS %s", t.email(alice)).is("CVR $ * * * {url} {url}")
	}},
	{"cvr-early", "3.1", "CVR before VER is refused with 715, or ends the connection", inAll, func(t *trial) {
		t.connect(alice).ask("CVR $ 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS %s", t.email(alice)).
			is("715 $ || (closed)", or("3.1 E, K", "CVR $ ..."))
	}},
	{"cvr-short", "3.1", "CVR without its parameters is refused with 731, and ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.ask("VER $ %s", t.dialect()).is("VER $ " + t.dialect().String() + " ...") })
		p.ask("CVR $ 0x0409 winnt").is("731 $", or("3.1 E", silence), or("3.1 K", closed))
		p.closesUnless("3.1 E", "")
	}},
	{"cvr-late", "3.1", "CVR after USR is refused with 715, and ends the connection", inAll, func(t *trial) {
		p := t.named(alice)
		p.forget()
		p.ask("CVR $ 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS %s", t.email(alice)).is("715 $", or("3.1 E", "CVR $ ..."))
		p.closesUnless("3.1 E", "CVR")
	}},
}

// identities are those of USR, and of what may stand before it.
var identities = []check{
	{"dispatch", "2.1", "a dispatch server sends the client to a notification server, and names itself", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		l := p.ask("USR $ TWN I %s", t.email(alice)).is("XFR $ NS {address} 0 {address} || USR $ TWN S *", or("12.4 MSNP2, MSNP13", "XFR $ NS {address} ..."))
		if l.Verb == codec.USR {
			t.skip("there is no dispatch server at this address: it lets clients sign in itself, as it may (§2)")
		}
	}},
	{"challenge", "3.4", "USR I is answered with a challenge for Passport", inAll, func(t *trial) {
		p, _ := t.identify(alice, func(*peer) {})
		p.lines[len(p.lines)-1].used = false
		p.expect("USR {number} TWN S {pairs}")
	}},
	{"usr-early", "3.1", "USR before VER is refused with 715, or ends the connection", inAll, func(t *trial) {
		t.connect(alice).ask("USR $ TWN I %s", t.email(alice)).is("715 $ || (closed)", or("3.1 K", "USR $ ..."))
	}},
	{"usr-package", "3.4", "another security package than TWN ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("USR $ XYZ I %s", t.email(alice)).is(closed, or("3.4 E", "911 $"))
	}},
	{"usr-malformed", "3.4", "USR I with what is no address is refused with 911 or 206, or ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("USR $ TWN I nobody").is("911 $ || 206 $ || (closed)")
	}},
	{"usr-s-first", "3.1", "USR S without USR I is refused with 715 or 911", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("USR $ TWN S t=1&p=2").is("715 $ || 911 $ || (closed)", or("3.1 E", silence))
	}},
	{"syn-early", "3.1", "SYN before USR OK ends the connection", inAll, func(t *trial) {
		t.named(alice).ask("%s", t.synLine()).is(closed, or("3.1 E", silence))
	}},
	{"chg-early", "3.1", "CHG before USR OK ends the connection", inAll, func(t *trial) {
		t.named(alice).ask("CHG $ NLN 0").is(closed, or("3.1 E", silence))
	}},
	{"png-early", "3.1", "PNG before USR OK ends the connection", inAll, func(t *trial) {
		p := t.named(alice)
		p.send("PNG")
		p.closesUnless("3.1 K", "QNG")
	}},
	{"inf", "3.1", "INF, of MSNP7, ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("INF $").is(closed, or("12.48 K", "502 $"))
	}},
	{"ok", "3.4", "USR OK tells the address and two flags, below MSNP10 with the name before them", inAll, func(t *trial) {
		p, challenge := t.identified(alice)
		name := t.by("* ", "", "")
		p.ask("USR $ TWN S %s", t.ticket(p, challenge)).
			is(fmt.Sprintf("USR $ OK %s %s0|1 0|1", t.email(alice), name), or("12.5 S", "USR $ OK "+t.email(alice)+" * 0|1 0|1"))
	}},
	{"ok-address", "3.4", "USR OK has the account's own spelling of the address, whatever that of USR I", inAll, func(t *trial) {
		own := t.spelled(t.email(alice))
		if got := t.spelled(strings.ToUpper(t.email(alice))); got.arg(1) != own.arg(1) {
			t.fail(t.peers[len(t.peers)-1], own.arg(1)+", as in the sign-in before", got.arg(1), "")
		}
	}},
	{"elsewhere", "12.40", "who signs in elsewhere ends the older connection with OUT OTH", inAll, func(t *trial) {
		old := t.signIn(alice)
		t.signIn(alice)
		old.online = false
		old.expect("OUT OTH")
		old.closes()
	}},
	{"elsewhere-stays", "12.40", "the newer of two sign-ins hears nothing of the older, and goes on", inAll, func(t *trial) {
		t.signIn(alice)
		p := t.signIn(alice)
		p.none("OUT", "OUT ...")
		p.ask("CHG $ BSY %s", clientID).is("CHG $ BSY ...")
	}},
	{"out-early", "7.3", "OUT before the sign-in ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.send("OUT")
		p.closes()
	}},
	{"out", "7.3", "the server ends the connection after the client's OUT", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.online = false
		p.send("OUT")
		p.closes()
	}},
}

// named says who is there, at the server where it signs in, and leaves it at that.
func (t *trial) named(who int) *peer {
	p, _ := t.identified(who)
	return p
}

func (t *trial) identified(who int) (p *peer, challenge string) {
	t.prepare(func() { p, challenge = t.identify(who, func(*peer) {}) })
	return p, challenge
}

// spelled signs alice in with her address in some spelling, and returns USR OK.
func (t *trial) spelled(email string) (ok *line) {
	t.prepare(func() {
		p, challenge := t.identifyAs(alice, email, func(*peer) {})
		ok = p.ask("USR $ TWN S %s", t.ticket(p, challenge)).is("USR $ OK ...")
		p.online = true
	})
	return ok
}

// closesUnless fails if the server does not close the connection, but for the
// divergence of those that go on: they answered with a verb, or with nothing. What
// was forgotten is no answer.
func (p *peer) closesUnless(entry, verb string) {
	wait := p.t.cfg.Quiet
	if verb == "" {
		wait = p.t.cfg.Timeout
	}
	if p.listen(wait); p.end != nil {
		return
	}
	for _, l := range p.lines[p.from:] {
		if verb != "" && strings.HasPrefix(l.text, verb) {
			p.t.settleFor(p, closed, []variant{or(entry, verb+" ...")}, l.text, l.TrID)
			return
		}
	}
	if verb == "" {
		p.t.settleFor(p, closed, []variant{or(entry, silence)}, silence, 0)
		return
	}
	p.closes()
}
