package codec

import "io"

// Encoder writes commands to a stream, in their canonical form. It buffers:
// call Flush when what was encoded shall be on its way.
type Encoder struct {
	w   io.Writer
	buf []byte
	err error
}

const flushAt = 4 << 10 // bytes

// NewEncoder returns an encoder that writes to w.
func NewEncoder(w io.Writer) *Encoder {
	return &Encoder{w: w}
}

// Encode adds c to what is written. An error of Command.Append leaves the
// stream without the command and the encoder usable; an error of the writer
// is final and returned from then on.
func (e *Encoder) Encode(c *Command) error {
	if e.err != nil {
		return e.err
	}
	var err error
	if e.buf, err = c.Append(e.buf); err != nil {
		return err
	}
	if len(e.buf) >= flushAt {
		return e.Flush()
	}
	return nil
}

// Flush writes all that was encoded.
func (e *Encoder) Flush() error {
	if e.err != nil || len(e.buf) == 0 {
		return e.err
	}
	n, err := e.w.Write(e.buf)
	if err == nil && n < len(e.buf) {
		err = io.ErrShortWrite
	}
	e.buf, e.err = e.buf[:0], err
	return err
}
