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
	num   bool // the first argument is a number below 2^32
	err   error
}

// Begin starts a command with the given verb at the end of dst.
func Begin(dst []byte, v Verb) Line {
	l := Line{buf: dst, base: len(dst), verb: v}
	if !v.isWord() && !v.IsNumeric() {
		l.err = ErrForm
		return l
	}
	l.buf = append(dst, byte(v>>16), byte(v>>8), byte(v))
	return l
}

// TrID writes the transaction ID. It comes before all arguments.
func (l *Line) TrID(id uint32) *Line {
	if l.nargs != 0 || l.trid {
		l.fail(ErrForm)
		return l
	}
	l.trid = true
	l.buf = strconv.AppendUint(append(l.buf, ' '), uint64(id), 10)
	return l
}

// Arg writes one argument as it is.
func (l *Line) Arg(s string) *Line {
	l.buf = append(append(l.buf, ' '), s...)
	l.word(len(s))
	return l
}

// Bytes writes one argument as it is.
func (l *Line) Bytes(b []byte) *Line {
	l.buf = append(append(l.buf, ' '), b...)
	l.word(len(b))
	return l
}

// Uint writes one argument in decimal.
func (l *Line) Uint(n uint64) *Line {
	l.count(n < 1<<32)
	l.buf = strconv.AppendUint(append(l.buf, ' '), n, 10)
	return l
}

// Escape writes one argument percent-encoded (§1.5).
func (l *Line) Escape(s string) *Line {
	if s == "" {
		l.fail(ErrWord)
		return l
	}
	at := len(l.buf) + 1
	l.buf = AppendEscape(append(l.buf, ' '), s)
	_, num := ParseUint(l.buf[at:])
	l.count(num)
	return l
}

// Key writes one argument of the form k=v, as ADC and LST have (§4.8, §6.2).
// Only the value may be empty.
func (l *Line) Key(k byte, v string) *Line {
	if k >= 0x80 {
		l.fail(ErrWord)
		return l
	}
	l.buf = append(append(l.buf, ' ', k, '='), v...)
	l.word(2 + len(v))
	return l
}

// End ends the line and returns the buffer with the command.
func (l *Line) End() ([]byte, error) {
	if l.err == nil && !l.fits(false) {
		l.err = ErrForm
	}
	if l.err != nil {
		return l.buf[:l.base], l.err
	}
	return append(l.buf, '\r', '\n'), nil
}

// EndPayload writes the length of p as the last argument, ends the line, and
// appends p.
func (l *Line) EndPayload(p []byte) ([]byte, error) {
	l.Uint(uint64(len(p)))
	if l.err == nil && !l.fits(true) {
		l.err = ErrForm
	}
	if l.err != nil {
		return l.buf[:l.base], l.err
	}
	return append(append(l.buf, '\r', '\n'), p...), nil
}

// fits reports whether a reader of either side's bytes would find the TrID
// and payload that were written.
func (l *Line) fits(payload bool) bool {
	server, client := rule(l.verb, FromServer), rule(l.verb, FromClient)
	if server == nil && client == nil {
		server = &unknown
	}
	return l.fitsRule(server, payload) || l.fitsRule(client, payload)
}

func (l *Line) fitsRule(r *Rule, payload bool) bool {
	switch {
	case r == nil,
		r.TrID == TrIDNone && l.trid,
		r.TrID == TrIDRequired && !l.trid,
		r.TrID == TrIDOptional && !l.trid && l.num:
		return false
	case !payload:
		return r.Payload == 0
	}
	return r.Payload == LastArg || r.Payload != 0 && int32(r.Payload) == l.nargs
}

func (l *Line) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

func (l *Line) count(num bool) {
	if l.nargs == 0 {
		l.num = num
	}
	l.nargs++
}

// word counts an argument whose n bytes are the end of the buffer, if they can
// stand in a line.
func (l *Line) word(n int) {
	w := l.buf[len(l.buf)-n:]
	if n == 0 || !plain(w) {
		l.fail(ErrWord)
		return
	}
	num := false
	if l.nargs == 0 && isDigit(w[0]) {
		_, num = ParseUint(w)
	}
	l.count(num)
}

// plain reports whether b can stand in a word. It looks at eight bytes at a
// time for any below '!', and only then at which.
func plain(b []byte) bool {
	low := uint64(0)
	rest := b
	for ; len(rest) >= 8; rest = rest[8:] {
		low |= below(binary.LittleEndian.Uint64(rest), ' '+1)
	}
	switch n := len(rest); {
	case n == 0:
	case len(b) >= 8:
		low |= below(binary.LittleEndian.Uint64(b[len(b)-8:]), ' '+1)
	case n >= 4:
		x := uint64(binary.LittleEndian.Uint32(rest)) | uint64(binary.LittleEndian.Uint32(rest[n-4:]))<<32
		low |= below(x, ' '+1)
	default:
		for _, c := range rest {
			if c <= ' ' {
				low = 1
			}
		}
	}
	return low == 0 || !bytes.ContainsAny(b, forbidden)
}

const forbidden = " \r\n\x00"

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
// It may say no to a line with control characters that are allowed.
func (c *Command) canonical() bool {
	if c.end < 3 || c.args > 5 && c.raw[4] == '0' {
		return false
	}
	low := uint64(0)
	words := c.raw[:c.end]
	for ; len(words) >= 8; words = words[8:] {
		low |= below(binary.LittleEndian.Uint64(words), ' ')
	}
	for _, b := range words {
		if b < ' ' {
			return false
		}
	}
	space := uint64(0) // 1 if the 64 bytes before ended in a space
	for at := 3; at < int(c.end); at += 64 {
		m := c.wordEnds(at)
		low |= m & (m<<1 | space)
		space = m >> 63
	}
	return low == 0
}
