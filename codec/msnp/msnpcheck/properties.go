package msnpcheck

import (
	"fmt"
	"slices"
)

// properties are the rules of PRP, BPR, SBP and REA, and of what else a client
// asks a notification server: challenges, pages, whether it is there.
var properties = slices.Concat(ownProperties, told, names, questions)

// ownProperties are those of PRP itself.
var ownProperties = []check{
	{"phone", "4.6", "PRP with a phone number is answered with key and number", inAll, func(t *trial) {
		p := t.synced(alice)
		for i, key := range phones {
			p.ask("PRP $ %s %s", key, number(i)).is(t.set("PRP", key+" "+number(i)))
		}
	}},
	{"phone-kept", "4.6", "the next SYN has the phone numbers that were set", inAll, func(t *trial) {
		p := t.synced(alice)
		for i, key := range phones {
			p.setOwn(key, number(i))
		}
		p = p.again()
		for i, key := range phones {
			p.expect("PRP " + key + " " + number(i))
		}
	}},
	{"clear", "4.6", "PRP without a value is answered without one", inAll, func(t *trial) {
		p := t.synced(alice)
		p.setOwn("PHW", number(1))
		p.ask("PRP $ PHW").is(t.set("PRP", "PHW") + orElse + t.set("PRP", "PHW "))
	}},
	{"cleared", "4.6", "PRP without a value clears the property: the next SYN does not have it", inAll, func(t *trial) {
		p := t.synced(alice)
		p.setOwn("PHW", number(1))
		p.does("PRP $ PHW")
		p = p.again()
		p.none("PRP PHW {id} ...")
	}},
	{"mobile", "4.6", "MOB Y of an account without a mobile (MBE N) is answered MOB N", inAll, func(t *trial) {
		p := t.synced(alice)
		if p.roster.Settings["MBE"] == "Y" {
			t.skip("%s has a mobile", t.email(alice))
		}
		p.ask("PRP $ MOB Y").is(t.set("PRP", "MOB N"))
	}},
	{"unknown-key", "4.6", "PRP of a property that there is not is refused: 715", inAll, func(t *trial) {
		t.synced(alice).ask("PRP $ XYZ 1").is("715 $", or("12.30 E, K", t.set("PRP", "XYZ 1")))
	}},
	{"lower-case", "4.6", "PRP with a key in lower case is refused: 715", inAll, func(t *trial) {
		t.synced(alice).ask("PRP $ phh 1").is("715 $", or("12.30 E, K", t.set("PRP", "phh 1")))
	}},
	{"short-key", "4.6", "PRP with a key of two letters is refused: 715", inAll, func(t *trial) {
		t.synced(alice).ask("PRP $ PH 1").is("715 $", or("12.30 E, K", t.set("PRP", "PH 1")))
	}},
	{"long-key", "4.6", "PRP with a key of four letters ends the connection", inAll, func(t *trial) {
		t.synced(alice).ask("PRP $ PHHH 1").is(closed, or("12.30 E, K", t.set("PRP", "PHHH 1")))
	}},
	{"name", "4.6", "PRP MFN is answered with the name", in10, func(t *trial) {
		t.synced(alice).ask("PRP $ MFN %s", escape("Alice of PRP")).is(t.set("PRP", "MFN Alice%20of%20PRP"))
	}},
	{"name-kept", "4.6", "the next SYN has the name that PRP MFN has set", in10, func(t *trial) {
		p := t.synced(alice)
		p.rename("Alice of PRP")
		p = p.again()
		p.expect("PRP MFN Alice%20of%20PRP")
	}},
	{"name-in-p9", "4.6", "PRP MFN came with MSNP10, and is refused before: 715", inP9, func(t *trial) {
		t.synced(alice).ask("PRP $ MFN Alice").is("715 $", or("12.30 E, K", "PRP $ {number} MFN Alice || PRP $ MFN Alice"))
	}},
}

// phones are the keys of phone numbers: home, work, mobile.
var phones = []string{"PHH", "PHW", "PHM"}

// number is a phone number, escaped.
func number(i int) string { return fmt.Sprintf("1%%20(555)%%2001%02d", i) }

// told are the rules of who hears of properties.
var told = []check{
	{"bpr", "4.9", "who has the account as a contact and is allowed hears of a new phone number: BPR", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("PRP $ PHM %s", number(2))
		b.expect(t.told("PHM " + number(2)))
	}},
	{"bpr-once", "4.9", "a new property is told once", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("PRP $ PHM %s", number(2))
		b.expect(t.told("PHM " + number(2)))
		b.none(t.anyOf(alice)...)
	}},
	{"bpr-cleared", "4.9", "that a property was cleared is told: BPR without a value", inAll, func(t *trial) {
		a, b := t.watched()
		a.setOwn("PHH", number(0))
		t.settle(b)
		a.does("PRP $ PHH")
		b.expect(t.told("PHH") + orElse + t.told("PHH "))
	}},
	{"bpr-strangers", "4.9", "who does not have the account as a contact hears of no property", inAll, func(t *trial) {
		a, b := t.watched()
		c := t.signIn(carol)
		a.does("PRP $ PHM %s", number(2))
		c.none(t.anyOf(alice)...)
		t.control(func() { b.expect("BPR ...") })
	}},
	{"bpr-blocked", "4.9", "who is blocked hears of no property", inAll, func(t *trial) {
		a, b := t.watched()
		a.unlist("AL", bob)
		a.block(bob)
		t.settle(a, b)
		a.does("PRP $ PHM %s", number(2))
		b.none("BPR "+t.email(alice)+" PHM {id}", "BPR {number} "+t.email(alice)+" PHM {id}")
	}},
	{"bpr-before-syn", "4.1", "an account hears of no property before its SYN", inAll, func(t *trial) {
		t.introduce()
		a, b := t.synced(alice), t.login(bob)
		a.does("PRP $ PHM %s", number(2))
		b.none(t.anyOf(alice)...)
	}},
	{"bpr-of-new-contact", "4.9", "who adds a contact that allows her hears of the contact's properties", inAll, func(t *trial) {
		a, b := t.signIn(alice), t.signIn(bob)
		a.setOwn("PHM", number(2))
		a.allow(bob)
		b.does("%s", b.addition("FL", t.email(alice), "Alice"))
		b.expect(t.told("PHM " + number(2)))
	}},
}

// told is the pattern of BPR of alice's, which may have the list version in M0
// (§12.12).
func (t *trial) told(property string) string {
	plain, numbered := "BPR "+t.email(alice)+" "+property, "BPR {number} "+t.email(alice)+" "+property
	return t.by(numbered, plain+orElse+numbered, plain)
}

// anyOf are the patterns of BPR of an account's.
func (t *trial) anyOf(who int) []string {
	return []string{"BPR " + t.email(who) + " ...", "BPR {number} " + t.email(who) + " ..."}
}
