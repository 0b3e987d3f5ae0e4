package msnpcheck

import (
	"fmt"
	"slices"

	"nudge/codec/msnp"
)

// lists are the rules of contacts and of the five lists.
var lists = slices.Concat(additions, removals, others)

// additions are those of ADC, and of ADD before it.
var additions = []check{
	{"add", "6.2", "a contact is added to FL under the name that is sent", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.addition("FL", t.email(bob), "Bob B")).is(t.added("FL", t.email(bob), "Bob B"),
			or("12.22 E", t.by("ADD $ FL {number} * *", "ADC $ FL N=* F=* C={id}", "ADC $ FL N=* F=* C={guid}")),
			or("12.22 K", "ADC $ FL N=* C={id}"))
	}},
	{"add-al", "6.2", "an account is put on AL", inAll, func(t *trial) { t.putsOn("AL") }},
	{"add-bl", "6.2", "an account is put on BL", inAll, func(t *trial) { t.putsOn("BL") }},
	{"add-twice", "6.2", "a contact that is on the list already is refused: 215", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.add(bob)
		p.ask("%s", p.addition("FL", t.email(bob), "Bob")).is("215 $", or("12.19 E, K", "ADC $ FL ... || ADD $ FL ..."))
	}},
	{"allow-twice", "6.2", "who is on AL already is refused: 215", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.allow(bob)
		p.ask("%s", p.addition("AL", t.email(bob), "Bob")).is("215 $", or("12.19 E, K", "ADC $ AL ... || ADD $ AL ..."))
	}},
	{"al-against-bl", "6.2", "who is on AL cannot be put on BL: 219", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.allow(bob)
		p.ask("%s", p.addition("BL", t.email(bob), "Bob")).is("219 $", or("12.20 E, K, R", "ADC $ BL ... || ADD $ BL ..."))
	}},
	{"bl-against-al", "6.2", "who is on BL cannot be put on AL: 219", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.block(bob)
		p.ask("%s", p.addition("AL", t.email(bob), "Bob")).is("219 $", or("12.20 E, K, R", "ADC $ AL ... || ADD $ AL ..."))
	}},
	{"add-unknown", "6.2", "an account that there is not cannot be added: 208, below MSNP10 205", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.addition("FL", nobody, "x")).is(t.by("205 $ || 208 $", "208 $", "208 $"), or("12.21 K", "207 $"), or("12.21 E", "205 $"))
	}},
	{"add-malformed", "6.2", "an address that is none cannot be added: 201", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.addition("FL", "no-address", "x")).is("201 $", or("12.21 K", "207 $"), or("12.21 R", "205 $ || 208 $"))
	}},
	{"address-case", "6.1", "addresses are the same in capital letters", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.allow(bob)
		p.ask("%s", p.addition("AL", capitals(t.email(bob)), "Bob")).is("215 $", or("12.19 E, K", "ADC $ AL ... || ADD $ AL ..."))
	}},
	{"iln", "5.4", "who is added and online shows at once: ILN with the TrID of the command", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		b.allow(alice)
		a.forget()
		q := a.ask("%s", a.addition("FL", t.email(bob), "Bob"))
		q.is("ADC $ ... || ADD $ ...")
		a.expect(fmt.Sprintf("ILN %d NLN %s * ...", q.trid, t.email(bob)), or("5.4 K", "NLN NLN "+t.email(bob)+" ..."))
	}},
	{"iln-not-blocked", "5.4", "who is added and blocks the account does not show", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		b.block(alice)
		t.settle(a, b)
		a.add(bob)
		a.none("ILN {number} * "+t.email(bob)+" ...", "NLN * "+t.email(bob)+" ...")
	}},
}

// removals are those of REM.
var removals = []check{
	{"remove", "6.3", "a contact is removed by its id, which is told back", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.add(bob)
		p.ask("%s", p.removal("FL", id)).is(t.removed("FL", id), or("6.5 K", "REM $ FL * "+id))
	}},
	{"remove-al", "6.3", "an account is taken off AL", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.allow(bob)
		p.ask("%s", p.removal("AL", t.email(bob))).is(t.removed("AL", t.email(bob)), or("6.5 K", "REM $ AL * "+t.email(bob)))
	}},
	{"remove-bl", "6.3", "an account is taken off BL", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.block(bob)
		p.ask("%s", p.removal("BL", t.email(bob))).is(t.removed("BL", t.email(bob)), or("6.5 K", "REM $ BL * "+t.email(bob)))
	}},
	{"remove-in-syn", "6.3", "who was removed is no contact in the next answer to SYN", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.add(bob)
		t.prepare(func() { p.ask("%s", p.removal("FL", id)).is("REM $ ... || 216 $") })
		p = t.again(p)
		if x, _ := p.contact(bob); x.Lists&msnp.FL != 0 {
			t.fail(p, t.email(bob)+" not on FL", p.shown(bob), "")
		}
	}},
	{"remove-keeps-al", "6.3", "who is removed from FL stays on AL", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.add(bob)
		p.allow(bob)
		t.prepare(func() { p.ask("%s", p.removal("FL", id)).is("REM $ ...") })
		p = t.again(p)
		if x, _ := p.contact(bob); x.Lists&(msnp.FL|msnp.AL) != msnp.AL {
			t.fail(p, t.email(bob)+" on AL, and not on FL", p.shown(bob), "")
		}
	}},
	{"remove-absent", "6.3", "who is not on AL cannot be taken off it: 216", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.removal("AL", t.email(bob))).is("216 $", or("6.3 E", "208 $ || 205 $"), or("6.3 K", "REM $ AL ..."))
	}},
	{"remove-twice", "6.3", "who was removed cannot be removed again: 216, or 208 for an id that is nobody's", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.add(bob)
		t.prepare(func() { p.ask("%s", p.removal("FL", id)).is("REM $ ...") })
		p.ask("%s", p.removal("FL", id)).is("216 $ || 208 $ || 205 $", or("6.3 K", "REM $ ..."))
	}},
	{"remove-by-address", "6.3", "in MSNP10, migrated, a contact is removed by its GUID alone", inM1, func(t *trial) {
		p := t.signIn(alice)
		p.add(bob)
		p.ask("%s", p.removal("FL", t.email(bob))).is("216 $ || 208 $ || 205 $ || 201 $ || (closed)", or("12.24 E", "403 $"))
	}},
}

// others are those of what others hear of it.
var others = []check{
	{"added-is-told", "6.2", "who is added hears of it at once, while she is online", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		b.forget()
		a.add(bob)
		ten := fmt.Sprintf("ADC 0 RL N=%s F=*", t.email(alice))
		b.expect(t.by(fmt.Sprintf("ADD 0 RL {number} %s *", t.email(alice)), ten, ten))
	}},
	{"added-once", "6.2", "who is added hears of it once", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		a.add(bob)
		b.expect("ADC 0 RL ... || ADD 0 RL ...")
		b.none("ADC 0 ...", "ADD 0 ...")
	}},
	{"allowed-is-not-told", "6.2", "who is put on AL or BL hears nothing of that", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		b.forget()
		a.allow(bob)
		b.none("ADC 0 ...", "ADD 0 ...")
	}},
	{"pending", "4.8", "who was added while away finds it on PL", in10, func(t *trial) {
		t.signIn(alice).add(bob)
		b := t.synced(bob)
		if x, _ := b.contact(alice); x.Lists&msnp.PL == 0 {
			t.fail(b, t.email(alice)+" on PL (16)", b.shown(alice), "")
		}
	}},
	{"decided", "6.4", "who is taken off PL is on RL from then on", in10, func(t *trial) {
		t.signIn(alice).add(bob)
		b := t.synced(bob)
		b.ask("%s", b.removal("PL", t.email(alice))).is("REM $ PL "+t.email(alice), or("6.5 K", "REM $ PL * "+t.email(alice)))
		t.prepare(func() { b.ask("ADC $ RL N=%s", t.email(alice)).answer(true) })
		b = t.again(b)
		if x, _ := b.contact(alice); x.Lists&(msnp.RL|msnp.PL) != msnp.RL {
			t.fail(b, t.email(alice)+" on RL (8), and not on PL", b.shown(alice), "")
		}
	}},
	{"removed-is-told", "6.3", "who is dropped as a contact hears of it: REM 0 RL", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		id := a.add(bob)
		t.settle(a, b)
		t.prepare(func() { a.ask("%s", a.removal("FL", id)).is("REM $ FL ...") })
		b.expect("REM 0 RL "+t.version()+t.email(alice), or("12.25 R", "REM 0 RL N="+t.email(alice)), or("12.25 K", "ADC 0 RL ..."))
	}},
	{"dropped-hears-no-more", "5.4", "who has dropped a contact hears no more of her", inAll, func(t *trial) {
		a, b := t.watched()
		id := contactOf(&b.roster, t.email(alice)).ID
		if id == "" {
			id = t.email(alice)
		}
		t.prepare(func() { b.ask("%s", b.removal("FL", id)).is("REM $ FL ...") })
		t.settle(a, b)
		a.ask("CHG $ BSY %s", clientID).is("CHG $ BSY ...")
		b.none("NLN * "+t.email(alice)+" ...", "FLN "+t.email(alice))
	}},
}

// putsOn checks the answer of putting somebody on AL or BL, and that it holds.
func (t *trial) putsOn(list string) {
	p := t.signIn(alice)
	p.ask("%s", p.addition(list, t.email(bob), people[bob])).is(t.added(list, t.email(bob), people[bob]),
		or("12.22 E", t.by("ADD $ "+list+" {number} "+t.email(bob)+" *", "ADC $ "+list+" ...", "ADC $ "+list+" ...")))
	p = t.again(p)
	if x, _ := p.contact(bob); x.Lists&map[string]msnp.Lists{"AL": msnp.AL, "BL": msnp.BL}[list] == 0 {
		t.fail(p, t.email(bob)+" on "+list, p.shown(bob), "")
	}
}

// capitals is an address in capital letters, as far as the domain.
func capitals(email string) string {
	b := []byte(email)
	for i, c := range b {
		if c == '@' {
			break
		}
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
