package fuzz

import (
	"bytes"
	"errors"
	"strconv"

	"nudge/codec"
)

// EncodeHeader is the number of bytes at the start of an input of [FuzzEncode] that choose the verb.
const EncodeHeader = 2

// FuzzEncode takes data as calls of a [codec.Line]. The first two bytes choose the verb, the rest what is
// written, with bytes that end words and lines among it. Checked:
//
//   - what was accepted is one line and one payload, and read strictly, by the grammar of one side or
//     the other, it is exactly what was meant; what was refused could not be read so;
//   - an error leaves the buffer as it was;
//   - an [codec.Encoder] writes the same bytes again, until its writer fails for good.
func FuzzEncode(data []byte) int {
	if len(data) < EncodeHeader {
		return -1
	}
	x := scratches.Get().(*scratch)
	e := &x.encoding
	e.choices = choices{data}
	e.build()
	found := e.check(x)
	scratches.Put(x)
	return found
}

// encoding is one command as it was given to a Line, and what that made of it.
type encoding struct {
	choices
	verb     codec.Verb
	trIDs    int    // how often a TrID was written
	trIDLate bool   // behind an argument, or again
	trID     uint32 // the last one
	words    [][]byte
	text     []byte // memory for words
	payload  []byte // nil: none
	out      []byte // what stood before and the command
	err      error
}

const beforeLine = "QNG 50\r\nMSG"

// build makes the calls, mostly those that the verb's rule asks for.
func (e *encoding) build() {
	*e = encoding{choices: e.choices, words: e.words[:0], text: e.text[:0], out: e.out[:0]}
	rule := e.chooseVerb()
	l := codec.Begin(append(e.out, beforeLine...), e.verb)
	if rule.TrID != codec.TrIDNone != e.oneIn(16) {
		e.writeTrID(&l)
	}
	n := int(rule.Min) + e.of(4)*e.of(2)
	switch {
	case rule.Payload == codec.LastArg:
	case rule.Payload != 0:
		n = int(rule.Payload) - 1
	}
	if e.oneIn(16) {
		n = e.of(12)
	}
	for range n {
		if e.oneIn(64) {
			e.writeTrID(&l)
		}
		e.argument(&l)
	}
	if rule.Payload != 0 == e.oneIn(16) {
		e.out, e.err = l.End()
		return
	}
	e.payload = e.take(e.of(64))
	if e.payload == nil {
		e.payload = []byte{}
	}
	e.out, e.err = l.EndPayload(e.payload)
	from := len(e.text)
	e.text = strconv.AppendInt(e.text, int64(len(e.payload)), 10)
	e.words = append(e.words, e.text[from:])
}

// chooseVerb takes one of the table, or any three characters.
func (e *encoding) chooseVerb() codec.Rule {
	which, how := e.next(), e.next()
	rule := ruleTable[int(which)%len(ruleTable)]
	switch how % 16 {
	case 14:
		rule = codec.Rule{Verb: codec.Verb('0'+which%10)<<16 | codec.Verb('0'+how>>4%10)<<8 | '7', TrID: codec.TrIDOptional}
	case 15:
		rule = codec.Rule{Verb: codec.Verb(e.next())<<16 | codec.Verb(e.next())<<8 | codec.Verb(e.next()), TrID: codec.TrIDOptional}
	}
	e.verb = rule.Verb
	return rule
}

// writeTrID writes a TrID, whether one may stand there or not.
func (e *encoding) writeTrID(l *codec.Line) {
	e.trIDLate = e.trIDLate || e.trIDs > 0 || len(e.words) > 0
	e.trIDs++
	e.trID = uint32(e.next()) * 0x01010101 >> (8 * e.of(4))
	l.TrID(e.trID)
}

// argument writes one by one of the ways that there are, and notes the word that it ought to be.
func (e *encoding) argument(l *codec.Line) {
	how, n := e.of(8), 1+e.of(24)
	if e.oneIn(16) {
		n = 0
	}
	raw := e.take(n)
	if e.oneIn(2) || len(raw) == 0 && n > 0 {
		raw = []byte(argumentWords[e.of(len(argumentWords))])
	}
	from := len(e.text)
	switch how {
	default:
		l.Arg(string(raw))
		e.text = append(e.text, raw...)
	case 3:
		l.Bytes(raw)
		e.text = append(e.text, raw...)
	case 4:
		number := uint64(len(raw)) << (e.of(64))
		l.Uint(number)
		e.text = strconv.AppendUint(e.text, number, 10)
	case 5:
		l.Escape(string(raw))
		e.text = escapeSimply(e.text, raw)
	case 6:
		l.Key('F', string(raw))
		e.text = append(append(e.text, "F="...), raw...)
	case 7:
		key := e.next()
		l.EscapeKey(key, string(raw))
		e.text = escapeSimply(append(e.text, key, '='), raw)
		if key >= 0x80 {
			e.text = e.text[:from] // not a word
		}
	}
	e.words = append(e.words, e.text[from:len(e.text):len(e.text)])
}

// check looks at what came of the calls, and returns 1 for a command.
func (e *encoding) check(x *scratch) int {
	if !bytes.HasPrefix(e.out, []byte(beforeLine)) {
		fail("before the command stood %q, now %q", beforeLine, e.out)
	}
	command := e.out[len(beforeLine):]
	good := e.wellFormed()
	if (e.err == nil) != good || e.err != nil && (len(command) != 0 || !errors.Is(e.err, codec.ErrWord) && !errors.Is(e.err, codec.ErrForm)) {
		fail("%v with %d TrIDs, words %q and payload %q is written as %q, %v; want it written: %v", e.verb, e.trIDs, e.words, e.payload, command, e.err, good)
	}
	if e.err != nil {
		return 0
	}
	checkPlain(command, len(command)-len(e.payload)-2, 1+len(e.words), e.trIDs > 0)
	limit := false
	for _, from := range []codec.Side{codec.FromServer, codec.FromClient} {
		strict := codec.Syntax{From: from, Refuse: codec.AllLeniencies, MaxLine: len(command) + 1}
		var c codec.Command
		n, err := strict.Parse(&c, command)
		var syntax *codec.SyntaxError
		limit = limit || errors.As(err, &syntax) && syntax.Cause == codec.CausePayloadTooLarge
		if err == nil && n == len(command) && e.isMeant(&c) {
			e.checkEncoder(&c, command, x)
			return 1
		}
	}
	if !limit { // the limits are a reader's
		fail("%q is read by neither side as verb %v with words %q and payload %q", command, e.verb, e.words, e.payload)
	}
	return 0
}

// wellFormed reports whether the calls make a command, by the page alone: words that can be words,
// and a row of the table, if the verb has any, with a TrID and a payload where they were written.
func (e *encoding) wellFormed() bool {
	name := []byte{byte(e.verb >> 16), byte(e.verb >> 8), byte(e.verb)}
	if e.trIDLate || !isVerb(name) {
		return false
	}
	for _, w := range e.words {
		if len(w) == 0 || bytes.ContainsAny(w, " \r\n\x00") {
			return false
		}
	}
	known := false
	for _, r := range ruleTable {
		if r.Verb != e.verb {
			continue
		}
		known = true
		if e.fits(r) {
			return true
		}
	}
	return !known && e.fits(codec.Rule{TrID: codec.TrIDOptional})
}

// fits reports whether a reader would find by this rule what was written.
func (e *encoding) fits(r codec.Rule) bool {
	switch {
	case r.TrID == codec.TrIDNone && e.trIDs > 0, r.TrID == codec.TrIDRequired && e.trIDs == 0:
		return false
	case r.TrID == codec.TrIDOptional && e.trIDs == 0 && len(e.words) > 0:
		if n, ok := decimal(e.words[0]); ok && n < 1<<32 {
			return false
		}
	}
	if e.payload == nil {
		return r.Payload == 0
	}
	return r.Payload == codec.LastArg || int(r.Payload) == len(e.words)
}

// isMeant compares a command with the calls.
func (e *encoding) isMeant(c *codec.Command) bool {
	var args [16][]byte
	return c.Verb == e.verb && c.HasTrID() == (e.trIDs > 0) && c.TrID == e.trID && sameWords(c.Args(args[:0]), e.words) &&
		(c.Payload() == nil) == (e.payload == nil) && bytes.Equal(c.Payload(), e.payload)
}

// checkEncoder writes the command as often as makes an Encoder flush by itself, to a writer that
// stops taking bytes at some time.
func (e *encoding) checkEncoder(c *codec.Command, command []byte, x *scratch) {
	w := limitedWriter{got: x.out[:0], room: e.of(256) * len(command) / 16}
	enc := codec.NewEncoder(&w)
	var err error
	written := 0
	for ; written < 4 && err == nil; written++ {
		if err = enc.Encode(c); err == nil {
			err = enc.Flush()
		}
	}
	x.out = w.got
	if (err == nil) == w.full || err != nil && (enc.Encode(c) != err || enc.Flush() != err || w.late) {
		fail("the writer was full: %v, the encoder says %v, then %v", w.full, err, enc.Flush())
	}
	for got := w.got; len(got) > 0; got = got[min(len(got), len(command)):] {
		if !bytes.HasPrefix(command, got) && !bytes.HasPrefix(got, command) {
			fail("%q was encoded as %q", command, w.got)
		}
	}
	if err == nil && len(w.got) != written*len(command) {
		fail("%d times %q was encoded as %q", written, command, w.got)
	}
}

// limitedWriter takes no more bytes than it has room for.
type limitedWriter struct {
	got  []byte
	room int
	full bool // a write was cut short
	late bool // a write came after that
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	w.late = w.late || w.full
	n := min(len(p), w.room-len(w.got))
	w.got = append(w.got, p[:n]...)
	if n < len(p) {
		w.full = true
		return n, errFull
	}
	return n, nil
}

var errFull = errors.New("no room")
