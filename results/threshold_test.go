package results

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestThresholdsAreJudged(t *testing.T) {
	s := play(t, Config{Run: presenceRun}, 4, func(r *Recorder, op func(string) Op) {
		r.Fail(op("presence"), "lost", time.Second)
		r.Fail(op("chg"), "timeout", 2*time.Second)
		r.Violation("misdirected", "", "x")
		r.DroppedWait(3)
		r.Cut()
	}, End{})
	tests := []struct {
		expr, measured string
		ok             bool
	}{
		{"login.errors<1%", "0 %", true},
		{" login . errors < 0.01 ", "0 %", true},
		{"login.errors==0", "0 %", true},
		{"login.count>=500", "500", true},
		{"chg.errors<=0.05%", "0.10 %", false},
		{"chg.errors<0.2%", "0.10 %", true},
		{"chg.count!=1001", "1,001", false},
		{"chg.rate>=500/s", "500/s", true},
		{"chg.rate>500", "500/s", false},
		{"chg.max<1.9s", "2.00 s", false},
		{"chg.min>1us", "430 µs", true},
		{"chg.mean<1s", "2.59 ms", true},
		{"chg.p99.99>1s", "2.00 s", true},
		{"chg.p9999>1s", "2.00 s", true},
		{"chg.p100>1s", "2.00 s", true},
		{"chg.p50<500us", "534 µs", false},
		{"presence.lost==0", "1", false},
		{"presence.lost<2", "1", true},
		{"dropped==0", "3", false},
		{"cut<2", "1", true},
		{"violations==0", "1", false},
		{"wait.max<=0s", "0 ns", true},
		{"lag.p99<1ms", "72.3 µs", true},
		{"png.errors<1%", "no data", false},
		{"png.errors>=0", "no data", false},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			th, err := ParseThreshold(tt.expr)
			if err != nil {
				t.Fatal(err)
			}
			if err := th.Check(presenceOps); err != nil {
				t.Error(err)
			}
			if o := th.Eval(s); o.OK != tt.ok || o.Measured != tt.measured || strings.Contains(o.Expr, " ") {
				t.Errorf("got %+v, want %q, %v", o, tt.measured, tt.ok)
			}
			again, err := ParseThreshold(th.String())
			if err != nil || again != th {
				t.Errorf("read again: %+v, %v", again, err)
			}
		})
	}
}

func TestWrongThresholdsNameWhatIsRight(t *testing.T) {
	tests := []struct{ expr, want string }{
		{"chg.p99", "no comparison"},
		{"", "no comparison"},
		{"chg.p99=20ms", `did you mean "=="?`},
		{"chg.p99!20ms", `did you mean "!="?`},
		{"chg.eror<1%", `unknown metric "eror", did you mean "errors"?`},
		{"chg.p0<1ms", `unknown metric "p0", did you mean`},
		{"chg.p1e1<1ms", `unknown metric "p1e1"`},
		{"chg.<1ms", `unknown metric ""`},
		{"lag.errors<1%", `unknown metric "errors"`},
		{"errors<1%", `did you mean "iteration.errors"?`},
		{"droped==0", `did you mean "dropped"?`},
		{"chg<1ms", `did you mean "chg.p99"?`},
		{"chg.p99<20", "needs a time such as 20ms"},
		{"chg.p99<-1ms", "needs a time"},
		{"chg.errors<x%", "needs a share"},
		{"chg.errors<NaN", "needs a share"},
		{"chg.rate>1/m", "needs a rate"},
		{"dropped<1e3", "needs a number"},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			_, err := ParseThreshold(tt.expr)
			var te *ThresholdError
			if !errors.As(err, &te) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAThresholdOfAnotherScenarioIsRefused(t *testing.T) {
	_, err := New(Config{Ops: testOps, Thresholds: thresholds(t, "logn.errors<1%")})
	if err == nil || !strings.Contains(err.Error(), `did you mean "login"?`) {
		t.Errorf("got %v", err)
	}
	if got := DefaultThresholds(true); len(got) != 2 || got[0].String() != "login.errors<1%" || got[1].String() != "iteration.errors<1%" {
		t.Errorf("got %v", got)
	}
}
