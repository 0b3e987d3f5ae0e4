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
	found := &results.FuzzSummary{Fuzz: results.Fuzz{Findings: []results.FuzzFinding{{Verdict: "crash"}}}}
	failing := &results.FuzzSummary{Noticed: &results.Noticed{Errors: []string{"timeouts"}}}
	slower := &results.FuzzSummary{Noticed: &results.Noticed{Latency: []string{"p99"}}}
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
		{"nobody noticed the fuzzing", 1, results.Summary{Verdict: results.Pass, Fuzz: &results.FuzzSummary{Noticed: &results.Noticed{}}}, "fail", 0},
		{"finding, generator late", 1, results.Summary{Verdict: results.Fail, Fuzz: found}, "fail", exitServer},
		{"clients met with errors", 1, results.Summary{Verdict: results.Fail, Fuzz: failing}, "fail", exitServer},
		{"clients were served more slowly", 1, results.Summary{Verdict: results.Fail, Fuzz: slower}, "fail", exitThreshold},
		{"fuzzing ended early", 1, results.Summary{Verdict: results.Fail, Fuzz: &results.FuzzSummary{Fuzz: results.Fuzz{Error: "no ticket"}}}, "fail", exitFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.summary.Reasons = []string{"this", "that"}
			err := verdict(&scenario.Result{Summary: &tt.summary, SignedIn: tt.signedIn, FirstFailed: &scenario.Failure{Class: "refused"}}, tt.onInvalid)
			var exit exitError
			if errors.As(err, &exit); exit.code != tt.want {
				t.Fatalf("exit status %d (%v), want %d", exit.code, err, tt.want)
			}
			switch {
			case tt.signedIn == 0 && !strings.Contains(exit.msg, "refused"):
				t.Errorf("%q does not name the first failure", exit.msg)
			case tt.want == exitThreshold && tt.summary.Fuzz == nil && exit.msg != broken[0].Reason():
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
