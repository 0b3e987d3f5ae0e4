package live

import (
	"slices"
	"time"
)

// Bytes, and how they are cut into writes.

// literal picks a literal piece of a command. What becomes of its text is put back by set.
func (e *editor) literal(cmd *command) (text string, set func(string), ok bool) {
	var all []*piece
	for i := range cmd.words {
		for j := range cmd.words[i] {
			if p := &cmd.words[i][j]; p.field == fieldNone && p.text != "" {
				all = append(all, p)
			}
		}
	}
	for j := range cmd.payload {
		if p := &cmd.payload[j]; p.field == fieldNone && p.text != "" {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return "", nil, false
	}
	p := pick(e, all)
	return p.text, func(s string) { p.text = s }, true
}

// rewrite has f edit the bytes of a literal piece.
func (e *editor) rewrite(c *Case, f func(b []byte) []byte) bool {
	return e.strange(c, func(cmd *command) bool {
		text, set, ok := e.literal(cmd)
		if ok {
			set(string(f([]byte(text))))
		}
		return ok
	})
}

func flipByte(e *editor, c *Case) bool {
	return e.rewrite(c, func(b []byte) []byte {
		b[e.rng.IntN(len(b))] ^= 1 << e.rng.IntN(8)
		return b
	})
}

// badBytes are those that a line may not hold, or that mean something in one.
var badBytes = []byte{0, '\r', '\n', ' ', '\t', '%', '=', 0x7f, 0x80, 0xc3, 0xff, '{', '0', '-'}

func insertByte(e *editor, c *Case) bool {
	return e.rewrite(c, func(b []byte) []byte {
		return slices.Insert(b, e.rng.IntN(len(b)+1), pick(e, badBytes))
	})
}

func deleteByte(e *editor, c *Case) bool {
	return e.rewrite(c, func(b []byte) []byte {
		i := e.rng.IntN(len(b))
		return slices.Delete(b, i, i+1)
	})
}

// breakLine puts a line end into a command.
func breakLine(e *editor, c *Case) bool {
	return e.rewrite(c, func(b []byte) []byte {
		return slices.Insert(b, e.rng.IntN(len(b)+1), []byte(pick(e, []string{"\r\n", "\n", "\r\n\r\n", "\r\nPNG\r\n", "\r\nOUT\r\n"}))...)
	})
}

// splitStep cuts a command into writes. A server has to cope with any.
func splitStep(e *editor, c *Case) bool {
	i := e.command(c)
	if i < 0 {
		return false
	}
	s := &c.steps[i]
	at := 0
	s.splits = nil
	for range 1 + e.rng.IntN(4) {
		at += 1 + e.rng.IntN(12)
		s.splits = append(s.splits, at)
	}
	s.pause = pick(e, []time.Duration{0, 0, 0, time.Millisecond, 3 * time.Millisecond})
	c.touched(i)
	return true
}

// everyByte sends a command byte by byte.
func everyByte(e *editor, c *Case) bool {
	i := e.command(c)
	if i < 0 {
		return false
	}
	s := &c.steps[i]
	s.splits = nil
	for at := 1; at <= 60; at++ {
		s.splits = append(s.splits, at)
	}
	c.touched(i)
	return true
}

func pauseStep(e *editor, c *Case) bool {
	i := e.command(c)
	if i < 0 {
		return false
	}
	c.steps = slices.Insert(c.steps, i, step{act: actPause, pause: pick(e, []time.Duration{time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond})})
	c.touched(i)
	return true
}

// after puts something that is done to a connection behind one of its commands.
func (e *editor) after(c *Case, act act) bool {
	i := e.command(c)
	if i < 0 {
		return false
	}
	c.steps = slices.Insert(c.steps, i+1, step{act: act, on: c.steps[i].on})
	c.touched(i + 1)
	return true
}

func shutStep(e *editor, c *Case) bool  { return e.after(c, actShut) }
func resetStep(e *editor, c *Case) bool { return e.after(c, actReset) }
func closeStep(e *editor, c *Case) bool { return e.after(c, actClose) }
func openStep(e *editor, c *Case) bool  { return e.after(c, actOpen) }
