package msnpcheck

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"nudge/codec/msnp"
)

// restore puts the accounts back, as far as they are still signed in: first what
// each has of its own, then what others left behind on PL.
func (t *trial) restore() {
	if !slices.ContainsFunc(t.members, func(m *member) bool { return m.dirty }) {
		return
	}
	t.preparing++ // nothing here is a finding
	for _, step := range []func(p *peer, m *member){(*peer).putBack, (*peer).putBackPending} {
		for _, p := range t.peers {
			if p.who < 0 || !p.live || p.end != nil {
				continue
			}
			m := t.members[p.who]
			t.quietly(func(*trial) {
				if p.ping() && m.known {
					step(p, m)
					m.dirty = p.end != nil
				}
			})
		}
	}
}

// restore puts back accounts that were edited and are not signed in any more.
func (r *running) restore(ctx context.Context, lane []*member) {
	for i, m := range lane {
		if m.dirty && m.known {
			r.putBack(context.WithoutCancel(ctx), lane, i)
			m.dirty = false
		}
	}
}

// putBack signs an account in to put it back.
func (r *running) putBack(ctx context.Context, lane []*member, who int) {
	r.aside(ctx, lane...).play(func(t *trial) {
		p := t.synced(who)
		p.putBack(lane[who])
		p.putBackPending(lane[who])
	})
}

// Some servers write edits down a while after they were made: what is not as it
// was found is looked at again, after a pause that doubles.
const (
	lastLooks  = 4
	firstPause = 500 * time.Millisecond
)

// left sees to it that the accounts are as they were found, and notes what is not.
// It does so once, without a pause, when ctx has ended.
func (r *running) left(ctx context.Context, lane []*member) {
	still := context.WithoutCancel(ctx)
	for pause, look := firstPause, 1; ; pause, look = 2*pause, look+1 {
		var differ []string
		for i, m := range lane {
			if m.known {
				differ = append(differ, r.look(still, lane, i)...)
			}
		}
		if len(differ) == 0 {
			return
		}
		if look == lastLooks || look > 1 && ctx.Err() != nil {
			r.addChanged(differ)
			return
		}
		for i := range lane {
			r.putBack(still, lane, i)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// look says in what an account is not as it was found.
func (r *running) look(ctx context.Context, lane []*member, who int) []string {
	t := r.aside(ctx, lane...)
	m := lane[who]
	var now msnp.Roster
	var named string
	t.play(func(t *trial) {
		p := t.synced(who)
		now, named = cloned(p.roster), p.named
	})
	if t.result.Status == Skip {
		return []string{m.Email + ": could not be looked at again: " + t.result.Missing}
	}
	var differ []string
	if named != m.name {
		differ = append(differ, fmt.Sprintf("%s: name: was %s, is %s", m.Email, m.name, named))
	}
	for d := range m.base.Compare(&now) {
		differ = append(differ, m.Email+": "+d.String())
	}
	return differ
}

// putBack undoes edits: contacts and groups that were not there, lists, settings.
// What the server refuses is seen at the end of the run.
func (p *peer) putBack(m *member) {
	for _, x := range slices.Clone(p.roster.Contacts) {
		was := contactOf(&m.base, x.Email)
		if x.Lists&msnp.FL != 0 && was.Lists&msnp.FL == 0 {
			p.tryTo("%s", p.removal("FL", cmpID(x)))
		}
		for _, list := range []msnp.Lists{msnp.AL, msnp.BL} {
			if x.Lists&list != 0 && was.Lists&list == 0 {
				p.tryTo("%s", p.removal(listName(list), x.Email))
			}
		}
	}
	for _, g := range slices.Clone(p.roster.Groups) {
		had := func(b msnp.RosterGroup) bool { return b.ID == g.ID || b.Name == g.Name } // a migration gives new ids
		if !slices.ContainsFunc(m.base.Groups, had) {
			p.tryTo("RMG $ %s", g.ID)
		} else if was := groupOf(&m.base, g.ID); was != "" && was != g.Name {
			p.tryTo("REG $ %s %s%s", g.ID, escape(was), p.t.zero())
		}
	}
	p.putBackSettings(m)
}

func (p *peer) putBackSettings(m *member) {
	for key, is := range p.roster.Settings {
		was, had := m.base.Settings[key]
		if had && was == is {
			continue
		}
		switch key {
		case "GTC", "BLP":
			p.tryTo("%s $ %s", key, was)
		case "MFN", "MOB", "PHH", "PHM", "PHW":
			p.tryTo("%s", strings.TrimRight(fmt.Sprintf("PRP $ %s %s", key, escape(was)), " "))
		}
	}
	for key, was := range m.base.Settings {
		if _, has := p.roster.Settings[key]; !has && len(key) == 3 && key[0] == 'P' {
			p.tryTo("PRP $ %s %s", key, escape(was))
		}
	}
	if p.t.dialect() < msnp.MSNP10 {
		p.putBackName(m)
	}
}

// putBackName undoes REA of MSNP8 and MSNP9, which tell the name in USR OK only.
func (p *peer) putBackName(m *member) {
	if m.name != "" && p.named != "" && m.name != p.named {
		p.tryTo("REA $ %s %s", m.Email, m.name)
	}
}

// putBackPending takes from PL who was not there.
func (p *peer) putBackPending(m *member) {
	for _, x := range p.roster.Contacts {
		if x.Lists&msnp.PL != 0 && contactOf(&m.base, x.Email).Lists&msnp.PL == 0 {
			p.tryTo("%s", p.removal("PL", x.Email))
		}
	}
}

// tryTo says something and takes any answer.
func (p *peer) tryTo(format string, args ...any) {
	p.ask(format, args...).answer(false)
}

func contactOf(r *msnp.Roster, email string) msnp.RosterContact {
	for _, x := range r.Contacts {
		if strings.EqualFold(x.Email, email) {
			return x
		}
	}
	return msnp.RosterContact{}
}

func groupOf(r *msnp.Roster, id string) string {
	for _, g := range r.Groups {
		if g.ID == id {
			return g.Name
		}
	}
	return ""
}

// cloned is a roster that edits of the other do not change.
func cloned(r msnp.Roster) msnp.Roster {
	r.Settings, r.Groups, r.Contacts = maps.Clone(r.Settings), slices.Clone(r.Groups), slices.Clone(r.Contacts)
	for i := range r.Contacts {
		x := &r.Contacts[i]
		x.Groups, x.Properties = slices.Clone(x.Groups), maps.Clone(x.Properties)
	}
	return r
}

// cmpID is what names a contact in REM FL.
func cmpID(x msnp.RosterContact) string {
	if x.ID != "" {
		return x.ID
	}
	return x.Email
}

func listName(l msnp.Lists) string {
	return map[msnp.Lists]string{msnp.FL: "FL", msnp.AL: "AL", msnp.BL: "BL", msnp.RL: "RL", msnp.PL: "PL"}[l]
}
