package codec

import "iter"

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
		words := c.raw[:c.end]
		for i := skipSpaces(words, int(c.args)); i < len(words); {
			end := wordEnd(words, i)
			if !yield(words[i:end:end]) {
				return
			}
			i = skipSpaces(words, end)
		}
	}
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
