package msnptest

import (
	"fmt"
	"slices"
)

// past is what an account had before its last edit.
type past struct {
	set      *settings // nil: nothing was edited yet
	name     string
	groups   []group
	contacts []contact
}

// remember keeps what is about to be edited, if anybody is to see it again.
func (a *account) remember() {
	if a.past != nil {
		*a.past = past{a.set, a.name, a.groups, slices.Clone(a.contacts)}
	}
}

// stale has an account be as it was before its last edit until the function that
// is returned is called.
func (t *turn) stale(a *account) (restore func()) {
	f := t.s.faults
	if f == nil || f.chance[Stale] == 0 {
		return func() {}
	}
	if a.past == nil {
		a.past = new(past) // kept from now on
	}
	if a.past.set == nil || !f.strikes(Stale) {
		return func() {}
	}
	t.made(Stale, a.email, a, []byte("SYN"))
	now := past{a.set, a.name, a.groups, a.contacts}
	a.become(*a.past)
	return func() { a.become(now) }
}

func (a *account) become(p past) {
	a.set, a.name, a.groups, a.contacts = p.set, p.name, p.groups, p.contacts
	a.reindex()
}

// spoil loses and alters contacts of an account that is being migrated.
func (t *turn) spoil(a *account) {
	f := t.s.faults
	if f == nil || f.chance[Lose] == 0 && f.chance[Alter] == 0 {
		return
	}
	t.s.store.load(a)
	a.contacts = slices.DeleteFunc(a.contacts, func(x contact) bool {
		if !f.strikes(Lose) {
			return false
		}
		t.made(Lose, a.email, nil, []byte(x.peer.email))
		if a.session != nil && x.lists&fl != 0 {
			x.peer.unwatch(a)
		}
		return true
	})
	a.reindex()
	for i := range a.contacts {
		if x := &a.contacts[i]; f.strikes(Alter) {
			t.made(Alter, a.email, nil, fmt.Appendf(nil, "%s: %s", x.peer.email, t.alter(a, x)))
		}
	}
}

// alter changes one thing about a contact, and says which.
func (t *turn) alter(a *account, x *contact) string {
	kind := t.s.faults.rng.IntN(3)
	i := slices.IndexFunc(a.groups, func(g group) bool { return g.guid != "" })
	switch {
	case x.lists&fl != 0 && kind == 0:
		x.name = x.shown() + "!"
		return "name"
	case x.lists&fl != 0 && kind == 1 && i >= 0:
		x.groups ^= 1 << i
		return "group"
	case x.lists&bl != 0:
		x.lists ^= bl | al
	case x.lists&al != 0:
		x.lists ^= al | bl
	default:
		x.lists |= al
	}
	return "lists"
}
