package message

import (
	"bytes"
	"strconv"

	"nudge/codec"
)

// cut returns s up to the first sep and what follows it, both without blanks
// around them. Without a sep that is all of s, and an empty rest.
func cut(s []byte, sep byte) (before, after []byte) {
	if i := bytes.IndexByte(s, sep); i >= 0 {
		return trim(s[:i]), trim(s[i+1:])
	}
	return trim(s), s[len(s):]
}

func trim(s []byte) []byte {
	for len(s) > 0 && isBlank(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// equalFold compares without the case of ASCII letters, and of no others.
func equalFold(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i, c := range a {
		if lower(c) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// lowered returns b with its ASCII letters in lower case, all else as it is.
func lowered(b []byte) string {
	b = bytes.Clone(b)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

// maxDigits is the longest number that number looks at, 2^64-1 in decimal.
const maxDigits = 20

// number reads an unsigned number of the given base that fits in bits.
func number(b []byte, base, bits int) (uint64, bool) {
	if len(b) > maxDigits {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b), base, bits)
	return n, err == nil
}

// fields reads the "Name: value" lines in the body of c, which have the form
// of headers (§9.8).
func fields(k Kind, c codec.Content) (codec.Content, error) {
	if got := KindOf(c); got != k {
		return codec.Content{}, wrongKind(k, got)
	}
	f, err := codec.ParseContent(c.Body())
	if e, ok := err.(*codec.SyntaxError); ok {
		return f, malformed(k, "body", int(e.Offset), e.Cause.String())
	}
	return f, nil
}
