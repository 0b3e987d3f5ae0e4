package msnpcheck

import (
	"fmt"
	"strings"

	"nudge/codec"
)

// framing are the rules of lines, TrIDs and payloads.
var framing = []check{
	{"crlf", "1.1", "every line of the server ends in CR LF, and has one space between words", inAll, func(t *trial) {
		p := t.enter(alice, func(p *peer) {
			p.syntax.Refuse = codec.BareLF | codec.StrayCR | codec.BlankLines | codec.SpaceRuns
		})
		p.sync()
	}},
	{"no-trailing-space", "1.1", "no line of the server ends in a space", inAll, func(t *trial) {
		p := t.synced(alice)
		for _, l := range p.lines {
			if strings.HasSuffix(l.text, " ") {
				t.settleFor(p, strings.TrimRight(l.text, " "), []variant{or("12.11 E, K", l.text)}, l.text, l.TrID)
			}
		}
	}},
	{"in-one-piece", "1.1", "a command is written at once, not byte by byte", inAll, func(t *trial) {
		p := t.enter(alice, func(*peer) {})
		p.sync()
		read := 0
		for _, l := range p.lines {
			read += len(l.text) + 2
		}
		if p.reads > read/4 {
			t.fail(p, "commands that arrive in one piece, or a few", fmt.Sprintf("%d bytes in %d reads", read, p.reads), "")
		}
	}},
	{"bare-lf", "1.1", "a line that ends in LF alone is taken", inAll, func(t *trial) {
		p := t.connect(alice)
		p.sent[1] = true
		q := &question{p: p, trid: 1, sent: "VER 1 " + t.dialect().String() + " (LF alone)"}
		p.write([]byte("VER 1 " + t.dialect().String() + " CVR0\n"))
		q.is("VER 1 ...")
	}},
}
