package fuzz

import (
	"slices"

	"nudge/codec"
	"nudge/codec/msnp"
)

// What tests outside of the package need to know of inputs whose bytes are choices.

// Written returns the stream that FuzzCommands writes for an input, and by which syntax it is read.
func Written(data []byte) ([]byte, codec.Syntax) {
	var g grammar
	g.begin(syntaxOf(data[0], data[1]), data[StreamHeader:])
	for g.more() && len(g.stream) < maxBuilt {
		g.command()
	}
	return g.stream, g.syntax
}

// Encoded returns the command that FuzzEncode builds for an input, or why there is none.
func Encoded(data []byte) ([]byte, error) {
	e := encoding{choices: choices{data}}
	e.build()
	return e.out[len(beforeLine):], e.err
}

// RulesFrom returns the rows of the codec's table for a side, in the order in which FuzzCommands chooses among them.
func RulesFrom(side codec.Side) []codec.Rule { return slices.Clone(rulesOf[side]) }

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
