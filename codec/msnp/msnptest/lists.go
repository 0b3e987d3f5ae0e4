package msnptest

import (
	"bytes"

	"nudge/codec"
)

// Most entries of a list (§1.6, as E has it).
const (
	maxForward = 1000
	maxAccess  = 1200 // of AL and BL each
)

// addition is what ADC and ADD ask for.
type addition struct {
	list  lists
	email string
	name  string // "": none was given
	group string // by id; "": none
}

// adc puts somebody on a list, or a contact into a group (§6.2).
func (t *turn) adc(cmd *codec.Command) bool {
	list := listBits[string(t.args[0])]
	key, value, ok := bytes.Cut(t.args[1], []byte("="))
	switch {
	case list == 0 || list == pl:
		return t.close()
	case !ok:
		return t.refuse(cmd, 201)
	case string(key) == "C" && list == fl && len(t.args) == 3:
		x := t.c.account.contactBy(string(value), t.c.dialect < 10)
		if x == nil || x.lists&fl == 0 {
			return t.refuse(cmd, 208)
		}
		return t.intoGroup(cmd, x, string(t.args[2]))
	case string(key) != "N":
		return t.refuse(cmd, 201)
	}
	add := addition{list: list, email: string(value)}
	if len(t.args) > 2 {
		name, ok := bytes.CutPrefix(t.args[2], []byte("F="))
		if !ok {
			return t.refuse(cmd, 201)
		}
		add.name = string(name)
	}
	return t.put(cmd, add)
}

// add is adc as MSNP8 and MSNP9 have it (§6.2).
func (t *turn) add(cmd *codec.Command) bool {
	list := listBits[string(t.args[0])]
	add := addition{list: list, email: string(t.args[1]), name: string(t.args[2])}
	if len(t.args) > 3 {
		add.group = string(t.args[3])
	}
	if list&(fl|al|bl) == 0 || add.group != "" && list != fl {
		return t.close()
	}
	return t.put(cmd, add)
}

// put does an addition. A malformed address and an unknown account take
// precedence over what else is wrong (§6.2).
func (t *turn) put(cmd *codec.Command, add addition) bool {
	a := t.c.account
	if len(add.email) > maxAddress || len(add.name) > maxName {
		return t.close() // §1.6
	}
	if !isAddress(add.email) {
		return t.refuse(cmd, 201)
	}
	peer := t.s.store.known(add.email)
	switch {
	case peer == nil:
		return t.refuse(cmd, t.nobody())
	case peer == a:
		return t.refuse(cmd, 201)
	}
	t.s.store.load(peer)
	switch add.list {
	case fl:
		return t.putForward(cmd, peer, add)
	case rl:
		return t.settle(cmd, peer)
	}
	return t.putAccess(cmd, peer, add)
}

// nobody is the number for an address without account (§12.21).
func (t *turn) nobody() int {
	if t.c.dialect < 10 {
		return 205
	}
	return 208
}

// putForward adds a contact, whom it tells so.
func (t *turn) putForward(cmd *codec.Command, peer *account, add addition) bool {
	a := t.c.account
	into := -1
	if add.group != "" {
		if into = a.groupBy(add.group, true); into < 0 {
			return t.refuse(cmd, 224)
		}
	}
	x := a.entry(peer)
	switch {
	case x != nil && x.lists&fl != 0 && into >= 0:
		return t.intoGroup(cmd, x, add.group)
	case x != nil && x.lists&fl != 0:
		return t.refuse(cmd, 215)
	case a.count(fl) >= maxForward:
		return t.refuse(cmd, 210)
	}
	a.editLists()
	x = a.admit(peer)
	x.lists, x.name, x.groups = x.lists|fl, add.name, 0
	if into >= 0 {
		x.groups = 1 << into
	}
	peer.watchers = append(peer.watchers, a)
	t.added(cmd, x, fl, add)
	t.next()
	t.introduce(cmd, peer)
	t.queue(t.c)
	t.reverse(peer, a)
	return true
}

// added begins the reply to an addition.
func (t *turn) added(cmd *codec.Command, x *contact, list lists, add addition) {
	l := t.line(cmd.Verb).TrID(cmd.TrID).Arg(list.String())
	switch {
	case t.c.dialect < 10:
		l.Uint(uint64(t.c.account.set.listNumber)).Arg(x.peer.email).Arg(or(add.name, x.shown()))
		if add.group != "" {
			l.Arg(add.group)
		}
	case list == fl:
		l.Key('N', x.peer.email).Key('F', x.shown()).Key('C', x.id(t.c.account))
	default:
		l.Key('N', x.peer.email)
	}
}

// introduce adds what a new contact lets the account know: its properties, blank
// if its lists do not allow the account, and whether it is online (§6.2).
func (t *turn) introduce(cmd *codec.Command, peer *account) {
	a := t.c.account
	if t.c.synced {
		p := props{MOB: "N"}
		if peer.allows(a) {
			p = peer.set.props
			p.MOB = or(p.MOB, "N")
		}
		for i, key := range propKeys[:4] {
			t.property(t.c, peer, key, p.at(i))
		}
	}
	if t.c.announced && peer.showsTo(a) {
		t.presence(t.line(codec.ILN).TrID(cmd.TrID), peer, t.c.dialect >= 9)
		t.s.stats.Notifications++
	}
}

// reverse has the account that was added know who did it: by RL, and by PL as
// long as it has never decided about her (§6.1).
func (t *turn) reverse(peer, by *account) {
	peer.editLists()
	e := peer.admit(by)
	e.lists |= rl
	if e.lists&(al|bl) == 0 {
		e.lists |= pl
	}
	to := peer.session
	if to == nil || !to.synced {
		return // finds it in the answer to SYN
	}
	if to.dialect < 10 {
		t.line(codec.ADD).TrID(0).Arg("RL").Uint(uint64(peer.set.listNumber)).Arg(by.email).Arg(by.name)
	} else {
		t.line(codec.ADC).TrID(0).Arg("RL").Key('N', by.email).Key('F', by.name)
	}
	t.next()
	t.notifyAll(to, by)
}

// putAccess adds to AL or BL, which exclude each other (§6.1).
func (t *turn) putAccess(cmd *codec.Command, peer *account, add addition) bool {
	a := t.c.account
	x := a.entry(peer)
	switch {
	case x != nil && x.lists&add.list != 0:
		return t.refuse(cmd, 215)
	case x != nil && x.lists&(al|bl) != 0:
		return t.refuse(cmd, 219)
	case a.count(add.list) >= maxAccess:
		return t.refuse(cmd, 210)
	}
	before := a.allows(peer)
	a.editLists()
	x = a.admit(peer)
	x.lists |= add.list
	if t.c.dialect < 10 {
		x.lists &^= pl // who cannot see PL decides by this
	}
	t.added(cmd, x, add.list, add)
	t.send(t.c)
	t.accessChanged(a, peer, before)
	return true
}

// settle ends a pending entry, which goes from PL to RL. Whoever has not added
// the account is not to be put on RL (§12.23).
func (t *turn) settle(cmd *codec.Command, peer *account) bool {
	a := t.c.account
	x := a.entry(peer)
	if x == nil || x.lists&(rl|pl) == 0 {
		return t.close()
	}
	a.editLists()
	x.lists = x.lists&^pl | rl
	t.added(cmd, x, rl, addition{})
	t.send(t.c)
	return true
}

// accessChanged tells somebody whose contact the account is that it came or went
// for her, if an edit of AL or BL has made it so (§5.4).
func (t *turn) accessChanged(a, peer *account, before bool) {
	now := a.allows(peer)
	if before == now || !a.online() || !peer.watches(a) || !peer.session.announced {
		return
	}
	if now {
		t.presence(t.line(codec.NLN), a, peer.session.dialect >= 9)
	} else {
		t.line(codec.FLN).Arg(a.email)
		t.next()
	}
	t.s.stats.Notifications++
	t.notifyAll(peer.session, a)
}
