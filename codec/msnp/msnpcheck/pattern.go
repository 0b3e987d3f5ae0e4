package msnpcheck

import (
	"fmt"
	"strings"

	"nudge/codec"
)

// A pattern says what a command must look like, word by word, as the package
// comment explains. It is what reports show as wanted.
//
// Endings, which are no commands: the connection is closed, nothing comes.
const (
	closed  = "(closed)"
	silence = "(silence)"
	orElse  = " || " // between patterns that are equally right
)

// differs says why a line is not as the pattern has it; "": it is.
func differs(pattern, line string, trid uint32) string {
	want, got := strings.Split(pattern, " "), strings.Split(line, " ")
	for i, w := range want {
		if w == "..." {
			return ""
		}
		if i >= len(got) {
			return fmt.Sprintf("%s is missing", place(i, w))
		}
		if w == "$" {
			w = fmt.Sprint(trid)
		}
		if !wordMatches(w, got[i]) {
			return fmt.Sprintf("%s is %q", place(i, w), got[i])
		}
	}
	if n := len(want); n < len(got) {
		return fmt.Sprintf("%q is too much", strings.Join(got[n:], " "))
	}
	return ""
}

// likeness says how near a line comes to a pattern: how many words are as they
// should be; 0 if no more than the verb is, and more should be.
func likeness(pattern, line string) int {
	want, got := strings.Split(pattern, " "), strings.Split(line, " ")
	n := 0
	for i, w := range want {
		if i < len(got) && w != "*" && w != "..." && wordMatches(w, got[i]) {
			n++
		}
	}
	if want[0] != got[0] || n < min(2, len(want)-1) {
		return 0
	}
	return n
}

// place names a word of a command for people, with what it should be.
func place(i int, want string) string {
	if i == 0 {
		return "the verb, which should be " + want + ","
	}
	return fmt.Sprintf("word %d, which should be %s,", i+1, meaning(want))
}

// meaning says in words what a word of a pattern stands for.
func meaning(want string) string {
	prefix, class, found := cutClass(want)
	switch {
	case want == "*":
		return "anything"
	case !found:
		return want
	}
	return prefix + classes[class].says
}

// wordMatches compares one word. Addresses are compared without case, names by
// what they mean.
func wordMatches(want, got string) bool {
	for alt := range strings.SplitSeq(want, "|") {
		prefix, class, found := cutClass(alt)
		switch {
		case alt == "*" && got != "":
			return true
		case strings.HasSuffix(alt, "=*"): // an attribute with some value
			if rest, ok := strings.CutPrefix(got, alt[:len(alt)-1]); ok && rest != "" {
				return true
			}
		case found:
			if rest, ok := strings.CutPrefix(got, prefix); ok && classes[class].is(rest) {
				return true
			}
		case strings.Contains(alt, "@"):
			if strings.EqualFold(alt, got) {
				return true
			}
		case alt == got, strings.Contains(alt, "%") && codec.EqualEscaped([]byte(alt), []byte(got)):
			return true
		}
	}
	return false
}

// cutClass splits a word such as C={guid}.
func cutClass(word string) (prefix, class string, found bool) {
	prefix, class, found = strings.Cut(word, "{")
	class, closes := strings.CutSuffix(class, "}")
	_, known := classes[class]
	return prefix, class, found && closes && known
}

// classes are the words in braces.
var classes = map[string]struct {
	says string
	is   func(s string) bool
}{
	"guid":    {"a GUID", isGUID},
	"number":  {"a number", isNumber},
	"time":    {"a time such as 2003-07-14T08:30:00.0000000-07:00", isTime},
	"address": {"host:port", isHostPort},
	"id":      {"an id", func(s string) bool { return s != "" }},
	"url":     {"a URL", func(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }},
	"pairs":   {"pairs such as lc=1033,id=507", arePairs},
}

func arePairs(s string) bool {
	for pair := range strings.SplitSeq(s, ",") {
		if key, _, ok := strings.Cut(pair, "="); !ok || key == "" {
			return false
		}
	}
	return true
}

func isNumber(s string) bool {
	_, ok := codec.ParseUint([]byte(s))
	return ok
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !isHex(c):
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isTime takes the times of list versions: digits where digits stand, with any
// number of them behind the point, and any zone (§4.4).
func isTime(s string) bool {
	const shape = "0000-00-00T00:00:00."
	if len(s) < len(shape)+len("0-00:00") {
		return false
	}
	for i, c := range []byte(shape) {
		digit := s[i] >= '0' && s[i] <= '9'
		if c == '0' && !digit || c != '0' && s[i] != c {
			return false
		}
	}
	rest := strings.TrimLeft(s[len(shape):], "0123456789")
	return len(rest) == len("-00:00") && (rest[0] == '-' || rest[0] == '+') && rest[3] == ':'
}

func isHostPort(s string) bool {
	host, port, ok := strings.Cut(s, ":")
	return ok && host != "" && isNumber(port)
}
