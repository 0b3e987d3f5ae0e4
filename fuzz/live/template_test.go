package live

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestCasesAreReadAsTheyAreWritten has every kind of step written and read.
func TestCasesAreReadAsTheyAreWritten(t *testing.T) {
	text := strings.Join([]string{
		`open ds`, `open ns`, `open sb`, `close ds`, `shut ns`, `reset sb`, `pause 1.5ms`, `pause 0s`,
		`ns "PNG\r\n"`,
		`ns "CHG {trid} NLN {{0}\r\n"`,
		`sb split=1 split=7 pause=3ms lie=-10 odd "MSG {trid} A {length}\n" "{mark}\x00\xff{{"`,
		`ds lie=+70000 "" ""`,
		`ns "{email} {peer} {stranger} {ticket} {answer} {cookie} {call} {contact} {group} {list} {settings}"`,
	}, "\n") + "\n"
	c, err := ParseCase(text)
	if err != nil {
		t.Fatal(err)
	}
	if c.Text() != text {
		t.Errorf("read\n%s\nwritten\n%s", text, c.Text())
	}
	if c.Commands() != 5 {
		t.Errorf("%d commands", c.Commands())
	}
}

func TestCommentsAndBlankLinesAreNoSteps(t *testing.T) {
	c, err := ParseCase("\n# what follows\n\n  ns \"PNG\\r\\n\"  \n")
	if err != nil || c.Text() != "ns \"PNG\\r\\n\"\n" {
		t.Errorf("%v, %v", c, err)
	}
}

// TestErrorsNameTheLine has a line that can't be read behind one that can.
func TestErrorsNameTheLine(t *testing.T) {
	for _, x := range []struct{ line, want string }{
		{`xx "PNG"`, `"xx"`},
		{`send ns`, `"send"`},
		{`open`, `open ""`},
		{`open xx`, `open "xx"`},
		{`pause`, `pause ""`},
		{`pause 3s`, "2s"},
		{`pause -1s`, "2s"},
		{`ns`, "in quotes"},
		{`ns PNG`, `"PNG"`},
		{`ns "PNG`, "in quotes"},
		{`ns "PNG" "" ""`, "in quotes"},
		{`ns "PNG" x`, "in quotes"},
		{`ns split=0 "PNG"`, "split=0"},
		{`ns split=-1 "PNG"`, "split=-1"},
		{`ns split=3 split=3 "PNG"`, "split=3"},
		{`ns split=x "PNG"`, "split=x"},
		{`ns lie=x "PNG"`, "lie=x"},
		{`ns lie=9223372036854775807 "PNG"`, "lie=9223372036854775807"},
		{`ns pause=1h "PNG"`, "pause=1h"},
		{`ns even "PNG"`, "even"},
		{`ns "PNG {"`, "{ without }"},
		{`ns "PNG {nothing}"`, "nothing"},
		{`ns "PNG" "{"`, "{ without }"},
		{`ns ` + strings.Repeat("split=1 ", 1) + strings.Repeat("split=2 ", 1) + `split=1 "PNG"`, "rise"},
	} {
		_, err := ParseCase("open ns\n" + x.line + "\n")
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: error %v, want line 2 and %q", x.line, err, x.want)
		}
	}
}

func TestCasesHaveLimits(t *testing.T) {
	line := "ns \"PNG\"\n"
	if _, err := ParseCase(strings.Repeat(line, maxSteps)); err != nil {
		t.Error(err)
	}
	if _, err := ParseCase(strings.Repeat(line, maxSteps+1)); err == nil || !strings.HasPrefix(err.Error(), "line 1001: ") {
		t.Errorf("one step too many: %v", err)
	}
}

// TestWordsHoldAnyBytes writes arbitrary bytes, with fields between them, and reads them again.
func TestWordsHoldAnyBytes(t *testing.T) {
	texts := rapid.OneOf(rapid.SampledFrom([]string{"{", "}", "{{", "{trid}", "\"", "\\", "\r\n", "\xff", "#", " "}),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		c := command{odd: rapid.Bool().Draw(t, "odd"), lie: rapid.IntRange(-1_000_000, 10_000_000).Draw(t, "lie")}
		draw := func(what string) (w word) {
			for range rapid.IntRange(0, 4).Draw(t, what) {
				if w = w.literal(texts.Draw(t, "text")); rapid.Bool().Draw(t, "field") {
					w = append(w, piece{field: field(1 + rapid.IntRange(0, int(numFields)-2).Draw(t, "which"))})
				}
			}
			return w
		}
		c.words = []word{draw("line")}
		if rapid.Bool().Draw(t, "has a payload") {
			c.payload = append(word{}, draw("payload")...)
		}
		want := step{on: onBoard, cmd: &c}
		text := (&Case{steps: []step{want}}).Text()
		got, err := ParseCase(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !got.steps[0].cmd.equal(&c) || got.steps[0].cmd.odd != c.odd || got.Text() != text {
			t.Fatalf("%q became %q", text, got.Text())
		}
	})
}

func TestPathsAreReadAsTheyAreWritten(t *testing.T) {
	for _, text := range []string{"0", "17", "17/1234", "18446744073709551615/0"} {
		p, err := ParsePath(text)
		if err != nil || p.String() != text {
			t.Errorf("%s: %v, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "/", "1/", "/1", "-1", "+1", "1.5", "x", "1 2", "18446744073709551616", strings.Repeat("1/", maxPath) + "1"} {
		if p, err := ParsePath(text); err == nil || !strings.Contains(err.Error(), "17/1234") {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
}
