package live

import (
	"strings"
	"testing"
)

func TestWhatIsTheSameMistake(t *testing.T) {
	at := func(class Class, verb string) *Verdict {
		return &Verdict{Class: class, State: stageOnline.String(), Verb: verb}
	}
	for _, tt := range []struct {
		name        string
		a, b        *Verdict
		same, alike bool
	}{
		{"none", at(Hang, "CHG"), nil, false, false},
		{"another class", at(Hang, "CHG"), at(Sick, "CHG"), false, false},
		{"a reply at another command", at(Reply, "CHG"), at(Reply, "REM"), false, false},
		{"verbs that there are not", at(Reply, "XXX"), at(Reply, "YYY"), true, true},
		{"a crash at another command", at(Crash, "CHG"), at(Crash, "REM"), true, true},
		{"a hang at the same command", at(Hang, "CHG"), at(Hang, "CHG"), true, true},
		{"a hang at another command", at(Hang, "CHG"), at(Hang, "REM"), true, false},
	} {
		if got := same(tt.a, tt.b); got != tt.same {
			t.Errorf("%s: same is %t", tt.name, got)
		}
		if got := alike(tt.a, tt.b); got != tt.alike {
			t.Errorf("%s: alike is %t", tt.name, got)
		}
	}
}

// TestDetailsArePrintable has a server say what a terminal would heed.
func TestDetailsArePrintable(t *testing.T) {
	v := &Verdict{Class: Open, Verb: "A\x1b", Detail: "OUT \x1b[2J\xff\tx" + strings.Repeat("y", maxDetail)}
	if got := v.forPeople().Detail; !strings.HasPrefix(got, "OUT ?[2J??xyy") || len(got) != maxDetail {
		t.Errorf("%q", got)
	}
	if got := v.String(); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
	if v = nil; v.forPeople() != nil {
		t.Error("there is a verdict")
	}
}
