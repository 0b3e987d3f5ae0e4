package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec/msnp"
)

// limits are the rules of how long and how many things may be.
var limits = []check{
	{"group-name", "1.6", "a group's name may have 61 bytes", inAll, func(t *trial) {
		p := t.signIn(alice)
		name := strings.Repeat("n", 61)
		p.ask("ADG $ %s%s", name, t.zero()).is("ADG $ ...")
	}},
	{"group-name-long", "6.5", "a group's name of 62 bytes is refused with 229", inAll, func(t *trial) {
		t.signIn(alice).ask("ADG $ %s%s", strings.Repeat("n", 62), t.zero()).is("229 $", or("12.29 K", "ADG $ ..."))
	}},
	{"group-name-encoded", "1.5", "the length of a name is that of its encoded form", inAll, func(t *trial) {
		t.signIn(alice).ask("ADG $ %s%s", strings.Repeat("%20", 21), t.zero()).is("229 $", or("12.29 K", "ADG $ ..."))
	}},
	{"groups", "1.6", "there may be 30 groups; one more is refused with 223", inAll, func(t *trial) {
		p := t.signIn(alice)
		for n := range 32 {
			l := p.ask("ADG $ %s%s", escape(fmt.Sprintf("nudge %d", n)), t.zero()).is("ADG $ ... || 223 $")
			if l.Verb.Code() == 223 {
				if have := len(p.roster.Groups); have < 29 {
					t.fail(p, "30 groups", fmt.Sprintf("223 at %d", have), "")
				}
				return
			}
		}
		t.fail(p, "223 for one group more than 30", fmt.Sprintf("%d groups", len(p.roster.Groups)), "")
	}},
	{"group-id-large", "6.5", "a group's id of 30 or more ends the connection", inP9 | inM0, func(t *trial) {
		t.signIn(alice).ask("RMG $ 30").is(closed, or("6.5 E", "224 $"))
	}},
	{"group-id-malformed", "6.5", "a group's id that is no GUID ends the connection", inM1, func(t *trial) {
		t.signIn(alice).ask("RMG $ 00000000-0000").is(closed, or("6.5 E", "224 $"))
	}},
	{"name", "1.6", "an account's own name may have 387 bytes", in10, func(t *trial) {
		name := strings.Repeat("%20", 128) + "abc"
		t.signIn(alice).ask("PRP $ MFN %s", name).is("PRP $ MFN " + name)
	}},
	{"name-long", "1.6", "an own name of 388 bytes ends the connection", in10, func(t *trial) {
		t.signIn(alice).ask("PRP $ MFN %s", strings.Repeat("n", 388)).is("(closed) || 209 $", or("12.31 E, K", "PRP $ MFN *"))
	}},
	{"phone", "1.6", "a phone number may have 95 bytes", inAll, func(t *trial) {
		number := strings.Repeat("5", 95)
		t.signIn(alice).ask("PRP $ PHW %s", number).is("PRP $ " + t.version() + "PHW " + number)
	}},
	{"phone-long", "1.6", "a phone number of 96 bytes ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("PRP $ PHW %s", strings.Repeat("5", 96)).is(closed, or("12.31 K", "PRP $ ..."))
	}},
	{"key-long", "1.6", "a property's key of four bytes ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("PRP $ PHWX 5").is(closed, or("12.30 E, K", "PRP $ ..."))
	}},
	{"key-short", "1.6", "a property's key of two bytes is refused with 715", inAll, func(t *trial) {
		t.signIn(alice).ask("PRP $ PH 5").is("715 $", or("12.30 E, K", "PRP $ ..."))
	}},
	{"message", "1.6", "a message of 1664 bytes is passed on", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[0].say("A", filler(1664)).is("ACK $")
		sb[1].hears(alice, filler(1664))
	}},
	{"message-long", "1.6", "a message of 1665 bytes ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].say("A", filler(1665)).is(closed, or("12.38 K, R", "ACK $"))
	}},
	{"length-word", "1.3", "a payload's length that is no number ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].ask("MSG $ A abc").is(closed, or("1.3 K", silence))
	}},
	{"length-negative", "1.3", "a payload's length below zero ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].ask("MSG $ A -1").is(closed, or("1.3 E", silence))
	}},
	{"length-missing", "1.3", "a payload command without a length ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].ask("MSG $ A").is(closed, or("1.3 E, K", silence))
	}},
	{"length-qry", "1.3", "QRY with another length than 32 ends the connection, or is refused with 540", inAll, func(t *trial) {
		t.signIn(alice).askWith([]byte("short"), "QRY $ %s 5", product).is("(closed) || 540 $", or("7.2 E, K, R", silence))
	}},
	{"address-long", "1.6", "an address of 130 bytes ends the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		address := strings.Repeat("a", 118) + "@example.com"
		p.ask("%s", p.addition("AL", address, "x")).is("(closed)", or("6.2 E, K", "201 $ || 205 $ || 207 $ || 208 $"))
	}},
	{"refused-is-not-done", "1.6", "an edit that is refused changes nothing", inAll, func(t *trial) {
		p := t.signIn(alice)
		before := slices.Clone(p.roster.Groups)
		t.prepare(func() { p.ask("ADG $ %s%s", strings.Repeat("n", 62), t.zero()).is("229 $") })
		p = t.again(p)
		same := func(a, b msnp.RosterGroup) bool { return a == b }
		if !slices.EqualFunc(before, p.roster.Groups, same) {
			t.fail(p, fmt.Sprintf("%d groups as before", len(before)), fmt.Sprint(p.roster.Groups), "")
		}
	}},
}
