package live

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
)

// TestExceptionsOfAServerThatGoesOn are findings by the place that they come of, and harm nothing.
func TestExceptionsOfAServerThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.tamper = func(_ msnptest.Role, said string) string {
			if strings.HasPrefix(said, "SBP ") || strings.HasPrefix(said, "URL ") {
				w.mu.Lock()
				w.raised = Trouble{What: "KeyError: " + trid(said), Where: "front.py:7 in " + said[:3]}
				w.mu.Unlock()
			}
			return said
		}
		z := w.fuzzer()
		z.Process, z.Sessions, z.Minimize = w, 100, time.Minute
		report := w.run(t, z)
		if len(report.Findings) != 2 || report.Restarts > 0 || report.Sessions != z.Sessions {
			t.Errorf("%d findings, %d restarts, %d sessions", len(report.Findings), report.Restarts, report.Sessions)
		}
		for _, f := range report.Findings {
			v := &f.Verdict
			t.Logf("%v, %d sessions, %d commands", v, f.Times, f.Case.Commands())
			if v.Class != Raised || !strings.HasSuffix(v.Where, v.Verb) || !f.Stable() || commandsBeyond(f.Case) > mostCommands || f.Times < 2 {
				t.Errorf("%v, %d of %d\n%s", v, f.Reproduced, f.Replays, f.Case.Text())
			}
		}
	})
}
