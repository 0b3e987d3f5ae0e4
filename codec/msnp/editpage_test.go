package msnp_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// pageBlocks are the sessions of a section of the page, in its order, each line with its C: or S:.
func pageBlocks(t *testing.T, heading string) (blocks [][]string) {
	t.Helper()
	page, err := os.ReadFile("../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n### "+heading)
	if !ok {
		t.Fatalf("no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n### ")
	for i, part := range strings.Split(section, "```") {
		if i%2 == 1 {
			blocks = append(blocks, strings.Split(strings.TrimSpace(strings.TrimPrefix(part, "msnp\n")), "\n"))
		}
	}
	return blocks
}

// write makes a session write what a line of the page says, with names as people read them.
func write(s *msnp.Session, word []string) ([]byte, error) {
	arg := func(i int) string {
		if i >= len(word) {
			return ""
		}
		return string(codec.AppendUnescape(nil, []byte(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(word[i], "N="), "F="), "C="))))
	}
	list := map[string]msnp.Lists{"FL": msnp.FL, "AL": msnp.AL, "BL": msnp.BL, "RL": msnp.RL, "PL": msnp.PL}[arg(2)]
	switch word[0] {
	case "ADC":
		switch {
		case list != msnp.FL:
			return s.AddTo(list, arg(3), 0, nil)
		case strings.HasPrefix(word[3], "C="):
			return s.AddToGroup(arg(3), "", arg(4), 0, nil)
		}
		return s.AddContact(arg(3), arg(4), 0, nil)
	case "REM":
		return s.Remove(list, arg(3), arg(4), 0, nil)
	case "ADG":
		return s.AddGroup(arg(2), 0, nil)
	case "REG":
		return s.RenameGroup(arg(2), arg(3), 0, nil)
	case "RMG":
		return s.RemoveGroup(arg(2), 0, nil)
	case "SBP":
		return s.SetContact(arg(2), arg(3), arg(4), 0, nil)
	case "PRP":
		return s.SetProperty(arg(2), arg(3), 0, nil)
	case "GTC":
		return s.SetGTC(arg(2), 0, nil)
	}
	return s.SetBLP(arg(2), 0, nil)
}

// spelling turns names of the page into the codec's spelling of them, which varies (§1.5).
var spelling = strings.NewReplacer("(", "%28", ")", "%29", "F=erin@", "F=erin%40", "F=frank@", "F=frank%40", "F=ghost@", "F=ghost%40")

// countTo goes on until the next TrID is the given one.
func (p *player) countTo(trid string) {
	p.t.Helper()
	end, err := strconv.Atoi(trid)
	if err != nil {
		p.t.Fatal(err)
	}
	for id := 6; id < end; id++ {
		p.chg(msnp.NLN)
		p.answered(fmt.Sprintf("CHG %d NLN 0", id), msnp.StepCHG)
	}
}

// TestEditsAsThePageShowsThem writes each command of §13.5 and §13.6, takes each reply for what it is, and
// has the roster follow.
func TestEditsAsThePageShowsThem(t *testing.T) {
	account := []string{"GTC A", "BLP AL", "PRP MFN Alice", "LSG Friends 1"}
	for _, tt := range []struct {
		section string
		block   int
		after   string
	}{
		{"13.5 ", 0, `BLP: was "AL", is "BL"; MFN: was "Alice", is "Alice (busy)"; contact erin@example.com: was not there, is on BL`},
		{"13.5 ", 1, ""},
		{"13.6 ", 0, `contact frank@example.com: was not there, is on FL AL RL as "Frank"`},
	} {
		p, roster, sent, n := online(t), rosterOf(t, msnp.MSNP10, account...), map[string]string{}, 0
		for _, line := range pageBlocks(t, tt.section)[tt.block] {
			who, text, _ := strings.Cut(line, ": ")
			word := strings.Fields(text)
			if who == "C" {
				if n++; n == 1 {
					p.countTo(word[1])
				}
				sent[word[1]] = text
				b, err := write(&p.s, word)
				if err != nil {
					t.Fatalf("%q: %v", text, err)
				}
				p.said(b, spelling.Replace(text))
				continue
			}
			ev, _ := p.hear(text)
			want := msnp.KindAnswered
			switch {
			case word[0] < "A":
				want = msnp.KindFailed
			case word[0] == "BPR":
				want = msnp.KindSetting
			case word[0] == "ILN":
				want = msnp.KindPresence
			case word[1] == "0":
				want = msnp.KindEdit
			}
			if ev.Kind != want {
				t.Errorf("%q made %v %v (%v), want %v", text, ev.Kind, ev.Step, ev.Why, want)
			}
			if ev.Kind == msnp.KindPresence { // ILN, with the TrID of an ADC
				continue
			}
			if err := roster.Apply(parsed(t, text), asked(t, sent[word[1]]), msnp.MSNP10); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
		got := strings.Join(differences(rosterOf(t, msnp.MSNP10, account...), roster), "; ")
		if got != tt.after || n < 4 {
			t.Errorf("%s: after %d commands %q, want %q", tt.section, n, got, tt.after)
		}
	}
}
