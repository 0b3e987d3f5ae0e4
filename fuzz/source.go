package fuzz

import (
	"io"

	"nudge/codec"
)

// source is the reader that a decoder is given. It hands out the stream in pieces, writes garbage
// wherever else a reader may write, and watches what the decoder offers it.
type source struct {
	rest     []byte
	pieces   pieces
	withEOF  bool // the end comes together with the last bytes
	given    int  // bytes handed out
	decoded  int  // bytes of these that commands have been made of
	pending  int  // the most bytes that were ever without a command
	bound    int  // what pending may be by the limits
	finished bool // the decoder has returned an error
}

// pieces says how long the next piece is. Its zero value gives all at once.
type pieces uint32

const oneByte pieces = 1 // one byte at a time

// next returns a length that depends on all that were asked for before.
func (p *pieces) next() int {
	switch *p {
	case 0:
		return maxStream
	case oneByte:
		return 1
	}
	*p = *p*1664525 + 1013904223 | 2
	n := int(*p >> 24)
	if n < 80 {
		return 1 + n&15
	}
	return n
}

// firstBuffer is the memory that a decoder may take before anything has come, in bytes.
const firstBuffer = 1 << 10

// spoiltBehind is how many bytes behind those that it returned a reader writes into.
const spoiltBehind = 128

// poison is what a reader leaves behind the bytes that it returned.
var poison = func() (p [8 << 10]byte) {
	for i := range p {
		p[i] = "\nPNG\r\x00 1"[i%8]
	}
	return p
}()

// Read is io.Reader's. What is offered is the free room of the decoder's buffer: it may grow with
// what has arrived of the command that is awaited, within the limits, and never with what a
// length claims (codec.Decoder says twice that).
func (s *source) Read(p []byte) (int, error) {
	s.pending = max(s.pending, s.given-s.decoded)
	switch {
	case s.finished:
		fail("the decoder reads on after its last error")
	case len(p) == 0:
		fail("the decoder offers no room to read into")
	case s.pending > s.bound:
		fail("the decoder holds %d bytes, the limits allow %d", s.pending, s.bound)
	case len(p) > max(firstBuffer, 2*s.pending):
		fail("the decoder offers %d bytes when %d have come of a command", len(p), s.pending)
	}
	n := copy(p[:min(len(p), s.pieces.next())], s.rest)
	copy(p[n:min(len(p), n+spoiltBehind)], poison[:])
	s.rest = s.rest[n:]
	s.given += n
	if len(s.rest) == 0 && (s.withEOF || n == 0) {
		return n, io.EOF
	}
	return n, nil
}

// mostPending is the most bytes that can have come and not make a command: blank lines, a line and a
// payload.
func mostPending(s codec.Syntax) int {
	line, payload := codec.DefaultMaxLine, codec.DefaultMaxPayload
	if s.MaxLine > 0 {
		line = s.MaxLine
	}
	if s.MaxPayload > 0 {
		payload = s.MaxPayload
	}
	return 2*line + payload
}
