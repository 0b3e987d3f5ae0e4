package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
	"nudge/codec/msnp"
)

// contents are those of LSG, LST and BPR in the answer to SYN, and of edits that
// are to be seen there.
var contents = []check{
	{"lsg", "4.7", "LSG has name and id of a group; in MSNP8 and MSNP9 the id comes first", inAll, func(t *trial) {
		a := t.synced(alice)
		id := a.newGroup("Old Friends")
		a = a.again()
		a.expect(t.by("LSG "+id+" Old%20Friends 0", "LSG Old%20Friends "+id, "LSG Old%20Friends "+id))
	}},
	{"lsg-zero", "4.7", "there is a group 0, unless the account is migrated", inP9 | inM0, func(t *trial) {
		a := t.synced(alice)
		got := "no LSG of group 0"
		for _, l := range a.answerLines() {
			if l.Verb == codec.LSG && l.arg(map[Mode]int{P9: 0, M0: 1}[t.mode]) == "0" {
				got = l.text
			}
		}
		t.settleFor(a, t.by("LSG 0 * 0", "LSG * 0", ""), []variant{or("12.9 R", "no ..."), or("12.9 E, K", t.by("LSG 0 * 0", "no ...", ""))}, got, 0)
	}},
	{"lst", "4.8", "LST has address, name, id, bits and groups of a contact", inAll, func(t *trial) {
		a := t.synced(alice)
		a.add(bob)
		a = a.again()
		email := t.email(bob)
		a.lst(bob, t.by(fmt.Sprintf("LST %s * 1 0 || LST %[1]s * 1", email),
			fmt.Sprintf("LST N=%s F=* C=%[1]s 1 0 || LST N=%[1]s F=* C=%[1]s 1 || LST N=%[1]s F=* 1 0 || LST N=%[1]s F=* 1", email),
			fmt.Sprintf("LST N=%s F=* C={guid} 1 || LST N=%[1]s F=* C={guid} 1 {guid}", email)),
			or("12.11 K", fmt.Sprintf("LST N=%s F=* C={guid} 1 || LST N=%[1]s F=* C={guid} 1 {number}", email)),
			or("12.11 E, K, R", t.by("LST * * 1 ", "LST N=* F=* C=* 1 ", "LST N=* F=* C={guid} 1 ")))
	}},
	{"lst-name", "4.8", "LST has the name under which a contact was added", inAll, func(t *trial) {
		a := t.synced(alice)
		a.does("%s", a.addition("FL", t.email(bob), "Bob of List"))
		a = a.again()
		a.lst(bob, t.by("LST * Bob%20of%20List ...", "LST N=* F=Bob%20of%20List ...", "LST N=* F=Bob%20of%20List ..."),
			or("12.22 E, K", t.by("LST * * ...", "LST N=* F=* ...", "LST N=* F=* ...")))
	}},
	{"lst-id", "4.8", "a contact has the id in LST that it got when it was added", inM1, func(t *trial) {
		a := t.synced(alice)
		id := a.add(bob)
		a = a.again()
		a.lst(bob, fmt.Sprintf("LST N=%s F=* C=%s ...", t.email(bob), id))
	}},
	{"lst-once", "4.2", "an account is listed once, whatever number of lists it is on", inAll, func(t *trial) {
		b, a := t.synced(bob), t.synced(alice)
		b.add(alice)
		a.add(bob)
		a.allow(bob)
		a = a.again()
		a.lst(bob, "LST ...")
		var all []string
		for _, l := range a.answerLines() {
			if l.Verb == codec.LST && l.isAbout(t.email(bob)) {
				all = append(all, l.text)
			}
		}
		if len(all) > 1 {
			t.fail(a, "one LST of "+t.email(bob), strings.Join(all, ", "), "")
		}
	}},
	{"lst-not-on-fl", "4.8", "who is not a contact is listed by address and bits alone", in10, func(t *trial) {
		a := t.synced(alice)
		a.block(bob)
		a = a.again()
		email := t.email(bob)
		a.lst(bob, fmt.Sprintf("LST N=%s 4", email),
			or("12.10 E, R", fmt.Sprintf("LST N=%s F=* 4 || LST N=%[1]s F=* 4 ", email)),
			or("12.10 K", fmt.Sprintf("LST N=%s F=* C=* 4 || LST N=%[1]s F=* C=* 4 ", email)))
	}},
	{"bits-allowed", "4.8", "a contact that is allowed has the bits 1 and 2", inAll, func(t *trial) {
		a := t.synced(alice)
		a.add(bob)
		a.allow(bob)
		a = a.again()
		a.bits(bob, msnp.FL|msnp.AL)
	}},
	{"bits-blocked", "4.8", "a contact that is blocked has the bits 1 and 4", inAll, func(t *trial) {
		a := t.synced(alice)
		a.add(bob)
		a.block(bob)
		a = a.again()
		a.bits(bob, msnp.FL|msnp.BL)
	}},
	{"bits-reverse", "4.8", "who has added the account has the bit 8, and since MSNP10, as long as that is not decided, 16", inAll, func(t *trial) {
		b, a := t.synced(bob), t.synced(alice)
		b.add(alice)
		a = a.again()
		email := t.email(bob)
		pending := fmt.Sprintf("LST N=%s 16|24 ... || LST N=%[1]s F=* 16|24 ...", email)
		a.lst(bob, t.by("LST "+email+" * 8 ...", pending, pending), or("6.1 R", "LST N=* F=* 8 ..."))
	}},
	{"lst-groups", "4.8", "LST ends in the ids of the contact's groups, with commas", inAll, func(t *trial) {
		a := t.synced(alice)
		id := a.add(bob)
		one, two := a.newGroup("One"), a.newGroup("Two")
		a.putInto(bob, id, one)
		a.putInto(bob, id, two)
		a = a.again()
		l := a.lst(bob, "LST ...")
		words := strings.Fields(l.text)
		ids := strings.Split(words[len(words)-1], ",")
		for _, id := range []string{one, two} {
			if !slices.Contains(ids, id) {
				t.fail(a, fmt.Sprintf("LST ... %s,%s", one, two), l.text, "")
			}
		}
	}},
	{"bpr-behind", "4.9", "what a contact tells of herself follows her LST as BPR", inAll, func(t *trial) {
		b, a := t.synced(bob), t.synced(alice)
		b.allow(alice)
		b.setOwn("PHM", "555%200123")
		a.add(carol)
		a.add(bob)
		a = a.again()
		of := "no LST"
		for _, l := range a.answerLines() {
			switch {
			case l.Verb == codec.LST:
				of = l.text
			case l.Verb == codec.BPR && differs("BPR PHM 555%200123 ...", l.text, 0) == "":
				if !strings.Contains(strings.ToLower(of), strings.ToLower(t.email(bob))) {
					t.fail(a, l.text+" behind LST of "+t.email(bob), "it stands behind "+of, "")
				}
				return
			}
		}
		t.fail(a, "BPR PHM 555%200123 behind LST of "+t.email(bob), "none", "")
	}},
	{"bpr-blocked", "4.9", "SYN does not tell what a contact tells of herself to those whom she blocks", inAll, func(t *trial) {
		b, a := t.synced(bob), t.synced(alice)
		b.setOwn("PHM", "555%200123")
		b.block(alice)
		a.add(bob)
		a = a.again()
		a.none("BPR PHM 555%200123 ...")
	}},
	{"removed", "4.2", "who was removed is not in the next SYN", inAll, func(t *trial) {
		a := t.synced(alice)
		id := a.add(bob)
		a.does("%s", a.removal("FL", id))
		a = a.again()
		if x, _ := a.contact(bob); x.Lists&msnp.FL != 0 {
			t.fail(a, "no LST of "+t.email(bob)+" with the bit 1", a.lineOf(bob).text, "")
		}
	}},
}

// isAbout reports whether a line is LST of an address.
func (l *line) isAbout(email string) bool {
	for w := range l.All() {
		if address := strings.TrimPrefix(string(w), "N="); strings.EqualFold(address, email) {
			return true
		}
	}
	return false
}

// lineOf is the LST of an account in the answer to SYN; nil without.
func (p *peer) lineOf(who int) *line {
	for _, l := range p.answerLines() {
		if l.Verb == codec.LST && l.isAbout(p.t.email(who)) {
			return l
		}
	}
	return nil
}

// lst fails unless the LST of an account is as a pattern says.
func (p *peer) lst(who int, want string, alts ...variant) *line {
	l := p.lineOf(who)
	if l == nil {
		p.t.fail(p, want, "no LST of "+p.t.email(who), "")
	}
	p.t.settleFor(p, want, alts, l.text, 0)
	return l
}

// bits fails unless an account is on the lists given.
func (p *peer) bits(who int, want msnp.Lists) {
	l := p.lst(who, "LST ...")
	if x, _ := p.contact(who); x.Lists != want {
		p.t.fail(p, fmt.Sprintf("LST of %s with the bits %d", p.t.email(who), want), l.text, "")
	}
}

// putInto puts a contact into a group.
func (p *peer) putInto(who int, id, group string) {
	p.t.prepare(func() {
		if p.t.mode == P9 {
			p.ask("ADD $ FL %s %s %s", p.t.email(who), people[who], group).is("ADD $ FL ...")
			return
		}
		p.does("ADC $ FL C=%s %s", id, group)
	})
}

// setOwn sets a property of the account, as it goes on the wire.
func (p *peer) setOwn(key, value string) {
	p.t.prepare(func() {
		p.does("PRP $ %s %s", key, value)
		p.ping()
	})
}
