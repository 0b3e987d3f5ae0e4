package fuzz

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"nudge/codec"
)

// What must hold of everything that is read, whatever target it came by. Each has a function of
// its own, here or in the file named:
//
//	checkRewrite      a command is written as it was read, to the byte (rewrite.go)
//	checkReference    the fast parser and a simple one agree (reference.go)
//	checkPieces       every way to cut a stream gives the same (pieces.go)
//	checkExtent       as much is consumed as the command has, and nothing behind it matters
//	source.Read       memory is bounded by the limits and by what has come (source.go)
//	feed.finish       the work is linear in the stream; a decoder that failed is dead for good (pieces.go)
//	checkPlain        nothing that was written ends a line or a word by itself (rewrite.go)
//	checkViews        slices are good as long as is said, and lead to nothing else
//	checkErrorText    the text of an error repeats nothing of the input; checkMessageText for messages (messagetext.go)
//	checkPieces       two decoders side by side read what each reads alone (pieces.go)

// checkReference compares what Parse makes of the start of b, command by command and for what
// ends the reading, with what the simple reader makes of it.
func checkReference(r *reading, ref *simple) {
	at := 0
	for i := range r.commands {
		c := &r.commands[i]
		ref.read(r.syntax, r.stream[at:])
		var args [16][]byte
		if ref.cause != 0 || ref.short || at+ref.used != r.ends[i] || string(ref.words[0]) != c.Verb.String() ||
			ref.hasTrID != c.HasTrID() || ref.trID != uint64(c.TrID) || !sameWords(c.Args(args[:0]), ref.words[1:]) ||
			!bytes.Equal(c.Payload(), ref.payload) || (c.Payload() == nil) != (ref.payload == nil) {
			fail("%q under %+v is read as %q, arguments %q, payload %q, by a simple reader as %q, short %v, cause %v, payload %q",
				r.stream[at:], r.syntax, c.Raw(), c.Args(nil), c.Payload(), ref.words, ref.short, ref.cause, ref.payload)
		}
		at = r.ends[i]
	}
	ref.read(r.syntax, r.stream[at:])
	if ref.cause != r.end.cause || ref.short != (r.end.cause == 0) {
		fail("%q under %+v ends in cause %v, by a simple reader in %v, short %v",
			r.stream[at:], r.syntax, r.end.cause, ref.cause, ref.short)
	}
}

// checkExtent parses a command alone and with other bytes behind it: it is the same, and every
// beginning of it is short and asks for bytes that there are. Of a long command the beginnings at
// either end are tried, where the words and the lengths are. spoilt is memory for that.
func checkExtent(r *reading, i int, spoilt []byte) []byte {
	const tried = 12 // beginnings at either end
	start := 0
	if i > 0 {
		start = r.ends[i-1]
	}
	command := r.stream[start:r.ends[i]:r.ends[i]]
	var c codec.Command
	spoilt = append(append(spoilt[:0], command...), "\r\n\x00 9 7"...)
	for _, b := range [][]byte{command, spoilt} {
		if n, err := r.syntax.Parse(&c, b); err != nil || n != len(command) {
			fail("%q alone is %d bytes, %v; it was %d bytes", command, n, err, len(command))
		}
		sameCommand("other bytes behind", &c, &r.commands[i])
	}
	for at := 0; at < len(command); at++ {
		if at == tried && len(command) > 2*tried {
			at = len(command) - tried
		}
		n, err := r.syntax.Parse(&c, command[:at])
		if err != codec.ErrShort || n <= at || n > len(command) {
			fail("the first %d bytes of %q give %d, %v", at, command, n, err)
		}
	}
	return spoilt
}

// checkRefused checks that a stream cut where it was found to be wrong is not wrong yet, but for
// a line whose missing end is what is wrong.
func checkRefused(r *reading) {
	if r.end.cause == 0 {
		return
	}
	start := 0
	if n := len(r.ends); n > 0 {
		start = r.ends[n-1]
	}
	var c codec.Command
	_, err := r.syntax.Parse(&c, r.stream[start:r.end.offset])
	var syntax *codec.SyntaxError
	if errors.As(err, &syntax) && syntax.Cause == codec.CauseLineTooLong && r.end.cause == codec.CauseLineTooLong {
		return
	}
	if err != codec.ErrShort {
		fail("%q is wrong at %d for %v, and without that byte %v", r.stream[start:], r.end.offset-int64(start), r.end.cause, err)
	}
}

// checkViews checks that the slices of a command can't be appended into the bytes behind them,
// and that all ways to its arguments lead to the same.
func checkViews(c *codec.Command) {
	n := 0
	for arg := range c.All() {
		if cap(arg) != len(arg) || len(arg) == 0 {
			fail("%q: argument %q has room for %d bytes", c.Raw(), arg, cap(arg))
		}
		if n < 8 && !bytes.Equal(arg, c.Arg(n)) {
			fail("%q: argument %d is %q by All and %q by Arg", c.Raw(), n, arg, c.Arg(n))
		}
		n++
	}
	if n != c.NArgs() || c.Arg(n) != nil {
		fail("%q: %d arguments by All, %d by NArgs", c.Raw(), n, c.NArgs())
	}
	line, payload := c.Line(), c.Payload()
	if cap(c.Raw()) != len(c.Raw()) || cap(line) != len(line) || payload != nil && cap(payload) != len(payload) {
		fail("%q can be appended to: room for %d, line %d, payload %d", c.Raw(), cap(c.Raw()), cap(line), cap(payload))
	}
	if !bytes.HasPrefix(c.Raw(), line) || !bytes.HasSuffix(c.Raw(), payload) || len(c.Raw())-len(line)-len(payload) > 2 {
		fail("%q is not line %q and payload %q", c.Raw(), line, payload)
	}
}

// errorTexts are all that an error of the codec says beside its offset.
var errorTexts = []string{
	"line too long", "verb is not three upper-case letters or digits", "transaction ID missing, not decimal or too large",
	"payload length missing", "payload length not decimal", "payload too large", "LF without CR", "more than one space between words",
	"space at the end of the line", "blank line", "CR inside the line", "header line without name and colon", "too many header lines",
}

// checkErrorText checks that an error says nothing but one of the fixed texts and its offset: what
// a peer sent is not to get into logs and terminals by way of it.
func checkErrorText(e *codec.SyntaxError) {
	text, ok := strings.CutPrefix(e.Error(), "codec: byte ")
	number, text, _ := strings.Cut(text, ": ")
	if n, err := strconv.ParseInt(number, 10, 64); ok && err == nil && n == e.Offset {
		for _, fixed := range errorTexts {
			if text == fixed {
				return
			}
		}
	}
	fail("error %q says more than a fixed text and offset %d", e.Error(), e.Offset)
}
