package message

import (
	"errors"
	"strings"
	"testing"
)

var alice, bob = []byte("alice@example.com"), []byte("bob@example.com")

// first and later return chunks of the message with an id.
func first(id, total, body string) string {
	return textHead + "Message-ID: " + id + "\r\nChunks: " + total + "\r\n\r\n" + body
}

func later(id, i, body string) string {
	return "Message-ID: " + id + "\r\nChunk: " + i + "\r\n\r\n" + body
}

// add gives a payload to j. It returns the body if a message is done, and "-" if none is.
func add(t *testing.T, j *Joiner, from []byte, payload string) (body string, err error) {
	t.Helper()
	c, done, err := j.Add(from, content(t, payload))
	if !done {
		if c.Body() != nil {
			t.Errorf("%q gave a body and is not done", payload)
		}
		return "-", err
	}
	return string(c.Body()), err
}

func TestJoinerTakesChunksInAnyOrder(t *testing.T) {
	a, b, c := first("{1}", "3", "a"), later("{1}", "1", "b"), later("{1}", "2", "c")
	for _, order := range [][]string{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
		var j Joiner
		for i, payload := range order {
			want := "-"
			if i == 2 {
				want = "abc"
			}
			if got, err := add(t, &j, alice, payload); got != want || err != nil {
				t.Errorf("%q, chunk %d: %q, %v", order, i, got, err)
			}
		}
		if len(j.open) != 0 || j.held != 0 {
			t.Errorf("%q: %d messages and %d bytes are left", order, len(j.open), j.held)
		}
	}
}

func TestJoinerTellsMessagesApart(t *testing.T) {
	var j Joiner
	for _, step := range []struct {
		name    string
		from    []byte
		payload string
		want    string
	}{
		{"a message that is no chunk", alice, textHead + "\r\nplain", "plain"},
		{"one with an ID and no more", alice, textHead + "Message-ID: {1}\r\n\r\nplain", "plain"},
		{"one with an empty ID", alice, textHead + "Message-ID:\r\nChunks: 2\r\n\r\nplain", "plain"},
		{"alice begins", alice, first("{a-z}", "2", "A"), "-"},
		{"bob begins with the same ID", bob, first("{a-z}", "2", "B"), "-"},
		{"alice begins another", alice, first("{b}", "2", "C"), "-"},
		{"another of one chunk only", alice, first("{c}", "1", "D"), "D"},
		{"bob ends, with the ID in capitals", bob, later("{A-Z}", "1", "b"), "Bb"},
		{"alice ends the second", alice, later("{b}", "1", "c"), "Cc"},
		{"alice ends the first", alice, later("{a-z}", "1", "a"), "Aa"},
	} {
		if got, err := add(t, &j, step.from, step.payload); got != step.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", step.name, got, err, step.want)
		}
	}
}

func TestJoinerRestoresTheMessage(t *testing.T) {
	want := longText(5000)
	s, err := Split(want, guid)
	if err != nil {
		t.Fatal(err)
	}
	var j Joiner
	var got []byte
	for i := range s.Len() {
		p := s.Append(nil, i)
		c, done, err := j.Add(alice, content(t, string(p)))
		if err != nil || done != (i == s.Len()-1) {
			t.Fatalf("chunk %d: done %v, %v", i, done, err)
		}
		clear(p) // the joiner keeps none of it
		if done {
			text, err := ParseText(c)
			if err != nil || c.Header("Message-ID") != nil || c.Header("Chunks") != nil {
				t.Fatalf("%+v: %v", c, err)
			}
			got, _ = text.Append(nil)
		}
	}
	if string(got) != string(want) {
		t.Errorf("%d bytes, want %d:\n%q", len(got), len(want), got)
	}
}

func TestJoinerRefuses(t *testing.T) {
	const at = "message: chunk: "
	for _, tt := range []struct {
		name   string
		before []string
		last   string
		want   string
		is     error
	}{
		{"the first chunk twice", []string{first("{1}", "2", "a")}, first("{1}", "2", "a"), at + "Message-ID: malformed: chunk 0 is there already", ErrMalformed},
		{"another chunk twice", []string{later("{1}", "1", "a")}, later("{1}", "1", "b"), at + "Message-ID: malformed: chunk 1 is there already", ErrMalformed},
		{"a chunk behind the last", []string{first("{1}", "2", "a")}, later("{1}", "2", "b"), at + "Message-ID: malformed: chunk 2 of a message with 2, counted from 0", ErrMalformed},
		{"fewer chunks than were there already", []string{later("{1}", "5", "a")}, first("{1}", "5", "b"), at + "Message-ID: malformed: chunk 5 of a message with 5, counted from 0", ErrMalformed},
		{"and when a lower one came last", []string{later("{1}", "5", "a"), later("{1}", "2", "b")}, first("{1}", "5", "c"), at + "Message-ID: malformed: chunk 5 of a message with 5, counted from 0", ErrMalformed},
		{"no chunks", nil, first("{1}", "0", ""), at + "Chunks: malformed: it is a decimal number from 1", ErrMalformed},
		{"the first chunk by number", nil, later("{1}", "0", ""), at + "Chunk: malformed: it is a decimal number from 1", ErrMalformed},
		{"a number that is none", nil, later("{1}", "x", ""), at + "Chunk: malformed: it is a decimal number from 1", ErrMalformed},
		{"both headers", nil, "Message-ID: {1}\r\nChunks: 2\r\nChunk: 1\r\n\r\n", at + "Chunk: malformed: the first chunk has Chunks, all others Chunk; this has both", ErrMalformed},
		{"more chunks than the limit", nil, first("{1}", "9", ""), at + "Chunks: over the limit: 9, the most is 8", ErrLimit},
		{"a chunk beyond the limit", nil, later("{1}", "8", ""), at + "Chunk: over the limit: 8, the most is 7", ErrLimit},
		{"a third message", []string{later("{1}", "1", ""), later("{2}", "1", "")}, later("{3}", "1", ""), at + "Message-ID: over the limit: 3 messages in progress, the most is 2", ErrLimit},
		{"more bytes than the limit", []string{later("{1}", "1", strings.Repeat("x", 280))}, later("{1}", "2", "y"), at + "body: over the limit: 301 bytes held, the most is 300", ErrLimit},
		{"an ID of more bytes than the limit", nil, later(strings.Repeat("x", 300), "1", ""), at + "body: over the limit: 317 bytes held, the most is 300", ErrLimit},
		{"a header that can not be kept", nil, "A: \x00\r\n" + first("{1}", "1", ""), at + "headers: malformed: a value has a CR or NUL in it", ErrMalformed},
	} {
		j := Joiner{MaxChunks: 8, MaxMessages: 2, MaxBytes: 300}
		for _, payload := range tt.before {
			if got, err := add(t, &j, alice, payload); got != "-" || err != nil {
				t.Fatalf("%s: before: %q, %v", tt.name, got, err)
			}
		}
		open, held := len(j.open), j.held
		if _, err := add(t, &j, alice, tt.last); err == nil || err.Error() != tt.want || !errors.Is(err, tt.is) {
			t.Errorf("%s:\n%v\nwant\n%s", tt.name, err, tt.want)
		}
		if len(j.open) != open || j.held != held {
			t.Errorf("%s: %d messages and %d bytes were kept", tt.name, len(j.open)-open, j.held-held)
		}
	}
}

func TestJoinerGoesOnAfterAnError(t *testing.T) {
	var j Joiner
	for _, payload := range []string{first("{1}", "2", "a"), first("{1}", "2", "x"), later("{1}", "7", "x")} {
		add(t, &j, alice, payload)
	}
	if got, err := add(t, &j, alice, later("{1}", "1", "b")); got != "ab" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestJoinerForgetsWhoLeaves(t *testing.T) {
	var j Joiner
	for _, payload := range []string{first("{1}", "2", "a"), first("{2}", "2", "b")} {
		add(t, &j, alice, payload)
		add(t, &j, bob, payload)
	}
	j.Forget(alice)
	if len(j.open) != 2 {
		t.Errorf("%d messages are left", len(j.open))
	}
	if got, err := add(t, &j, bob, later("{1}", "1", "!")); got != "a!" || err != nil {
		t.Errorf("bob: %q, %v", got, err)
	}
	if got, err := add(t, &j, alice, later("{1}", "1", "!")); got != "-" || err != nil {
		t.Errorf("alice: %q, %v", got, err)
	}
	j.Forget(alice)
	j.Forget(bob)
	if len(j.open) != 0 || j.held != 0 {
		t.Errorf("%d messages and %d bytes are left", len(j.open), j.held)
	}
}

func TestTheDefaultLimitsOfAJoinerHoldWhatSplitMakes(t *testing.T) {
	s, err := Split(longText(MaxChunks*MaxChunkBody), guid)
	if err != nil {
		t.Fatal(err)
	}
	var j Joiner
	for i := range s.Len() {
		if _, done, err := j.Add(alice, content(t, string(s.Append(nil, i)))); err != nil || done != (i == MaxChunks-1) {
			t.Fatalf("chunk %d: %v, %v", i, done, err)
		}
	}
	if _, err := add(t, &j, alice, later("{1}", "64", "")); !errors.Is(err, ErrLimit) {
		t.Errorf("chunk 64: %v", err)
	}
}
