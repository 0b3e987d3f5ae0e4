package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nudge/results"
)

func TestProgressIsALineASecond(t *testing.T) {
	var out strings.Builder
	tell := progress(&out, "chg")
	tell(results.Tick{At: time.Second, Length: time.Second, Phase: results.Ramp, Online: 3,
		Ops: []results.OpTick{{Name: "login", OK: 3, Failed: 1, TotalFailed: 1}}})
	tell(results.Tick{At: 3 * time.Second, Length: 2 * time.Second, Phase: results.Hold, Online: 4, Dropped: 5, Err: errors.New("disk full"),
		Ops: []results.OpTick{{Name: "iteration", OK: 100, TotalFailed: 2}, {Name: "chg", P99: 1234567, TotalFailed: 2}}})
	tell(results.Tick{At: 4 * time.Second, Length: time.Second, Phase: results.Hold, Err: errors.New("disk full")})
	tell(results.Tick{At: 4020 * time.Millisecond, Length: 20 * time.Millisecond})
	want := `   1s ramp      3 online  1 errors
   3s hold      4 online      50.0 iterations/s  chg p99 1.23ms  3 errors  5 dropped
nudge run: run directory: disk full
   4s hold      0 online  3 errors
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestShortDurationKeepsThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 999: "999ns", 1234: "1.23µs", 999_600: "1ms", 1_234_567_890: "1.23s", 100 * time.Second: "1m40s",
	} {
		if got := shortDuration(d).String(); got != want {
			t.Errorf("shortDuration(%d) = %s, want %s", d, got, want)
		}
	}
}
