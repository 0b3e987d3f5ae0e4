package fuzz

import (
	"bytes"

	"nudge/codec"
)

// simple is one command as a reader finds it that knows nothing but the protocol's page: §1.1 for
// lines and words, §1.2 for the TrID, §1.3 for payloads, and the leniencies that codec names. It
// shares no code with the parser, and takes the straight way everywhere: look at the whole line,
// split it, look at the words.
type simple struct {
	short   bool        // more bytes are needed
	cause   codec.Cause // why it is refused; 0: it is not
	used    int         // bytes, blank lines before it included
	hasTrID bool
	trID    uint64
	words   [][]byte // the verb and the arguments, without the TrID
	payload []byte   // nil: none
	all     [][]byte // memory for words
}

// read reads the command at the start of b.
func (r *simple) read(s codec.Syntax, b []byte) {
	*r = simple{all: r.all[:0]}
	maxLine, maxPayload := codec.DefaultMaxLine, codec.DefaultMaxPayload
	if s.MaxLine > 0 {
		maxLine = s.MaxLine
	}
	if s.MaxPayload > 0 {
		maxPayload = s.MaxPayload
	}
	if r.blankLines(s, b, maxLine); r.cause != 0 {
		return
	}
	rest := b[r.used:]
	lf := bytes.IndexByte(rest, '\n')
	if lf >= maxLine || lf < 0 && len(rest) >= maxLine {
		r.cause = codec.CauseLineTooLong
		return
	}
	if lf < 0 {
		r.short = true
		return
	}
	r.used += lf + 1
	if r.split(s, rest[:lf]); r.cause != 0 {
		return
	}
	rule := ruleFor(r.words[0], s.From)
	if r.takeTrID(rule.TrID); r.cause != 0 || rule.Payload == 0 {
		return
	}
	if rule.MaxPayload > 0 {
		maxPayload = min(maxPayload, int(rule.MaxPayload))
	}
	r.takePayload(rule, maxPayload, b[r.used:])
}

// blankLines skips the empty lines at the start of b (BlankLines).
func (r *simple) blankLines(s codec.Syntax, b []byte, most int) {
	for {
		end := 0
		switch {
		case bytes.HasPrefix(b[r.used:], []byte("\r\n")):
			end = 2
		case bytes.HasPrefix(b[r.used:], []byte("\n")):
			end = 1
		default:
			return
		}
		r.used += end
		switch {
		case s.Refuse&codec.BlankLines != 0:
			r.cause = codec.CauseBlankLine
			return
		case end == 1 && s.Refuse&codec.BareLF != 0:
			r.cause = codec.CauseBareLF
			return
		case r.used > most:
			r.cause = codec.CauseBlankLine
			return
		}
	}
}

// split cuts a line, without its LF, into words. The first must be a verb (§1.1).
func (r *simple) split(s codec.Syntax, line []byte) {
	switch n := len(line); {
	case n > 0 && line[n-1] == '\r':
		line = line[:n-1]
	case s.Refuse&codec.BareLF != 0:
		r.cause = codec.CauseBareLF
		return
	}
	if s.Refuse&codec.StrayCR != 0 && bytes.Contains(line, []byte("\r")) {
		r.cause = codec.CauseStrayCR
		return
	}
	trimmed := bytes.TrimRight(line, " ")
	if s.Refuse&codec.TrailingSpace != 0 && len(trimmed) < len(line) {
		r.cause = codec.CauseTrailingSpace
		return
	}
	if s.Refuse&codec.SpaceRuns != 0 && bytes.Contains(trimmed, []byte("  ")) {
		r.cause = codec.CauseSpaceRun
		return
	}
	for rest := trimmed; len(rest) > 0; {
		word, after, _ := bytes.Cut(rest, []byte(" "))
		if len(word) > 0 {
			r.all = append(r.all, word)
		}
		rest = after
	}
	r.words = r.all
	if len(trimmed) == 0 || trimmed[0] == ' ' || !isVerb(r.words[0]) {
		r.cause = codec.CauseVerb
	}
}

// isVerb reports whether w is three upper-case letters or three digits (§1.1).
func isVerb(w []byte) bool {
	letters, digits := 0, 0
	for _, c := range w {
		if c >= 'A' && c <= 'Z' {
			letters++
		}
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return len(w) == 3 && (letters == 3 || digits == 3)
}

// ruleFor looks a verb up in the whole table, row by row. What is not there may have a TrID (§1.2).
func ruleFor(verb []byte, from codec.Side) codec.Rule {
	for _, r := range ruleTable {
		if r.From == from && r.Verb.String() == string(verb) {
			return r
		}
	}
	return codec.Rule{TrID: codec.TrIDOptional}
}

// takeTrID takes the first argument for a TrID if it can be one (§1.2).
func (r *simple) takeTrID(kind codec.TrIDKind) {
	if kind == codec.TrIDNone {
		return
	}
	if len(r.words) > 1 {
		if n, ok := decimal(r.words[1]); ok && n < 1<<32 {
			r.hasTrID, r.trID = true, n
			r.words[1] = r.words[0]
			r.words = r.words[1:]
			return
		}
	}
	if kind == codec.TrIDRequired {
		r.cause = codec.CauseTrID
	}
}

// takePayload takes as many bytes as the rule's argument says (§1.3).
func (r *simple) takePayload(rule codec.Rule, most int, behind []byte) {
	at := int(rule.Payload)
	if at == codec.LastArg {
		at = len(r.words) - 1
	}
	if at == 0 || at >= len(r.words) {
		r.cause = codec.CauseLengthMissing
		return
	}
	n, ok := decimal(r.words[at])
	switch {
	case !ok:
		r.cause = codec.CauseLength
	case n > uint64(most):
		r.cause = codec.CausePayloadTooLarge
	case n > uint64(len(behind)):
		r.short = true
	default:
		r.used += int(n)
		r.payload = behind[:n:n]
	}
}

// decimal reads digits and nothing else. What exceeds 2^32 stays above it.
func decimal(w []byte) (n uint64, ok bool) {
	for _, c := range w {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = min(n*10+uint64(c-'0'), 1<<33)
	}
	return n, len(w) > 0
}
