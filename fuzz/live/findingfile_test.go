package live

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nudge/codec/msnp"
)

// readFinding reads a finding's file of testdata.
func readFinding(t *testing.T, name string) *Finding {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f, err := ReadFinding(file)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGoldenFinding(t *testing.T) {
	f := readFinding(t, "reply-twice.finding")
	want := Verdict{Class: Reply, State: "online", Verb: "CHG", Detail: `answered a second time: "CHG 5 NLN 536870948"`}
	if f.Verdict != want || f.Seed != 1 || f.Path.String() != "9/16" || f.Dialect != msnp.MSNP10 || f.Server != "127.0.0.1:1863" {
		t.Errorf("read %+v", f)
	}
	if f.Case.honest() != 5 || f.Case.Commands() != 5 {
		t.Errorf("%d steps before the first edit, %d commands", f.Case.honest(), f.Case.Commands())
	}
	f.Reproduced, f.Replays = replays, replays
	golden, err := os.ReadFile("testdata/reply-twice.finding")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(golden), transcriptSection)
	if got, _, _ := strings.Cut(b.String(), transcriptSection); got != head {
		t.Errorf("written again:\n%s\nwant\n%s", got, head)
	}
}

// anyText draws bytes that a mutated command may hold.
func anyText(t *rapid.T, label string) string {
	return string(rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("\r\n \"{}\\"))), 0, 20).Draw(t, label))
}

func anyStep(t *rapid.T) step {
	s := step{act: act(rapid.IntRange(0, int(numActs)-1).Draw(t, "act")), on: place(rapid.IntRange(0, int(numPlaces)-1).Draw(t, "place"))}
	switch s.act {
	case actPause:
		s.on = 0
		s.pause = maxPause / 2
	case actSend:
		c, err := parseCommand(strings.ReplaceAll(anyText(t, "line"), "{", "{{") + "{trid} {length}" + rapid.SampledFrom([]string{"", "\n", "\r\n", "\r\r"}).Draw(t, "end"))
		if err != nil {
			t.Fatal(err)
		}
		c.lie, c.odd = rapid.IntRange(-9, 9).Draw(t, "lie"), rapid.Bool().Draw(t, "odd")
		if rapid.Bool().Draw(t, "payload") {
			c.payload = word{}.literal(anyText(t, "payload"))
			c.payload = append(c.payload, piece{field: fieldMark})
		}
		s.cmd = c
		if rapid.Bool().Draw(t, "split") {
			s.splits = []int{1, 2 + rapid.IntRange(0, 5).Draw(t, "at")}
		}
	}
	return s
}

func TestFindingFilesKeepEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &Finding{
			Seed: rapid.Uint64().Draw(t, "seed"), Path: Path{3, 17}, Server: "127.0.0.1:1", Dialect: msnp.MSNP9,
			Verdict: Verdict{Class: rapid.SampledFrom(Classes).Draw(t, "class"), State: "online", Verb: anyText(t, "verb")},
			Case:    &Case{steps: rapid.SliceOfN(rapid.Custom(anyStep), 1, 6).Draw(t, "steps")},
		}
		want.Case.first = rapid.IntRange(0, len(want.Case.steps)).Draw(t, "first")
		var b bytes.Buffer
		if _, err := want.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		got, err := ReadFinding(&b)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if !same(&want.Verdict, &got.Verdict) || got.Seed != want.Seed || got.Dialect != want.Dialect || got.Case.honest() != want.Case.honest() {
			t.Fatalf("read %+v of\n%s", got, text)
		}
		if got.Case.Text() != want.Case.Text() {
			t.Fatalf("read\n%s\nof\n%s", got.Case.Text(), text)
		}
	})
}

func TestMalformedFindings(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"is empty", "", "the first line"},
		{"is another file", "GET / HTTP/1.1\n", "the first line"},
		{"has no session", findingHead + "\nclass: crash\n", "no line \"== session\""},
		{"has no class", findingHead + "\n\n== session\nns \"PNG\"\n", "class before line 3"},
		{"has an empty session", findingHead + "\nclass: crash\n== session\n\n", "line 3: "},
		{"is cut off within the session", findingHead + "\nclass: crash\n== session\nns \"PNG\"\n", "no line \"== transcript\""},
		{"has a class that there is not", findingHead + "\nclass: sad\n", "line 2: \"class: sad\""},
		{"has a line that is no key", findingHead + "\nclass: crash\nsad\n", "line 3: \"sad\""},
		{"has a wrong seed", findingHead + "\nseed: -1\n", "line 2: \"seed: -1\""},
		{"has a wrong number", findingHead + "\nnumber: 1/x\n", "line 2: "},
		{"has a dialect that there is not", findingHead + "\ndialect: 11\n", "want 8, 9 or 10"},
		{"has a wrong step", findingHead + "\nclass: crash\n\n== session\nns \"PNG\"\nns PNG\n", "line 6: "},
		{"has a field that there is not", findingHead + "\nclass: crash\n== session\nns \"PNG {x}\"\n", "line 4: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := ReadFinding(strings.NewReader(tt.text))
			if f != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v; want an error with %q", f, err, tt.want)
			}
			if strings.HasPrefix(tt.want, "the first") && !errors.Is(err, ErrNoFinding) {
				t.Errorf("%v is not %v", err, ErrNoFinding)
			}
		})
	}
}
