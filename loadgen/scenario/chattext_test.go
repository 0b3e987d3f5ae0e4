package scenario

import (
	"testing"

	"nudge/codec/message"
)

func TestWords(t *testing.T) {
	w := words{caller: 16, number: 3, m: 4, n: 10, by: 1, at: 12034567890}
	payload, scratch, err := w.append(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" +
		"X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0\r\n\r\nnudge 17-3: 4/10 by 2 at 12034567890 ns, sum "
	if got := string(payload[:len(payload)-8]); got != want {
		t.Errorf("wrote\n%q, want\n%q", got, want)
	}
	if got, ok := parseWords(payload); !ok || got != w {
		t.Errorf("read %+v, %v", got, ok)
	}
	if w.String() != "message 4/10 of conversation 17-3" {
		t.Errorf("is called %s", &w)
	}
	for i := range payload {
		if _, ok := parseWords(payload[:i]); ok {
			t.Errorf("%q passes for a whole message", payload[:i])
		}
		payload[i] ^= 1
		if _, ok := parseWords(payload); ok {
			t.Errorf("passes with byte %d altered: %q", i, payload)
		}
		payload[i] ^= 1
	}
	if n := testing.AllocsPerRun(100, func() {
		payload, scratch, _ = w.append(payload[:0], scratch)
		if got, ok := parseWords(payload); !ok || got.m != 4 {
			t.Fatal("not read")
		}
	}); n != 0 {
		t.Errorf("%v allocations for a message", n)
	}
}

func TestWordsThatWereNeverWritten(t *testing.T) {
	for _, w := range []words{{m: 0, n: 10}, {m: 11, n: 10}, {m: 1, n: 1, at: -1}, {m: 1, n: 1, by: -3}} {
		payload, _, err := w.append(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := parseWords(payload); ok {
			t.Errorf("%q is read as %+v", payload, got)
		}
	}
	for _, payload := range []string{"", "x", "00000000", "\r\n\r\nnudge ", "\r\n\r\nnudge 99999999999999999999-1: 1/1 by 1 at 1 ns, sum 00000000"} {
		if got, ok := parseWords([]byte(payload)); ok {
			t.Errorf("%q is read as %+v", payload, got)
		}
	}
}

func TestIsTyping(t *testing.T) {
	typing := func(user string) []byte {
		payload, err := message.Typing{User: []byte(user)}.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		return payload
	}
	for _, tt := range []struct {
		payload []byte
		want    bool
	}{{typing("a@x"), true}, {typing("A@X"), true}, {typing("b@x"), false}, {nil, false}, {[]byte("hi"), false}} {
		if isTyping(tt.payload, []byte("a@x")) != tt.want {
			t.Errorf("%q of a@x: not %v", tt.payload, tt.want)
		}
	}
	payload, email := typing("a@x"), []byte("a@x")
	if n := testing.AllocsPerRun(100, func() { isTyping(payload, email) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestTurnsGoRound has some people of a conversation not come.
func TestTurnsGoRound(t *testing.T) {
	x := &chat{people: make([]person, 4), lines: make([]line, 5)}
	if x.speaker(1) != -1 {
		t.Error("somebody speaks before the talk has begun")
	}
	x.talkers.Store(0b1011)
	for m, want := range []int{0, 1, 3, 0, 1} {
		if got := x.speaker(m + 1); got != want {
			t.Errorf("message %d is of place %d, want %d", m+1, got, want)
		}
	}
}
