package msnp_test

import (
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// TestRecordedConversations has the client's side of a switchboard say what
// recorded clients said, to the byte, and hear what servers answered, in which
// nothing may be wrong.
func TestRecordedConversations(t *testing.T) {
	played := 0
	for _, file := range []string{"escargot-04-switchboard", "escargot-06-errors", "jml-msnp10-vs-escargot"} {
		names, by := recording(file)
		for _, name := range names {
			if !strings.Contains(name, "SB") {
				continue
			}
			t.Run(file+" "+name, func(t *testing.T) {
				played++
				replayBoard(t, by[name])
			})
		}
	}
	if played < 3 {
		t.Errorf("%d conversations were recorded", played)
	}
}

// replayBoard plays one connection. It ends where the recorded client said what
// this one never says, to see what the server does.
func replayBoard(t *testing.T, said []spoken) {
	var b msnp.Switchboard
	inits := false
	heard := 0
	for _, x := range said {
		if !x.client {
			heard++
			if ev := b.Handle(parsed(t, x.text)); ev.Kind == msnp.KindViolation {
				t.Errorf("%q: %v", x.text, ev.Why)
			}
			continue
		}
		line, payload, _ := strings.Cut(x.text, "\r\n")
		words := strings.Split(line, " ")
		if !inits {
			b.Init(nil, words[2])
			inits = true
		}
		out, err := sayAgain(&b, words, payload)
		want := x.text
		if payload == "" {
			want += "\r\n"
		}
		if err != nil || string(out) != want {
			if words[0] == "MSG" || words[0] == "OUT" || words[0] == "CAL" {
				return // a letter or a number that is none, or words that are missing
			}
			t.Fatalf("%q, %v; recorded %q", out, err, want)
		}
	}
	if heard == 0 {
		t.Error("the server said nothing")
	}
}

// sayAgain says what a recorded line does.
func sayAgain(b *msnp.Switchboard, words []string, payload string) ([]byte, error) {
	switch words[0] {
	case "USR":
		return b.Call(words[3], 0, nil)
	case "ANS":
		return b.Answer(words[3], words[4], 0, nil)
	case "CAL":
		if len(words) < 3 {
			return nil, codec.ErrWord
		}
		return b.Invite(words[2], 0, nil)
	case "MSG":
		return b.Say(words[2][0], []byte(payload), 0, nil)
	case "OUT":
		return b.Out(nil), nil
	}
	return nil, msnp.ErrState
}
