package msnptest

import (
	"fmt"
	"strconv"
	"strings"

	"nudge/codec/msnp"
)

// store is what the server knows: accounts with their lists, and the tickets it
// has given out. Server.mu guards it.
type store struct {
	byRule  []*account          // index is number-1; nil: nobody has asked for it yet
	named   map[string]*account // by folded address: those given one by one, and contacts without account
	tickets tickets
	cookies tickets // of switchboards

	prefix, suffix string // of UserFormat, before and behind the number
	width          int    // least digits
	contacts       int    // of each account by rule, but for loners
	ring           int    // accounts by rule that have them
	migrated       Migration
	set            *settings // of all accounts by rule
}

// account is what the server keeps of one.
type account struct {
	email  string
	name   string // MFN, percent-encoded as it goes on the wire
	number int32  // from 1; 0: not by rule
	exists bool   // can sign in

	migrated       bool // in M1
	migrateAtLogin bool // OUT MIG after the first CHG
	queued         bool // waits to be migrated
	loaded         bool // the contacts have been made

	set      *settings
	groups   []group
	contacts []contact
	index    map[*account]int32 // of contacts, where they are many

	// Presence.
	hasID    bool
	status   msnp.Status // StatusUnknown: none yet
	clientID uint32      // if hasID
	object   string      // MSNObject as sent; "": none
	session  *conn       // signed in; nil: not
	watchers []*account  // signed in, with this one on FL
	past     *past       // before the last edit; nil: is not kept
}

// settings are what few accounts have for themselves. They are shared: whoever
// changes one makes a copy.
type settings struct {
	password   string
	gtc        string // A or N
	blp        string // AL or BL
	props      props
	profile    *Profile // nil: made up
	listNumber uint32   // version of the lists in M0 and P9
	listTime   string   // in M1
	setTime    string   // of the settings in M1

	refuse         int  // number that answers USR S; 0: none
	locked, outTOU bool // as in AcctData
}

// props are the phone numbers and switches of §4.6, percent-encoded; "": unset.
type props struct{ PHH, PHW, PHM, MOB, MBE, WWE string }

// group is a group of contacts. Its number counts in M0 and P9, its GUID in M1;
// without one it is not shown there.
type group struct {
	number int
	guid   string
	name   string // percent-encoded
}

// contact is an entry of an account's lists.
type contact struct {
	peer   *account
	lists  lists
	groups uint32 // bit n: in the n-th of account.groups
	name   string // stored name, percent-encoded; "": the peer's own
	guid   string // "": the peer's
}

type lists uint8

const (
	fl lists = 1 << iota
	al
	bl
	rl
	pl
)

// fill makes the store. Accounts by rule are made when they are first asked
// for, so that a server with millions starts at once.
func (st *store) fill(s *Server) error {
	n := orCount(s.Accounts, 1000)
	if s.Data != nil && s.Accounts == 0 {
		n = 0
	}
	if err := st.parseFormat(s.UserFormat); err != nil {
		return err
	}
	st.named = make(map[string]*account)
	st.byRule, st.ring = make([]*account, n+max(s.Loners, 0)), n
	st.contacts, st.migrated = orCount(s.Contacts, 10), s.Migrated
	st.set = &settings{password: s.Password, gtc: "A", blp: "AL", listNumber: 1, listTime: ruleTime, setTime: ruleTime}
	if s.Data != nil {
		if err := st.add(s.Data, s.Password); err != nil {
			return fmt.Errorf("msnptest: %w", s.Data.locate(err))
		}
	}
	return nil
}

// rule returns account n of those by rule.
func (st *store) rule(n int) *account {
	a := st.byRule[n-1]
	if a == nil {
		email := st.address(n)
		a = &account{
			email: email, name: token(email[:len(email)-len(st.suffix)]), number: int32(n), exists: true,
			migrated: st.migrated.of(n), set: st.set,
		}
		st.byRule[n-1] = a
	}
	return a
}

func orCount(n, def int) int {
	if n == 0 {
		return def
	}
	return max(n, 0)
}

// ruleTime is the version of lists and settings of accounts by rule, in M1.
const ruleTime = "2004-07-15T05:59:26.8770000-07:00"

// parseFormat takes a format such as user%05d@example.com apart.
func (st *store) parseFormat(format string) error {
	bad := fmt.Errorf("msnptest: user format %q: want one %%d or %%05d, and an @, such as %s", format, defaultFormat)
	prefix, rest, ok := strings.Cut(format, "%")
	digits, suffix, ok2 := strings.Cut(rest, "d")
	width := 0
	if digits != "" {
		w, err := strconv.Atoi(digits)
		if err != nil || w < 1 || w > 20 || digits[0] != '0' {
			return bad
		}
		width = w
	}
	if !ok || !ok2 || strings.Contains(suffix, "%") || strings.Count(format, "@") != 1 || !isAddress(fmt.Sprintf(format, 1)) {
		return bad
	}
	st.prefix, st.suffix, st.width = prefix, suffix, width
	return nil
}

func (st *store) address(n int) string {
	digits := strconv.Itoa(n)
	return st.prefix + strings.Repeat("0", max(st.width-len(digits), 0)) + digits + st.suffix
}

// lookup finds an account by its address, whatever its case; nil: there is none.
func (st *store) lookup(email string) *account {
	email = folded(email)
	if a := st.named[email]; a != nil {
		return a
	}
	from, to := len(st.prefix), len(email)-len(st.suffix)
	if from >= to {
		return nil
	}
	n, err := strconv.Atoi(email[from:to])
	if err != nil || n < 1 || n > len(st.byRule) || folded(st.address(n)) != email {
		return nil
	}
	return st.rule(n)
}

// folded is an address as addresses are compared: with A to Z in lower case.
func folded(email string) string {
	isUpper := func(r rune) bool { return r >= 'A' && r <= 'Z' }
	if !strings.ContainsFunc(email, isUpper) {
		return email
	}
	b := []byte(email)
	for i, c := range b {
		if isUpper(rune(c)) {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// known is lookup, without the strangers that only stand on lists.
func (st *store) known(email string) *account {
	if a := st.lookup(email); a != nil && a.exists {
		return a
	}
	return nil
}

// load makes the contacts by rule of an account, when they are first wanted.
func (st *store) load(a *account) {
	if a.loaded {
		return
	}
	a.loaded = true
	a.groups = ruleGroups
	if int(a.number) > st.ring {
		return // a loner
	}
	around := neighbours(int(a.number), st.ring, st.contacts)
	a.contacts = make([]contact, 0, len(around))
	for i, n := range around {
		a.contacts = append(a.contacts, contact{peer: st.rule(n), lists: fl | al | rl, groups: 1 << (1 + i%2)})
	}
	a.reindex()
}

// ruleGroups are the groups of every account by rule. None is ever changed in
// place.
var ruleGroups = []group{
	{0, "", "Other%20Contacts"},
	{1, guid(guidGroup, 1), "Friends"},
	{2, guid(guidGroup, 2), "Co-Workers"},
}

// neighbours are the contacts of account n of total on a ring: half of k before
// it and half behind it, nearest first. With k odd the last one is who stands
// opposite, which is mutual if total is even; else it is left out. Nobody has
// more contacts than there are others.
func neighbours(n, total, k int) []int {
	k = min(k, total-1)
	var around []int
	at := func(step int) int { return (n-1+step+total)%total + 1 }
	for step := 1; step <= k/2; step++ {
		around = append(around, at(step), at(-step))
	}
	if k%2 == 1 && total%2 == 0 {
		around = append(around, at(total/2))
	}
	return around
}

// manyContacts is from how many on they are found by a map.
const manyContacts = 24

func (a *account) reindex() {
	a.index = nil
	if len(a.contacts) <= manyContacts {
		return
	}
	a.index = make(map[*account]int32, len(a.contacts))
	for i := range a.contacts {
		a.index[a.contacts[i].peer] = int32(i)
	}
}

// entry finds who is on any of the account's lists; nil: nobody of the kind.
func (a *account) entry(peer *account) *contact {
	if a.index != nil {
		if i, ok := a.index[peer]; ok {
			return &a.contacts[i]
		}
		return nil
	}
	for i := range a.contacts {
		if a.contacts[i].peer == peer {
			return &a.contacts[i]
		}
	}
	return nil
}

// allows reports whether the account's lists let peer see it (§5.4): allowed,
// or on neither list while BLP is AL.
func (a *account) allows(peer *account) bool {
	if e := a.entry(peer); e != nil && e.lists&(al|bl) != 0 {
		return e.lists&bl == 0
	}
	return a.set.blp == "AL"
}

// online reports whether the connection is that of an account which others may
// be told of: it has signed in and chosen a status that is not hidden (§5.1).
func (a *account) online() bool {
	return a.session != nil && a.status != msnp.StatusUnknown && a.status < msnp.HDN
}

// showsTo reports whether peer is to know that the account is online.
func (a *account) showsTo(peer *account) bool { return a.online() && a.allows(peer) }
