package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
	"nudge/codec/msnp"
)

// migration are the rules of the modes, and of an account that goes from one to
// the other.
var migration = []check{
	{"profile", "3.6", "the profile says whether the account is migrated: ABCHMigrated 0 or 1", in10, func(t *trial) {
		p := t.login(alice)
		if got := string(p.mustProfile().Header("ABCHMigrated")); got != "0" && got != "1" {
			t.fail(p, "ABCHMigrated: 0 or ABCHMigrated: 1", "ABCHMigrated: "+got, "")
		}
	}},
	{"contact-ids", "0", "a contact's id is an address before the migration, and a GUID behind it", in10, func(t *trial) {
		p := t.signIn(alice)
		p.add(bob)
		p = t.again(p)
		p.hasIDs(t.mode)
	}},
	{"group-ids", "0", "a group's id is a number before the migration, and a GUID behind it", in10, func(t *trial) {
		p := t.signIn(alice)
		p.newGroup(someGroup)
		p = t.again(p)
		p.hasGroupIDs(t.mode)
	}},
	{"out-mig", "8", "a session of an account that is migrated is ended with OUT MIG", inM0, func(t *trial) {
		m, p := t.migrated()
		if m.out != "OUT MIG" {
			t.fail(p, "OUT MIG", m.out, "")
		}
	}},
	{"out-closes", "8", "behind OUT MIG the connection is closed", inM0, func(t *trial) {
		if m, p := t.migrated(); !m.closed {
			t.fail(p, closed, "the connection stays open", "")
		}
	}},
	{"comes-back", "8", "the client can sign in again at once, at the server that it was on", inM0, func(t *trial) {
		if m, p := t.migrated(); m.back != "" {
			t.fail(p, "USR OK", m.back, "")
		}
	}},
	{"profile-after", "8", "behind the migration the profile says ABCHMigrated: 1", inM0, func(t *trial) {
		if m, p := t.comeBack(); m.profile != "1" {
			t.fail(p, "ABCHMigrated: 1", "ABCHMigrated: "+m.profile, "")
		}
	}},
	{"syn-after", "8", "behind the migration SYN 0 0 is answered with two times, and everything there is", inM0, func(t *trial) {
		m, p := t.comeBack()
		if why := differs("SYN {number} {time} {time} {number} {number}", m.syn, 0); why != "" {
			t.fail(p, "SYN * {time} {time} {number} {number}", m.syn, why)
		}
	}},
	{"contact-ids-after", "8", "behind the migration contacts have GUIDs", inM0, func(t *trial) {
		m, p := t.comeBack()
		p.roster = cloned(m.after)
		p.hasIDs(M1)
	}},
	{"group-ids-after", "8", "behind the migration groups have GUIDs", inM0, func(t *trial) {
		m, p := t.comeBack()
		p.roster = cloned(m.after)
		p.hasGroupIDs(M1)
	}},
	{"nothing-lost", "8", "nothing is lost in a migration: contacts, lists, groups, settings", inM0, func(t *trial) {
		t.differences(func(d msnp.Difference) bool { return d.Is == "not there" })
	}},
	{"nothing-altered", "8", "nothing is altered in a migration: names, lists, groups, settings", inM0, func(t *trial) {
		t.differences(func(d msnp.Difference) bool { return d.Is != "not there" })
	}},
	{"old-ids", "8", "behind the migration a contact's address is no id any more", inM0, func(t *trial) {
		t.comeBack()
		p := t.signIn(alice)
		p.add(bob)
		p.ask("REM $ FL %s", t.email(bob)).is("216 $ || 208 $ || 205 $ || 201 $ || (closed)", or("12.24 E", "403 $"))
	}},
	{"older-dialect", "8", "in MSNP9 a migrated account still has groups by number", inM0, func(t *trial) {
		t.comeBack()
		cfg := *t.cfg
		cfg.Dialect = msnp.MSNP9
		older := *t
		older.cfg, older.mode, older.peers = &cfg, P9, nil
		defer older.hangUp()
		p := older.synced(alice)
		for _, g := range p.roster.Groups {
			if !isNumber(g.ID) {
				t.fail(p, "LSG {number} * 0", "LSG "+g.ID+" "+g.Name, "")
			}
		}
	}},
}

// moved is what was seen of the one account that is migrated in a run.
type moved struct {
	missing string // why none was; "": one was
	sent    string // last word of the client before
	out     string // what ended the session
	closed  bool
	back    string // why the client could not come back; "": it could
	profile string // ABCHMigrated
	syn     string
	before  msnp.Roster
	after   msnp.Roster
	said    []Said
}

// migrated has alice be migrated, once in a run, and returns what was seen, with
// a connection that stands for hers.
func (t *trial) migrated() (*moved, *peer) {
	m := t.run.moved
	if m == nil {
		m = &moved{missing: "the migration could not be watched to its end"}
		t.run.moved = m
		t.watchMigration(m)
	}
	t.result.Conversation = slices.Clone(m.said)
	if m.missing != "" {
		t.skip("%s", m.missing)
	}
	return m, &peer{t: t, who: alice, label: people[alice], asked: m.sent}
}

// comeBack is migrated, for checks that need the session behind it.
func (t *trial) comeBack() (*moved, *peer) {
	m, p := t.migrated()
	if m.back != "" {
		t.skip("the client could not come back: %s", m.back)
	}
	t.mode = M1
	p.asked = strings.Replace(t.synLine(), "$ ", "", 1)
	return m, p
}

// watchMigration gives alice something to lose, waits for OUT MIG, and comes back.
func (t *trial) watchMigration(m *moved) {
	defer func() { m.said = slices.Clone(t.result.Conversation) }()
	if t.cfg.Migration <= 0 {
		m.missing = "no account is migrated meanwhile: that has to be asked for, as it cannot be undone"
		return
	}
	p := t.signIn(alice)
	id, group := p.grouped(bob)
	p.allow(bob)
	p.block(carol)
	p.newGroup(someGroup + " without members")
	t.prepare(func() { p.ask("SBP $ %s MFN %s", id, escape("Bob before")).is("SBP $ ...") })
	t.prepare(func() { p.ask("REG $ %s %s", group, escape(someGroup+" renamed")).is("REG $ ...") })
	p = t.again(p)
	m.before = cloned(p.roster)
	t.prepare(func() { p.ask("CHG $ NLN " + clientID).is("CHG $ NLN ...") })
	m.sent = p.asked
	if t.cfg.Await != nil {
		t.cfg.Await(t.email(alice))
	}
	p.online = false // nothing is asked meanwhile
	end := p.find(t.cfg.Migration, func(l *line) bool { return l.Verb == codec.OUT })
	if end == nil && p.end == nil {
		m.missing = fmt.Sprintf("%s was not sent OUT MIG within %v", t.email(alice), t.cfg.Migration)
		return
	}
	m.missing, m.out = "", p.ending()
	if end != nil {
		m.out = end.text
	}
	p.listen(t.cfg.Timeout)
	m.closed = p.end != nil
	p.drop()
	t.returns(m, p.addr)
}

// returns signs alice in again, at the server that she was on.
func (t *trial) returns(m *moved, addr string) {
	m.back = "it did not get as far as the lists"
	sub := *t
	sub.result = &Result{Conversation: t.result.Conversation}
	cfg := *t.cfg
	cfg.Addr = addr
	sub.cfg = &cfg
	sub.quietly(func(t *trial) {
		p := t.login(alice)
		if content, ok := p.profile(); ok {
			m.profile = string(content.Header("ABCHMigrated"))
		}
		t.prepare(func() { m.syn = p.sync().text })
		m.after, m.back = cloned(p.roster), ""
	})
	if m.back != "" && sub.result.Missing != "" {
		m.back = sub.result.Missing
	}
	t.peers, t.result.Conversation = sub.peers, sub.result.Conversation
	for _, p := range t.peers {
		p.t = t
	}
}

// differences fails with those that matter, of what was before a migration and is
// behind it.
func (t *trial) differences(matters func(d msnp.Difference) bool) {
	m, p := t.comeBack()
	var all []string
	for d := range m.before.Compare(&m.after) {
		if matters(d) {
			all = append(all, d.String())
		}
	}
	if len(all) > 0 {
		t.fail(p, "what was there before OUT MIG", strings.Join(all, "; "), "")
	}
}

// hasIDs fails unless the ids of contacts are those of a mode.
func (p *peer) hasIDs(mode Mode) {
	for _, x := range p.roster.Contacts {
		switch {
		case x.Lists&msnp.FL == 0:
		case mode == M1 && !isGUID(x.ID):
			p.t.fail(p, "LST N="+x.Email+" F=* C={guid} ...", "C="+x.ID, "")
		case mode == M0 && x.ID != "" && !strings.EqualFold(x.ID, x.Email):
			p.t.settleFor(p, "C="+x.Email, []variant{or("12.10 K", "C={guid}")}, "C="+x.ID, 0)
			return
		}
	}
}

// hasGroupIDs fails unless the ids of groups are those of a mode.
func (p *peer) hasGroupIDs(mode Mode) {
	for _, g := range p.roster.Groups {
		if mode == M1 && !isGUID(g.ID) || mode == M0 && !isNumber(g.ID) {
			p.t.fail(p, "LSG * "+map[Mode]string{M0: "{number}", M1: "{guid}"}[mode], "LSG "+escape(g.Name)+" "+g.ID, "")
		}
	}
}
