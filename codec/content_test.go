package codec

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseContent(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		headers  string
		body     string // "-": nil
	}{
		{"headers and body", "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHi\r\n\r\n", "MIME-Version=1.0 Content-Type=text/plain ", "Hi\r\n\r\n"},
		{"no space after the colon and no value", "preferredEmail:\r\nAge: \r\nKid:0\r\n\r\n", "preferredEmail= Age= Kid=0 ", ""},
		{"no empty line", "Type: 1\r\nArg1: 5\r\n", "Type=1 Arg1=5 ", "-"},
		{"no end of the last line", "Type: 1\r\nArg1: 5", "Type=1 Arg1=5 ", "-"},
		{"bare LF", "A: 1\nB: 2\n\nx", "A=1 B=2 ", "x"},
		{"a colon in the value", "Inbox-URL: http://a/b\r\n\r\n", "Inbox-URL=http://a/b ", ""},
		{"only a body", "\r\nx", "", "x"},
		{"nothing", "", "", "-"},
	} {
		c, err := ParseContent([]byte(tt.in))
		var got strings.Builder
		for n, v := range c.Headers() {
			fmt.Fprintf(&got, "%s=%s ", n, v)
		}
		body := string(c.Body())
		if c.Body() == nil {
			body = "-"
		}
		if err != nil || got.String() != tt.headers || body != tt.body {
			t.Errorf("%s: %q, body %q, %v", tt.name, got.String(), body, err)
		}
	}
}

func TestParseContentRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     SyntaxError
	}{
		{"a line without colon", "A: 1\r\nhello\r\n\r\n", SyntaxError{6, CauseHeader}},
		{"a body without headers", "hello", SyntaxError{0, CauseHeader}},
		{"a header without name", ": 1\r\n\r\n", SyntaxError{0, CauseHeader}},
		{"a space in the name", "A B: 1\r\n\r\n", SyntaxError{0, CauseHeader}},
		{"a folded line", "A: 1\r\n b: 2\r\n\r\n", SyntaxError{6, CauseHeader}},
		{"257 headers", strings.Repeat("A:1\n", 257) + "\n", SyntaxError{1028, CauseHeaders}},
	} {
		var e *SyntaxError
		if _, err := ParseContent([]byte(tt.in)); !errors.As(err, &e) || *e != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, err, &tt.want)
		}
	}
	if c, err := ParseContent([]byte(strings.Repeat("A:1\n", 256) + "\nx")); err != nil || string(c.Body()) != "x" {
		t.Errorf("256 headers: %v", err)
	}
}

func TestHeaderIsFoundWithoutCase(t *testing.T) {
	c, err := ParseContent([]byte("PreferredEmail: a@b\r\nABCHMigrated: 1\r\nabchmigrated: 0\r\nAge:\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"preferredEmail": "a@b", "ABCHMIGRATED": "1", "age": "", "ag": "-", "kid": "-", "": "-"} {
		got := string(c.Header(name))
		if c.Header(name) == nil {
			got = "-"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { c.Header("age") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for n := range c.Headers() {
		if string(n) != "PreferredEmail" {
			t.Errorf("first header %q", n)
		}
		break
	}
}

func TestEveryRecordedMessageHasContent(t *testing.T) {
	n := 0
	for _, r := range wellFormed(t) {
		d := NewDecoder(bytes.NewReader(r.data), Syntax{From: r.from})
		for {
			var c Command
			if d.Decode(&c) != nil {
				break
			}
			if c.Verb != MSG {
				continue
			}
			n++
			m, err := ParseContent(c.Payload())
			if err != nil || m.Header("content-type") == nil {
				t.Errorf("%s: %q: %v", r.name, c.Payload(), err)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d messages", n)
	}
}

func TestContentIsAppendedAndParsedTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		headers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Header {
			return Header{rapid.StringMatching(`[!-9;-~]{1,9}`).Draw(t, "name"), rapid.String().Draw(t, "value")}
		}), 0, 9).Draw(t, "headers")
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		b, err := AppendContent([]byte("x"), headers, body)
		if err != nil {
			if string(b) != "x" {
				t.Fatalf("%q left behind", b)
			}
			return
		}
		c, err := ParseContent(b[1:])
		if err != nil || !bytes.Equal(c.Body(), body) {
			t.Fatalf("%q: %v", b, err)
		}
		i := 0
		for n, v := range c.Headers() {
			if string(n) != headers[i].Name || string(v) != strings.Trim(headers[i].Value, " \t") {
				t.Fatalf("header %d: %q %q", i, n, v)
			}
			i++
		}
		if i != len(headers) {
			t.Fatalf("%d of %d headers", i, len(headers))
		}
	})
}

func TestAppendContentCannotInject(t *testing.T) {
	for _, h := range []Header{{"", "v"}, {"a b", "v"}, {"a:", "v"}, {"a\r\nb", "v"}, {"é", "v"}, {"a", "v\r"}, {"a", "v\nb: c"}, {"a", "\x00"}} {
		if b, err := AppendContent([]byte("x"), []Header{{"ok", "1"}, h}, nil); err != ErrHeader || string(b) != "x" {
			t.Errorf("%q: %q, %v", h, b, err)
		}
		if b, err := AppendHeader([]byte("x"), h.Name, []byte(h.Value)); err != ErrHeader || string(b) != "x" {
			t.Errorf("%q alone: %q, %v", h, b, err)
		}
	}
}

func TestAppendHeaderAllocatesNothing(t *testing.T) {
	buf, value := make([]byte, 0, 99), []byte("user@example.com")
	if n := testing.AllocsPerRun(100, func() { buf, _ = AppendHeader(buf[:0], "TypingUser", value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if string(buf) != "TypingUser: user@example.com\r\n" {
		t.Errorf("%q", buf)
	}
}

func TestEscaping(t *testing.T) {
	for _, tt := range []struct{ name, plain, escaped string }{
		{"space, percent, CR and LF", " %\r\n", "%20%25%0D%0A"},
		{"UTF-8 byte by byte", "é", "%C3%A9"},
		{"what stays", "aZ09_.-~", "aZ09_.-~"},
		{"an address", "a@b", "a%40b"},
		{"nothing", "", ""},
	} {
		if got := Escape(tt.plain); got != tt.escaped || Unescape(got) != tt.plain {
			t.Errorf("%s: %q, back %q", tt.name, got, Unescape(got))
		}
	}
	for in, want := range map[string]string{
		"100%zz%2": "100%zz%2", "Me%20%%20é": "Me % é", "%": "%", "%4": "%4", "%e9%E9": "\xe9\xe9", "%%41": "%A", "%g0": "%g0",
	} {
		if got := Unescape(in); got != want {
			t.Errorf("Unescape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEqualEscapedComparesWhatIsMeant(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Me%20%25%20%C3%A9", "Me%20%25%20é", true}, {"%40", "@", true}, {"%2f", "%2F", true}, {"", "", true},
		{"a", "A", false}, {"a", "ab", false}, {"ab", "a", false}, {"100%zz", "100%25zz", true}, {"%4", "%34", false},
	} {
		if EqualEscaped([]byte(tt.a), []byte(tt.b)) != tt.want {
			t.Errorf("%q and %q: not %v", tt.a, tt.b, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.StringMatching(`[%0-9A-F a]*`).Draw(t, "b")
		if Unescape(Escape(a)) != a {
			t.Fatalf("%q escaped is %q", a, Escape(a))
		}
		if EqualEscaped([]byte(a), []byte(b)) != (Unescape(a) == Unescape(b)) || !EqualEscaped([]byte(b), []byte(Escape(Unescape(b)))) {
			t.Fatalf("%q, %q", a, b)
		}
	})
}

// A value with blanks behind it once had room for them.
func TestHeadersCanNotBeAppendedToTheBytesBehindThem(t *testing.T) {
	c, err := ParseContent([]byte("A: b\t \r\nC: \r\n\r\nbody"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range c.Headers() {
		if cap(name) != len(name) || cap(value) != len(value) {
			t.Errorf("%q: %q has room for %d and %d bytes", name, value, cap(name), cap(value))
		}
	}
	if got := string(c.Header("A")); got != "b" {
		t.Errorf("A is %q", got)
	}
}
