package message

import (
	"bytes"
	"cmp"
	"strconv"

	"nudge/codec"
)

// Joiner puts long messages together again, those of one conversation (§9.7).
// The zero Joiner is ready; it is not for several goroutines at a time.
type Joiner struct {
	// Limits; 0 is the number given.
	MaxChunks   int // chunks of a message: 64, MaxChunks
	MaxMessages int // messages in progress: 16
	MaxBytes    int // bytes held for all of them: 262,144

	open map[messageID]*joining
	held int
}

// messageID tells messages apart: their sender, and their Message-ID in lower case.
type messageID struct{ from, id string }

// joining is a message of which chunks are missing.
type joining struct {
	total int // 0 until the first chunk is there
	head  []byte
	body  map[int][]byte
	size  int // bytes held for it
	last  int // the highest chunk
}

// Add takes a message that came from a sender. One that is no chunk is given
// back as it is, and done. A chunk is copied, in whatever order it comes, and
// when it was the last that was missing the whole message is done: its content,
// without the headers of chunks, is the caller's. Nothing is allocated for a
// message that is no chunk.
//
// The error is an *Error, and then the Joiner is as it was: a chunk that is
// there already, that is not of the message by its number, or that a limit
// refuses. A message that lacks a chunk stays in progress until Forget.
func (j *Joiner) Add(from []byte, c codec.Content) (whole codec.Content, done bool, err error) {
	id := c.Header("Message-ID")
	if len(id) == 0 {
		return c, true, nil
	}
	chunks, chunk := c.Header("Chunks"), c.Header("Chunk")
	if chunks == nil && chunk == nil {
		return c, true, nil
	}
	i, total, err := j.place(chunks, chunk)
	if err != nil {
		return codec.Content{}, false, err
	}
	key := messageID{string(from), lowered(id)}
	m, err := j.find(key, i, total)
	if err != nil {
		return codec.Content{}, false, err
	}
	var head []byte
	if i == 0 {
		if head, err = plainHead(c); err != nil {
			return codec.Content{}, false, err
		}
	}
	size := len(head) + len(c.Body())
	if len(m.body) == 0 {
		size += len(key.from) + len(key.id)
	}
	if limit := cmp.Or(j.MaxBytes, 256<<10); j.held+size > limit {
		return codec.Content{}, false, overLimit(KindChunk, "body", uint64(j.held+size), uint64(limit), " bytes held")
	}
	j.keep(key, m)
	if i == 0 {
		m.head, m.total = head, total
	}
	m.body[i] = bytes.Clone(c.Body())
	m.last = max(m.last, i)
	m.size += size
	j.held += size
	if len(m.body) != m.total {
		return codec.Content{}, false, nil
	}
	j.drop(key)
	whole, err = m.join()
	return whole, err == nil, err
}

// Forget drops what is in progress from a sender, who has left.
func (j *Joiner) Forget(from []byte) {
	for key := range j.open {
		if key.from == string(from) {
			j.drop(key)
		}
	}
}

// place reads which chunk it is, from 0, and for the first how many there are.
func (j *Joiner) place(chunks, chunk []byte) (i, total int, err error) {
	limit := cmp.Or(j.MaxChunks, MaxChunks)
	part, value, most := "Chunks", chunks, limit
	if chunk != nil {
		part, value, most = "Chunk", chunk, limit-1
	}
	n, ok := number(value, 10, 32)
	switch {
	case chunks != nil && chunk != nil:
		return 0, 0, malformed(KindChunk, part, 0, "the first chunk has Chunks, all others Chunk; this has both")
	case !ok || n == 0:
		return 0, 0, malformed(KindChunk, part, 0, "it is a decimal number from 1")
	case n > uint64(most):
		return 0, 0, overLimit(KindChunk, part, n, uint64(most), "")
	case chunk != nil:
		return int(n), 0, nil
	}
	return 0, int(n), nil
}

// find returns the message in progress, or a new one, if chunk i belongs in it.
func (j *Joiner) find(key messageID, i, total int) (*joining, error) {
	m := j.open[key]
	if m == nil {
		if limit := cmp.Or(j.MaxMessages, 16); len(j.open) >= limit {
			return nil, overLimit(KindChunk, "Message-ID", uint64(len(j.open)+1), uint64(limit), " messages in progress")
		}
		return &joining{body: map[int][]byte{}}, nil
	}
	if _, twice := m.body[i]; twice {
		return nil, malformed(KindChunk, "Message-ID", 0, "chunk "+strconv.Itoa(i)+" is there already")
	}
	if n := max(total, m.total); n != 0 && max(m.last, i) >= n {
		return nil, malformed(KindChunk, "Message-ID", 0, "chunk "+strconv.Itoa(max(m.last, i))+" of a message with "+strconv.Itoa(n)+", counted from 0")
	}
	return m, nil
}

func (j *Joiner) keep(key messageID, m *joining) {
	if j.open == nil {
		j.open = map[messageID]*joining{}
	}
	j.open[key] = m
}

func (j *Joiner) drop(key messageID) {
	j.held -= j.open[key].size
	delete(j.open, key)
}

// plainHead returns the headers of a first chunk without those of chunks.
func plainHead(c codec.Content) (head []byte, err error) {
	for name, value := range c.Headers() {
		if equalFold(name, "Message-ID") || equalFold(name, "Chunks") {
			continue
		}
		if head, err = codec.AppendHeader(head, string(name), value); err != nil {
			return nil, malformed(KindChunk, "headers", 0, "a value has a CR or NUL in it")
		}
	}
	return head, nil
}

// join returns the whole message.
func (m *joining) join() (codec.Content, error) {
	p := make([]byte, 0, m.size+2)
	p = append(append(p, m.head...), "\r\n"...)
	for i := range m.total {
		p = append(p, m.body[i]...)
	}
	return codec.ParseContent(p)
}
