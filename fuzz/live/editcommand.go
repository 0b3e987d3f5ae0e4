package live

import (
	"slices"

	"nudge/codec"
)

// Edits of a command as a whole.

// verbs are all that the command table has, and some that there are not.
var verbs = func() (all []string) {
	for r := range codec.Rules() {
		if v := r.Verb.String(); !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return append(all, "ver", "Chg", "XXX", "LSR", "ADL", "NFY", "911", "GE", "HELO", "")
}()

func changeVerb(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		cmd.words[0] = word{{text: pick(e, verbs)}}
		return true
	})
}

// changeLie has the length of a payload be another than it is.
func changeLie(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		if cmd.payload == nil {
			return false
		}
		cmd.lie = pick(e, []int{-1, 1, -2, 2, -10, 10, 100, 1000, 1664, 70_000, 10_000_000, -1_000_000})
		return true
	})
}

func changePayload(e *editor, c *Case) bool {
	return e.change(c, func(cmd *command) bool {
		if cmd.payload == nil || cmd.verb() != "MSG" {
			return false
		}
		n := pick(e, []int{0, 1, 2, 100, 1000, 1500, 1664, 1665, 2000, 9000})
		cmd.payload = word{{text: stretched(pick(e, []string{"x", "\r\n", "\x00", "é", "A: b\r\n"}), n)}}
		cmd.odd = cmd.odd || n > 1664 || n == 0
		return true
	})
}

func dropPayload(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		if cmd.payload == nil {
			return false
		}
		cmd.payload = nil
		return true
	})
}

func changeEnd(e *editor, c *Case) bool {
	return e.change(c, func(cmd *command) bool {
		cmd.end = pick(e, []string{"\n", "\n", "\r", "", "\r\n\r\n", "\n\n", "\r\r\n", "\x00\r\n", " \r\n", "\n\r"})
		cmd.odd = cmd.odd || cmd.end != "\n"
		return true
	})
}
