package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"nudge/codec"
)

// MessageHeader is the number of bytes at the start of an input of [FuzzMessage] that choose how it is carried.
const MessageHeader = 2

// FuzzMessage takes data as the payload of a message. The first two bytes choose the side and the limits
// as in [FuzzStream], and the rest is the payload. Checked:
//
//   - a MSG built around it is read as what was meant, up to the limits of the reader, whatever split the
//     bytes arrive in, and the command behind it is read too;
//   - as MIME content it has the same headers and the same body when it is written and read again, and is
//     then written the same to the byte;
//   - as an argument it is refused, with the buffer left as it was, or read as that one argument: nothing
//     can end a line, a word or a command early;
//   - as text it is the same after percent-encoding and back.
func FuzzMessage(data []byte) int {
	if len(data) < MessageHeader {
		return -1
	}
	payload := data[MessageHeader:]
	payload = payload[:min(len(payload), maxStream)]
	s := syntaxOf(data[0], data[1])

	checkCarried(s, payload)
	checkArgument(string(payload))
	checkEscape(string(payload))
	if checkContent(payload) {
		return 1
	}
	return 0
}

// checkCarried sends a payload in a MSG with another command behind it.
func checkCarried(s codec.Syntax, payload []byte) {
	l := codec.Begin(nil, codec.MSG)
	behind := "QNG 50\r\n"
	if s.From == codec.FromClient {
		l.TrID(7).Arg("A")
		behind = "PNG\r\n"
	} else {
		l.Arg("user@example.com").Escape("A name")
	}
	stream, err := l.EndPayload(payload)
	if err != nil {
		fail("a MSG with payload %q: %v", payload, err)
	}
	end := len(stream)
	stream = append(stream, behind...)

	var c codec.Command
	n, err := s.Parse(&c, stream)
	if err == nil && (n != end || !bytes.Equal(c.Payload(), payload)) {
		fail("payload %q was read as %q", payload, c.Payload())
	}
	var syntax *codec.SyntaxError
	if err != nil && (!errors.As(err, &syntax) || !overLimit(s, payload, end-len(payload))) {
		fail("a MSG with payload %q is not read: %v", payload, err)
	}
	whole := decodeAll(s, bytes.NewReader(stream))
	if err == nil && (whole.err != io.EOF.Error() || !bytes.Contains(whole.commands, []byte(behind[:3]))) {
		fail("behind payload %q: %s%s", payload, whole.commands, whole.err)
	}
	for _, at := range splits([]int{end - len(payload), end}, len(stream)) {
		got := decodeAll(s, io.MultiReader(bytes.NewReader(stream[:at]), bytes.NewReader(stream[at:])))
		checkSame(fmt.Sprintf("split at %d", at), stream, whole, got)
	}
	checkSame("one byte at a time", stream, whole, decodeAll(s, &oneByte{stream}))
}

// overLimit reports whether a reader may refuse a MSG for its size.
func overLimit(s codec.Syntax, payload []byte, line int) bool {
	rule, _ := codec.RuleOf(codec.MSG, s.From)
	return rule.MaxPayload > 0 && len(payload) > int(rule.MaxPayload) ||
		s.MaxPayload > 0 && len(payload) > s.MaxPayload ||
		s.MaxLine > 0 && line > s.MaxLine
}

// checkContent writes the content again. It reports whether there was any.
func checkContent(payload []byte) bool {
	content, err := codec.ParseContent(payload)
	if err != nil {
		var syntax *codec.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > int64(len(payload)) {
			fail("content %q: %v", payload, err)
		}
		return false
	}
	var headers []codec.Header
	writable := true
	for name, value := range content.Headers() {
		headers = append(headers, codec.Header{Name: string(name), Value: string(value)})
		writable = writable && !bytes.ContainsAny(value, "\r\n\x00")
		checkLookup(content, string(name))
	}
	out, err := codec.AppendContent(nil, headers, content.Body())
	if (err == nil) != writable {
		fail("content %q was written as %q: %v", payload, out, err)
	}
	if err != nil {
		return false
	}
	again, err := codec.ParseContent(out)
	if err != nil || !bytes.Equal(again.Body(), content.Body()) {
		fail("content %q was written as %q, which reads with body %q: %v", payload, out, again.Body(), err)
	}
	i := 0
	for name, value := range again.Headers() {
		if i == len(headers) || headers[i] != (codec.Header{Name: string(name), Value: string(value)}) {
			fail("content %q was written as %q, with another header %q: %q", payload, out, name, value)
		}
		i++
	}
	if i != len(headers) {
		fail("content %q was written as %q, with %d headers of %d", payload, out, i, len(headers))
	}
	return i > 0
}

// checkLookup checks that a header is found by its name in either case, and is the first of that name.
func checkLookup(content codec.Content, name string) {
	for n, first := range content.Headers() {
		if !strings.EqualFold(string(n), name) {
			continue
		}
		for _, spelling := range []string{name, upper(name)} {
			if got := content.Header(spelling); !bytes.Equal(got, first) {
				fail("header %q is %q by name and %q in order", spelling, got, first)
			}
		}
		return
	}
}

// upper turns ASCII letters into capitals and leaves every other byte alone.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// checkArgument writes text as an argument, raw and percent-encoded, into a buffer that holds something already.
func checkArgument(text string) {
	const before = "PNG\r\n"
	strict := codec.Syntax{From: codec.FromClient, Refuse: codec.AllLeniencies, MaxLine: 4*maxStream + 64}
	for _, tt := range []struct {
		how  string
		add  func(l *codec.Line)
		want string
	}{
		{"Arg", func(l *codec.Line) { l.Arg(text) }, text},
		{"Bytes", func(l *codec.Line) { l.Bytes([]byte(text)) }, text},
		{"Escape", func(l *codec.Line) { l.Escape(text) }, codec.Escape(text)},
		{"Key", func(l *codec.Line) { l.Key('F', text) }, "F=" + text},
	} {
		l := codec.Begin([]byte(before), codec.ADC)
		l.TrID(1).Arg("FL")
		tt.add(&l)
		out, err := l.End()
		if err != nil {
			if string(out) != before || tt.how == "Escape" && text != "" {
				fail("%s of %q left %q: %v", tt.how, text, out, err)
			}
			continue
		}
		var c codec.Command
		n, err := strict.Parse(&c, out[len(before):])
		if err != nil || n != len(out)-len(before) || c.NArgs() != 2 || string(c.Arg(1)) != tt.want {
			fail("%s of %q is read as %q: %v", tt.how, text, out[len(before):], err)
		}
	}
}

// checkEscape encodes and decodes text, and decodes it as it stands.
func checkEscape(text string) {
	escaped := codec.Escape(text)
	if strings.ContainsAny(escaped, " \r\n\x00") || codec.Unescape(escaped) != text {
		fail("%q is encoded as %q, which is %q", text, escaped, codec.Unescape(escaped))
	}
	if !codec.EqualEscaped([]byte(escaped), codec.AppendEscape(nil, codec.Unescape(escaped))) {
		fail("%q does not equal itself", escaped)
	}
	plain := codec.Unescape(text)
	if len(plain) > len(text) || !codec.EqualEscaped([]byte(text), []byte(codec.Escape(plain))) {
		fail("%q stands for %q, which is encoded as %q", text, plain, codec.Escape(plain))
	}
}
