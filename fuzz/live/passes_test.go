package live

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
)

// TestOneMistakeHidesNoOther has a server make a mistake in every session, and others behind it: each is found, shows
// in every replay, and is counted in the sessions that go on.
func TestOneMistakeHidesNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.tamper = func(_ msnptest.Role, said string) string {
			switch verb, _, _ := strings.Cut(said, " "); verb {
			case "CHG", "RMG":
				return said + said
			case "SBP":
				return behindLine(" 1 2 3")(said)
			}
			return said
		}
		z := w.fuzzer()
		z.Sessions, z.Minimize = 40, time.Hour // of the bubble
		found := w.run(t, z).Findings
		for _, want := range []string{"reply online CHG", "grammar online SBP", "reply online RMG"} {
			at := slices.IndexFunc(found, func(f *Finding) bool { return f.Verdict.Key() == want })
			if at < 0 || !found[at].Stable() || commandsBeyond(found[at].Case) > mostCommands {
				t.Errorf("%s: %d of %d findings\n%s", want, at, len(found), found[max(at, 0)].Case.Text())
			}
		}
		if n := slices.IndexFunc(found, func(f *Finding) bool { return f.Verdict.Key() == "reply online CHG" }); n >= 0 && found[n].Times < 10 {
			t.Errorf("a mistake of every session was counted %d times", found[n].Times)
		}
		for _, f := range found {
			t.Logf("%v, %d times, %d of %d", &f.Verdict, f.Times, f.Reproduced, f.Replays)
		}
	})
}
