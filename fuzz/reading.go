package fuzz

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"nudge/codec"
)

// ending is how the reading of a stream ends: by a SyntaxError with cause and offset, or, without
// a cause, by io.EOF or io.ErrUnexpectedEOF.
type ending struct {
	err    error // nil with a cause
	cause  codec.Cause
	offset int64
}

// reading is what a stream holds, as Parse finds it: what every other way to read the stream is
// compared with. Its commands are views of the stream.
type reading struct {
	syntax   codec.Syntax
	stream   []byte
	commands []codec.Command
	starts   []int // of the commands in the stream
	ends     []int
	end      ending
}

// scratch is memory that one execution needs and the next may have. Nothing in it outlives the
// call of a target: each result depends on the input alone.
type scratch struct {
	whole, tail reading
	simple      simple
	built       grammar
	encoding    encoding
	headers     []codec.Header
	carried     []byte // a message on its way
	copied      []byte // bytes that a check may spoil
	out         []byte // what a check writes
	want        []byte // what it ought to be
}

// everything is more commands than a stream can have.
const everything = maxStream

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read parses command after command up to the first error, or as many as are asked for: what
// follows these is then no part of the stream.
func (r *reading) read(s codec.Syntax, stream []byte, most int) {
	r.syntax, r.stream = s, stream
	r.commands, r.starts, r.ends = r.commands[:0], r.starts[:0], r.ends[:0]
	for at := 0; ; {
		if len(r.commands) == most {
			r.stream, r.end = stream[:at], ending{err: io.EOF}
			return
		}
		r.commands = append(r.commands, codec.Command{})
		c := &r.commands[len(r.commands)-1]
		n, err := s.Parse(c, stream[at:])
		if err != nil {
			r.commands = r.commands[:len(r.commands)-1]
			r.stop(at, n, err)
			return
		}
		if n <= 0 || at+n > len(stream) || len(c.Raw()) > n {
			fail("Parse consumed %d of %d bytes with a command of %d: %q", n, len(stream)-at, len(c.Raw()), stream[at:])
		}
		r.starts = append(r.starts, at+n-len(c.Raw()))
		at += n
		r.ends = append(r.ends, at)
	}
}

// stop notes how the reading ends, with what Parse made of stream[at:].
func (r *reading) stop(at, n int, err error) {
	rest := r.stream[at:]
	var syntax *codec.SyntaxError
	switch {
	case errors.As(err, &syntax):
		checkErrorText(syntax)
		if n != 0 || syntax.Offset < 0 || syntax.Offset > int64(len(rest)) {
			fail("Parse gave %d, %v for %q", n, err, rest)
		}
		r.end = ending{cause: syntax.Cause, offset: int64(at) + syntax.Offset}
	case err != codec.ErrShort || n <= len(rest):
		fail("Parse gave %d, %v for %q", n, err, rest)
	case onlyBlank(rest):
		r.end = ending{err: io.EOF}
	default:
		r.end = ending{err: io.ErrUnexpectedEOF}
	}
}

// onlyBlank reports whether b is nothing but blank lines.
func onlyBlank(b []byte) bool {
	for len(b) > 0 {
		rest, ok := bytes.CutPrefix(b, []byte("\r\n"))
		if !ok {
			if rest, ok = bytes.CutPrefix(b, []byte("\n")); !ok {
				return false
			}
		}
		b = rest
	}
	return true
}

// sameCommand compares all that two commands tell.
func sameCommand(how string, got, want *codec.Command) {
	var a, b [16][]byte
	if got.Verb != want.Verb || got.TrID != want.TrID || got.HasTrID() != want.HasTrID() || !bytes.Equal(got.Raw(), want.Raw()) ||
		!sameWords(got.Args(a[:0]), want.Args(b[:0])) ||
		!bytes.Equal(got.Payload(), want.Payload()) || (got.Payload() == nil) != (want.Payload() == nil) {
		fail("%s: got command %q with arguments %q and payload %q, want %q with %q and %q",
			how, got.Raw(), got.Args(nil), got.Payload(), want.Raw(), want.Args(nil), want.Payload())
	}
}

func sameWords(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}
