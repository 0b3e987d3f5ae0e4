package live

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp/msnptest"
)

// knownForms are what known servers say in the place of what the page has: replies to edits of groups, and the names on
// lists (§6.5, §12.22).
var knownForms = []struct {
	page *regexp.Regexp
	into string
}{
	{regexp.MustCompile(`^(ADG \d+ \S+ \S+)\r\n$`), "$1 0\r\n"},
	{regexp.MustCompile(`^(REG \d+) (\S+) (\S+)\r\n$`), "$1 1 $3 $2 0\r\n"},
	{regexp.MustCompile(`^(RMG \d+) (\S+)\r\n$`), "$1 1 $2\r\n"},
	{regexp.MustCompile(`^(LST N=\S+) F=\S+`), "$1 F=Own"},
}

// lived is a server as those that are known: its replies have more arguments, it ignores what it does not know, and tells
// presence twice.
func lived(t *testing.T) *world {
	w := newWorld(t, func(s *msnptest.Server) { s.Defects = []msnptest.Defect{msnptest.IgnoresUnknown} })
	w.tamper = func(_ msnptest.Role, said string) string {
		for _, f := range knownForms {
			said = f.page.ReplaceAllString(said, f.into)
		}
		if strings.HasPrefix(said, "NLN ") {
			return said + said
		}
		return said
	}
	return w
}

func TestHabitsOfKnownServersAreNoFindings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		z := lived(t).fuzzer()
		z.Sessions, z.Real = 2000, true
		report, err := z.Run(t.Context())
		if err != nil || report.Sessions != z.Sessions {
			t.Fatalf("%v, %d sessions", err, report.Sessions)
		}
		for _, f := range append(report.Findings, report.Unconfirmed...) {
			t.Errorf("%v\n%s\n%s", &f.Verdict, f.Case.Text(), f.Transcript)
		}
		for _, h := range []Habit{MoreArguments, IgnoresUnknown, OwnNames, PresenceLater} {
			if report.Habits[h] == 0 {
				t.Errorf("not told: %s; told: %v", h, report.Habits)
			}
		}
	})
}

// TestHabitsAreFindingsByThePage has the same server be judged by the page alone.
func TestHabitsAreFindingsByThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		z := lived(t).fuzzer()
		z.Sessions = 500
		report, err := z.Run(t.Context())
		if err != nil || len(report.Habits) > 0 {
			t.Fatalf("%v, %v", err, report.Habits)
		}
		for _, want := range []Verdict{
			{Class: Grammar, Verb: "ADG"}, {Class: Grammar, Verb: "REG"}, {Class: Grammar, Verb: "RMG"}, {Class: Open, Verb: otherVerb}, {Class: Presence, Verb: "CHG"},
		} { // in whatever state is left of them
			if !slices.ContainsFunc(report.Findings, func(f *Finding) bool { return f.Verdict.Class == want.Class && knownVerb(f.Verdict.Verb) == want.Verb }) {
				t.Errorf("not found: %s after %s", want.Class, want.Verb)
			}
		}
	})
}

// TestBlankLineIsOneFinding has a server get stuck behind a blank line, wherever it comes.
func TestBlankLineIsOneFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, defect(msnptest.StuckAfterBlankLine, 0).adjust)
		z := w.fuzzer()
		z.Process, z.Sessions = w, 2000
		report := w.run(t, z)
		if len(report.Findings) != 1 || !report.Findings[0].Stable() || report.Findings[0].Times < 3 || report.Restarts > 0 {
			t.Errorf("%d findings, %d restarts", len(report.Findings), report.Restarts)
		}
		for _, f := range report.Findings {
			t.Logf("%v, %d sessions", &f.Verdict, f.Times)
			if f.Verdict.Verb != blankLine || !strings.HasSuffix(f.Verdict.Detail, "other connections are served") {
				t.Errorf("%v\n%s", &f.Verdict, f.Transcript)
			}
		}
	})
}

// TestAnAccountThatIsStuckForGoodIsFound has the lists of an account be locked behind the session that shows it: what
// puts them in order is stuck then, at each session from then on.
func TestAnAccountThatIsStuckForGoodIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, defect(msnptest.Deadlock, 0).adjust)
		z := w.fuzzer()
		z.Process, z.Sessions = w, 1000
		report := w.run(t, z)
		for _, f := range report.Findings {
			if f.Verdict.Class != Hang || !f.Stable() || f.Case.Commands() > 7 {
				t.Errorf("%v, %d of %d replays\n%s", &f.Verdict, f.Reproduced, f.Replays, f.Case.Text())
			}
		}
		if len(report.Findings) == 0 || report.Restarts == 0 || report.Transitions < 200 {
			t.Errorf("%d findings, %d restarts, %d transitions", len(report.Findings), report.Restarts, report.Transitions)
		}
	})
}
