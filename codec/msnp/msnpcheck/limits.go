package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
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
	{"group-name-longest", "6.5", "a group's name of 128 bytes ends the connection, or is refused with 229", inAll, func(t *trial) {
		t.signIn(alice).ask("ADG $ %s%s", strings.Repeat("n", 128), t.zero()).is("(closed) || 229 $", or("12.29 K", "ADG $ ..."))
	}},
	{"group-rename", "1.6", "a group can be given a name of 61 bytes", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, name := p.newGroup("nudge short"), strings.Repeat("n", 61)
		p.ask("REG $ %s %s%s", id, name, t.zero()).is("REG $ ...")
	}},
	{"group-rename-long", "6.5", "a group cannot be given a name of 62 bytes: 229", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.newGroup("nudge short")
		p.ask("REG $ %s %s%s", id, strings.Repeat("n", 62), t.zero()).is("229 $", or("12.29 K", "REG $ ..."))
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
	{"name", "1.6", "an account's own name may have 387 bytes", inAll, func(t *trial) {
		p, name := t.signIn(alice), strings.Repeat("%20", 128)+"abc"
		p.ask("%s", p.naming(name)).is(t.renamed(name))
	}},
	{"name-long", "1.6", "an own name of 388 bytes is refused with 209, or ends the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.naming(strings.Repeat("n", 388))).is("(closed) || 209 $", or("12.31 E, K", "PRP $ MFN * || REA $ ..."))
	}},
	{"contact-name", "1.6", "a contact may have a name of 387 bytes", inAll, func(t *trial) {
		p, name := t.signIn(alice), strings.Repeat("%20", 128)+"abc"
		p.ask("%s", p.addition("FL", t.email(bob), codec.Unescape(name))).is(t.added("FL", t.email(bob), codec.Unescape(name)), or("12.22 K", "ADC $ ..."))
	}},
	{"contact-name-long", "1.6", "a contact's name of 388 bytes is refused with 209, or ends the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.addition("FL", t.email(bob), strings.Repeat("n", 388))).is("(closed) || 209 $", or("12.31 E, K", "ADC $ ... || ADD $ ..."))
	}},
	{"phone", "1.6", "a phone number may have 95 bytes", inAll, func(t *trial) {
		number := strings.Repeat("5", 95)
		t.signIn(alice).ask("PRP $ PHW %s", number).is(t.set("PRP", "PHW "+number))
	}},
	{"phone-long", "1.6", "a phone number of 96 bytes ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("PRP $ PHW %s", strings.Repeat("5", 96)).is(closed, or("12.31 K", "PRP $ ..."))
	}},
	{"phone-encoded", "1.5", "a phone number of 32 spaces has 96 bytes, as it is sent, and ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("PRP $ PHW %s", strings.Repeat("%20", 32)).is(closed, or("12.31 K", "PRP $ ..."))
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
	{"length-large", "1.3", "a payload's length above the limit ends the connection, before the payload has come", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].ask("MSG $ A 10000000").is(closed, or("1.3 E, K, R", silence))
	}},
	{"length-missing", "1.3", "a payload command without a length ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].ask("MSG $ A").is(closed, or("1.3 E, K", silence))
	}},
	{"length-qry", "1.3", "QRY with another length than 32 ends the connection, or is refused with 540", inAll, func(t *trial) {
		t.signIn(alice).askWith([]byte("short"), "QRY $ %s 5", product).is("(closed) || 540 $", or("7.2 E, K, R", silence))
	}},
	{"address", "1.6", "an address of 129 bytes is not too long", inAll, func(t *trial) {
		p := t.signIn(alice)
		address := strings.Repeat("a", 117) + "@example.com"
		p.ask("%s", p.addition("AL", address, "x")).is(t.by("205 $", "208 $", "208 $"), or("12.21 K", "207 $"))
	}},
	{"address-sign-in", "1.6", "a sign-in with an address of 130 bytes ends the connection", inAll, func(t *trial) {
		p := t.connect(alice)
		t.prepare(func() { p.versions() })
		p.ask("USR $ TWN I %s@example.com", strings.Repeat("a", 118)).is("(closed) || 911 $")
	}},
	{"address-long", "1.6", "an address of 130 bytes ends the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		address := strings.Repeat("a", 118) + "@example.com"
		p.ask("%s", p.addition("AL", address, "x")).is("(closed)", or("6.2 E, K", "201 $ || 205 $ || 207 $ || 208 $"))
	}},
	{"refused-is-not-done", "1.6", "an edit that is refused changes nothing", inAll, func(t *trial) {
		p := t.signIn(alice)
		before := groupNames(&p.roster)
		t.prepare(func() { p.ask("ADG $ %s%s", strings.Repeat("n", 62), t.zero()).is("229 $") })
		p = t.again(p)
		if now := groupNames(&p.roster); now != before {
			t.fail(p, "the groups as before: "+before, now, "")
		}
	}},
}

// naming is the command that gives the account a name, encoded already.
func (p *peer) naming(name string) string {
	return p.t.by("REA $ "+p.t.email(p.who)+" ", "PRP $ MFN ", "PRP $ MFN ") + name
}

// renamed is the pattern of the answer.
func (t *trial) renamed(name string) string {
	set := t.set("PRP", "MFN "+name)
	return t.by("REA $ {number} "+t.email(alice)+" "+name, set, set)
}

// groupNames are the names of all groups, as they are told.
func groupNames(r *msnp.Roster) string {
	var names []string
	for _, g := range r.Groups {
		names = append(names, escape(g.Name))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
