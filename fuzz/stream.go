package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"nudge/codec"
)

// Bounds on the work that one input causes.
const (
	maxStream   = 16 << 10 // bytes of an input that are looked at
	maxSplits   = 64       // splits tried, beside one byte at a time
	maxPrefixes = 256      // beginnings of commands parsed by themselves
)

// limits are the choices for the longest line and the largest payload; 0 is the default of the codec.
var limits = [4]int{0, 32, 256, 2048}

// StreamHeader is the number of bytes at the start of an input of [FuzzStream] that choose the syntax.
const StreamHeader = 2

// FuzzStream reads data as one side of a connection. The first byte chooses the side (bit 0) and the
// leniencies refused (the bits above); the second the longest line (bits 0 and 1) and the largest payload
// (bits 2 and 3). The rest is the stream. Checked for every command in it:
//
//   - what is written of it is verb, TrID, arguments and payload with single spaces and CR LF, reads
//     strictly, with no leniency, as the same command, and is written the same again;
//   - a command that reads strictly is written again to the byte, but for zeros before its TrID;
//   - the beginning of a command is never a command: it is short, and says how many bytes would help.
//
// And for the stream: [codec.Syntax.Parse] over the whole and [codec.Decoder] over every split, down to
// one byte at a time, give the same commands, the same offsets and the same error, which stays.
func FuzzStream(data []byte) int {
	if len(data) < StreamHeader {
		return -1
	}
	stream := data[StreamHeader:]
	stream = stream[:min(len(stream), maxStream)]
	s := syntaxOf(data[0], data[1])

	ends := checkCommands(s, stream)
	whole := decodeAll(s, bytes.NewReader(stream))
	checkParsed(s, stream, whole)
	for _, at := range splits(ends, len(stream)) {
		got := decodeAll(s, io.MultiReader(bytes.NewReader(stream[:at]), bytes.NewReader(stream[at:])))
		checkSame(fmt.Sprintf("split at %d", at), stream, whole, got)
	}
	checkSame("one byte at a time", stream, whole, decodeAll(s, &oneByte{stream}))
	if len(ends) > 0 {
		return 1
	}
	return 0
}

// syntaxOf turns the first two bytes of an input into how the rest is read.
func syntaxOf(a, b byte) codec.Syntax {
	return codec.Syntax{
		From:       codec.Side(a & 1),
		Refuse:     codec.Leniency(a>>1) & codec.AllLeniencies,
		MaxLine:    limits[b&3],
		MaxPayload: limits[b>>2&3],
	}
}

// checkCommands parses command after command up to the first error and returns where each ends.
func checkCommands(s codec.Syntax, stream []byte) (ends []int) {
	prefixes := maxPrefixes
	for at := 0; at < len(stream); {
		var c codec.Command
		n, err := s.Parse(&c, stream[at:])
		if err != nil {
			return ends
		}
		if n <= 0 || at+n > len(stream) {
			fail("Parse consumed %d of %d bytes: %q", n, len(stream)-at, stream[at:])
		}
		checkRewrite(s, &c)
		for i := 1; i < n && prefixes > 0; i, prefixes = i+1, prefixes-1 {
			checkPrefix(s, stream[at:at+n], i)
		}
		at += n
		ends = append(ends, at)
	}
	return ends
}

// checkRewrite checks that a command comes out of the encoder as it went into the parser.
func checkRewrite(s codec.Syntax, c *codec.Command) {
	want := canonical(c)
	out, err := c.Append(nil)
	if bytes.ContainsAny(want[:len(want)-len(c.Payload())-2], "\x00\r") {
		if !errors.Is(err, codec.ErrWord) || len(out) != 0 {
			fail("%q was written as %q, %v", c.Raw(), out, err)
		}
		return
	}
	if err != nil || !bytes.Equal(out, want) {
		fail("%q was written as %q, %v; want %q", c.Raw(), out, err, want)
	}
	strict := codec.Syntax{From: s.From, Refuse: codec.AllLeniencies, MaxLine: max(len(out), len(c.Raw())), MaxPayload: s.MaxPayload}
	var again codec.Command
	n, err := strict.Parse(&again, out)
	if err != nil || n != len(out) {
		fail("%q was written as %q, which reads %d bytes: %v", c.Raw(), out, n, err)
	}
	if a, b := describe(nil, c), describe(nil, &again); !bytes.Equal(a, b) {
		fail("%q was written as %q, another command:\n%q\n%q", c.Raw(), out, a, b)
	}
	zeros := c.HasTrID() && len(c.Line()) > 5 && c.Line()[4] == '0'
	if _, err := strict.Parse(&again, c.Raw()); err == nil && !zeros && !bytes.Equal(out, c.Raw()) {
		fail("%q reads strictly but was written as %q", c.Raw(), out)
	}
}

// canonical writes a command by the description of the format alone (MSNP10.md §1.1, §1.3).
func canonical(c *codec.Command) []byte {
	out := []byte(c.Verb.String())
	if c.HasTrID() {
		out = strconv.AppendUint(append(out, ' '), uint64(c.TrID), 10)
	}
	for _, arg := range c.Args(nil) {
		out = append(append(out, ' '), arg...)
	}
	return append(append(out, "\r\n"...), c.Payload()...)
}

// checkPrefix checks that the first i bytes of a command are short, and that the bytes asked for exist.
func checkPrefix(s codec.Syntax, command []byte, i int) {
	var c codec.Command
	n, err := s.Parse(&c, command[:i])
	if !errors.Is(err, codec.ErrShort) {
		fail("the first %d bytes of %q gave %v", i, command, err)
	}
	if n <= i || n > len(command) {
		fail("the first %d bytes of %q ask for %d of %d", i, command, n, len(command))
	}
}

// outcome is all that can be told apart about how a stream was read.
type outcome struct {
	commands []byte // described, one after the other
	offset   int64  // of the error, -1 where it has none
	err      string
}

// decodeAll reads a stream to its end or its first error, and once more to see that it stays.
func decodeAll(s codec.Syntax, r io.Reader) outcome {
	dec := codec.NewDecoder(r, s)
	var c codec.Command
	var out outcome
	for {
		err := dec.Decode(&c)
		if err == nil {
			out.commands = strconv.AppendInt(out.commands, dec.Offset(), 10)
			out.commands = append(describe(append(out.commands, ' '), &c), '\n')
			continue
		}
		if second := dec.Decode(&c); second == nil || second.Error() != err.Error() {
			fail("the decoder went on after %q: %v", err, second)
		}
		out.err, out.offset = err.Error(), -1
		var syntax *codec.SyntaxError
		if errors.As(err, &syntax) {
			out.offset = syntax.Offset
		}
		return out
	}
}

// checkParsed compares the decoder with the parser over the whole stream.
func checkParsed(s codec.Syntax, stream []byte, want outcome) {
	got := outcome{err: io.EOF.Error(), offset: -1}
	for at := 0; at < len(stream); {
		var c codec.Command
		n, err := s.Parse(&c, stream[at:])
		var syntax *codec.SyntaxError
		switch {
		case err == nil:
			got.commands = strconv.AppendInt(got.commands, int64(at+n-len(c.Raw())), 10)
			got.commands = append(describe(append(got.commands, ' '), &c), '\n')
			at += n
			continue
		case errors.Is(err, codec.ErrShort):
			if len(bytes.ReplaceAll(bytes.ReplaceAll(stream[at:], []byte("\r\n"), nil), []byte("\n"), nil)) > 0 {
				got.err = io.ErrUnexpectedEOF.Error() // and not blank lines alone
			}
		case errors.As(err, &syntax):
			moved := codec.SyntaxError{Offset: syntax.Offset + int64(at), Cause: syntax.Cause}
			got.err, got.offset = moved.Error(), moved.Offset
		default:
			fail("Parse gave %v for %q", err, stream[at:])
		}
		break
	}
	checkSame("Parse", stream, want, got)
}

func checkSame(how string, stream []byte, want, got outcome) {
	if !bytes.Equal(want.commands, got.commands) || want.err != got.err || want.offset != got.offset {
		fail("%s: %q reads differently:\n%s%s\n%s%s", how, stream, want.commands, want.err, got.commands, got.err)
	}
}

// describe appends everything that a command holds, each part with its length before it.
func describe(dst []byte, c *codec.Command) []byte {
	dst = append(dst, c.Verb.String()...)
	if c.HasTrID() {
		dst = strconv.AppendUint(append(dst, ' '), uint64(c.TrID), 10)
	}
	n := 0
	for arg := range c.All() {
		if !bytes.Equal(arg, c.Arg(n)) {
			fail("%q: argument %d is %q by All and %q by Arg", c.Raw(), n, arg, c.Arg(n))
		}
		dst = appendPart(dst, ' ', arg)
		n++
	}
	if n != c.NArgs() || len(c.Args(nil)) != n {
		fail("%q: %d arguments by All, %d by NArgs, %d by Args", c.Raw(), n, c.NArgs(), len(c.Args(nil)))
	}
	if p := c.Payload(); p != nil {
		dst = appendPart(dst, '|', p)
	}
	return dst
}

func appendPart(dst []byte, mark byte, part []byte) []byte {
	dst = append(strconv.AppendInt(append(dst, mark), int64(len(part)), 10), ':')
	return append(dst, part...)
}

// splits chooses where to cut a stream in two: everywhere if it is short, else around the ends of its
// commands and evenly between.
func splits(ends []int, length int) []int {
	var at []int
	if length <= maxSplits {
		for i := 1; i < length; i++ {
			at = append(at, i)
		}
		return at
	}
	for _, end := range ends[:min(len(ends), maxSplits/6)] {
		at = append(at, end-1, end, end+1)
	}
	for i := range maxSplits / 2 {
		at = append(at, 1+i*(length-1)/(maxSplits/2))
	}
	slices.Sort(at)
	return slices.DeleteFunc(slices.Compact(at), func(i int) bool { return i >= length })
}

// oneByte is a reader that gives one byte at a time.
type oneByte struct{ rest []byte }

func (o *oneByte) Read(p []byte) (int, error) {
	if len(o.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 1)], o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// fail reports a broken property in the way that every engine understands.
func fail(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
