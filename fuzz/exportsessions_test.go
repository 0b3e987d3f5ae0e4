//go:build !parsers

package fuzz

import (
	"nudge/codec"
	"nudge/codec/msnp"
)

// Heard plays an input of FuzzServer and returns the verbs of what the three heard after they had signed in.
func Heard(data []byte) map[codec.Verb]bool {
	heard := map[codec.Verb]bool{}
	p := newPlay(data)
	from := [players]int{}
	for i, m := range p.party {
		if m.notification.wire != nil {
			from[i] = len(m.notification.out)
		}
	}
	for p.more() && p.bytes < maxBuilt {
		p.act()
		for i, m := range p.party {
			if m.notification.wire == nil {
				from[i] = 0
			} else {
				addVerbs(heard, m.notification.out[min(from[i], len(m.notification.out)):])
			}
			if m.switchboard.wire != nil {
				addVerbs(heard, m.switchboard.out)
			}
		}
	}
	p.endAll()
	p.srv.Close()
	return heard
}

func addVerbs(heard map[codec.Verb]bool, out []byte) {
	s := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	for len(out) > 0 {
		n, err := s.Parse(&c, out)
		if err != nil {
			return
		}
		heard[c.Verb] = true
		out = out[n:]
	}
}

// Said plays an input of FuzzClient and returns the verbs of what the client wrote, and the state of a session at
// the end.
func Said(data []byte) (verbs map[codec.Verb]bool, state msnp.State) {
	verbs = map[codec.Verb]bool{}
	var p client
	p.play(data, true)
	s := codec.Syntax{From: codec.FromClient}
	var c codec.Command
	for rest := p.sent; len(rest) > 0; {
		n, err := s.Parse(&c, rest)
		if err != nil {
			break
		}
		verbs[c.Verb] = true
		rest = rest[n:]
	}
	return verbs, p.session.State()
}
