package message

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/corpus"
)

// said is a message of the page's examples or of a recording.
type said struct {
	where   string
	ack     string // its letter, "" from a server
	payload string
}

// everySaid returns all messages of the page and the recordings.
func everySaid(t testing.TB) (all []said) {
	t.Helper()
	b, err := os.ReadFile("../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	before, examples, _ := strings.Cut(string(b), "\n## 13. Example sessions\n")
	texts := map[string]string{"MSNP10.md": strings.Repeat("\n", strings.Count(before, "\n")+2) + examples}
	files, err := corpus.Files.ReadDir("transcript")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		texts[f.Name()] = corpus.Transcript(strings.TrimSuffix(f.Name(), ".txt"))
	}
	for name, text := range texts {
		for _, x := range corpus.Read(text) {
			if !strings.HasPrefix(x.Text, "MSG ") || x.Payload == "" {
				continue
			}
			m := said{where: fmt.Sprintf("%s line %d", name, x.Line), payload: x.Payload}
			if x.Who == 'C' {
				m.ack = strings.Fields(x.Text)[2]
			}
			all = append(all, m)
		}
	}
	return all
}

// notCanonical are the recorded headers that are written another way.
var notCanonical = strings.NewReplacer("FN=;EF=;CO=0;RL=0", "FN=; EF=; CO=0; CS=0; PF=0")

func TestEveryRecordedMessageIsWrittenAgainToTheByte(t *testing.T) {
	kinds := map[Kind]int{}
	for _, m := range everySaid(t) {
		c, err := codec.ParseContent([]byte(m.payload))
		if err != nil {
			t.Errorf("%s: %v", m.where, err)
			continue
		}
		k := KindOf(c)
		kinds[k]++
		parse := parsers[k]
		if parse == nil {
			continue
		}
		v, err := parse(c)
		if err != nil {
			t.Errorf("%s: %q: %v", m.where, m.payload, err)
			continue
		}
		if got, err := v.Append(nil); err != nil || string(got) != notCanonical.Replace(m.payload) {
			t.Errorf("%s: %q is written as %q, %v", m.where, m.payload, got, err)
		}
	}
	for k, least := range map[Kind]int{KindText: 15, KindTyping: 5, KindDatacast: 2, KindOther: 10} {
		if kinds[k] < least {
			t.Errorf("only %d messages of kind %v: are the recordings read?", kinds[k], k)
		}
	}
}

func TestRecordedMessagesHaveTheLettersOfTheTable(t *testing.T) {
	n := 0
	for _, m := range everySaid(t) {
		if m.ack == "" {
			continue
		}
		k := KindOf(content(t, m.payload))
		if k == KindText && m.ack == "D" {
			continue // the recorder tried it out
		}
		n++
		if !strings.Contains(k.Acks(), m.ack) {
			t.Errorf("%s: %v with %s, the table has %s", m.where, k, m.ack, k.Acks())
		}
	}
	if n < 10 {
		t.Errorf("only %d messages of clients", n)
	}
}

func TestTheFirstTextOfTheExampleSession(t *testing.T) {
	for _, m := range everySaid(t) {
		if !strings.Contains(m.payload, "Hello Bob") {
			continue
		}
		text, err := ParseText(content(t, m.payload))
		if err != nil || string(text.Body) != "Hello Bob, café at 5?" || text.Format.Colour != 0xFF0000 ||
			text.Format.Effects != Bold || codec.Unescape(string(text.Format.Font)) != "MS Sans Serif" {
			t.Errorf("%s: %+v, %v", m.where, text, err)
		}
		return
	}
	t.Error("§13.8 has no such message")
}
