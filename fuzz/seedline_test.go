package fuzz_test

import (
	"fmt"
	"strings"
	"testing"

	"nudge/codec"
)

// namedLines are the seeds of FuzzLine: the longest command of every rule, each leniency, cause and limit, and what
// is curious in the first command of a stream.
func namedLines(tb testing.TB) seeds {
	s := seeds{}
	for r := range codec.Rules() {
		s.add(tb, lower("rule-"+sides[r.From]+"-"+r.Verb.String()), streamInput(r.From, 0, 0, most(r)))
	}
	for _, l := range leniencies {
		s.add(tb, "leniency-"+l.name, streamInput(codec.FromServer, 0, 0, l.text))
		s.add(tb, "leniency-"+l.name+"-refused", streamInput(codec.FromServer, l.bit, 0, l.text))
	}
	for _, m := range malformed {
		s.add(tb, "cause-"+m.name, streamInput(codec.FromServer, 0, 0, m.text))
	}
	for i := 1; i < len(maxLines); i++ {
		for end, n := range map[string]int{"filled": maxLines[i], "exceeded": maxLines[i] + 1} {
			s.add(tb, fmt.Sprintf("limit-line-%d-%s", maxLines[i], end), streamInput(codec.FromServer, 0, byte(i), "NLN "+strings.Repeat("x", n-6)+"\r\n"))
		}
	}
	for name, text := range curious {
		if len(text) < 100 {
			s.add(tb, name, streamInput(codec.FromServer, 0, 0, text))
		}
	}
	return s
}

// escapes are texts for FuzzEscape, by what they show.
var escapes = map[string]string{
	"plain":                   "AZaz09_.-~",
	"every-byte":              everyByte(),
	"percent-alone":           "%",
	"percent-twice":           "%%",
	"percent-one-digit":       "%4",
	"percent-no-digits":       "100%zz%g1",
	"percent-second-no-digit": "%4g",
	"percent-before-escape":   "%%41%41",
	"percent-escaped":         "%25",
	"percent-high-bytes":      "%\xff%\xff\xff",
	"cut-after-one-digit":     "a%41%4",
	"line-end":                "%0d%0A%00%20",
	"letters-of-both-cases":   "%3cmsnobj%3E%3Cmsnobj%3e",
	"text-and-its-escapes":    "A%20nameA name",
	"capitals-and-small":      "%C3%A9%c3%a9",
	"utf-8":                   "Me%20%25%20\u00e9",
	"longer-on-one-side":      "abcab",
}

// namedEscapes are the seeds of FuzzEscape: each text compared with nothing, and cut in the middle.
func namedEscapes(tb testing.TB) seeds {
	s := seeds{}
	for name, text := range escapes {
		s.add(tb, name, append([]byte{0}, text...))
		s.add(tb, name+"-halved", append([]byte{128}, text...))
	}
	return s
}
