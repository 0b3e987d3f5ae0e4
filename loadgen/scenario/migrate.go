package scenario

import (
	"slices"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
)

// migrate is people whose lists are moved while they work (§8).
var migrate = behaviour{
	name:   "migrate",
	about:  "signs in, works, is sent OUT MIG, comes back and must find exactly what it had",
	mainOp: opMigrate,
	think:  loadgen.Exponential(10 * time.Second),
	start:  signIn,
	choose: nextWork,
	books:  true,
}

// works are what the iterations of migrate do, each client in turn, from
// anywhere. What they change stays so, and must be found after the migration.
var works = []task{
	{always, []step{{op: opCHG, send: changeStatus, answer: msnp.StepCHG}}},
	{withFriend, []step{{op: opSBP, send: renameFriend, answer: msnp.StepSBP, take: booked}}},
	{always, []step{{op: opPRP, send: newPhone, answer: msnp.StepPRP, take: booked}}},
	{withNewGroup, []step{{op: opADC, send: joinGroup, answer: msnp.StepADC, take: booked}}},
	{withOldGroup, []step{{op: opREM, send: leaveGroup, answer: msnp.StepREM, take: booked}}},
}

// nextWork is the next of the works that can be begun.
func nextWork(c *client) []step {
	c.book.unanswered()
	for {
		t := &works[c.book.turn%uint32(len(works))]
		c.book.turn++
		if t.ready(c) {
			return t.steps
		}
	}
}

// withFriend picks a contact on FL.
func withFriend(c *client) bool {
	all := c.book.lists.Contacts
	if len(all) == 0 {
		return false
	}
	from := c.engine.Uint64() % uint64(len(all))
	for i := range all {
		x := &all[(int(from)+i)%len(all)]
		if x.Lists&msnp.FL != 0 {
			c.book.friend = friend{email: x.Email, id: x.ID, name: x.Name}
			if x.ID == "" {
				c.book.friend.id = x.Email
			}
			return true
		}
	}
	return false
}

// withNewGroup picks a contact, and a group that it is not in.
func withNewGroup(c *client) bool {
	if !withFriend(c) {
		return false
	}
	in := c.book.groupsOfFriend()
	for _, g := range c.book.lists.Groups {
		if g.ID != "0" && !slices.Contains(in, g.ID) {
			c.book.friend.group = g.ID
			return true
		}
	}
	return false
}

// withOldGroup picks a contact, and one of several groups that it is in: what
// becomes of a contact in no group differs between servers.
func withOldGroup(c *client) bool {
	if !withFriend(c) {
		return false
	}
	in := slices.DeleteFunc(slices.Clone(c.book.groupsOfFriend()), func(id string) bool { return id == "0" })
	if len(in) < 2 {
		return false
	}
	c.book.friend.group = in[0]
	return true
}

func renameFriend(c *client, now time.Duration, out []byte) ([]byte, error) {
	c.book.aboutFriend()
	return c.session.SetContact(c.book.friend.id, "MFN", c.book.fresh(c), now, out)
}

func newPhone(c *client, now time.Duration, out []byte) ([]byte, error) {
	c.book.entry = "PHM"
	return c.session.SetProperty("PHM", c.book.fresh(c), now, out)
}

func joinGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	f := c.book.aboutFriend()
	return c.session.AddToGroup(f.id, f.name, f.group, now, out)
}

func leaveGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	f := c.book.aboutFriend()
	return c.session.Remove(msnp.FL, f.id, f.group, now, out)
}
