package fuzz

// choices reads an input as decisions, one byte or more for each. When the input is over every
// further choice is the first one, which is why that is always the plain and honest one.
type choices struct{ rest []byte }

// more reports whether the input has decisions left.
func (c *choices) more() bool { return len(c.rest) > 0 }

// next returns the next byte.
func (c *choices) next() byte {
	if len(c.rest) == 0 {
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

// of chooses one of n, from 0. n is at most 256.
func (c *choices) of(n int) int { return int(c.next()) % n }

// oneIn is true for one byte value in n.
func (c *choices) oneIn(n int) bool { return c.of(n) == n-1 }

// take returns the next n bytes, or as many as are left, as they are.
func (c *choices) take(n int) []byte {
	n = min(n, len(c.rest))
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}
