package message

import (
	"strconv"
	"strings"

	"nudge/codec"
)

// Limits of long messages (§9.7).
const (
	MaxChunkBody = 1202 // bytes of the body in each chunk but the last
	MaxChunks    = 64   // chunks of one message
)

// Chunks is a message cut in pieces that a client may send. It keeps views of
// the payload and is valid as long as that is.
type Chunks struct {
	first []byte // the first payload up to its body
	id    string
	body  []byte
	n     int
}

// Split cuts payload, a whole message of any kind. One that fits in MaxPayload
// is one chunk, the payload itself; one that would without the blanks around
// its headers is one without them. Of a longer one the first chunk has the
// headers of the message with a Message-ID and a Chunks of its own; the id, a
// GUID in braces, tells apart what one sender sends. Text is cut where the
// 1202 bytes end, in the middle of a character too.
//
// The error is that of codec.ParseContent, codec.ErrHeader for an id that can
// not be written, or an *Error: it is a chunk already, the headers take
// more than what the first chunk has room for, or MaxChunks do not suffice.
func Split(payload []byte, id string) (Chunks, error) {
	if len(payload) <= MaxPayload {
		return Chunks{first: payload, n: 1}, nil
	}
	c, err := codec.ParseContent(payload)
	if err != nil {
		return Chunks{}, err
	}
	s := Chunks{id: id, body: c.Body(), n: (len(c.Body()) + MaxChunkBody - 1) / MaxChunkBody}
	kind := KindOf(c)
	switch {
	case strings.Trim(id, " \t") == "":
		return Chunks{}, codec.ErrHeader
	case c.Header("Message-ID") != nil || c.Header("Chunks") != nil || c.Header("Chunk") != nil:
		return Chunks{}, malformed(kind, "headers", 0, "Message-ID, Chunks or Chunk is there already")
	case s.n > MaxChunks:
		return Chunks{}, overLimit(kind, "body", uint64(len(s.body)), MaxChunks*MaxChunkBody, " bytes")
	}
	for name, value := range c.Headers() {
		if s.first, err = codec.AppendHeader(s.first, string(name), value); err != nil {
			return Chunks{}, err
		}
	}
	if len(s.first)+len("\r\n")+len(s.body) <= MaxPayload {
		return Chunks{first: append(append(s.first, "\r\n"...), s.body...), n: 1}, nil
	}
	if s.first, err = codec.AppendHeader(s.first, "Message-ID", id); err != nil {
		return Chunks{}, err
	}
	s.first = strconv.AppendInt(append(s.first, "Chunks: "...), int64(s.n), 10)
	s.first = append(s.first, "\r\n\r\n"...)
	if len(s.first) > MaxPayload-MaxChunkBody {
		return Chunks{}, overLimit(kind, "headers", uint64(len(s.first)), MaxPayload-MaxChunkBody, " bytes")
	}
	return s, nil
}

// Len returns how many chunks there are, at least one unless the Chunks is zero.
func (s Chunks) Len() int { return s.n }

// Append writes the payload of chunk i, from 0 to Len-1, at the end of dst. Any
// other i panics.
func (s Chunks) Append(dst []byte, i int) []byte {
	if i < 0 || i >= s.n {
		panic("message: chunk " + strconv.Itoa(i) + " of " + strconv.Itoa(s.n))
	}
	if i == 0 {
		dst = append(dst, s.first...)
	} else {
		dst = append(append(dst, "Message-ID: "...), s.id...)
		dst = strconv.AppendInt(append(dst, "\r\nChunk: "...), int64(i), 10)
		dst = append(dst, "\r\n\r\n"...)
	}
	return append(dst, s.body[min(i*MaxChunkBody, len(s.body)):min((i+1)*MaxChunkBody, len(s.body))]...)
}
