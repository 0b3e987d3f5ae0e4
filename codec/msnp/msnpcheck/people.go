package msnpcheck

import (
	"fmt"
	"strings"

	"nudge/codec/msnp"
)

// What checks do with people: add them, let them see, put them into groups. All
// of it is preparation, and says so when it fails.

// by returns the text for the mode.
func (t *trial) by(p9, m0, m1 string) string {
	return map[Mode]string{P9: p9, M0: m0, M1: m1}[t.mode]
}

// zero is the 0 that ends ADG and REG in MSNP8 and MSNP9 (§6.5).
func (t *trial) zero() string { return t.by(" 0", "", "") }

// version is the list version that replies have in MSNP8 and MSNP9.
func (t *trial) version() string { return t.by("{number} ", "", "") }

// addition is the command that puts somebody on FL, AL or BL under a name.
func (p *peer) addition(list, email, name string) string {
	switch {
	case p.t.dialect() < msnp.MSNP10:
		return fmt.Sprintf("ADD $ %s %s %s", list, email, escape(name))
	case list == "FL":
		return fmt.Sprintf("ADC $ FL N=%s F=%s", email, escape(name))
	}
	return fmt.Sprintf("ADC $ %s N=%s", list, email)
}

// added is the pattern of its answer.
func (t *trial) added(list, email, name string) string {
	switch {
	case t.mode == P9:
		return fmt.Sprintf("ADD $ %s {number} %s %s", list, email, escape(name))
	case list != "FL":
		return fmt.Sprintf("ADC $ %s N=%s", list, email)
	}
	return fmt.Sprintf("ADC $ FL N=%s F=%s C=%s", email, escape(name), t.by("", email, "{guid}"))
}

// removal is the command that takes somebody off a list: by id off FL, by address
// off all others.
func (p *peer) removal(list, id string) string { return fmt.Sprintf("REM $ %s %s", list, id) }

// removed is the pattern of its answer.
func (t *trial) removed(list, id string) string {
	return fmt.Sprintf("REM $ %s %s%s", list, t.version(), id)
}

// does says what a check needs to be done, and returns the answer.
func (p *peer) does(format string, args ...any) (answer *line) {
	p.t.prepare(func() {
		q := p.ask(format, args...)
		answer = q.is(strings.Fields(q.sent)[0] + " $ ...")
	})
	return answer
}

// add puts an account of the trial on FL, unless it is there, and returns its id
// as the server tells it.
func (p *peer) add(who int) (id string) {
	email := p.t.email(who)
	if x := contactOf(&p.roster, email); x.Lists&msnp.FL != 0 {
		return cmpID(x)
	}
	p.t.prepare(func() {
		l := p.ask("%s", p.addition("FL", email, people[who])).is("ADC $ FL ... || ADD $ FL ...")
		var e msnp.Edit
		_ = msnp.ParseEdit(&l.Command, p.t.dialect(), &e) // without an id the address is one
		if id = string(e.ID); id == "" {
			id = email
		}
		p.ping() // what comes with it
	})
	return id
}

// allow puts an account on AL, block on BL.
func (p *peer) allow(who int) { p.list("AL", who) }
func (p *peer) block(who int) { p.list("BL", who) }

func (p *peer) list(list string, who int) {
	p.t.prepare(func() {
		p.ask("%s", p.addition(list, p.t.email(who), people[who])).is("ADC $ ... || ADD $ ... || 215 $")
		p.ping()
	})
}

// unlist takes an account off AL or BL.
func (p *peer) unlist(list string, who int) {
	p.t.prepare(func() {
		p.ask("%s", p.removal(list, p.t.email(who))).is("REM $ ... || 216 $")
		p.ping()
	})
}

// privacy sets BLP: who is on no list is allowed, or is not.
func (p *peer) privacy(value string) { p.setting("BLP", value) }

func (p *peer) setting(key, value string) {
	p.t.prepare(func() {
		p.ask("%s $ %s", key, value).is(key + " $ ... || 218 $")
		p.ping()
	})
}

// newGroup makes a group and returns its id.
func (p *peer) newGroup(name string) (id string) {
	p.t.prepare(func() {
		l := p.ask("ADG $ %s%s", escape(name), p.t.zero()).is("ADG $ ...")
		id = string(msnp.GroupID(&l.Command, name))
	})
	return id
}

// friends signs accounts in, all of whom have and allow all others, and forgets
// what was said until then.
func (t *trial) friends(who ...int) []*peer {
	var all []*peer
	for _, i := range who {
		all = append(all, t.signIn(i))
	}
	for i, p := range all {
		p.privacy("AL")
		for j, other := range who {
			if i != j {
				p.add(other)
				p.allow(other)
			}
		}
	}
	t.settle(all...)
	return all
}

// settle reads what is under way to each, and forgets it.
func (t *trial) settle(all ...*peer) {
	for _, p := range all {
		p.barrier()
		p.forget()
	}
}

// contact returns what the last SYN told of an account; false without.
func (p *peer) contact(who int) (msnp.RosterContact, bool) {
	x := contactOf(&p.roster, p.t.email(who))
	return x, x.Email != ""
}

// has reports whether a list of words has one.
func has(words, word string) bool {
	for w := range strings.SplitSeq(words, " ") {
		if w == word {
			return true
		}
	}
	return false
}

// rename gives the account a name of its own.
func (p *peer) rename(name string) {
	p.t.prepare(func() {
		if p.t.dialect() < msnp.MSNP10 {
			p.ask("REA $ %s %s", p.t.email(p.who), escape(name)).is("REA $ ...")
			return
		}
		p.ask("PRP $ MFN %s", escape(name)).is("PRP $ ...")
	})
}
