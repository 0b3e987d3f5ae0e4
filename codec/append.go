package codec

import "strconv"

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
	return word(l, s)
}

// Bytes writes one argument as it is.
func (l *Line) Bytes(b []byte) *Line {
	return word(l, b)
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
	if !plain(string(rune(k))) || k >= 0x80 || !plain(v) {
		l.fail(ErrWord)
		return l
	}
	l.count(false)
	l.buf = append(append(l.buf, ' ', k, '='), v...)
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

func word[T string | []byte](l *Line, s T) *Line {
	if len(s) == 0 || !plain(s) {
		l.fail(ErrWord)
		return l
	}
	num := false
	if l.nargs == 0 && isDigit(s[0]) {
		_, num = ParseUint([]byte(s))
	}
	l.count(num)
	l.buf = append(append(l.buf, ' '), s...)
	return l
}

// plain reports whether s can stand in a word.
func plain[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' && (c == ' ' || c == '\r' || c == '\n' || c == 0) {
			return false
		}
	}
	return true
}

// Append writes c in its canonical form at the end of dst: single spaces, no
// leading zeros in the TrID, CR LF. The error is ErrWord if an argument has a
// CR or NUL in it, which Parse lets pass; dst is then returned as it was.
func (c *Command) Append(dst []byte) ([]byte, error) {
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
