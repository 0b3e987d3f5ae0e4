package message

import (
	"errors"
	"strings"
	"testing"

	"nudge/codec"
)

// One target for each parser: what checkParser says holds for any payload.

func FuzzText(f *testing.F)         { fuzzParser(f, KindText) }
func FuzzTyping(f *testing.F)       { fuzzParser(f, KindTyping) }
func FuzzCapabilities(f *testing.F) { fuzzParser(f, KindCapabilities) }
func FuzzInvitation(f *testing.F)   { fuzzParser(f, KindInvitation) }
func FuzzDatacast(f *testing.F)     { fuzzParser(f, KindDatacast) }
func FuzzP2P(f *testing.F)          { fuzzParser(f, KindP2P) }
func FuzzEmoticons(f *testing.F)    { fuzzParser(f, KindEmoticons) }

// odd are payloads that no recording has; behind the Content-Type of each kind they are seeds.
var odd = []string{
	"",
	"\r\n",
	"X-MMS-IM-Format: FN=%zz%;EF=SB;CO=0ff;=;;RL=1;FN=\r\nUser-Agent: \r\nP4-Context: a\rb\r\n\r\n\xff\x00",
	"X-MMS-IM-Format: CO=1ffffff\r\n\r\n",
	"TypingUser: a\r\nRecordingUser: b\r\n\r\n\r\n",
	"RecordingUser: b \r\n\r\n\r\n",
	"\r\nClient-Name: \r\nChat-Logging: N\r\n\r\n",
	"\r\nInvitation-Command: ACCEPT\r\nInvitation-Cookie: 00\r\nIP-Address: x\ry\r\nPort: 1\r\nApplication-FileSize: 3\r\n",
	"\r\nID: 2\r\nData: a\x00\r\n",
	"\r\na\tb\tc\td\t",
	"\r\n\t\t",
	"\r\n" + strings.Repeat("\x00", 52),
	"P2P-Dest: b\r\n\r\n" + strings.Repeat("\x00", 16) + "\x01" + strings.Repeat("\x00", 7) + "\x01" + strings.Repeat("\x00", 23) + "x\x00\x00\x00\x0c",
}

func fuzzParser(f *testing.F, k Kind) {
	for _, m := range everySaid(f) {
		if KindOf(content(f, m.payload)) == k {
			f.Add([]byte(m.payload))
		}
	}
	for _, s := range odd {
		f.Add([]byte("Content-Type: " + k.ContentType() + "\r\n" + s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		checkParser(t, k, payload)
	})
}

// FuzzJoiner takes payloads, each behind a length byte, as messages of one sender. The joiner gives a message or
// an error that says why not, keeps to its limits, and is as it was after an error.
func FuzzJoiner(f *testing.F) {
	pack := func(payloads ...string) (data []byte) {
		for _, p := range payloads {
			data = append(append(data, byte(len(p))), p...)
		}
		return data
	}
	f.Add(pack(first("{1}", "2", "a"), later("{1}", "1", "b"), first("{1}", "3", "a")))
	f.Add(pack(later("{1}", "3", ""), later("{2}", "1", "b"), later("{3}", "1", "b"), first("{1}", "3", "a")))
	f.Add(pack(later("{1}", "1", strings.Repeat("b", 120)), later("{1}", "2", strings.Repeat("b", 120)), first("{1}", "99", "a")))
	f.Fuzz(func(t *testing.T, data []byte) {
		j := Joiner{MaxChunks: 4, MaxMessages: 2, MaxBytes: 200}
		for len(data) > 0 {
			n := min(int(data[0]), len(data)-1)
			payload := data[1 : 1+n]
			data = data[1+n:]
			c, err := codec.ParseContent(payload)
			if err != nil {
				continue
			}
			open, held := len(j.open), j.held
			whole, done, err := j.Add(alice, c)
			if err != nil {
				checkError(t, err, payload)
				if done || len(j.open) != open || j.held != held || errors.Is(err, ErrKind) {
					t.Fatalf("%q: done %v, %d messages and %d bytes after %v", payload, done, len(j.open), j.held, err)
				}
			}
			if done && len(whole.Body()) > held+len(payload) {
				t.Fatalf("%q: a body of %d bytes", payload, len(whole.Body()))
			}
			checkHeld(t, &j)
		}
		j.Forget(alice)
		if len(j.open) != 0 || j.held != 0 {
			t.Fatalf("%d messages and %d bytes are left", len(j.open), j.held)
		}
	})
}

// checkHeld counts what the joiner holds.
func checkHeld(t *testing.T, j *Joiner) {
	t.Helper()
	held := 0
	for key, m := range j.open {
		held += len(key.from) + len(key.id) + len(m.head)
		for i, b := range m.body {
			held += len(b)
			if i >= j.MaxChunks {
				t.Fatalf("chunk %d is held", i)
			}
		}
	}
	if held != j.held || held > j.MaxBytes || len(j.open) > j.MaxMessages {
		t.Fatalf("%d messages and %d bytes are held, %d by its own count", len(j.open), held, j.held)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(longText(3000), guid)
	f.Add([]byte("A: b\r\n\r\n"+strings.Repeat("x", 2000)), "")
	f.Fuzz(func(t *testing.T, payload []byte, id string) {
		s, err := Split(payload, id)
		if err != nil {
			return
		}
		var j Joiner
		for i := range s.Len() {
			p := s.Append(nil, i)
			if len(p) > MaxPayload {
				t.Fatalf("chunk %d has %d bytes", i, len(p))
			}
			if s.Len() == 1 {
				return
			}
			c, err := codec.ParseContent(p)
			if err != nil {
				t.Fatalf("%q: %v", p, err)
			}
			whole, done, err := j.Add(bob, c)
			if err != nil || done != (i == s.Len()-1) {
				t.Fatalf("chunk %d of %d: %v, %v", i, s.Len(), done, err)
			}
			if want, _ := codec.ParseContent(payload); done && string(whole.Body()) != string(want.Body()) {
				t.Fatalf("%q became %q", want.Body(), whole.Body())
			}
		}
	})
}
