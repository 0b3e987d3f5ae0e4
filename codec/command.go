package codec

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// Command is one command as it was read: verb, TrID, arguments, payload. All
// that it returns are views of the bytes given to Parse or held by a Decoder,
// valid as long as those are; copy what is kept. A Command is a plain value
// and may be copied, the copy having the same views.
type Command struct {
	Verb Verb
	TrID uint32 // 0 without one, see HasTrID

	raw  []byte // the whole command
	args uint32 // end of what precedes the arguments: 3 for the verb alone, more with a TrID
	end  uint32 // end of the last word
	body uint32 // start of the payload, 0 without one
}

// HasTrID reports whether the command has a transaction ID, be it 0.
func (c *Command) HasTrID() bool { return c.args > 3 }

// NArgs returns the number of arguments.
func (c *Command) NArgs() int {
	n := 0
	for range c.All() {
		n++
	}
	return n
}

// Arg returns the i-th argument after the TrID, from 0, or nil if there are
// fewer. It reads the line up to there; All visits several at once.
func (c *Command) Arg(i int) []byte {
	for a := range c.All() {
		if i == 0 {
			return a
		}
		i--
	}
	return nil
}

// Args appends all arguments to dst.
func (c *Command) Args(dst [][]byte) [][]byte {
	for a := range c.All() {
		dst = append(dst, a)
	}
	return dst
}

// All iterates over the arguments.
func (c *Command) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		start := int(c.args)
		for at := start; at <= int(c.end); at += 64 {
			for m := c.wordEnds(at); m != 0; m &= m - 1 {
				end := at + bits.TrailingZeros64(m)
				if end > start && !yield(c.raw[start:end:end]) {
					return
				}
				start = end + 1
			}
		}
	}
}

// wordEnds returns a bit for each of the 64 bytes from offset at on that is a
// space or follows the last word.
func (c *Command) wordEnds(at int) uint64 {
	p := c.raw[at:c.end]
	if len(p) < 8 {
		return shortWordEnds(p)
	}
	m := inWord(binary.LittleEndian.Uint64(p))
	if len(p) >= 16 {
		m |= inWord(binary.LittleEndian.Uint64(p[8:])) << 8
	}
	if len(p) >= 24 {
		m |= inWord(binary.LittleEndian.Uint64(p[16:])) << 16
	}
	if len(p) >= 32 {
		m |= inWord(binary.LittleEndian.Uint64(p[24:])) << 24
		if len(p) >= 40 {
			m |= inWord(binary.LittleEndian.Uint64(p[32:])) << 32
		}
		if len(p) >= 48 {
			m |= inWord(binary.LittleEndian.Uint64(p[40:])) << 40
		}
		if len(p) >= 56 {
			m |= inWord(binary.LittleEndian.Uint64(p[48:])) << 48
			if len(p) >= 64 {
				return ^(m | inWord(binary.LittleEndian.Uint64(p[56:]))<<56)
			}
		}
	}
	m |= inWord(binary.LittleEndian.Uint64(p[len(p)-8:])) << (uint(len(p)-8) & 63)
	return ^m & (2<<(uint(len(p))&63) - 1)
}

// inWord returns a bit for each byte of x that is no space, the lowest byte's
// lowest.
func inWord(x uint64) uint64 {
	const low = 0x7F7F7F7F7F7F7F7F
	x ^= 0x2020202020202020
	return ((x&low + low) | x) &^ low * 0x0002040810204081 >> 56
}

func shortWordEnds(p []byte) uint64 {
	m := uint64(0)
	for i, c := range p {
		if c == ' ' {
			m |= 1 << i
		}
	}
	return m | 1<<len(p)
}

// Payload returns the payload: nil without one, empty but not nil if its
// length is 0.
func (c *Command) Payload() []byte {
	if c.body == 0 {
		return nil
	}
	return c.raw[c.body:]
}

// Raw returns the whole command as it stood, line end and payload included.
func (c *Command) Raw() []byte { return c.raw }

// Line returns the line as it stood without its end.
func (c *Command) Line() []byte {
	line := c.raw
	if c.body != 0 {
		line = line[:c.body]
	}
	if n := len(line); n > 0 {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line[:len(line):len(line)]
}
