package msnptest

import (
	"slices"

	"nudge/codec"
)

// absurdName is the length in bytes above which the name of a group ends the
// connection; above maxGroup it is refused (§12.29).
const absurdName = 127

// groupBy returns the place of a group among the account's, by its id in the
// mode: a number, or in M1 a GUID. -1: there is none.
func (a *account) groupBy(id string, p9 bool) int {
	if a.migrated && !p9 {
		return slices.IndexFunc(a.groups, func(g group) bool { return id != "" && sameAddress(g.guid, id) })
	}
	n, ok := codec.ParseUint([]byte(id))
	if !ok {
		return -1
	}
	return slices.IndexFunc(a.groups, func(g group) bool { return uint32(g.number) == n })
}

// isGroupID reports whether an id can be that of a group at all; what cannot
// ends the connection (§1.6).
func (a *account) isGroupID(id string, p9 bool) bool {
	if a.migrated && !p9 {
		return isGUID(id)
	}
	n, ok := codec.ParseUint([]byte(id))
	return ok && n < maxGroups
}

// isGUID reports whether s has the form of one, with letters of either case.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

// inGroup reports whether a contact is in the i-th group: in group 0, where that
// is shown, also if it is in no other.
func (a *account) inGroup(x *contact, i int, p9 bool) bool {
	return x.groups>>i&1 != 0 || x.groups == 0 && a.groups[i].number == 0 && a.shows(&a.groups[i], p9)
}

// intoGroup puts a contact into a group beside those it is in (§6.2).
func (t *turn) intoGroup(cmd *codec.Command, x *contact, id string) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	i := a.groupBy(id, p9)
	switch {
	case i < 0:
		return t.refuse(cmd, 224)
	case a.inGroup(x, i, p9):
		return t.refuse(cmd, 215)
	}
	a.editLists()
	for j := range a.groups { // who is in no group is in group 0, and stays there
		if a.inGroup(x, j, p9) {
			x.groups |= 1 << j
		}
	}
	x.groups |= 1 << i
	if p9 {
		t.added(cmd, x, fl, addition{group: id})
	} else {
		t.reply(cmd).Arg("FL").Key('C', x.id(a)).Arg(id)
	}
	t.send(t.c)
	return true
}

// outOfGroup takes a contact out of a group (§6.3).
func (t *turn) outOfGroup(cmd *codec.Command, x *contact, id string) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	i := a.groupBy(id, p9)
	switch {
	case i < 0:
		return t.refuse(cmd, 224)
	case !a.inGroup(x, i, p9):
		return t.refuse(cmd, 225)
	}
	a.editLists()
	x.groups &^= 1 << i
	t.removed(cmd, fl)
	t.send(t.c)
	return true
}

// adg makes a group, with the lowest number that is free (§6.5). 0 is never
// given out: it would be the default group, which cannot be deleted.
func (t *turn) adg(cmd *codec.Command) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	name := string(t.args[0])
	if code, ok := a.groupName(name, -1); !ok {
		return t.refuseName(cmd, code)
	}
	number := 1
	for slices.ContainsFunc(a.groups, func(g group) bool { return g.number == number }) {
		number++
	}
	if number >= maxGroups {
		return t.refuse(cmd, 223)
	}
	set := a.editLists()
	g := group{number, guid(guidGroup+" "+a.email, int(set.listNumber)), name}
	a.groups = append(slices.Clone(a.groups), g)
	l := t.changed(cmd).Arg(name)
	switch {
	case p9:
		l.Uint(uint64(number)).Arg("0")
	case a.migrated:
		l.Arg(g.guid)
	default:
		l.Uint(uint64(number))
	}
	t.send(t.c)
	return true
}

// groupName checks the name of a group, which may be that of the i-th one. The
// number is what is wrong with it; 0 is too much.
func (a *account) groupName(name string, i int) (code int, ok bool) {
	switch {
	case len(name) > absurdName:
		return 0, false
	case len(name) > maxGroup:
		return 229, false
	}
	plain := unescaped(name)
	for j := range a.groups {
		if j != i && unescaped(a.groups[j].name) == plain {
			return 228, false
		}
	}
	return 0, true
}

func (t *turn) refuseName(cmd *codec.Command, code int) bool {
	if code == 0 {
		return t.close()
	}
	return t.refuse(cmd, code)
}

// reg renames a group (§6.5).
func (t *turn) reg(cmd *codec.Command) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	id, name := string(t.args[0]), string(t.args[1])
	if !a.isGroupID(id, p9) {
		return t.close()
	}
	i := a.groupBy(id, p9)
	if i < 0 {
		return t.refuse(cmd, 224)
	}
	if code, ok := a.groupName(name, i); !ok {
		return t.refuseName(cmd, code)
	}
	a.editLists()
	a.groups = slices.Clone(a.groups)
	a.groups[i].name = name
	l := t.changed(cmd).Arg(id).Arg(name)
	if p9 {
		l.Arg("0")
	}
	t.send(t.c)
	return true
}

// rmg deletes a group. Contacts that were in no other leave FL with it, but for
// M1, where a contact needs no group (§12.27).
func (t *turn) rmg(cmd *codec.Command) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	id := string(t.args[0])
	if !a.isGroupID(id, p9) {
		return t.close()
	}
	i := a.groupBy(id, p9)
	switch {
	case i < 0:
		return t.refuse(cmd, 224)
	case a.groups[i].number == 0:
		return t.refuse(cmd, 230)
	}
	a.editLists()
	t.changed(cmd).Arg(id)
	t.send(t.c)
	if p9 || !a.migrated {
		t.dropMembers(a, 1<<i)
	}
	a.groups = slices.Delete(slices.Clone(a.groups), i, i+1)
	for j := range a.contacts {
		x := &a.contacts[j]
		low := uint32(1)<<i - 1
		x.groups = x.groups&low | x.groups>>1&^low
	}
	return true
}

// dropMembers takes those off FL who are in the given groups and no other.
func (t *turn) dropMembers(a *account, groups uint32) {
	var gone []*account
	for i := range a.contacts {
		if x := &a.contacts[i]; x.lists&fl != 0 && x.groups == groups {
			gone = append(gone, x.peer)
		}
	}
	for _, peer := range gone {
		t.dropForward(a, a.entry(peer))
	}
}

func unescaped(s string) string { return string(codec.AppendUnescape(nil, []byte(s))) }
