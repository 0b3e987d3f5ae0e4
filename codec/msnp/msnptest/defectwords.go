package msnptest

import (
	"bytes"
	"unicode/utf8"

	"nudge/codec"
)

// nameIn returns the name that a command of a notification connection sets,
// one's own, a contact's or a group's. nil: it sets none.
func nameIn(cmd *codec.Command) []byte {
	switch cmd.Verb {
	case codec.PRP, codec.REG, codec.REA:
		return cmd.Arg(1)
	case codec.SBP:
		return cmd.Arg(2)
	case codec.ADG:
		return cmd.Arg(0)
	}
	return nil
}

// hasLonePercent reports whether a % begins no escape.
func hasLonePercent(name []byte) bool {
	return bytes.Count(codec.AppendUnescape(nil, name), []byte("%")) > bytes.Count(name, []byte("%25"))
}

// decodeEnds decodes %0D and %0A and nothing else. What it returns may be b.
func decodeEnds(b []byte) []byte {
	for _, escape := range [...]struct{ from, to string }{{"%0D", "\r"}, {"%0d", "\r"}, {"%0A", "\n"}, {"%0a", "\n"}} {
		if bytes.Contains(b, []byte(escape.from)) {
			b = bytes.ReplaceAll(b, []byte(escape.from), []byte(escape.to))
		}
	}
	return b
}

// countCharacters makes the length of a message in characters, where it is the
// last command of the turn's buffer and begins at a place.
func (t *turn) countCharacters(from int) {
	d := t.s.defects
	if !d.on[WrongLength] || t.c == nil || t.c.board == nil {
		return
	}
	_, payload, _ := bytes.Cut(t.buf[from:], []byte("\r\n"))
	if n := utf8.RuneCount(payload); n != len(payload) {
		d.struck(t.c, WrongLength, "MSG")
		t.setLength(from, uint64(n))
	}
}

// fill lays a line over those that came before it, on whatever connection.
func (d *defects) fill(c *conn, line []byte) {
	if n := copy(d.reused[:], line); n >= d.filled {
		d.filled, d.filler = n, c
	}
}

// tail is what another connection left behind the first n bytes.
func (d *defects) tail(c *conn, n int) []byte {
	if d.filler == c || n >= d.filled {
		return nil
	}
	return d.reused[n:d.filled]
}

// maxMatched bounds what backtrack looks at, in bytes, so that it takes some ten
// seconds at most and not minutes.
const maxMatched = 4_000

// backtrack looks for a control character followed by two others, as a regular
// expression with three stars does in a name that has none: in as many steps as
// there are triples.
func backtrack(name []byte) (steps int) {
	name = name[:min(len(name), maxMatched)]
	for i := range name {
		for j := i + 1; j < len(name); j++ {
			for k := j + 1; k < len(name); k++ {
				steps++
				if name[i]|name[j]|name[k] == 0 {
					return steps
				}
			}
		}
	}
	return steps
}
