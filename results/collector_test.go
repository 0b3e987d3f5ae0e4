package results

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

var testOps = []OpInfo{{"login", true, false}, {"chg", false, false}, {"iteration", false, false}}

const (
	opLogin Op = iota
	opChg
	opIteration
)

func TestARunIsSummedUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{Ops: testOps, Recorders: 2, Dir: dir, Run: RunInfo{Scenario: "presence", Clients: 2}, Thresholds: DefaultThresholds(false)})
		if err != nil {
			t.Fatal(err)
		}
		c.Start(time.Now())
		for i := range 2 {
			r := c.Recorder(i)
			r.OK(opLogin, time.Second)
			r.OK(opChg, time.Hour) // during the ramp: not shown
			r.Online(1)
		}
		time.Sleep(time.Second)
		for i := range 2 {
			r := c.Recorder(i)
			r.Tick(time.Second)
			r.Phase(Hold)
			for range 100 {
				r.OK(opChg, time.Millisecond)
			}
			r.Fail(opChg, "timeout", 10*time.Second)
		}
		time.Sleep(10 * time.Second)
		s, err := c.Finish(End{At: 11 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if s.Verdict != Pass || s.Clients != (Clients{2, 2}) || s.Duration != 10*time.Second || s.Whole != 11*time.Second {
			t.Errorf("%+v", s)
		}
		if len(s.Ops) != 2 || s.Ops[1].Count != 202 || s.Ops[1].Errors["timeout"] != 2 || s.Ops[1].Rate != 20 {
			t.Errorf("%+v", s.Ops)
		}
	})
	for _, name := range []string{runFile, logFile, countersFile, eventsFile, generatorFile, summaryFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
