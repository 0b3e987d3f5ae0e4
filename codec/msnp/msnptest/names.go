package msnptest

import "nudge/codec"

// sbp sets a property of a contact in one's own list, which nobody else is told
// of (§6.6).
func (t *turn) sbp(cmd *codec.Command) bool {
	a := t.c.account
	x := a.contactBy(string(t.args[0]), false)
	key := string(t.args[1])
	value := ""
	if len(t.args) > 2 {
		value = string(t.args[2])
	}
	switch {
	case len(key) > 3 || len(value) > maxName:
		return t.close()
	case x == nil || x.lists&fl == 0:
		return t.refuse(cmd, 208)
	case key != "MFN" && key != "MOB" && key != "WWE":
		return t.refuse(cmd, 715)
	case value == "":
		return t.refuse(cmd, 201)
	}
	a.editLists()
	if key == "MFN" { // MOB and WWE are the contact's own, and shown as it has them
		x.name = value
	}
	l := t.reply(cmd)
	for _, arg := range t.args {
		l.Bytes(arg)
	}
	t.send(t.c)
	return true
}

// rea renames oneself or a contact in MSNP8 and MSNP9 (§6.7).
func (t *turn) rea(cmd *codec.Command) bool {
	a := t.c.account
	email, name := string(t.args[0]), string(t.args[1])
	if len(email) > maxAddress || len(name) > maxName {
		return t.close()
	}
	if sameAddress(email, a.email) {
		a.edit()
		a.name = name
		t.changed(cmd).Arg(a.email).Arg(name)
		t.send(t.c)
		if a.online() {
			t.tellStatus(a)
		}
		return true
	}
	x := a.contactBy(email, true)
	switch {
	case x == nil && t.s.store.lookup(email) == nil:
		return t.refuse(cmd, t.nobody())
	case x == nil || x.lists&fl == 0:
		return t.refuse(cmd, 216)
	}
	a.editLists()
	x.name = name
	t.changed(cmd).Arg(x.peer.email).Arg(name)
	t.send(t.c)
	return true
}
