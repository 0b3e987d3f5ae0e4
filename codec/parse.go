package codec

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Parse reads the command at the start of b into c, which keeps views of b: it
// is valid as long as b is unchanged. n is the number of bytes consumed, blank
// lines before the command included; c.Raw() is the end of b[:n].
//
// ErrShort says that b holds only part of a command; n is then the least
// length of b at which another call can do better. Any other error is a
// *SyntaxError with an Offset into b, and n is 0. After an error c is as it was.
//
// Parse allocates nothing but the error, and decides by the bytes of b alone:
// the same stream gives the same commands however it was cut.
func (s *Syntax) Parse(c *Command, b []byte) (n int, err error) {
	// What follows reads the common case only: a known verb without payload, a
	// TrID of at most four digits, no leniency but runs of spaces.
	lf := bytes.IndexByte(b, '\n')
	if lf < 4 || lf >= s.maxLine() || s.Refuse&(SpaceRuns|TrailingSpace|StrayCR) != 0 {
		return s.parse(c, b, 0)
	}
	line, end := b[:lf+1:lf+1], lf-1
	head := binary.BigEndian.Uint32(line) // the verb and what follows it
	known := slots[hash(Verb(head>>8))]
	if known.verb() != Verb(head>>8) || line[end] != '\r' || line[end-1] == ' ' {
		return s.parse(c, b, 0)
	}
	if byte(head) != ' ' && end != 3 {
		return s.parse(c, b, 0)
	}
	id, args := uint32(0), 3
	if form := known.form(s.From); form != formNone {
		if form == formRare {
			return s.parsePayload(c, b, lf)
		}
		if len(b) < 8 {
			return s.parse(c, b, 0)
		}
		x := binary.LittleEndian.Uint32(b[4:]) ^ 0x30303030
		digits := bits.TrailingZeros32((x+0x76767676|x)&0x80808080) / 8
		switch args = 4 + digits; {
		case digits == 0 && form == formOptional && line[4] != ' ':
			args = 3
		case digits == 0 || line[args] != ' ' && args != end:
			return s.parse(c, b, 0)
		default:
			x <<= (32 - 8*uint(digits)) & 31
			x = (x * (1 + 10<<8)) >> 8 & 0x00FF00FF
			id = x * (1 + 100<<16) >> 16
		}
	}
	c.Verb, c.TrID = Verb(head>>8), id
	c.raw = line
	c.args, c.end, c.body = uint32(args), uint32(end), 0
	return lf + 1, nil
}

// parsePayload is Parse for a line without leniencies, lf the offset of its LF.
// It leaves everything but a command with its whole payload to parse.
func (s *Syntax) parsePayload(c *Command, b []byte, lf int) (int, error) {
	verb := Verb(binary.BigEndian.Uint32(b) >> 8)
	r := rule(verb, s.From)
	if r == nil {
		return s.parse(c, b, 0)
	}
	id, args, bad := readTrID(b[:lf-1], r.TrID)
	if bad >= 0 {
		return s.parse(c, b, 0)
	}
	line := Command{raw: b[:lf+1], args: uint32(args), end: uint32(lf - 1)}
	size, ok := ParseUint(line.Arg(int(r.Payload) - 1))
	if !ok || size > s.limit(r) || len(b)-(lf+1) < int(size) {
		return s.parse(c, b, 0)
	}
	n := lf + 1 + int(size)
	c.Verb, c.TrID = verb, id
	c.raw = b[:n:n]
	c.args, c.end, c.body = uint32(args), uint32(lf-1), uint32(lf+1)
	return n, nil
}

// parse is Parse for every case, the rare ones included. The first blank bytes
// of b are known to be blank lines that may be skipped.
func (s *Syntax) parse(c *Command, b []byte, blank int) (int, error) {
	start, err := s.skipBlank(b, blank)
	if err != nil {
		return 0, err
	}
	line := b[start:]
	lf := bytes.IndexByte(line[:min(len(line), s.maxLine())], '\n')
	if lf < 0 {
		if len(line) >= s.maxLine() {
			return 0, fail(start+s.maxLine(), CauseLineTooLong)
		}
		return len(b) + 1, ErrShort
	}
	end, at, cause := s.trim(line[:lf])
	if cause != 0 {
		return 0, fail(start+at, cause)
	}
	words := line[:end]
	verb, at := readVerb(words)
	if at >= 0 {
		return 0, fail(start+at, CauseVerb)
	}
	rule := rule(verb, s.From)
	if rule == nil {
		rule = &unknown
	}
	id, args, at := readTrID(words, rule.TrID)
	if at >= 0 {
		return 0, fail(start+at, CauseTrID)
	}
	total, body := lf+1, 0
	if rule.Payload != 0 {
		size, at, cause := s.readLength(words, args, rule)
		if cause != 0 {
			return 0, fail(start+at, cause)
		}
		body = total
		total += size
		if len(line) < total {
			return start + total, ErrShort
		}
	}
	c.Verb, c.TrID = verb, id
	c.raw = line[:total:total]
	c.args, c.end, c.body = uint32(args), uint32(end), uint32(body)
	return start + total, nil
}

// skipBlank returns the length of the blank lines at the start of b, of which
// the first n bytes have been skipped before.
func (s *Syntax) skipBlank(b []byte, n int) (int, error) {
	for {
		width := blankLine(b[n:])
		if width == 0 {
			return n, nil
		}
		switch {
		case s.Refuse&BlankLines != 0:
			return 0, fail(n, CauseBlankLine)
		case width == 1 && s.Refuse&BareLF != 0:
			return 0, fail(n, CauseBareLF)
		case n+width > s.maxLine():
			return 0, fail(n, CauseBlankLine)
		}
		n += width
	}
}

// blankLine returns the length of the blank line at the start of b, 0 if
// there is none.
func blankLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// trim returns where the words of a line end: before its CR and trailing
// spaces. It finds all refused leniencies but BlankLines; cause is 0 if there
// are none.
func (s *Syntax) trim(line []byte) (end, at int, cause Cause) {
	end = len(line)
	if end > 0 && line[end-1] == '\r' {
		end--
	} else if s.Refuse&BareLF != 0 {
		return 0, end, CauseBareLF
	}
	if s.Refuse&StrayCR != 0 {
		if at := bytes.IndexByte(line[:end], '\r'); at >= 0 {
			return 0, at, CauseStrayCR
		}
	}
	full := end
	for end > 0 && line[end-1] == ' ' {
		end--
	}
	if end < full && s.Refuse&TrailingSpace != 0 {
		return 0, end, CauseTrailingSpace
	}
	if s.Refuse&SpaceRuns != 0 {
		if at := bytes.Index(line[:end], []byte("  ")); at >= 0 {
			return 0, at + 1, CauseSpaceRun
		}
	}
	return end, 0, 0
}

// readVerb returns the verb that words begin with, or in at the offset of the
// byte that spoils it.
func readVerb(words []byte) (v Verb, at int) {
	for i := range 3 {
		if i >= len(words) {
			return 0, i
		}
		ok := isUpper(words[i])
		if i == 0 && isDigit(words[i]) || i > 0 && isDigit(words[0]) {
			ok = isDigit(words[i])
		}
		if !ok {
			return 0, i
		}
		v = v<<8 | Verb(words[i])
	}
	if len(words) > 3 && words[3] != ' ' {
		return 0, 3
	}
	return v, -1
}

// readTrID returns the TrID and the offset behind it, which is 3 when there is
// none. In at it has the offset of the byte that spoils a required one.
func readTrID(words []byte, kind TrIDKind) (id uint32, args, at int) {
	if kind == TrIDNone {
		return 0, 3, -1
	}
	i := skipSpaces(words, 3)
	first, n := i, uint64(0)
	for ; i < len(words) && words[i] != ' '; i++ {
		if !isDigit(words[i]) {
			break
		}
		if n = n*10 + uint64(words[i]-'0'); n > 1<<32-1 {
			break
		}
	}
	if i > first && (i == len(words) || words[i] == ' ') {
		return uint32(n), i, -1
	}
	if kind == TrIDRequired {
		return 0, 0, i
	}
	return 0, 3, -1
}

// readLength returns the payload's length in bytes.
func (s *Syntax) readLength(words []byte, args int, r *Rule) (size, at int, cause Cause) {
	left := int(r.Payload)
	at, end := len(words), len(words)
	for i := skipSpaces(words, args); i < len(words) && left > 0; left-- {
		at, end = i, wordEnd(words, i)
		i = skipSpaces(words, end)
	}
	if at == len(words) || left > 0 && r.Payload != LastArg {
		return 0, len(words), CauseLengthMissing
	}
	for i, d := range words[at:end] {
		if !isDigit(d) {
			return 0, at + i, CauseLength
		}
	}
	n, ok := ParseUint(words[at:end])
	if !ok || n > s.limit(r) {
		return 0, at, CausePayloadTooLarge
	}
	return int(n), 0, 0
}

// ParseUint returns the number that b is, if b is nothing but decimal digits
// and below 2^32.
func ParseUint(b []byte) (uint32, bool) {
	n := uint64(0)
	for _, d := range b {
		if !isDigit(d) {
			return 0, false
		}
		if n = n*10 + uint64(d-'0'); n > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(n), len(b) > 0
}

func skipSpaces(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

func wordEnd(b []byte, i int) int {
	for i < len(b) && b[i] != ' ' {
		i++
	}
	return i
}

func fail(at int, cause Cause) error {
	return &SyntaxError{Offset: int64(at), Cause: cause}
}
