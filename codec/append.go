package codec

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// Line builds one command at the end of a buffer:
//
//	l := codec.Begin(buf, codec.CHG)
//	buf, err = l.TrID(9).Arg("NLN").Uint(536870948).End()
//
// The first error sticks, and End or EndPayload returns it with the buffer as
// it was. A line so built is read as what was meant: no argument can end the
// line or the word, and a payload is written only where the table has one. It
// has no limits of length; those are the reader's. Nothing is allocated but
// what the buffer needs to grow.
type Line struct {
	buf   []byte
	base  int // length of the buffer before the command
	verb  Verb
	nargs int32
	trid  bool
	bad   badLine
}

// badLine is the first error of a Line.
type badLine uint8

const (
	badNothing badLine = iota
	badWord
	badForm
)

// Begin starts a command with the given verb at the end of dst.
func Begin(dst []byte, v Verb) Line {
	return Line{buf: append(dst, byte(v>>16), byte(v>>8), byte(v)), base: len(dst), verb: v}
}

// TrID writes the transaction ID. It comes before all arguments.
func (l *Line) TrID(id uint32) *Line {
	if l.nargs != 0 || l.trid {
		l.fail(badForm)
	}
	l.trid = true
	l.buf = strconv.AppendUint(append(l.buf, ' '), uint64(id), 10)
	return l
}

// Arg writes one argument as it is.
func (l *Line) Arg(s string) *Line {
	if s == "" {
		l.fail(badWord)
	}
	l.buf = append(append(l.buf, ' '), s...)
	l.nargs++
	return l
}

// Bytes writes one argument as it is.
func (l *Line) Bytes(b []byte) *Line {
	if len(b) == 0 {
		l.fail(badWord)
	}
	l.buf = append(append(l.buf, ' '), b...)
	l.nargs++
	return l
}

// Uint writes one argument in decimal.
func (l *Line) Uint(n uint64) *Line {
	l.buf = strconv.AppendUint(append(l.buf, ' '), n, 10)
	l.nargs++
	return l
}

// Escape writes one argument percent-encoded (§1.5).
func (l *Line) Escape(s string) *Line {
	if s == "" {
		l.fail(badWord)
	}
	l.buf = AppendEscape(append(l.buf, ' '), s)
	l.nargs++
	return l
}

// Key writes one argument of the form k=v, as ADC and LST have (§4.8, §6.2).
// Only the value may be empty.
func (l *Line) Key(k byte, v string) *Line {
	if k >= 0x80 {
		l.fail(badWord)
	}
	l.buf = append(append(l.buf, ' ', k, '='), v...)
	l.nargs++
	return l
}

// EscapeKey is Key with the value percent-encoded (§1.5).
func (l *Line) EscapeKey(k byte, v string) *Line {
	if k >= 0x80 {
		l.fail(badWord)
	}
	l.buf = AppendEscape(append(l.buf, ' ', k, '='), v)
	l.nargs++
	return l
}

// End ends the line and returns the buffer with the command.
func (l *Line) End() ([]byte, error) {
	if err := l.check(false); err != nil {
		return l.buf[:l.base], err
	}
	return append(l.buf, '\r', '\n'), nil
}

// EndPayload writes the length of p as the last argument, ends the line, and
// appends p.
func (l *Line) EndPayload(p []byte) ([]byte, error) {
	l.Uint(uint64(len(p)))
	if err := l.check(true); err != nil {
		return l.buf[:l.base], err
	}
	return append(append(l.buf, '\r', '\n'), p...), nil
}

// check looks at the whole line at once: it must have as many spaces as were
// written between its words, nothing that ends it, and the form of its verb.
func (l *Line) check(payload bool) error {
	line := l.buf[l.base:]
	spaces := int(l.nargs)
	if l.trid {
		spaces++
	}
	switch {
	case l.bad == badWord:
		return ErrWord
	case l.bad == badForm:
		return ErrForm
	case bytes.Count(line, space) != spaces, !plain(line):
		if !l.verb.isWord() && !l.verb.IsNumeric() {
			return ErrForm
		}
		return ErrWord
	case !l.fits(line, payload):
		return ErrForm
	}
	return nil
}

var space = []byte{' '}

// fits reports whether a reader of either side's bytes would find the TrID
// and payload that were written.
func (l *Line) fits(line []byte, payload bool) bool {
	server := rule(l.verb, FromServer)
	if server != nil && l.fitsRule(server, line, payload) {
		return true
	}
	client := rule(l.verb, FromClient)
	if server == nil && client == nil {
		return (l.verb.isWord() || l.verb.IsNumeric()) && l.fitsRule(&unknown, line, payload)
	}
	return client != nil && l.fitsRule(client, line, payload)
}

func (l *Line) fitsRule(r *Rule, line []byte, payload bool) bool {
	if r.TrID == TrIDNone && l.trid || r.TrID == TrIDRequired && !l.trid {
		return false
	}
	if r.TrID == TrIDOptional && !l.trid {
		if _, args, _ := readTrID(line, TrIDOptional); args > 3 {
			return false // the first argument would be read as a TrID
		}
	}
	if !payload {
		return r.Payload == 0
	}
	return r.Payload == LastArg || r.Payload != 0 && int32(r.Payload) == l.nargs
}

func (l *Line) fail(why badLine) {
	if l.bad == badNothing {
		l.bad = why
	}
}

// plain reports whether nothing in b ends a line: no CR, LF or NUL. It looks
// at eight bytes at a time for any below a space, and only then at which.
func plain(b []byte) bool {
	low := uint64(0)
	rest := b
	for ; len(rest) >= 8; rest = rest[8:] {
		low |= below(binary.LittleEndian.Uint64(rest), ' ')
	}
	for _, c := range rest {
		if c < ' ' {
			low = 1
		}
	}
	return low == 0 || !bytes.ContainsAny(b, "\r\n\x00")
}

// below returns 0 if no byte of x is below c, which is at most 0x80.
func below(x uint64, c byte) uint64 {
	return (x - uint64(c)*0x0101010101010101) &^ x & 0x8080808080808080
}

// Append writes c in its canonical form at the end of dst: single spaces, no
// leading zeros in the TrID, CR LF. The error is ErrWord if an argument has a
// CR or NUL in it, which Parse lets pass; dst is then returned as it was.
func (c *Command) Append(dst []byte) ([]byte, error) {
	if c.canonical() {
		dst = append(append(dst, c.raw[:c.end]...), '\r', '\n')
		return append(dst, c.Payload()...), nil
	}
	base := len(dst)
	dst = append(dst, byte(c.Verb>>16), byte(c.Verb>>8), byte(c.Verb))
	if c.HasTrID() {
		dst = strconv.AppendUint(append(dst, ' '), uint64(c.TrID), 10)
	}
	for a := range c.All() {
		if !plain(a) {
			return dst[:base], ErrWord
		}
		dst = append(append(dst, ' '), a...)
	}
	dst = append(dst, '\r', '\n')
	return append(dst, c.Payload()...), nil
}

// canonical reports whether the words stand in the line as Append writes them.
func (c *Command) canonical() bool {
	if c.end < 3 || c.args > 5 && c.raw[4] == '0' {
		return false
	}
	if !plain(c.raw[:c.end]) {
		return false
	}
	runs, last := uint64(0), uint64(0) // last: 1 if the 64 bytes before ended in a space
	for at := 3; at < int(c.end); at += 64 {
		m := c.wordEnds(at)
		runs |= m & (m<<1 | last)
		last = m >> 63
	}
	return runs == 0
}
