package message

import (
	"strconv"

	"nudge/codec"
)

// MaxPayload is the most bytes of a message that a client may send; a
// switchboard closes the connection of one that sends more (§1.3).
const MaxPayload = 1664

// Append writes a message of kind k that has no headers of its own (keep-alive,
// GIF and ISF ink, or any other with a body that is ready) at the end of dst.
// KindOther and KindChunk, which have no Content-Type, give ErrKind.
func Append(dst []byte, k Kind, body []byte) ([]byte, error) {
	if k.ContentType() == "" {
		return dst, &Error{Kind: k, Part: "Content-Type", Detail: "there is none to write", Err: ErrKind}
	}
	w := begin(dst, k)
	w.blank()
	w.dst = append(w.dst, body...)
	return w.end()
}

// writer appends one message. Its first error stays, and end then gives the
// buffer back as it was.
type writer struct {
	dst  []byte
	base int
	kind Kind
	err  error
}

// begin writes the first two headers, which all messages have.
func begin(dst []byte, k Kind) writer {
	w := writer{dst: dst, base: len(dst), kind: k}
	w.dst = append(w.dst, "MIME-Version: 1.0\r\nContent-Type: "...)
	w.dst = append(w.dst, k.ContentType()...)
	w.dst = append(w.dst, "\r\n"...)
	return w
}

// field writes a header, or a line of a body that looks like one. Blanks around
// the value, which no reader would see, are left out.
func (w *writer) field(name string, value []byte) {
	if w.err == nil {
		w.dst, w.err = codec.AppendHeader(w.dst, name, trim(value))
	}
}

// optional writes a field unless it is empty.
func (w *writer) optional(name string, value []byte) {
	if len(trim(value)) > 0 {
		w.field(name, value)
	}
}

// uint writes a field whose value is a number in decimal.
func (w *writer) uint(name string, value uint64) {
	w.dst = append(append(w.dst, name...), ": "...)
	w.dst = append(strconv.AppendUint(w.dst, value, 10), "\r\n"...)
}

// blank writes the empty line that ends headers and fields.
func (w *writer) blank() { w.dst = append(w.dst, "\r\n"...) }

// refuse keeps an error, unless there is one already.
func (w *writer) refuse(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) end() ([]byte, error) {
	if w.err != nil {
		return w.dst[:w.base], w.err
	}
	return w.dst, nil
}
