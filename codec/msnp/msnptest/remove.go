package msnptest

import "nudge/codec"

// rem takes somebody off a list, or a contact out of a group (§6.3).
func (t *turn) rem(cmd *codec.Command) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	list, group := listBits[string(t.args[0])], ""
	if len(t.args) > 2 {
		group = string(t.args[2])
	}
	if list == 0 || list == rl || p9 && list == pl || group != "" && list != fl {
		return t.close()
	}
	id := string(t.args[1])
	var x *contact
	if list == fl {
		x = a.contactBy(id, p9)
	} else if peer := t.s.store.lookup(id); peer != nil {
		x = a.entry(peer)
	}
	switch {
	case x == nil && (!a.migrated || p9 || list != fl) && t.s.store.lookup(id) != nil:
		return t.refuse(cmd, 216)
	case x == nil:
		return t.refuse(cmd, t.nobody())
	case x.lists&list == 0:
		return t.refuse(cmd, 216)
	case group != "":
		return t.outOfGroup(cmd, x, group)
	}
	peer, before := x.peer, a.allows(x.peer)
	a.editLists()
	t.removed(cmd, list)
	t.send(t.c)
	if list == fl {
		t.dropForward(a, x)
		return true
	}
	x.lists &^= list
	a.prune(peer)
	t.accessChanged(a, peer, before)
	return true
}

// removed begins the reply to REM: the same line, with the list version below
// MSNP10.
func (t *turn) removed(cmd *codec.Command, list lists) {
	l := t.reply(cmd).Arg(list.String())
	if t.c.dialect < 10 {
		l.Uint(uint64(t.c.account.set.listNumber))
	}
	for _, arg := range t.args[1:] {
		l.Bytes(arg)
	}
}

// dropForward takes a contact off FL and tells it so, if it is there.
func (t *turn) dropForward(a *account, x *contact) {
	peer := x.peer
	x.lists, x.name, x.groups = x.lists&^fl, "", 0
	a.prune(peer)
	if a.session != nil {
		peer.unwatch(a)
	}
	t.s.store.load(peer)
	e := peer.entry(a)
	if e == nil || e.lists&(rl|pl) == 0 {
		return
	}
	peer.editLists()
	e.lists &^= rl | pl
	peer.prune(a)
	to := peer.session
	if to == nil || !to.synced {
		return
	}
	l := t.line(codec.REM).TrID(0).Arg("RL")
	if to.dialect < 10 {
		l.Uint(uint64(peer.set.listNumber))
	}
	l.Arg(a.email)
	t.next()
	t.notifyAll(to, a)
}
