package message

import (
	"testing"

	"nudge/codec"
)

// hot are the payloads that a load generator reads and writes all the time.
func hot(t testing.TB) map[string][]byte {
	t.Helper()
	text := Text{
		Body: []byte("Hello Bob, café at 5?"), UserAgent: []byte("pidgin/2.14.14"), Name: []byte("Bob (at work, until five)"),
		Format: Format{Font: []byte("MS%20Sans%20Serif"), Effects: Bold, Colour: 0xFF0000, Charset: 0x86, Pitch: 0x22, RightToLeft: true},
	}
	all := map[string][]byte{}
	for name, m := range map[string]message{
		"text":         text,
		"typing":       Typing{User: []byte("a-rather-long-name-of-somebody@example.com")},
		"capabilities": Capabilities{[]byte("Purple/2.14.14"), 'Y'},
		"invitation":   Invitation{Command: Invite, GUID: []byte(FileTransfer), File: []byte("a.txt"), FileSize: 1 << 40},
		"datacast":     Datacast{ID: 4, Data: []byte("bows")},
		"P2P":          P2P{Dest: bob, Total: 5000, Data: make([]byte, MaxP2PData)},
		"emoticons":    emoticonMessage{KindEmoticons, []Emoticon{{[]byte(":)"), []byte("<msnobj/>")}}},
	} {
		p, err := m.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = p
	}
	return all
}

// pass reads a payload and writes it again into dst.
func pass(dst, payload []byte) ([]byte, error) {
	c, err := codec.ParseContent(payload)
	if err != nil {
		return dst, err
	}
	switch KindOf(c) {
	case KindText:
		m, err := ParseText(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	case KindTyping:
		m, err := ParseTyping(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	case KindCapabilities:
		m, err := ParseCapabilities(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	case KindInvitation:
		m, err := ParseInvitation(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	case KindDatacast:
		m, err := ParseDatacast(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	case KindP2P:
		m, err := ParseP2P(c)
		if err != nil {
			return dst, err
		}
		return m.Append(dst)
	}
	e, err := ParseEmoticons(c)
	if err != nil {
		return dst, err
	}
	var all [MaxEmoticons]Emoticon
	n := 0
	for m := range e.All() {
		all[n] = m
		n++
	}
	return AppendEmoticons(dst, KindEmoticons, all[:n])
}

func TestReadingAndWritingAllocatesNothing(t *testing.T) {
	var j Joiner
	buf := make([]byte, 0, MaxPayload)
	for name, payload := range hot(t) {
		var err error
		if n := testing.AllocsPerRun(100, func() { buf, err = pass(buf[:0], payload) }); n != 0 || err != nil || string(buf) != string(payload) {
			t.Errorf("%s: %v allocations, %q, %v", name, n, buf, err)
		}
		c := content(t, string(payload))
		if n := testing.AllocsPerRun(100, func() { _, _, err = j.Add(alice, c) }); n != 0 || err != nil {
			t.Errorf("%s through a joiner: %v allocations, %v", name, n, err)
		}
	}
}

func BenchmarkReadAndWrite(b *testing.B) {
	payloads := hot(b)
	for _, name := range []string{"text", "typing", "P2P"} {
		payload := payloads[name]
		buf := make([]byte, 0, MaxPayload)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if buf, err = pass(buf[:0], payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
