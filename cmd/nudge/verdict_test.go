package main

import (
	"errors"
	"strings"
	"testing"

	"nudge/loadgen/scenario"
	"nudge/results"
)

func TestVerdictBecomesTheExitStatus(t *testing.T) {
	broken := []results.Outcome{{Expr: "chg.p99<1ms", Measured: "2ms"}}
	kept := []results.Outcome{{Expr: "chg.p99<1ms", Measured: "0.5ms", OK: true}}
	lost := map[string]int64{"lost": 1}
	for _, tt := range []struct {
		name      string
		signedIn  int
		summary   results.Summary
		onInvalid string
		want      int
	}{
		{"passed", 1, results.Summary{Verdict: results.Pass, Thresholds: kept}, "fail", 0},
		{"nobody signed in", 0, results.Summary{Verdict: results.Fail, Thresholds: broken, Violations: lost}, "fail", exitFailed},
		{"threshold broken", 1, results.Summary{Verdict: results.Fail, Thresholds: broken}, "fail", exitThreshold},
		{"server wrong, threshold broken", 1, results.Summary{Verdict: results.Fail, Thresholds: broken, Violations: lost}, "fail", exitServer},
		{"generator late, threshold broken", 1, results.Summary{Verdict: results.Invalid, Thresholds: broken}, "fail", exitInvalid},
		{"generator late is a warning, threshold broken", 1, results.Summary{Verdict: results.Invalid, Thresholds: broken}, "warn", exitThreshold},
		{"generator late is a warning", 1, results.Summary{Verdict: results.Invalid, Thresholds: kept}, "warn", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.summary.Reasons = []string{"this", "that"}
			err := verdict(&scenario.Result{Summary: &tt.summary, SignedIn: tt.signedIn, FirstFailed: &scenario.Failure{Class: "refused"}}, tt.onInvalid)
			var exit exitError
			if errors.As(err, &exit); exit.code != tt.want {
				t.Fatalf("exit status %d (%v), want %d", exit.code, err, tt.want)
			}
			switch {
			case tt.want == exitFailed && !strings.Contains(exit.msg, "refused"):
				t.Errorf("%q does not name the first failure", exit.msg)
			case tt.want == exitThreshold && exit.msg != broken[0].Reason():
				t.Errorf("%q names something else than the threshold", exit.msg)
			case tt.want > exitThreshold && exit.msg != "this; that":
				t.Errorf("%q does not name the reasons", exit.msg)
			}
		})
	}
}

func TestReasonsStayOnOneLine(t *testing.T) {
	if got := reasons([]string{"a", "b", "c", "d", "e"}); got != "a; b; c; and 2 more" {
		t.Errorf("reasons = %q", got)
	}
	if got := oneLine("a\nb\r\nc"); got != "a; b; c" {
		t.Errorf("oneLine = %q", got)
	}
}
