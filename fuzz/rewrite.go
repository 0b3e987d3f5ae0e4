package fuzz

import (
	"bytes"
	"errors"
	"strconv"

	"nudge/codec"
)

// checkRewrite checks that a command comes out of the encoder as it went into the parser: verb,
// TrID, arguments and payload with single spaces and CR LF, which reads strictly as the same, is
// written the same again, and is what was read, to the byte, if that was strict already. What the
// encoder must refuse, a CR or NUL that came in a word, it refuses with the buffer as it was.
func checkRewrite(s codec.Syntax, c *codec.Command, x *scratch) {
	const before = "PNG\r\n"
	x.want = canonical(x.want[:0], c)
	want, line := x.want, x.want[:len(x.want)-len(c.Payload())-2]
	out, err := c.Append(append(x.out[:0], before...))
	x.out = out
	if !bytes.HasPrefix(out, []byte(before)) {
		fail("%q: what stood before it is %q", c.Raw(), out)
	}
	out = out[len(before):]
	if bytes.IndexByte(line, 0) >= 0 || bytes.IndexByte(line, '\r') >= 0 {
		if !errors.Is(err, codec.ErrWord) || len(out) != 0 {
			fail("%q was written as %q, %v", c.Raw(), out, err)
		}
		return
	}
	if err != nil || !bytes.Equal(out, want) {
		fail("%q was written as %q, %v; want %q", c.Raw(), out, err, want)
	}
	checkPlain(out, len(line), 1+c.NArgs(), c.HasTrID())
	strict := codec.Syntax{From: s.From, Refuse: codec.AllLeniencies, MaxLine: max(len(out), len(c.Raw())), MaxPayload: s.MaxPayload}
	var again codec.Command
	n, err := strict.Parse(&again, out)
	if err != nil || n != len(out) || !sameMeaning(c, &again) {
		fail("%q was written as %q, which reads %d bytes as %q: %v", c.Raw(), out, n, again.Raw(), err)
	}
	zeros := c.HasTrID() && len(c.Line()) > 5 && c.Line()[4] == '0'
	if bytes.Equal(out, c.Raw()) || zeros {
		return
	}
	if _, err := strict.Parse(&again, c.Raw()); err == nil {
		fail("%q reads strictly but was written as %q", c.Raw(), out)
	}
}

// sameMeaning reports whether two commands are the same, however they are spelt.
func sameMeaning(a, b *codec.Command) bool {
	var x, y [16][]byte
	return a.Verb == b.Verb && a.TrID == b.TrID && a.HasTrID() == b.HasTrID() && sameWords(a.Args(x[:0]), b.Args(y[:0])) &&
		bytes.Equal(a.Payload(), b.Payload()) && (a.Payload() == nil) == (b.Payload() == nil)
}

// canonical writes a command by the description of the format alone (§1.1, §1.3).
func canonical(dst []byte, c *codec.Command) []byte {
	dst = append(dst, byte(c.Verb>>16), byte(c.Verb>>8), byte(c.Verb))
	if c.HasTrID() {
		dst = strconv.AppendUint(append(dst, ' '), uint64(c.TrID), 10)
	}
	for arg := range c.All() {
		dst = append(append(dst, ' '), arg...)
	}
	return append(append(dst, "\r\n"...), c.Payload()...)
}

// checkPlain checks that a command as an encoder wrote it is one line of so many words, whatever
// the words are: none holds a space, CR, LF or NUL, or is empty. line is its length without its end.
func checkPlain(command []byte, line, words int, trID bool) {
	if trID {
		words++
	}
	if len(command) < line+2 || string(command[line:line+2]) != "\r\n" {
		fail("%q does not end its line at %d", command, line)
	}
	spaces := 0
	for i, c := range command[:line] {
		switch {
		case c == '\r' || c == '\n' || c == 0:
			fail("%q holds %q within its line", command, c)
		case c == ' ':
			spaces++
			if i+1 == line || command[i+1] == ' ' {
				fail("%q has an empty word", command)
			}
		}
	}
	if spaces != words-1 {
		fail("%q has %d words, want %d", command, spaces+1, words)
	}
}
