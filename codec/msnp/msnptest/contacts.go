package msnptest

import "slices"

// listNames are the lists in the order of their bits.
var listNames = [...]string{"FL", "AL", "BL", "RL", "PL"}

// String names a single list.
func (l lists) String() string {
	for i, name := range listNames {
		if l == 1<<i {
			return name
		}
	}
	return "none"
}

// id is what identifies a contact in MSNP10 (§0).
func (x *contact) id(of *account) string {
	if of.migrated {
		return x.idOf()
	}
	return x.peer.email
}

// contactBy finds a contact by its id: the address, or in M1 the GUID, which
// contacts on FL have. nil: there is none.
func (a *account) contactBy(id string, p9 bool) *contact {
	byGUID := a.migrated && !p9
	for i := range a.contacts {
		x := &a.contacts[i]
		if !byGUID && sameAddress(x.peer.email, id) || byGUID && sameAddress(x.idOf(), id) {
			return x
		}
	}
	return nil
}

// count is how many are on a list.
func (a *account) count(list lists) int {
	n := 0
	for i := range a.contacts {
		if a.contacts[i].lists&list != 0 {
			n++
		}
	}
	return n
}

// admit returns the entry of an account, made if there is none.
func (a *account) admit(peer *account) *contact {
	if x := a.entry(peer); x != nil {
		return x
	}
	a.contacts = append(a.contacts, contact{peer: peer})
	if n := len(a.contacts); a.index != nil {
		a.index[peer] = int32(n - 1)
	} else if n > manyContacts {
		a.reindex()
	}
	return &a.contacts[len(a.contacts)-1]
}

// prune forgets the entry of an account that is on no list any more.
func (a *account) prune(peer *account) {
	x := a.entry(peer)
	if x == nil || x.lists != 0 {
		return
	}
	i := slices.IndexFunc(a.contacts, func(x contact) bool { return x.peer == peer })
	a.contacts = slices.Delete(a.contacts, i, i+1)
	a.reindex()
}

// watches reports whether the account is signed in with another one on FL.
func (a *account) watches(other *account) bool {
	if a.session == nil {
		return false
	}
	x := a.entry(other)
	return x != nil && x.lists&fl != 0
}

// sameAddress reports whether two addresses, or GUIDs, are the same, whatever
// their case.
func sameAddress(a, b string) bool { return a == b || len(a) == len(b) && folded(a) == folded(b) }
