package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
	"nudge/codec/msnp"
)

// grouping are the rules of groups, and of contacts in them.
var grouping = slices.Concat(groupEdits, groupMembers)

// someGroup is the name of a group that checks make, nothing else.
const someGroup = "nudge & friends"

// groupEdits are those of ADG, REG and RMG.
var groupEdits = []check{
	{"new", "6.5", "ADG is answered with the name and the new group's id", inAll, func(t *trial) {
		p := t.signIn(alice)
		name := escape(someGroup)
		p.ask("ADG $ %s%s", name, t.zero()).is(
			t.by("ADG $ {number} "+name+" {number} 0", "ADG $ "+name+" {number}", "ADG $ "+name+" {guid}"),
			or("6.5 E, K", "ADG $ "+name+" {id} 0"), or("6.5 R, S", "ADG $ * "+name+" {id}"))
	}},
	{"new-in-syn", "4.7", "a new group is in the next answer to SYN", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.newGroup(someGroup)
		p = t.again(p)
		p.hasGroup(id, someGroup)
	}},
	{"new-id", "6.5", "the id of a new group is one that was free", inAll, func(t *trial) {
		p := t.signIn(alice)
		first, second := p.newGroup(someGroup), p.newGroup(someGroup+" 2")
		old := slices.ContainsFunc(t.members[alice].base.Groups, func(g msnp.RosterGroup) bool { return g.ID == first || g.ID == second })
		if first == second || old || first == "" {
			t.fail(p, "an id that no other group has", fmt.Sprintf("%q and %q for two new groups", first, second), "")
		}
	}},
	{"name-taken", "6.5", "a name that another group has is refused with 228", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.newGroup(someGroup)
		p.ask("ADG $ %s%s", escape(someGroup), t.zero()).is("228 $", or("12.29 K", "ADG $ ..."))
	}},
	{"rename", "6.5", "REG is answered with the id and the name", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, name := p.newGroup(someGroup), escape("other friends")
		p.ask("REG $ %s %s%s", id, name, t.zero()).is(
			t.by("REG $ {number} "+id+" "+name+" 0", "REG $ "+id+" "+name, "REG $ "+id+" "+name),
			or("6.5 E, K, S", "REG $ * "+name+" "+id+" 0 || REG $ * "+name+" "+id))
	}},
	{"rename-in-syn", "4.7", "a group's new name is in the next answer to SYN", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.newGroup(someGroup)
		t.prepare(func() { p.ask("REG $ %s %s%s", id, escape("other friends"), t.zero()).is("REG $ ...") })
		t.again(p).hasGroup(id, "other friends")
	}},
	{"delete", "6.5", "RMG is answered with the id", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.newGroup(someGroup)
		p.ask("RMG $ %s", id).is(t.by("RMG $ {number} "+id, "RMG $ "+id, "RMG $ "+id), or("6.5 E, K, R, S", "RMG $ * "+id))
	}},
	{"delete-in-syn", "4.7", "a deleted group is not in the next answer to SYN", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.newGroup(someGroup)
		t.prepare(func() { p.ask("RMG $ %s", id).is("RMG $ ...") })
		p = t.again(p)
		for _, g := range p.roster.Groups {
			if g.ID == id {
				t.fail(p, "no group "+id, "LSG with it", "")
			}
		}
	}},
	{"rename-unknown", "6.5", "REG of a group that there is not is refused with 224", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("REG $ %s x%s", p.freeGroup(), t.zero()).is("224 $")
	}},
	{"delete-unknown", "6.5", "RMG of a group that there is not is refused with 224", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("RMG $ %s", p.freeGroup()).is("224 $")
	}},
	{"delete-zero", "6.5", "group 0 cannot be deleted: 230", inP9 | inM0, func(t *trial) {
		t.signIn(alice).ask("RMG $ 0").is("230 $", or("12.28 E", "224 $"))
	}},
	{"default", "4.7", "group 0 is there", inP9 | inM0, func(t *trial) {
		p := t.synced(alice)
		got := silence
		if slices.ContainsFunc(p.roster.Groups, func(g msnp.RosterGroup) bool { return g.ID == "0" }) {
			got = "LSG 0"
		}
		t.settleFor(p, "LSG 0", []variant{or("12.9 E, R", silence)}, got, 0)
	}},
}

// groupMembers are those of contacts in groups.
var groupMembers = []check{
	{"into", "6.2", "a contact is put into a group by its id", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.add(bob), p.newGroup(someGroup)
		p.ask("%s", p.intoGroup(bob, id, group)).is(t.by(
			"ADD $ FL {number} "+t.email(bob)+" * "+group, "ADC $ FL C="+id+" "+group, "ADC $ FL C="+id+" "+group))
	}},
	{"into-in-syn", "4.8", "a contact's groups are in the next answer to SYN", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, one, two := p.add(bob), p.newGroup(someGroup), p.newGroup(someGroup+" 2")
		t.prepare(func() {
			p.ask("%s", p.intoGroup(bob, id, one)).is("ADC $ ... || ADD $ ...")
			p.ask("%s", p.intoGroup(bob, id, two)).is("ADC $ ... || ADD $ ...")
		})
		p = t.again(p)
		x, _ := p.contact(bob)
		for _, group := range []string{one, two} {
			if !slices.Contains(x.Groups, group) {
				t.fail(p, fmt.Sprintf("%s in the groups %s and %s", t.email(bob), one, two), p.shown(bob), "")
			}
		}
	}},
	{"into-twice", "6.2", "a contact that is in the group already is refused with 215", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.add(bob), p.newGroup(someGroup)
		t.prepare(func() { p.ask("%s", p.intoGroup(bob, id, group)).is("ADC $ ... || ADD $ ...") })
		p.ask("%s", p.intoGroup(bob, id, group)).is("215 $")
	}},
	{"into-unknown", "6.2", "a contact cannot be put into a group that there is not: 224", inAll, func(t *trial) {
		p := t.signIn(alice)
		id := p.add(bob)
		p.ask("%s", p.intoGroup(bob, id, p.freeGroup())).is("224 $")
	}},
	{"out-of", "6.3", "a contact is taken out of a group, and REM told back", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.grouped(bob)
		p.ask("REM $ FL %s %s", id, group).is(fmt.Sprintf("REM $ FL %s%s %s", t.version(), id, group), or("6.5 K", "REM $ FL * "+id+" "+group))
	}},
	{"out-of-stays", "6.3", "who is taken out of a group stays a contact", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.grouped(bob)
		t.prepare(func() {
			p.ask("%s", p.intoGroup(bob, id, p.newGroup(someGroup+" 2"))).is("ADC $ ... || ADD $ ...")
			p.ask("REM $ FL %s %s", id, group).is("REM $ ...")
		})
		p = t.again(p)
		if x, _ := p.contact(bob); x.Lists&msnp.FL == 0 || slices.Contains(x.Groups, group) {
			t.fail(p, t.email(bob)+" on FL, and not in group "+group, p.shown(bob), "")
		}
	}},
	{"not-in", "6.3", "who is not in the group cannot be taken out of it: 225", inAll, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.add(bob), p.newGroup(someGroup)
		p.ask("REM $ FL %s %s", id, group).is("225 $", or("12.26 E", "216 $"), or("12.26 K", "REM $ ..."))
	}},
	{"delete-with-members", "6.5", "deleting a group takes out who is in it; in MSNP10, migrated, they stay contacts", inM1, func(t *trial) {
		p := t.signIn(alice)
		_, group := p.grouped(bob)
		t.prepare(func() { p.ask("RMG $ %s", group).is("RMG $ ...") })
		p = t.again(p)
		if x, _ := p.contact(bob); x.Lists&msnp.FL == 0 || slices.Contains(x.Groups, group) {
			t.fail(p, t.email(bob)+" on FL, and not in group "+group, p.shown(bob), "")
		}
	}},
	{"delete-only-group", "6.5", "deleting a group removes the contacts that are in no other", inP9 | inM0, func(t *trial) {
		p := t.signIn(alice)
		id, group := p.grouped(bob)
		t.prepare(func() {
			p.ask("REM $ FL %s 0", id).answer(false)
			p.ask("RMG $ %s", group).is("RMG $ ...")
		})
		p = t.again(p)
		got := silence
		if x, _ := p.contact(bob); x.Lists&msnp.FL != 0 {
			got = p.shown(bob)
		}
		t.settleFor(p, silence, []variant{or("12.27 E, K", "LST ...")}, got, 0)
	}},
}

// again signs in once more, so that the lists are those that the server keeps.
func (t *trial) again(p *peer) *peer {
	t.prepare(p.close)
	return t.synced(p.who)
}

// hasGroup fails unless the last SYN told of a group.
func (p *peer) hasGroup(id, name string) {
	for _, g := range p.roster.Groups {
		if g.ID == id && g.Name == name {
			return
		}
	}
	var all []string
	for _, l := range p.lines {
		if l.Verb == codec.LSG {
			all = append(all, l.text)
		}
	}
	p.t.fail(p, fmt.Sprintf("LSG of the group %q with the id %s", name, id), strings.Join(all, ", "), "")
}

// shown is the LST line of an account, or that there is none.
func (p *peer) shown(who int) string {
	for _, l := range p.lines {
		if l.Verb == codec.LST && strings.Contains(strings.ToLower(l.text), strings.ToLower(p.t.email(who))) {
			return l.text
		}
	}
	return "no LST of " + p.t.email(who)
}

// freeGroup is the id of a group that there is not.
func (p *peer) freeGroup() string {
	used := func(id string) bool {
		return slices.ContainsFunc(p.roster.Groups, func(g msnp.RosterGroup) bool { return g.ID == id })
	}
	if p.t.mode == M1 {
		return "12345678-1234-4234-8234-123456789abc"
	}
	for n := 29; n > 0; n-- {
		if !used(fmt.Sprint(n)) {
			return fmt.Sprint(n)
		}
	}
	p.t.skip("%s has all groups that there may be", p.t.email(p.who))
	return ""
}

// intoGroup is the command that puts a contact into a group.
func (p *peer) intoGroup(who int, id, group string) string {
	if p.t.dialect() < msnp.MSNP10 {
		return fmt.Sprintf("ADD $ FL %s %s %s", p.t.email(who), people[who], group)
	}
	return fmt.Sprintf("ADC $ FL C=%s %s", id, group)
}

// grouped adds a contact, and puts it into a new group.
func (p *peer) grouped(who int) (id, group string) {
	id, group = p.add(who), p.newGroup(someGroup)
	p.t.prepare(func() { p.ask("%s", p.intoGroup(who, id, group)).is("ADC $ ... || ADD $ ...") })
	return id, group
}
