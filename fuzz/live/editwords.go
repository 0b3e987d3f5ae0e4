package live

import (
	"slices"
	"strconv"
	"strings"
)

// Edits of the words of a command.

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
		n := pick(e, []int{1, 1, 2, 50, 500})
		if n*len(cmd.words[i].appendText(nil)) > maxRepeated {
			return false
		}
		for range n {
			cmd.words = append(cmd.words, slices.Clone(cmd.words[i]))
		}
		return true
	})
}

// maxRepeated is how much the repetition of a word adds at most, in bytes.
const maxRepeated = 1 << 20

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

var fieldsToTry = []field{fieldTrID, fieldEmail, fieldPeer, fieldStranger, fieldTicket, fieldCookie, fieldCall, fieldContact, fieldGroup, fieldMark}

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
var names = []string{"a", "Bob%20B.", "%E2%82%AC", "100%25", "100%", "%zz", "%2", "Me%20%25%20%C3%A9", "caf\u00e9", "%0D%0AOUT", "%0d%0a", "%0A", "%00", "(6)(L)", "~", "%3Cb%3E", "a,b", "N=x", "%E2%82", "\u202e", "'--"}

// changeText gives a name another text. It keeps the mark, and is as honest as before, unless the text is long.
func changeText(e *editor, c *Case) bool {
	type place struct{ step, word, piece int }
	var all []place
	for i := range c.steps {
		if c.steps[i].act != actSend {
			continue
		}
		for j, w := range c.steps[i].cmd.words {
			if at := slices.IndexFunc(w, func(p piece) bool { return p.field == fieldMark }); at >= 0 && len(w) < 4 {
				all = append(all, place{i, j, at})
			}
		}
	}
	if len(all) == 0 {
		return false
	}
	at := pick(e, all)
	w := &c.steps[at.step].cmd.words[at.word]
	text := pick(e, names)
	if e.rng.IntN(6) == 0 {
		text = stretched(text, pick(e, []int{130, 400, 1000, 3000, 7000}))
		c.steps[at.step].cmd.odd = true
	}
	*w = slices.Insert(*w, at.piece+1, piece{text: text})
	c.touched(at.step)
	return true
}

// changeTrID asks with any number that a client may use (§1.2), or with one that it may not.
func changeTrID(e *editor, c *Case) bool {
	return e.change(c, func(cmd *command) bool {
		if len(cmd.words) < 2 || len(cmd.words[1]) != 1 || cmd.words[1][0].field != fieldTrID {
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
		cmd.words[i] = cmd.words[i].literal(stretched(pick(e, []string{"a", "%20", "%", "\xc3\xa9", "1"}), n))
		return true
	})
}

// stretched repeats a text up to a length in bytes.
func stretched(s string, n int) string { return strings.Repeat(s, n/len(s)+1)[:n] }
