package live

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"nudge/codec"
)

// editor edits cases, by chances that its source decides.
type editor struct {
	rng     *rand.Rand
	scripts []script
}

// edit is one way to change a case. It reports false if there was nothing to change.
type edit func(e *editor, c *Case) bool

// Weighted by how often they stand here: the four levels, and framing.
var edits = []edit{
	dropStep, repeatStep, swapSteps, insertStep, insertStep, insertStep, splice, truncate, // sequence
	changeVerb, changeLie, changeLie, changePayload, dropPayload, changeEnd, changeEnd, // command
	dropWord, dropWord, repeatWord, swapWords, changeWord, changeWord, changeWord, changeText, changeText, changeTrID, stretchWord, // word
	flipByte, insertByte, insertByte, deleteByte, breakLine, // byte
	splitStep, splitStep, everyByte, pauseStep, shutStep, resetStep, closeStep, openStep, // framing
}

// pick returns one of a list.
func pick[T any](e *editor, all []T) T { return all[e.rng.IntN(len(all))] }

// command picks a step that sends something. Those of the sign-in are picked less often than what
// comes behind them, since edits there end most sessions before they begin.
func (e *editor) command(c *Case) int {
	var all []int
	for i := range c.steps {
		if c.steps[i].act == ActSend {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return -1
	}
	if e.rng.IntN(6) > 0 && len(all) > 6 {
		all = all[6:]
	}
	return pick(e, all)
}

// change has f edit a command of the case.
func (e *editor) change(c *Case, f func(cmd *command) bool) bool {
	i := e.command(c)
	if i < 0 || !f(c.steps[i].cmd) {
		return false
	}
	c.touched(i)
	return true
}

// strange has f make something of a command that no client would send.
func (e *editor) strange(c *Case, f func(cmd *command) bool) bool {
	return e.change(c, func(cmd *command) bool {
		if !f(cmd) {
			return false
		}
		cmd.odd = true
		return true
	})
}

// Sequence.

func dropStep(e *editor, c *Case) bool {
	if len(c.steps) < 2 {
		return false
	}
	i := e.rng.IntN(len(c.steps))
	c.steps = slices.Delete(c.steps, i, i+1)
	c.touched(i)
	return true
}

func repeatStep(e *editor, c *Case) bool {
	i := e.command(c)
	if i < 0 || len(c.steps) >= maxSteps/2 {
		return false
	}
	again := c.steps[i]
	again.cmd = again.cmd.clone()
	c.steps = slices.Insert(c.steps, i+1, again)
	c.touched(i + 1)
	return true
}

func swapSteps(e *editor, c *Case) bool {
	i, j := e.command(c), e.command(c)
	if i < 0 || i == j {
		return false
	}
	c.steps[i], c.steps[j] = c.steps[j], c.steps[i]
	c.touched(min(i, j))
	return true
}

// insertStep takes a command of any script.
func insertStep(e *editor, c *Case) bool {
	from := pick(e, e.scripts).steps
	s := pick(e, from)
	i := e.command(c)
	if s.act != ActSend || i < 0 || len(c.steps) >= maxSteps/2 {
		return false
	}
	s.cmd = s.cmd.clone()
	if on := c.steps[i].on; e.rng.IntN(8) == 0 && s.on != on {
		s.on, s.cmd.odd = on, true // where it does not belong
	}
	c.steps = slices.Insert(c.steps, i+1, s)
	c.touched(i + 1)
	return true
}

// splice goes on as another script does.
func splice(e *editor, c *Case) bool {
	other := pick(e, e.scripts).steps
	i, j := 1+e.rng.IntN(len(c.steps)), e.rng.IntN(len(other))
	if i+len(other)-j > maxSteps/2 {
		return false
	}
	tail := (&Case{steps: other[j:]}).clone().steps
	c.steps = append(c.steps[:i], tail...)
	c.touched(i)
	return true
}

func truncate(e *editor, c *Case) bool {
	if len(c.steps) < 3 {
		return false
	}
	i := 1 + e.rng.IntN(len(c.steps)-1)
	c.steps = c.steps[:i]
	c.touched(i)
	return true
}

// Command.

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
		cmd.payload = word{{text: strings.Repeat(pick(e, []string{"x", "\r\n", "\x00", "é", "A: b\r\n"}), n)[:n]}}
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

// Words.

// behind picks a word behind the verb.
func (e *editor) behind(cmd *command) int {
	if len(cmd.words) < 2 {
		return -1
	}
	return 1 + e.rng.IntN(len(cmd.words)-1)
}

func dropWord(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		i := e.behind(cmd)
		if i < 0 {
			return false
		}
		n := 1
		if e.rng.IntN(3) == 0 {
			n = len(cmd.words) - i
		}
		cmd.words = slices.Delete(cmd.words, i, i+n)
		return true
	})
}

func repeatWord(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		i := e.behind(cmd)
		if i < 0 {
			return false
		}
		for range pick(e, []int{1, 1, 2, 50, 500}) {
			cmd.words = append(cmd.words, slices.Clone(cmd.words[i]))
		}
		return true
	})
}

func swapWords(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		i, j := e.behind(cmd), e.behind(cmd)
		if i == j {
			return false
		}
		cmd.words[i], cmd.words[j] = cmd.words[j], cmd.words[i]
		return true
	})
}

// telling are words that servers are known to take badly.
var telling = []string{"0", "1", "-1", "-5", "29", "30", "31", "255", "65535", "65536", "70000", "2147483647", "2147483648", "4294967295", "4294967296",
	"18446744073709551616", "1e9", "0x10", "NaN", "FL", "AL", "BL", "RL", "PL", "XX", "fl", "NLN", "HDN", "FLN", "nln", "MFN", "PHH", "XYZ", "PHHH", "MSNP10", "CVR0",
	"TWN", "MD5", "I", "S", "SB", "NS", "CKI", "N=", "F=", "C=", "N=a@b", "=", "@", "a@", "@example.com", "a@b", "%", "%0", "%zz", "%00", "%0D%0A", "%0d%0aOUT%0d%0a",
	"%C3%A9", "\xc3\xa9", "\xff\xfe", "%%20", "~", "00000000-0000-0000-0000-000000000000", "{not-a-guid}", "'", "\"", "../../etc/passwd", "%n%s", "<x/>", "null", "true"}

var fieldsToTry = []Field{FieldTrID, FieldEmail, FieldPeer, FieldStranger, FieldTicket, FieldCookie, FieldCall, FieldContact, FieldGroup, FieldMark}

func changeWord(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		i := e.behind(cmd)
		if i < 0 {
			return false
		}
		if e.rng.IntN(4) == 0 {
			cmd.words[i] = word{{field: pick(e, fieldsToTry)}}
			return true
		}
		cmd.words[i] = word{{text: pick(e, telling)}}
		return true
	})
}

// names are texts as people choose them, and as clients escape them badly (§1.5). No client may be cut for them.
var names = []string{"a", "Bob%20B.", "%E2%82%AC", "100%25", "100%", "%zz", "%2", "Me%20%25%20%C3%A9", "caf\u00e9", "%0D%0AOUT", "%00", "(6)(L)", "~", "%3Cb%3E", "a,b", "N=x", "%E2%82", "\u202e", "'--"}

// changeText gives a name another text. It keeps the mark, and is as honest as before.
func changeText(e *editor, c *Case) bool {
	return e.change(c, func(cmd *command) bool {
		for i, w := range cmd.words {
			if at := slices.IndexFunc(w, func(p piece) bool { return p.field == FieldMark }); at >= 0 && len(w) < 4 {
				cmd.words[i] = slices.Insert(w, at+1, piece{text: pick(e, names)})
				return true
			}
		}
		return false
	})
}

// changeTrID asks with any number that a client may use (§1.2), or with one that it may not.
func changeTrID(e *editor, c *Case) bool {
	return e.change(c, func(cmd *command) bool {
		if len(cmd.words) < 2 || len(cmd.words[1]) != 1 || cmd.words[1][0].field != FieldTrID {
			return false
		}
		n := pick(e, []uint64{1, 255, 32768, 65535, 65536, 70_000, 1 << 31, 1<<31 + 7, 1<<32 - 1, 0, 1 << 32, 1 << 63})
		cmd.words[1] = word{{text: strconv.FormatUint(n, 10)}}
		cmd.odd = cmd.odd || n == 0 || n >= 1<<32
		return true
	})
}

// stretchWord makes a word long.
func stretchWord(e *editor, c *Case) bool {
	return e.strange(c, func(cmd *command) bool {
		i := e.behind(cmd)
		if i < 0 {
			return false
		}
		n := pick(e, []int{62, 100, 130, 200, 400, 1000, 1100, 2000, 4000, 7000, 8192, 9000, 70_000})
		cmd.words[i] = cmd.words[i].literal(strings.Repeat(pick(e, []string{"a", "%20", "%", "\xc3\xa9", "1"}), n)[:n])
		return true
	})
}
