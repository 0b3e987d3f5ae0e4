package msnpcheck

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestEveryCheckCanFail makes each check against a server that is broken in one
// place, going back from what was said last, until it fails.
func TestEveryCheckCanFail(t *testing.T) {
	for i, c := range Checks() {
		if testing.Short() && i%10 != 0 {
			continue // a tenth of them is enough for the race detector
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				whole := tryBroken(t, c, &breaker{breakage: breakage{at: -1}})
				if result := whole.result; result.Status != Pass {
					t.Fatalf("against a server that is whole: %s %s %s", result.Status, result.Missing, result.Got)
				}
				for b := range whole.breakages() {
					if result := tryBroken(t, c, &breaker{breakage: b}).result; result.Status == Fail && !isGarbled(c, result) {
						if result.Want == "" || result.Got == "" || result.On == "" {
							t.Errorf("%v: %+v", b, result)
						}
						t.Logf("%s %d: on %s sent %s want %s got %s %s", b.what, b.at, result.On, result.Sent, result.Want, result.Got, result.Why)
						return
					}
				}
				t.Error("nothing that a server does makes it fail")
			})
		})
	}
}

// isGarbled reports whether a check found no more than that a line is none, which
// all do, and which is the matter of few.
func isGarbled(c Info, r Result) bool {
	return c.Group != "framing" && (r.Want == aCommand || r.Want == aReply)
}

// attempt is a check made against a broken server.
type attempt struct {
	result Result
	*breaker
}

// tryBroken makes a check in the mode that says most of it.
func tryBroken(t *testing.T, c Info, b *breaker) attempt {
	t.Helper()
	mode := modesOf[slices.IndexFunc(modesOf, func(m modeOf) bool { return m.mode == c.Modes[len(c.Modes)-1] })]
	if c.Group == "migration" && slices.Contains(c.Modes, M0) {
		mode = modesOf[1]
	}
	n := serve(mode.srv())
	n.wrap, n.lax, n.web = b.wrap, b.what == lax, b.web
	cfg := n.config(c.Name)
	cfg.Dialect, cfg.Parallel, cfg.Timeout = mode.dialect, 1, 2*time.Second
	cfg.Migration, cfg.Await = 5*time.Second, func(string) { n.srv.MigrateNow() }
	cfg.during = func(check func()) { // what comes before and behind is not broken
		b.arm(true)
		defer b.arm(false)
		check()
	}
	rep := n.run(t, cfg)
	if len(rep.Checks) != 1 {
		t.Fatalf("%d results", len(rep.Checks))
	}
	return attempt{rep.Checks[0], b}
}

func (b *breaker) arm(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = on
}

// breakages are all that can be broken in what was said, from the end.
func (a attempt) breakages() func(yield func(breakage) bool) {
	return func(yield func(breakage) bool) {
		for back := 1; back <= max(a.sent, a.heard, a.ends); back++ {
			of := func(n int, kinds []string) bool {
				for _, what := range kinds {
					if n-back >= 0 && !yield(breakage{what, n - back}) {
						return false
					}
				}
				return true
			}
			var words []string
			if back <= a.sent {
				for w := range a.words[a.sent-back] {
					words = append(words, fmt.Sprint("word ", w), fmt.Sprint("none ", w))
				}
			}
			if !of(a.ends, toEnds) || !of(a.sent, toSent) || !of(a.heard, toHeard) || !of(a.sent, words) {
				return
			}
		}
		_ = yield(breakage{splitAll, 0}) && yield(breakage{lax, 0}) && yield(breakage{bare, 0}) && yield(breakage{untyped, 0})
	}
}
