package msnptest

import (
	"strconv"

	"nudge/codec"
)

// syn answers with the lists, or with the versions alone if the client has them
// already (§4.1 to §4.3). 0 is from a client that has nothing, even where the
// account was never changed.
func (t *turn) syn(cmd *codec.Command) bool {
	a, p9 := t.c.account, t.c.dialect < 10
	defer t.stale(a)()
	list, settings := a.versions(p9)
	t.c.synced = true
	l := t.reply(cmd).Arg(list)
	if !p9 {
		l.Arg(settings)
	}
	if !t.s.FullSync && list != "0" && string(t.args[0]) == list && (p9 || string(t.args[1]) == settings) {
		t.send(t.c)
		return true
	}
	groups := 0
	for i := range a.groups {
		if a.shows(&a.groups[i], p9) {
			groups++
		}
	}
	l.Uint(uint64(len(a.contacts))).Uint(uint64(groups))
	t.next()
	t.settings(a, p9)
	t.lists(a, p9)
	t.queue(t.c)
	return true
}

// versions are those of lists and settings (§4.4).
func (a *account) versions(p9 bool) (list, settings string) {
	if a.migrated && !p9 {
		return a.set.listTime, a.set.setTime
	}
	return strconv.FormatUint(uint64(a.set.listNumber), 10), "0"
}

// shows reports whether a group is listed: in M1 only what has a GUID (§12.9).
func (a *account) shows(g *group, p9 bool) bool {
	return p9 || !a.migrated || g.guid != ""
}

// settings adds GTC, BLP and the properties that are set.
func (t *turn) settings(a *account, p9 bool) {
	t.line(codec.GTC).Arg(a.set.gtc)
	t.next()
	t.line(codec.BLP).Arg(a.set.blp)
	t.next()
	if !p9 {
		t.line(codec.PRP).Arg("MFN").Arg(a.name)
		t.next()
	}
	for i, key := range propKeys {
		if value := a.set.props.at(i); value != "" && t.has(key) {
			t.line(codec.PRP).Arg(key).Arg(value)
			t.next()
		}
	}
}

// propKeys are the properties in the order of the SYN answer (§4.2).
var propKeys = [...]string{"PHH", "PHW", "PHM", "MOB", "MBE", "WWE"}

// at returns the property with the i-th key.
func (p *props) at(i int) string {
	return *[...]*string{&p.PHH, &p.PHW, &p.PHM, &p.MOB, &p.MBE, &p.WWE}[i]
}

// has reports whether the client's dialect has a property (§4.6).
func (t *turn) has(key string) bool { return key != "WWE" || t.c.dialect >= 9 }

// lists adds groups and contacts, each contact with its properties (§4.7 to
// §4.9).
func (t *turn) lists(a *account, p9 bool) {
	for i := range a.groups {
		g := &a.groups[i]
		if !a.shows(g, p9) {
			continue
		}
		l := t.line(codec.LSG)
		switch {
		case p9:
			l.Uint(uint64(g.number)).Arg(g.name).Arg("0")
		case a.migrated:
			l.Arg(g.name).Arg(g.guid)
		default:
			l.Arg(g.name).Uint(uint64(g.number))
		}
		t.next()
	}
	for i := range a.contacts {
		x := &a.contacts[i]
		t.contact(a, x, p9)
		t.next()
		if x.lists&fl == 0 || !x.peer.allows(a) {
			continue
		}
		for j, key := range propKeys {
			if value := x.peer.set.props.at(j); value != "" && key != "MBE" && t.has(key) {
				t.line(codec.BPR).Arg(key).Arg(value)
				t.next()
			}
		}
	}
}

// contact begins the LST line of one entry.
func (t *turn) contact(a *account, x *contact, p9 bool) {
	l := t.line(codec.LST)
	bits := x.lists
	switch {
	case p9:
		bits &^= pl // PL came with MSNP10 (§6.1)
		if x.lists&pl != 0 {
			bits |= rl
		}
		l.Arg(x.peer.email).Arg(x.shown())
	case x.lists&fl == 0:
		l.Key('N', x.peer.email)
	case a.migrated:
		l.Key('N', x.peer.email).Key('F', x.shown()).Key('C', x.idOf())
	default:
		l.Key('N', x.peer.email).Key('F', x.shown()).Key('C', x.peer.email)
	}
	l.Uint(uint64(bits))
	if x.lists&fl == 0 {
		return
	}
	if ids := a.groupsOf(x, p9); ids != "" {
		l.Arg(ids)
	}
}

// shown is the name that the list has.
func (x *contact) shown() string {
	switch {
	case x.name != "":
		return x.name
	case x.peer.name != "":
		return x.peer.name
	}
	return x.peer.email
}

// groupsOf lists the groups of a contact; without any it is in group 0, except
// in M1 (§12.11).
func (a *account) groupsOf(x *contact, p9 bool) string {
	numbers := p9 || !a.migrated
	ids := ""
	for i := range a.groups {
		g := &a.groups[i]
		if x.groups>>i&1 == 0 || !a.shows(g, p9) {
			continue
		}
		id := g.guid
		if numbers {
			id = strconv.Itoa(g.number)
		}
		if ids != "" {
			ids += ","
		}
		ids += id
	}
	if ids == "" && numbers {
		return "0"
	}
	return ids
}
