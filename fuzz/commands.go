package fuzz

import (
	"bytes"
	"io"

	"nudge/codec"
)

// FuzzCommands takes data as choices in a grammar of commands that is made from the codec's own
// table. The first two bytes choose the syntax as in [FuzzStream]; then every command takes a byte
// or more for its verb, its TrID, its arguments and its payload, and for what is wrong with it.
// Lengths are computed, and lied about one time in eight, so that mutation reaches what stands
// behind a correct one. All oracles are asked as in FuzzStream, and one more:
// what was written honestly is read as exactly what was meant, and what may not be read is refused
// within the command.
func FuzzCommands(data []byte) int {
	if len(data) < StreamHeader {
		return -1
	}
	x := scratches.Get().(*scratch)
	g := &x.built
	g.begin(syntaxOf(data[0], data[1]), data[StreamHeader:])
	for g.more() && len(g.stream) < maxBuilt {
		g.command()
	}
	cut := len(g.stream)
	if n := len(g.meant); n > 0 && data[1]>>4 == 15 { // in the midst of the last command
		last := &g.meant[n-1]
		cut -= int(data[0]) * (last.whole.to - last.whole.from) >> 8
		last.verdict = unknown
	}
	checkStream(g.syntax, g.stream[:cut], x)
	checkMeant(g, &x.whole)
	found := min(len(x.whole.commands), 1)
	scratches.Put(x)
	return found
}

// checkMeant compares what was read with what was meant, up to the first command of which that is
// not known.
func checkMeant(g *grammar, r *reading) {
	for i := range g.meant {
		m := &g.meant[i]
		switch {
		case m.verdict == unknown:
			return
		case m.verdict == refused:
			at := int(r.end.offset)
			if len(r.commands) != i || r.end.cause == 0 || at < m.whole.from || at > m.whole.to {
				fail("%q ought to be refused: %d commands of %q were read, then %+v", g.stream[m.whole.from:m.whole.to], len(r.commands), g.stream, r.end)
			}
			return
		case len(r.commands) <= i:
			fail("%q ought to be read, and gives %+v in %q", g.stream[m.whole.from:m.whole.to], r.end, g.stream)
		}
		checkAsMeant(g, m, &r.commands[i])
		if r.ends[i] != m.whole.to {
			fail("%q is followed by %q", g.stream[m.whole.from:m.whole.to], g.stream[r.ends[i]:])
		}
	}
	if len(r.commands) != len(g.meant) || r.end != (ending{err: io.EOF}) {
		fail("%d commands were written: %q; %d were read, then %+v", len(g.meant), g.stream, len(r.commands), r.end)
	}
}

// checkAsMeant compares one command with what was meant.
func checkAsMeant(g *grammar, m *meant, c *codec.Command) {
	words := g.words[m.args.from:m.args.to]
	same := c.Verb == m.verb && c.HasTrID() == m.hasTrID && c.TrID == m.trID && c.NArgs() == len(words) && (c.Payload() != nil) == m.hasBody &&
		bytes.Equal(c.Payload(), g.stream[m.payload.from:m.payload.to])
	i := 0
	for arg := range c.All() {
		same = same && bytes.Equal(arg, g.stream[words[i].from:words[i].to])
		i++
	}
	if !same {
		fail("%q is read as %q with TrID %v %d, arguments %q, payload %q", g.stream[m.whole.from:m.whole.to], c.Verb, c.HasTrID(), c.TrID, c.Args(nil), c.Payload())
	}
}
