package scenario

import (
	"errors"
	"slices"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// book is all that a client knows of its lists, before a migration and after.
type book struct {
	turn, made uint32 // of the works; names made so far

	lists  known
	before *known        // as the lists were when OUT MIG came; nil: there is nothing to compare
	since  time.Duration // when OUT MIG was read; 0: no migration is in progress

	asked  []byte // the command sent last
	entry  string // what the edit in progress is about, as a Difference has it; "": none is
	friend friend // whom the work in progress is about
}

// known is what is known of an account's lists.
type known struct {
	msnp.Roster
	doubts []string // what edits were about that were not answered: they may have been done or not
	err    error    // why the lists are not known
}

// friend is a contact, and a group that it is to enter or leave.
type friend struct{ email, id, name, group string }

func newBook(c *client) *book { return &book{turn: uint32(c.engine.Uint64() % uint64(len(works)))} }

// fresh returns a name that the client has not used before.
func (b *book) fresh(c *client) string {
	b.made++
	return freshName(c, b.made)
}

// aboutFriend notes that the edit being sent is about the friend.
func (b *book) aboutFriend() *friend {
	b.entry = "contact " + strings.ToLower(b.friend.email)
	return &b.friend
}

// unanswered leaves the edit in progress in doubt, if it was not answered.
func (b *book) unanswered() {
	if b.entry != "" && !slices.Contains(b.lists.doubts, b.entry) {
		b.lists.doubts = append(b.lists.doubts, b.entry)
	}
	b.entry = ""
}

// booked takes the reply to an edit.
func booked(c *client, cmd *codec.Command) {
	b := c.book
	asked := codec.Syntax{From: codec.FromClient}
	var ours codec.Command
	if _, err := asked.Parse(&ours, b.asked); err == nil {
		b.keep(b.lists.Apply(cmd, &ours, c.session.Dialect()))
		b.entry = ""
	}
}

// keep notes an error: lists that are not known cannot be compared.
func (b *book) keep(err error) {
	if b.lists.err == nil {
		b.lists.err = err
	}
}

// note reads what the server tells of the account's lists.
func (b *book) note(c *client, cmd *codec.Command) {
	d := c.session.Dialect()
	switch {
	case cmd.Verb == codec.SYN:
		b.lists, b.entry = known{}, ""
		b.keep(b.lists.Collect(cmd, d))
	case cmd.Verb == codec.ADC || cmd.Verb == codec.ADD || cmd.Verb == codec.REM:
		b.keep(b.lists.Apply(cmd, nil, d))
	default:
		b.keep(b.lists.Collect(cmd, d))
	}
}

// groupsOfFriend are the ids of the groups that the friend is in.
func (b *book) groupsOfFriend() []string {
	isFriend := func(x msnp.RosterContact) bool { return x.ID == b.friend.id || x.Email == b.friend.id }
	i := slices.IndexFunc(b.lists.Contacts, isFriend)
	if i < 0 {
		return nil
	}
	return b.lists.Contacts[i].Groups
}

// leave takes OUT MIG: what is known now is to be found again.
func (b *book) leave(c *client) {
	b.unanswered()
	b.since = max(c.engine.ReadAt(), 1)
	if c.onlineAt != 0 && b.before == nil {
		before := b.lists
		b.before = &before
	}
}

// lost takes the end of a connection. A return that fails is no return.
func (b *book) lost(c *client, class string) {
	b.unanswered()
	if b.since != 0 {
		c.rec.Fail(opMigrate, class, max(c.engine.Now()-b.since, 0))
		b.since = 0
	}
}

// returned ends a migration, when SYN is answered.
func (b *book) returned(c *client, at time.Duration) {
	if b.since != 0 {
		c.rec.OK(opMigrate, max(at-b.since, 0))
		b.since = 0
	}
}

// compare looks at the lists that have come again: they must be what they were.
// It is done when the client is online, as the end of an answer to SYN without
// contacts cannot be seen (§4.2).
func (b *book) compare(c *client) {
	before := b.before
	if b.before = nil; before == nil {
		return
	}
	if is, told := c.session.Migrated(); told && !is {
		c.rec.Violation("migration", c.email, "after OUT MIG the profile still says ABCHMigrated: 0")
	}
	if err := errors.Join(before.err, b.lists.err); err != nil {
		c.rec.Event("local", c.email, "lists not compared after the migration: "+err.Error())
		return
	}
	for d := range before.Compare(&b.lists.Roster) {
		if !slices.Contains(before.doubts, d.Entry) {
			c.rec.Violation("migration", c.email, d.String())
		}
	}
}
