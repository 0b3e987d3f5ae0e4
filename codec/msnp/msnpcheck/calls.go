package msnpcheck

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
