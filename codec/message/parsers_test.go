package message

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"nudge/codec"
)

// message is a value that a parser returned, which can be written again.
type message interface {
	Append(dst []byte) ([]byte, error)
}

// emoticonMessage is a message of emoticons in the form of the others.
type emoticonMessage struct {
	kind Kind
	all  []Emoticon
}

func (m emoticonMessage) Append(dst []byte) ([]byte, error) {
	return AppendEmoticons(dst, m.kind, m.all)
}

func parseEmoticons(c codec.Content) (message, error) {
	e, err := ParseEmoticons(c)
	return emoticonMessage{KindOf(c), slices.Collect(e.All())}, err
}

// parsers has the parser of every kind that has one.
var parsers = map[Kind]func(codec.Content) (message, error){
	KindText:              func(c codec.Content) (message, error) { return ParseText(c) },
	KindTyping:            func(c codec.Content) (message, error) { return ParseTyping(c) },
	KindCapabilities:      func(c codec.Content) (message, error) { return ParseCapabilities(c) },
	KindInvitation:        func(c codec.Content) (message, error) { return ParseInvitation(c) },
	KindDatacast:          func(c codec.Content) (message, error) { return ParseDatacast(c) },
	KindP2P:               func(c codec.Content) (message, error) { return ParseP2P(c) },
	KindEmoticons:         parseEmoticons,
	KindAnimatedEmoticons: parseEmoticons,
}

// content parses a payload that a test wrote.
func content(t testing.TB, payload string) codec.Content {
	t.Helper()
	c, err := codec.ParseContent([]byte(payload))
	if err != nil {
		t.Fatalf("%q: %v", payload, err)
	}
	return c
}

// checkParser checks what holds for any payload and parser: errors say what is wrong and where; what was
// parsed is written, read again as the same and written the same; views lie in the payload and end there.
func checkParser(t *testing.T, k Kind, payload []byte) {
	inside := slices.Concat([]byte("before"), payload, []byte("behind"))
	p := inside[6 : len(inside)-6]
	c, err := codec.ParseContent(p)
	if err != nil {
		return
	}
	v, err := parsers[k](c)
	if err != nil {
		checkError(t, err, payload)
		if k != KindText || errors.Is(err, ErrKind) {
			return
		}
	}
	checkRewritten(t, k, v, payload)
	for i := range p {
		p[i] = 0xEE
	}
	checkViews(t, reflect.ValueOf(v), payload)
	if !bytes.HasPrefix(inside, []byte("before")) || !bytes.HasSuffix(inside, []byte("behind")) {
		t.Errorf("%q: bytes beside the payload were written", payload)
	}
}

func checkError(t *testing.T, err error, payload []byte) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Part == "" || e.Detail == "" || e.Offset < 0 || e.Offset > len(payload) {
		t.Fatalf("%q: %#v", payload, err)
	}
	if !errors.Is(err, ErrKind) && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrLimit) {
		t.Fatalf("%q: %v wraps %v", payload, err, e.Err)
	}
}

func checkRewritten(t *testing.T, k Kind, v message, payload []byte) {
	t.Helper()
	out, err := v.Append([]byte("x"))
	if err != nil {
		if !errors.Is(err, codec.ErrHeader) || !bytes.ContainsAny(payload, "\r\x00") || string(out) != "x" {
			t.Fatalf("%q is written as %q: %v", payload, out, err)
		}
		return
	}
	c, err := codec.ParseContent(out[1:])
	if err != nil {
		t.Fatalf("%q is written as %q: %v", payload, out, err)
	}
	again, err := parsers[k](c)
	if err != nil || describe(again) != describe(v) {
		t.Fatalf("%q is written as %q, which reads\n%s\n%s\n%v", payload, out, describe(v), describe(again), err)
	}
	if second, err := again.Append([]byte("x")); err != nil || !bytes.Equal(second, out) {
		t.Fatalf("%q is written as %q, then as %q: %v", payload, out, second, err)
	}
}

// describe tells values apart that mean something else: an empty slice is none, a font is what it stands for.
func describe(v message) string {
	if t, ok := v.(Text); ok {
		t.Format.Font = codec.AppendUnescape(nil, t.Format.Font)
		return fmt.Sprintf("%+v", t)
	}
	return fmt.Sprintf("%+v", v)
}

// checkViews checks that all bytes in v are the payload's, which has been overwritten.
func checkViews(t *testing.T, v reflect.Value, payload []byte) {
	t.Helper()
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			checkViews(t, v.Field(i), payload)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		if b := v.Bytes(); len(bytes.Trim(b, "\xEE")) > 0 || cap(b) > len(b) {
			t.Fatalf("%q: %q is no view of it, or one that can grow", payload, b)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			checkViews(t, v.Index(i), payload)
		}
	}
}
