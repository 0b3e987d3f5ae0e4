package scenario

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestEntryHidesTickets(t *testing.T) {
	tests := []struct {
		what string
		by   speaker
		said string
		want string
	}{
		{"a command", byClient, "VER 1 MSNP10 CVR0\r\n", "  1.500000 C: VER 1 MSNP10 CVR0\n"},
		{"a reply", byServer, "VER 1 MSNP10\r\n", "  1.500000 S: VER 1 MSNP10\n"},
		{"a note", byNudge, "connected to 127.0.0.1:1863", "  1.500000 -- connected to 127.0.0.1:1863\n"},
		{"the ticket", byClient, "USR 4 TWN S t=abc&p=def\r\n", "  1.500000 C: USR 4 TWN S ***\n"},
		{"the challenge", byServer, "USR 3 TWN S ct=1,id=1\r\n", "  1.500000 S: USR 3 TWN S ct=1,id=1\n"},
		{"the profile", byServer, "MSG Hotmail Hotmail 40\r\nsid: 507\r\nMSPAuth: abc\r\nmspauth: d\r\n\r\n",
			"  1.500000 S: MSG Hotmail Hotmail 40\n           | sid: 507\n           | MSPAuth: ***\n           | mspauth: ***\n           | \n"},
		{"garbage", byServer, "\x00\xff\x1b[2Jé\r\n", "  1.500000 S: \\x00\\xff\\x1b[2Jé\n"},
	}
	for _, tt := range tests {
		if got := string(appendEntry(nil, 1500*time.Millisecond, "", tt.by, []byte(tt.said))); got != tt.want {
			t.Errorf("%s:\n%q, want\n%q", tt.what, got, tt.want)
		}
	}
}

func TestConversationKeepsBothEnds(t *testing.T) {
	var c conversation
	c.add(0, byClient, []byte("first\r\n"))
	for range 1000 {
		c.add(time.Second, byServer, []byte("LST N=someone@example.com 11\r\n"))
	}
	c.add(0, byServer, []byte(strings.Repeat("x", 5000)))
	c.add(2*time.Second, byServer, []byte("last\r\n"))
	s := c.String()
	if !strings.HasPrefix(s, "  0.000000 C: first\n") || !strings.HasSuffix(s, "           ...\n  2.000000 S: last\n") {
		t.Errorf("conversation lost an end:\n%s", s)
	}
	if !strings.Contains(s, " more ...\n") {
		t.Errorf("nothing says that something was left out:\n%s", s)
	}
	if n := len(c.head) + len(c.tail); n > maxHead+maxTail {
		t.Errorf("%d bytes kept", n)
	}
	if c.reset(); c.String() != "" {
		t.Errorf("after reset: %q", c.String())
	}
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestTraceFallsSilent(t *testing.T) {
	w := &failingWriter{left: 1}
	tr := trace{w: w}
	for range 5 {
		tr.add(0, "a@x", byClient, []byte("PNG\r\n"))
	}
	if tr.err == nil || w.left != -1 {
		t.Errorf("error %v after %d writes", tr.err, 1-w.left)
	}
}
