package corpus

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// goTextHead is the first line of an input in Go's text form.
const goTextHead = "go test fuzz v1"

// TextError says why a text in Go's form is no input of ours.
type TextError struct {
	Line   int // from 1
	Reason string
}

func (e *TextError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// IsGoText reports whether b begins as Go's text form of inputs does.
func IsGoText(b []byte) bool {
	first, _, _ := bytes.Cut(b, []byte("\n"))
	return string(bytes.TrimSuffix(first, []byte("\r"))) == goTextHead
}

// ParseGoText reads an input in the form of Go's testdata/fuzz: a first line
// "go test fuzz v1" and one line []byte("…") or string("…"). Inputs of several
// values or other types are not for targets that take bytes. The error is a
// *TextError.
func ParseGoText(b []byte) ([]byte, error) {
	var data []byte
	found, n := false, 0
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		switch n++; {
		case n == 1 && line != goTextHead:
			return nil, &TextError{n, "not " + goTextHead}
		case n == 1 || line == "":
			continue
		case found:
			return nil, &TextError{n, "a second value; targets take one"}
		}
		value, ok := goValue(line)
		if !ok {
			return nil, &TextError{n, `neither []byte("…") nor string("…")`}
		}
		data, found = []byte(value), true
	}
	if !found {
		return nil, &TextError{n + 1, "no value"}
	}
	return data, nil
}

// goValue reads one line of a text in Go's form.
func goValue(line string) (string, bool) {
	for _, kind := range []string{"[]byte(", "string("} {
		if rest, ok := strings.CutPrefix(line, kind); ok {
			rest, ok = strings.CutSuffix(rest, ")")
			value, err := strconv.Unquote(strings.TrimSpace(rest))
			return value, ok && err == nil && !strings.HasPrefix(rest, "'")
		}
	}
	return "", false
}

// AppendGoText writes data in the form that ParseGoText reads at the end of dst.
func AppendGoText(dst, data []byte) []byte {
	dst = append(dst, goTextHead+"\n[]byte("...)
	dst = strconv.AppendQuote(dst, string(data))
	return append(dst, ")\n"...)
}
