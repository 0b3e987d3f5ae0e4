package codec

import (
	"bytes"
	"io"
)

// Decoder reads commands from a stream. It buffers: it may read beyond the
// command that it returns. What it holds is at most twice what has arrived of
// the command it waits for, never what a length claims.
type Decoder struct {
	r       io.Reader
	syntax  Syntax
	buf     []byte // buf[next:] is what has arrived and was not decoded
	next    int
	need    int   // length of buf[next:] below which Parse is known to be in vain
	blank   int   // bytes of buf[next:] known to be blank lines; 0 while need is a payload's
	scanned int   // bytes of buf[next:] in which no line ends but the blank ones; 0 like blank
	looked  int64 // see Scanned
	pos     int64 // of buf[next] in the stream
	offset  int64 // of the command last decoded
	rerr    error // from the reader, to be reported after the bytes that came with it
	err     error // ends all decoding
}

const firstBuffer = 1 << 10 // bytes

// NewDecoder returns a decoder that reads r by the rules and limits of s.
func NewDecoder(r io.Reader, s Syntax) *Decoder {
	return &Decoder{r: r, syntax: s}
}

// Decode reads the next command into c, which is valid until the next call.
//
// At the end of the stream the error is io.EOF between two commands and
// io.ErrUnexpectedEOF within one; blank lines are between. A *SyntaxError has
// its offset in the stream. Any other error is the reader's, unchanged, and
// io.ErrNoProgress if the reader keeps returning nothing. Every error is final:
// the decoder returns it from then on, and reads no more.
func (d *Decoder) Decode(c *Command) error {
	if d.err != nil {
		return d.err
	}
	for {
		if len(d.buf)-d.next >= d.need {
			done, err := d.parse(c)
			if err != nil {
				return d.end(err)
			}
			if done {
				return nil
			}
		}
		if d.rerr != nil {
			return d.end(d.atEnd())
		}
		d.fill()
	}
}

// Offset returns the offset in the stream of the first byte of the command
// last decoded.
func (d *Decoder) Offset() int64 { return d.offset }

// Scanned returns how many bytes of lines the decoder has searched for their end
// or parsed, each counted once for every attempt. It is at most six times what
// has arrived, however that was cut: work that a test can bound without a clock.
func (d *Decoder) Scanned() int64 { return d.looked }

// parse tries to decode from what has arrived.
func (d *Decoder) parse(c *Command) (done bool, err error) {
	b := d.buf[d.next:]
	if d.scanned > 0 && len(b)-d.blank < d.syntax.maxLine() {
		d.looked += int64(len(b) - d.scanned)
		if bytes.IndexByte(b[d.scanned:], '\n') < 0 {
			d.scanned, d.need = len(b), len(b)+1
			return false, nil
		}
	}
	n := 0
	if d.blank == 0 {
		n, err = d.syntax.Parse(c, b)
	} else {
		n, err = d.syntax.parse(c, b, d.blank)
	}
	switch e := err.(type) {
	case nil:
		d.looked += int64(n - d.blank - len(c.Payload()))
		d.offset = d.pos + int64(n-len(c.raw))
		d.next += n
		d.pos += int64(n)
		d.need, d.blank, d.scanned = 1, 0, 0
		return true, nil
	case *SyntaxError:
		d.looked += int64(len(b) - d.blank)
		e.Offset += d.pos
		return false, e
	}
	d.need = n
	d.remember(b)
	return false, nil
}

// remember notes what of b, which was found to be short, need not be looked at
// again: the blank lines, and all of it if no other line ends there.
func (d *Decoder) remember(b []byte) {
	blank, _ := d.syntax.skipBlank(b, d.blank)
	lf := bytes.IndexByte(b[blank:], '\n')
	if lf >= 0 { // a payload is awaited
		d.looked += int64(blank - d.blank + 2*(lf+1))
		d.blank, d.scanned = 0, 0
		return
	}
	d.looked += int64(len(b) - d.blank + len(b) - blank)
	d.blank, d.scanned = blank, len(b)
}

// fill reads once more from the reader.
func (d *Decoder) fill() {
	if d.next > 0 {
		d.buf = d.buf[:copy(d.buf, d.buf[d.next:])]
		d.next = 0
	}
	if len(d.buf) == cap(d.buf) {
		grown := make([]byte, len(d.buf), max(2*cap(d.buf), firstBuffer))
		copy(grown, d.buf)
		d.buf = grown
	}
	for range 100 {
		n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		d.rerr = err
		if n > 0 || err != nil {
			return
		}
	}
	d.rerr = io.ErrNoProgress
}

// atEnd returns the error for a stream that ends with d.buf[d.next:].
func (d *Decoder) atEnd() error {
	if d.rerr != io.EOF {
		return d.rerr
	}
	rest := d.buf[d.next:]
	for n := blankLine(rest); n > 0; n = blankLine(rest) {
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

func (d *Decoder) end(err error) error {
	d.err, d.buf, d.r = err, nil, nil
	d.next, d.blank, d.scanned = 0, 0, 0
	return err
}
