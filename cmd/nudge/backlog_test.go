package main

import (
	"strings"
	"testing"
	"time"

	"nudge/results"
)

// seconds feeds a run at 1,000/s whose full load begins at 5.3 s and lasts 10 s, and of which so many iterations end
// in each second.
func seconds(ended func(second int) int64) *backlog {
	b := &backlog{rate: 1000, hold: 10 * time.Second}
	for second := 1; second <= 20; second++ {
		t := results.Tick{At: time.Duration(second) * time.Second, Length: time.Second}
		if second > 5 {
			t.Phase = results.Hold
			t.Ops = []results.OpTick{{Name: "iteration", OK: ended(second), Failed: 1}}
		}
		b.tick(t)
	}
	return b
}

func TestBacklogThatGrowsIsTold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ended func(second int) int64
		want  string
	}{
		{"all in time", func(int) int64 { return 999 }, ""},
		{"late, and no later in the end", func(s int) int64 {
			if s == 6 {
				return 0
			}
			return 999
		}, ""},
		{"a second stood still", func(s int) int64 { return map[int]int64{13: 0, 14: 1998}[s] + 999*int64(b2i(s != 13 && s != 14)) }, ""},
		{"what is drained after the end", func(s int) int64 { return 999 + 5000*int64(b2i(s > 15)) }, ""},
		{"a twentieth too much", func(int) int64 { return 949 }, "300 iterations more were due and not ended after 6 s, or 5.0 % of the rate"},
		{"nothing ends", func(int) int64 { return -1 }, "100.0 % of the rate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := seconds(tt.ended).behind()
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestBacklogOfAShortStepIsNotKnown(t *testing.T) {
	b := &backlog{rate: 1000, hold: 2 * time.Second}
	for second := range 10 {
		b.tick(results.Tick{At: time.Duration(second+1) * time.Second, Length: time.Second, Phase: results.Hold})
	}
	if got := b.behind(); got != "" {
		t.Errorf("one second within the load gives %q", got)
	}
}
