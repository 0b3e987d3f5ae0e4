package scenario

import (
	"cmp"
	"slices"
)

// contact is what a client knows of another client on its forward list.
type contact struct {
	client uint32 // number of the contact among the clients of the run
	seen   mark   // of the last change read of; 0: none
}

// roster is the forward list of a client as far as it consists of clients of
// the run, in the order of their numbers.
type roster []contact

// maxRoster bounds what a server can make a client remember (§1.6).
const maxRoster = 4096

func (r roster) search(client uint32) (int, bool) {
	return slices.BinarySearchFunc(r, client, func(c contact, n uint32) int { return cmp.Compare(c.client, n) })
}

// find returns the contact; nil when it is not on the roster. It is valid until
// the next add.
func (r roster) find(client uint32) *contact {
	if i, ok := r.search(client); ok {
		return &r[i]
	}
	return nil
}

// add puts a contact on the roster if there is room.
func (r *roster) add(client uint32) {
	if i, ok := r.search(client); !ok && len(*r) < maxRoster {
		*r = slices.Insert(*r, i, contact{client: client})
	}
}
