package msnpcheck

// privacies are those of GTC and BLP.
var privacies = []check{
	{"gtc", "4.5", "GTC is answered with the value that was set", inAll, func(t *trial) {
		t.setsBoth("GTC", "A", "N")
	}},
	{"gtc-kept", "4.5", "the next SYN tells the value that GTC has set", inAll, func(t *trial) {
		t.keepsBoth("GTC", "A", "N")
	}},
	{"gtc-same", "4.5", "GTC with the value that is set already is refused: 218", inAll, func(t *trial) {
		t.refusesSame("GTC", "A", "N")
	}},
	{"gtc-wrong", "4.5", "GTC with another value than A or N ends the connection", inAll, func(t *trial) {
		t.synced(alice).ask("GTC $ X").is(closed, or("12.32 K", silence))
	}},
	{"gtc-lower-case", "4.5", "GTC with a value in lower case ends the connection", inAll, func(t *trial) {
		t.synced(alice).ask("GTC $ a").is(closed, or("12.32 K", silence))
	}},
	{"blp", "4.5", "BLP is answered with the value that was set", inAll, func(t *trial) {
		t.setsBoth("BLP", "AL", "BL")
	}},
	{"blp-kept", "4.5", "the next SYN tells the value that BLP has set", inAll, func(t *trial) {
		t.keepsBoth("BLP", "AL", "BL")
	}},
	{"blp-same", "4.5", "BLP with the value that is set already is refused: 218", inAll, func(t *trial) {
		t.refusesSame("BLP", "AL", "BL")
	}},
	{"blp-wrong", "4.5", "BLP with another value than AL or BL ends the connection", inAll, func(t *trial) {
		t.synced(alice).ask("BLP $ FL").is(closed, or("12.32 K", silence))
	}},
	{"blp-hides", "4.5", "by BLP BL those on neither AL nor BL see the account go offline", inAll, func(t *trial) {
		a, b := t.unlisted()
		a.does("BLP $ BL")
		b.expect("FLN " + t.email(alice))
	}},
	{"blp-shows", "4.5", "by BLP AL those on neither AL nor BL see the account come online", inAll, func(t *trial) {
		a, b := t.unlisted()
		a.privacy("BL")
		t.settle(b)
		a.does("BLP $ AL")
		b.expect("NLN NLN " + t.email(alice) + " ...")
	}},
	{"blp-silences", "4.5", "under BLP BL those on neither AL nor BL hear of no change", inAll, func(t *trial) {
		a, b := t.unlisted()
		a.privacy("BL")
		t.settle(b)
		a.does("CHG $ BSY " + clientID)
		b.none("NLN * " + t.email(alice) + " ...")
	}},
	{"blp-spares-al", "4.5", "under BLP BL those on AL go on hearing", inAll, func(t *trial) {
		a, b := t.watched()
		a.privacy("AL")
		a.privacy("BL")
		t.settle(b)
		a.does("CHG $ BSY " + clientID)
		b.expect("NLN BSY " + t.email(alice) + " ...")
	}},
}

// unlisted signs alice and bob in; bob has her as a contact, she has him on no
// list but RL and PL, and allows those.
func (t *trial) unlisted() (a, b *peer) {
	a, b = t.signIn(alice), t.signIn(bob)
	a.privacy("AL")
	b.add(alice)
	t.settle(a, b)
	return a, b
}

// set is the pattern of the answer to GTC, BLP and PRP, which may have the list
// version in M0 (§12.12).
func (t *trial) set(key, value string) string {
	plain, numbered := key+" $ "+value, key+" $ {number} "+value
	return t.by(numbered, plain+orElse+numbered, plain)
}

// setsBoth sets each value where the other was.
func (t *trial) setsBoth(key, one, two string) {
	p := t.synced(alice)
	p.setting(key, one)
	for _, value := range []string{two, one} {
		p.ask("%s $ %s", key, value).is(t.set(key, value))
	}
}

// keepsBoth leaves each value for the next SYN.
func (t *trial) keepsBoth(key, one, two string) {
	p := t.synced(alice)
	for _, value := range []string{one, two, one} {
		p.setting(key, value)
		p = p.again()
		p.expect(key + " " + value)
	}
}

// refusesSame sets a value twice, having set the other before.
func (t *trial) refusesSame(key, one, two string) {
	p := t.synced(alice)
	p.setting(key, one)
	p.setting(key, two)
	p.ask("%s $ %s", key, two).is("218 $", or("12.32 K, R", t.set(key, two)))
}
