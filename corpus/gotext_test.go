package corpus_test

import (
	"errors"
	"testing"

	"nudge/corpus"
)

func TestParseGoText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"bytes", "go test fuzz v1\n[]byte(\"PNG\\r\\n\\xff\")\n", "PNG\r\n\xff"},
		{"a string", "go test fuzz v1\nstring(\"a\\tb\")\n", "a\tb"},
		{"between back-quotes", "go test fuzz v1\n[]byte(`a\\b`)\n", `a\b`},
		{"no line end", "go test fuzz v1\n[]byte(\"\")", ""},
		{"lines that end in CR LF, an empty one", "go test fuzz v1\r\n\r\n[]byte(\"a\")\r\n", "a"},
	} {
		got, err := corpus.ParseGoText([]byte(tt.text))
		if err != nil || string(got) != tt.want || !corpus.IsGoText([]byte(tt.text)) {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

func TestParseGoTextRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		line       int
	}{
		{"raw bytes", "PNG\r\n", 1},
		{"nothing", "", 1},
		{"another version", "go test fuzz v2\n[]byte(\"a\")\n", 1},
		{"no value", "go test fuzz v1\n", 2},
		{"two values", "go test fuzz v1\n[]byte(\"a\")\n[]byte(\"b\")\n", 3},
		{"a number", "go test fuzz v1\nint(5)\n", 2},
		{"a rune", "go test fuzz v1\nstring('a')\n", 2},
		{"a quote that does not end", "go test fuzz v1\n[]byte(\"a)\n", 2},
		{"no bracket", "go test fuzz v1\n\n[]byte(\"a\"\n", 3},
		{"an unknown escape", "go test fuzz v1\n[]byte(\"\\q\")\n", 2},
	} {
		got, err := corpus.ParseGoText([]byte(tt.text))
		var e *corpus.TextError
		if !errors.As(err, &e) || e.Line != tt.line || e.Reason == "" || got != nil {
			t.Errorf("%s: %q, %v, want line %d", tt.name, got, err, tt.line)
		}
	}
}

// FuzzGoText writes bytes as text, and reads bytes as text: what is read comes out as it was.
func FuzzGoText(f *testing.F) {
	f.Add([]byte("PNG\r\n\x00\xff\"`\\"))
	f.Add([]byte("go test fuzz v1\n[]byte(\"a\")\n"))
	f.Add([]byte("go test fuzz v1\nstring(`a`)\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkGoText(t, data)
		if value, err := corpus.ParseGoText(data); err == nil {
			checkGoText(t, value)
		}
	})
}

func checkGoText(t *testing.T, data []byte) {
	text := corpus.AppendGoText([]byte("x"), data)
	got, err := corpus.ParseGoText(text[1:])
	if err != nil || string(got) != string(data) || text[0] != 'x' {
		t.Errorf("%q was written as %q, read as %q, %v", data, text, got, err)
	}
}
