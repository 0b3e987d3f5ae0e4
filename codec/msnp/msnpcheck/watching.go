package msnpcheck

import (
	"strings"

	"nudge/codec"
	"nudge/codec/msnp"
)

// What checks of presence do and look at.

// introduce has bob have alice as a contact whom she allows, and both sign out.
func (t *trial) introduce() {
	a, b := t.watched()
	t.prepare(func() { b.close(); a.close() })
}

// watched signs alice and bob in; bob has her as a contact, and she allows him.
func (t *trial) watched() (a, b *peer) {
	a, b = t.signIn(alice), t.signIn(bob)
	a.allow(bob)
	b.add(alice)
	t.settle(a, b)
	return a, b
}

// control runs what shows that the rest of the check means something: it skips
// the check where it fails.
func (t *trial) control(f func()) { t.prepare(f) }

// noStrangers fails if the account hears of the presence of anybody who is no
// contact, be it one of other checks.
func (p *peer) noStrangers() {
	p.barrier()
	for _, l := range p.lines[p.from:] {
		var email string
		switch l.Verb {
		case codec.NLN:
			email = l.arg(1)
		case codec.FLN:
			email = l.arg(0)
		default:
			continue
		}
		if contactOf(&p.roster, email).Lists&msnp.FL == 0 {
			p.t.fail(p, "nothing of "+email+", who is no contact", l.text, "")
		}
	}
}

// position is where the first line with a verb stands, of those that are not
// forgotten; -1 without.
func (p *peer) position(verb string) int {
	for i := p.from; i < len(p.lines); i++ {
		if strings.HasPrefix(p.lines[i].text, verb+" ") {
			return i
		}
	}
	return -1
}
