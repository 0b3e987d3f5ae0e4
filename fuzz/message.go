package fuzz

import (
	"bytes"
	"errors"
	"strings"

	"nudge/codec"
)

// MessageHeader is the number of bytes at the start of an input of [FuzzMessage] that choose how it is carried.
const MessageHeader = 2

// FuzzMessage takes data as the payload of a message. The first two bytes choose the side and the limits
// as in [FuzzStream], and the rest is the payload. Checked:
//
//   - a MSG built around it is read as what was meant, up to the limits of the reader, and the command
//     behind it is read too, in pieces as at once, and by the simple parser as by the fast one;
//   - as MIME content it has the same headers and the same body when it is written and read again, and is
//     then written the same to the byte;
//   - as an argument it is refused, with the buffer left as it was, or read as that one argument.
func FuzzMessage(data []byte) int {
	if len(data) < MessageHeader {
		return -1
	}
	payload := data[MessageHeader:]
	payload = payload[:min(len(payload), maxBuilt)]
	x := scratches.Get().(*scratch)
	checkCarried(syntaxOf(data[0], data[1]), payload, x)
	checkArgument(payload, x)
	found := 0
	if checkContent(payload, x) {
		found = 1
	}
	scratches.Put(x)
	return found
}

// checkCarried sends a payload in a MSG with another command behind it.
func checkCarried(s codec.Syntax, payload []byte, x *scratch) {
	l := codec.Begin(x.carried[:0], codec.MSG)
	behind := codec.QNG
	if s.From == codec.FromClient {
		l.TrID(7).Arg("A")
		behind = codec.PNG
	} else {
		l.Arg("user@example.com").Escape("A name")
	}
	stream, err := l.EndPayload(payload)
	if err != nil {
		fail("a MSG with payload %q: %v", payload, err)
	}
	end := len(stream)
	stream = append(append(stream, behind.String()...), "\r\n"...)
	x.carried = stream

	r := &x.whole
	r.read(s, stream, everything)
	checkReference(r, &x.simple)
	checkPieces(r, seedOf(stream), x)
	if overLimit(s, payload, end-len(payload)) {
		if len(r.commands) != 0 || r.end.cause == 0 {
			fail("a MSG beyond the limits %+v is read: %q", s, stream)
		}
		return
	}
	if len(r.commands) != 2 || !bytes.Equal(r.commands[0].Payload(), payload) || r.commands[1].Verb != behind {
		fail("a MSG with payload %q is read as %d commands, %+v", payload, len(r.commands), r.end)
	}
}

// overLimit reports whether a reader must refuse a MSG for its size.
func overLimit(s codec.Syntax, payload []byte, line int) bool {
	rule, _ := codec.RuleOf(codec.MSG, s.From)
	return rule.MaxPayload > 0 && len(payload) > int(rule.MaxPayload) ||
		s.MaxPayload > 0 && len(payload) > s.MaxPayload ||
		s.MaxLine > 0 && line > s.MaxLine
}

// checkArgument writes text as an argument in all ways but percent-encoded.
func checkArgument(text []byte, x *scratch) {
	const before = "PNG\r\n"
	strict := codec.Syntax{From: codec.FromClient, Refuse: codec.AllLeniencies, MaxLine: maxStream + 64}
	word := len(text) > 0 && !bytes.ContainsAny(text, " \r\n\x00")
	for how := range 3 {
		l := codec.Begin(append(x.out[:0], before...), codec.ADC)
		l.TrID(1).Arg("FL")
		want, good := text, word
		switch how {
		case 0:
			l.Arg(string(text))
		case 1:
			l.Bytes(text)
		case 2:
			l.Key('F', string(text))
			want, good = append(append(x.want[:0], "F="...), text...), word || len(text) == 0
			x.want = want
		}
		out, err := l.End()
		x.out = out
		if !bytes.HasPrefix(out, []byte(before)) || (err == nil) != good || err != nil && len(out) != len(before) {
			fail("%q as an argument left %q: %v", text, out, err)
		}
		if err != nil {
			continue
		}
		var c codec.Command
		if n, err := strict.Parse(&c, out[len(before):]); err != nil || n != len(out)-len(before) || c.NArgs() != 2 || !bytes.Equal(c.Arg(1), want) {
			fail("%q as an argument is read as %q: %v", text, out[len(before):], err)
		}
	}
}

// checkContent writes the content again. It reports whether there was any.
func checkContent(payload []byte, x *scratch) bool {
	content, err := codec.ParseContent(payload)
	if err != nil {
		var syntax *codec.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > int64(len(payload)) {
			fail("content %q: %v", payload, err)
		}
		checkErrorText(syntax)
		return false
	}
	headers := x.headers[:0]
	writable := true
	for name, value := range content.Headers() {
		if cap(name) != len(name) || cap(value) != len(value) {
			fail("header %q of %q can be appended to", name, payload)
		}
		headers = append(headers, codec.Header{Name: string(name), Value: string(value)})
		writable = writable && !bytes.ContainsAny(value, "\r\n\x00")
	}
	x.headers = headers
	checkLookup(content, headers)
	out, err := codec.AppendContent(x.out[:0], headers, content.Body())
	x.out = out
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
		if i == len(headers) || headers[i].Name != string(name) || headers[i].Value != string(value) {
			fail("content %q was written as %q, with another header %q: %q", payload, out, name, value)
		}
		i++
	}
	if i != len(headers) {
		fail("content %q was written as %q, with %d headers of %d", payload, out, i, len(headers))
	}
	return i > 0
}

// checkLookup checks that headers are found by name in either case, each the first of its name. Of many
// some are tried: a lookup reads the headers from the start.
func checkLookup(content codec.Content, headers []codec.Header) {
	for i := 0; i < len(headers); i += 1 + len(headers)/8 {
		name := headers[i].Name
		first := i
		for j := range headers[:i] {
			if strings.EqualFold(headers[j].Name, name) {
				first = j
				break
			}
		}
		for _, spelling := range [2]string{name, strings.ToUpper(name)} {
			if got := content.Header(spelling); string(got) != headers[first].Value || got == nil {
				fail("header %q is %q by name and %q in order", spelling, got, headers[first].Value)
			}
		}
	}
}
