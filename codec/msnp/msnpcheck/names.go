package msnpcheck

import (
	"fmt"
	"strings"
)

// names are the rules of names, of one's own and of contacts.
var names = []check{
	{"name-told", "4.6", "a new name is told at once to those who see the account online: NLN", inAll, func(t *trial) {
		a, b := t.watched()
		a.rename("Alice Anew")
		b.expect("NLN NLN " + t.email(alice) + " Alice%20Anew ...")
	}},
	{"name-hidden", "5.4", "the new name of somebody who hides is not told", inAll, func(t *trial) {
		a, b := t.watched()
		t.prepare(func() {
			a.does("CHG $ HDN " + clientID)
			b.expect("FLN " + t.email(alice))
		})
		a.rename("Alice Anew")
		b.none("NLN * " + t.email(alice) + " ...")
	}},
	{"name-escaped", "1.5", "a name comes to others with all its characters", inAll, func(t *trial) {
		a, b := t.watched()
		name := "100% Älice & ☃ +1"
		a.rename(name)
		b.expect("NLN NLN " + t.email(alice) + " " + escape(name) + " ...")
	}},
	{"sbp", "6.6", "SBP is answered with contact, key and value", in10, func(t *trial) {
		p := t.synced(alice)
		id := p.add(bob)
		p.ask("SBP $ %s MFN Bob%%20of%%20SBP", id).is(fmt.Sprintf("SBP $ %s MFN Bob%%20of%%20SBP", id))
	}},
	{"sbp-kept", "6.6", "the next SYN has the name that SBP has set", in10, func(t *trial) {
		p := t.synced(alice)
		id := p.add(bob)
		p.does("SBP $ %s MFN Bob%%20of%%20SBP", id)
		p = p.again()
		p.lst(bob, "LST N=* F=Bob%20of%20SBP ...", or("6.6 E", "LST N=* F=* ..."))
	}},
	{"sbp-is-private", "6.6", "nobody else is told of SBP", in10, func(t *trial) {
		a, b := t.signIn(alice), t.signIn(bob)
		id := a.add(bob)
		t.settle(b)
		a.does("SBP $ %s MFN Bob%%20of%%20SBP", id)
		b.none("NLN * "+t.email(alice)+" ...", "BPR "+t.email(alice)+" ...", "ADC 0 ...", "SBP ...", "LST ...", "PRP ...")
	}},
	{"sbp-unknown", "6.6", "SBP of nobody on the list is refused: 208", in10, func(t *trial) {
		id := t.by("", "nobody-at-all@example.com", "00000000-0000-0000-0000-000000000001")
		t.synced(alice).ask("SBP $ %s MFN Nobody", id).is("208 $", or("6.6 E", "SBP $ ..."))
	}},
	{"sbp-in-p9", "6.6", "SBP came with MSNP10; before, the connection is closed or it is refused: 502", inP9, func(t *trial) {
		t.synced(alice).ask("SBP $ %s MFN Alice", t.email(alice)).is(closed + orElse + "502 $")
	}},
	{"rea", "6.7", "REA is answered with list version, address and name", inP9, func(t *trial) {
		t.synced(alice).ask("REA $ %s Alice%%20of%%20REA", t.email(alice)).is(fmt.Sprintf("REA $ {number} %s Alice%%20of%%20REA", t.email(alice)))
	}},
	{"rea-kept", "6.7", "the next USR OK has the name that REA has set", inP9, func(t *trial) {
		p := t.synced(alice)
		p.rename("Alice of REA")
		p = p.anew()
		for _, l := range p.lines {
			if strings.HasPrefix(l.text, "USR ") && l.arg(0) == "OK" {
				p.asked = "USR ... TWN S (ticket)"
				t.settleFor(p, "USR * OK * Alice%20of%20REA ...", nil, l.text, l.TrID)
			}
		}
	}},
	{"rea-contact", "6.7", "REA renames a contact: the next SYN has the name", inP9, func(t *trial) {
		p := t.synced(alice)
		p.add(bob)
		p.ask("REA $ %s Bob%%20of%%20REA", t.email(bob)).is(fmt.Sprintf("REA $ {number} %s Bob%%20of%%20REA", t.email(bob)))
		p = p.again()
		p.lst(bob, "LST * Bob%20of%20REA ...")
	}},
	{"rea-in-msnp10", "6.7", "REA ended with MSNP10, and ends the connection", in10, func(t *trial) {
		t.synced(alice).ask("REA $ %s Alice", t.email(alice)).is(closed, or("12.48 E, K", "502 $"))
	}},
}
