package fuzz_test

import (
	"fmt"
	"strings"
	"testing"

	"nudge/codec"
)

// texts are payloads that no recording has, by what they show.
var texts = map[string]string{
	"empty":                  "",
	"empty-line":             "\r\n",
	"header-without-end":     "A: b",
	"header-bare-lf":         "A: b\nB:c\r\n\r\nbody\r\n",
	"header-twice":           "A:\r\na: second of the name\r\n\r\n",
	"header-cr-in-value":     "A: b\r\r\n\r\n",
	"header-nul-in-value":    "A: b\x00c\r\n\r\n",
	"header-blanks":          "A: \t b \t\r\nB:\t\r\n\r\n",
	"header-high-bytes":      "A: \xff\xe2\x82\xac\r\n\r\n\xfe",
	"cause-header-no-name":   ": no name\r\n\r\n",
	"cause-header-no-colon":  "no colon\r\n\r\n",
	"cause-header-space":     "a b: name with a space\r\n\r\n",
	"cause-headers-too-many": strings.Repeat("H: v\r\n", codec.MaxHeaders+1),
	"limit-headers-filled":   strings.Repeat("H: v\r\n", codec.MaxHeaders) + "\r\nbody",
	"limit-payload-filled":   strings.Repeat("x", 1664),
	"limit-payload-exceeded": strings.Repeat("x", 1665),
	"escapes":                "100%zz%2 %41%e2%82%ac%",
	"command-within":         "name with spaces\r\nVER 1 MSNP10\r\n",
	"argument":               "plain-argument_1.~",
	"argument-space":         "two words",
	"argument-lf":            "a\nb",
	"every-byte":             everyByte(),
}

func everyByte() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

// namedMessages are the seeds of FuzzMessage: recorded payloads from the side that sent them, and texts within
// and beyond each limit.
func namedMessages(tb testing.TB) seeds {
	s := seeds{}
	addPayloads(tb, s, func(p stream) []byte { return streamInput(p.from, 0, 0, string(p.data)) })
	for name, text := range texts {
		s.add(tb, "client-"+name, streamInput(codec.FromClient, 0, 0, text))
		s.add(tb, "server-"+name+"-strict", streamInput(codec.FromServer, codec.AllLeniencies, 0b1010, text))
	}
	for i := 1; i < len(maxPayloads); i++ {
		for end, n := range map[string]int{"filled": maxPayloads[i], "exceeded": maxPayloads[i] + 1} {
			s.add(tb, fmt.Sprintf("server-limit-payload-%d-%s", maxPayloads[i], end),
				streamInput(codec.FromServer, 0, byte(i)<<2, strings.Repeat("x", n)))
		}
		s.add(tb, fmt.Sprintf("server-limit-line-%d", maxLines[i]), streamInput(codec.FromServer, 0, byte(i), "x"))
	}
	return s
}

// addPayloads adds every recorded payload once, as input makes it one of a target.
func addPayloads(tb testing.TB, s seeds, input func(p stream) []byte) {
	seen := map[string]bool{}
	count := map[string]int{}
	for _, p := range payloads(tb) {
		data := input(p)
		if seen[string(data)] {
			continue
		}
		seen[string(data)] = true
		name := "transcript-" + streamName(p)
		count[name]++
		s.add(tb, fmt.Sprintf("%s-%02d", name, count[name]), data)
	}
}

// TestTextsShowWhatTheySay parses the texts that are named for a cause, and those that fill what they name.
func TestTextsShowWhatTheySay(t *testing.T) {
	for name, text := range texts {
		_, err := codec.ParseContent([]byte(text))
		e, _ := err.(*codec.SyntaxError)
		switch {
		case strings.HasPrefix(name, "cause-headers-"):
			if e == nil || e.Cause != codec.CauseHeaders {
				t.Errorf("%s: %v", name, err)
			}
		case strings.HasPrefix(name, "cause-header-"):
			if e == nil || e.Cause != codec.CauseHeader {
				t.Errorf("%s: %v", name, err)
			}
		case strings.HasPrefix(name, "header-"), name == "limit-headers-filled":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
