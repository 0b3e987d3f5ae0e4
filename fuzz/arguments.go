package fuzz

import (
	"strconv"

	"nudge/codec"
)

// argumentWords are words as they are seen: addresses, names, statuses, lists, identifiers, numbers
// that are none, and what looks like another part of a command.
var argumentWords = []string{
	"NLN", "user00001@example.com", "MSNP10", "TWN", "FL", "A%20name", "N=user00002@example.com", "F=Bob%20B.", "CVR0", "S", "I", "OK",
	"C=c1b7e8aa-3b62-4d77-b6f3-11f2a7f0b001", "3f6a1c52-0d0e-4a51-8a0d-3d6a86a5c101", "11", "0", "536870948", "PHH", "MFN", "AL", "RL", "BSY", "HDN",
	"%3Cmsnobj%20Creator%3D%22bob%40example.com%22%2F%3E", "192.0.2.30:1863", "SB", "CKI", "17262740.1088004000.31577", "é", "100%zz%2",
	"-1", "1x", "0x10", "4294967296", "00000000000000000000000000000000000000000000000000000000000000000000", "VER", "=", "%", "\t", "\x7f", "\xff\xfe", "F=", "\v\f",
}

// argument writes one word. One that might be taken for a TrID is kept apart from the numbers.
func (g *grammar) argument(m *meant, noNumber bool) {
	if noNumber {
		g.stream = append(g.stream, '-')
	}
	switch g.of(16) {
	default:
		g.stream = append(g.stream, argumentWords[g.of(len(argumentWords))]...)
	case 9, 10:
		g.stream = strconv.AppendUint(g.stream, uint64(g.number()), 10)
	case 11, 12, 13:
		g.raw(m, 1+g.of(24))
	case 14:
		g.stream = codec.AppendEscape(append(g.stream, 'x'), string(g.take(g.of(16))))
	case 15:
		g.long(m)
	}
}

// long writes a long word: of any length, up to the limit of a line, or up to where the next 64 bytes
// begin in which the codec looks for words, with a run of spaces behind it.
func (g *grammar) long(m *meant) {
	n, at := 1+g.of(140), len(g.stream)-m.lineStart
	switch g.of(4) {
	case 2:
		most := g.syntax.MaxLine
		if most == 0 || most > maxBuilt/2 {
			most = 300
		}
		n = max(most-at-4+g.of(6), 1)
	case 3:
		n = 1 + (129-at%64+g.of(3))%64
		g.run = true
	}
	for range n {
		g.stream = append(g.stream, 'w')
	}
}

// raw writes n bytes of the input as a word, without those that would end it. A CR within it is no
// end, where that is allowed.
func (g *grammar) raw(m *meant, n int) {
	for range n {
		switch b := g.next(); b {
		case ' ', '\n':
			g.stream = append(g.stream, '_')
		case '\r':
			g.lenient(m, codec.StrayCR)
			g.stream = append(g.stream, '\r', '_') // the last of a line would be a part of its end
		default:
			g.stream = append(g.stream, b)
		}
	}
}

// length chooses a payload, to be written behind the line, and writes how long it is, one time in
// eight with a lie.
func (g *grammar) length(m *meant, rule codec.Rule) {
	most := uint64(codec.DefaultMaxPayload)
	if g.syntax.MaxPayload > 0 {
		most = uint64(g.syntax.MaxPayload)
	}
	if rule.MaxPayload > 0 {
		most = min(most, uint64(rule.MaxPayload))
	}
	g.body = g.body[:0]
	switch g.of(8) {
	default:
		g.body = append(g.body, g.take(g.of(48))...)
	case 5:
		g.body = append(g.body, "VER 1 MSNP10\r\nMSG 1 N 5\r\n"...)
	case 6, 7: // about the limit
		for range max(int(min(most, maxBuilt/2))-1+g.of(3), 0) {
			g.body = append(g.body, 'p')
		}
	}
	n := uint64(len(g.body))
	if n > most {
		m.must(refused)
	}
	m.hasBody = true
	for range g.zeros() {
		g.stream = append(g.stream, '0')
	}
	if !g.oneIn(8) {
		g.stream = strconv.AppendUint(g.stream, n, 10)
		return
	}
	m.must(unknown)
	switch g.of(9) {
	case 0:
		n++
	case 1:
		n = max(n, 1) - 1
	case 2:
		n = uint64(g.next())
	case 3:
		n += 1 << 32
	case 4:
		n = most + 1
	case 5:
		n = 1<<63 + n
	case 6:
		g.stream = append(g.stream, '-')
	case 7:
		g.stream = append(g.stream, "18446744073709551616"...) // 2^64 and the digits that follow
	case 8:
		n = most
	}
	g.stream = strconv.AppendUint(g.stream, n, 10)
}
