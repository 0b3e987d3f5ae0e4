package scenario

import (
	"encoding/binary"
	"fmt"
	"time"
)

// maxTalks is how many sign-ins of a loop have their conversation kept at a time.
const maxTalks = 64

// remember begins to keep the conversation of a sign-in, as long as none that
// failed is kept.
func (c *client) remember() {
	l := c.loop
	if c.talk != nil || c.run.told.Load() {
		return
	}
	if n := len(l.spare); n > 0 {
		c.talk, l.spare = l.spare[n-1], l.spare[:n-1]
		return
	}
	if l.talks < maxTalks {
		l.talks++
		c.talk = new(conversation)
	}
}

// forget ends that.
func (c *client) forget() {
	if c.talk == nil {
		return
	}
	c.talk.reset()
	c.loop.spare = append(c.loop.spare, c.talk)
	c.talk = nil
}

// conversation keeps what was said in one sign-in, on all its connections: the
// beginning and the end, when it becomes too long.
type conversation struct {
	head, tail []byte // entries: length, time, speaker, bytes
	omitted    int    // entries between the two
}

// Limits of a conversation in bytes: of its beginning, and of its end.
const (
	maxHead     = 2 << 10
	maxTail     = 2 << 10
	entryHeader = 2 + 8 + 1
)

func (c *conversation) reset() { c.head, c.tail, c.omitted = c.head[:0], c.tail[:0], 0 }

func (c *conversation) add(at time.Duration, by speaker, b []byte) {
	b = b[:min(len(b), maxEntry+1)] // one more shows that there was more
	n := entryHeader + len(b)
	if len(c.tail) == 0 && len(c.head)+n <= maxHead {
		c.head = appendRaw(c.head, at, by, b)
		return
	}
	drop := 0
	for len(c.tail)-drop+n > maxTail && drop < len(c.tail) {
		drop += int(binary.NativeEndian.Uint16(c.tail[drop:]))
		c.omitted++
	}
	c.tail = append(c.tail[:0], c.tail[drop:]...)
	c.tail = appendRaw(c.tail, at, by, b)
}

func appendRaw(dst []byte, at time.Duration, by speaker, b []byte) []byte {
	dst = binary.NativeEndian.AppendUint16(dst, uint16(entryHeader+len(b)))
	dst = binary.NativeEndian.AppendUint64(dst, uint64(at))
	dst = append(dst, byte(by))
	return append(dst, b...)
}

// String shows the conversation, a line for each line, times in seconds of the
// run.
func (c *conversation) String() string {
	out := appendEntries(nil, c.head)
	if c.omitted > 0 {
		out = fmt.Appendf(out, "... %d more ...\n", c.omitted)
	}
	return string(appendEntries(out, c.tail))
}

func appendEntries(dst, raw []byte) []byte {
	for len(raw) >= entryHeader {
		n := binary.NativeEndian.Uint16(raw)
		at := time.Duration(binary.NativeEndian.Uint64(raw[2:]))
		dst = appendEntry(dst, at, "", speaker(raw[10]), raw[entryHeader:n])
		raw = raw[n:]
	}
	return dst
}
