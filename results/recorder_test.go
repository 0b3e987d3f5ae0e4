package results

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMain(m *testing.M) {
	code := m.Run()
	left := ours()
	for range 10_000 {
		if left == "" {
			break
		}
		runtime.Gosched() // those that have said that they are done get to their end
		left = ours()
	}
	if code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s", left)
		code = 1
	}
	os.Exit(code)
}

// ours returns the stacks of the goroutines that this package has started.
func ours() string {
	buf := make([]byte, 1<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	stacks = slices.DeleteFunc(stacks, func(s string) bool { return !strings.Contains(s, "created by nudge/results.") })
	return strings.Join(stacks, "\n\n")
}

// started returns a collector with one recorder. It is to be finished.
func started(t *testing.T, cfg Config) (*Collector, *Recorder) {
	t.Helper()
	cfg.Ops = testOps
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.Start(time.Now())
	return c, c.Recorder(0)
}

func finish(t *testing.T, c *Collector, end End) *Summary {
	t.Helper()
	s, err := c.Finish(end)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRecordingDoesNotAllocate(t *testing.T) {
	c, r := started(t, Config{})
	r.Phase(Hold)
	record := func() {
		r.OK(opChg, time.Millisecond)
		r.Fail(opChg, "timeout", time.Second)
		r.Wait(0)
		r.Lag(time.Microsecond)
		r.Online(0)
		r.DroppedWait(1)
		r.Cut()
		r.Phase(Hold)
		r.Tick(time.Millisecond)
	}
	record()
	if n := testing.AllocsPerRun(1000, record); n != 0 {
		t.Errorf("%v allocations", n)
	}
	finish(t, c, End{At: time.Second})
}

func TestValuesOutsideTheRangeAreClampedAndCounted(t *testing.T) {
	c, r := started(t, Config{})
	for _, d := range []time.Duration{-1, -time.Hour, 0, 1, time.Hour, time.Hour + 1, 1<<63 - 1} {
		r.OK(opLogin, d)
	}
	s := finish(t, c, End{At: time.Second})
	o := s.Ops[0]
	if o.Count != 7 || o.Latency.Min != 0 || o.Latency.Max != time.Hour || o.Latency.Percentile(50) != 1 {
		t.Errorf("%+v", o)
	}
	if s.Verdict != Invalid || len(s.Reasons) != 1 || !strings.HasPrefix(s.Reasons[0], "4 values were outside") {
		t.Errorf("%s: %q", s.Verdict, s.Reasons)
	}
}

func TestASlowWriterLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan bool)
		var ticks []Tick
		c, r := started(t, Config{Progress: func(k Tick) {
			ticks = append(ticks, k)
			<-gate
		}})
		for s := range 10 {
			r.OK(opLogin, time.Millisecond)
			time.Sleep(time.Second)
			r.Tick(time.Duration(s+1) * time.Second)
			synctest.Wait()
		}
		if len(ticks) != 1 {
			t.Errorf("%d seconds were written while the writer was stuck", len(ticks))
		}
		close(gate)
		synctest.Wait()
		r.Tick(10 * time.Second)
		s := finish(t, c, End{At: 11 * time.Second})
		if s.Ops[0].Count != 10 {
			t.Errorf("%d of 10 are left", s.Ops[0].Count)
		}
		var length time.Duration
		var told int64
		for _, k := range ticks {
			length += k.Length
			for _, op := range k.Ops {
				told += op.OK
			}
		}
		if length != 11*time.Second || told != 10 {
			t.Errorf("%d values in %v, in %d lines", told, length, len(ticks))
		}
	})
}

func TestALoopThatIsBehindDoesNotHoldUpTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ticks []Tick
		c, err := New(Config{Ops: testOps, Recorders: 2, Progress: func(k Tick) { ticks = append(ticks, k) }})
		if err != nil {
			t.Fatal(err)
		}
		c.Start(time.Now())
		for s := range 5 {
			c.Recorder(0).Fail(opLogin, "timeout", time.Millisecond)
			c.Recorder(0).Lag(time.Millisecond)
			c.Recorder(0).Tick(time.Duration(s+1) * time.Second)
			synctest.Wait()
		}
		if len(ticks) != 4 || ticks[3].Ops[0].TotalFailed != 4 || ticks[3].LagP99 < time.Millisecond {
			t.Errorf("%+v", ticks)
		}
		c.Recorder(1).Fail(opLogin, "timeout", time.Millisecond)
		if s := finish(t, c, End{At: 5 * time.Second}); s.Ops[0].Errors["timeout"] != 6 {
			t.Errorf("%+v", s.Ops)
		}
	})
}

func TestPhasesAreKeptApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, r := started(t, Config{})
		for i, p := range []Phase{Ramp, Hold, Ramp, Hold} {
			r.Phase(p)
			r.OK(opLogin, time.Millisecond)
			r.OK(opChg, time.Duration(i+1)*time.Millisecond)
			time.Sleep(2500 * time.Millisecond)
			r.Tick(time.Duration(i+1) * 2500 * time.Millisecond)
		}
		s := finish(t, c, End{At: 10 * time.Second, HoldEnd: 9 * time.Second})
		if s.Duration != 4*time.Second || s.Whole != 10*time.Second {
			t.Errorf("at full load %v of %v", s.Duration, s.Whole)
		}
		if login, chg := s.Ops[0], s.Ops[1]; login.Count != 4 || login.Rate != 0.4 || chg.Count != 2 || chg.Rate != 0.5 {
			t.Errorf("%+v", s.Ops)
		}
	})
}

func TestOfEventsTheFirstAreKeptAndTheRestCounted(t *testing.T) {
	dir := t.TempDir() + "/run"
	c, r := started(t, Config{Dir: dir})
	for range 2500 {
		r.Event("timeout", "a", "no reply")
	}
	for i := range 2 * maxClasses {
		r.Violation(fmt.Sprint("kind", i), "b", strings.Repeat("ü", maxText))
	}
	s := finish(t, c, End{At: time.Second})
	if s.Verdict != Fail || len(s.Violations) > maxClasses+1 || s.Violations[otherClass] < maxClasses {
		t.Errorf("%s, %d kinds, %d other", s.Verdict, len(s.Violations), s.Violations[otherClass])
	}
	b, err := os.ReadFile(dir + "/" + eventsFile)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), `"class":"timeout","client"`); n != maxEvents {
		t.Errorf("%d kept", n)
	}
	if !strings.Contains(string(b), `{"kind":"event","class":"timeout","left_out":1500}`) {
		t.Error("nothing says how many were left out")
	}
	again, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if i := len(again.Events) - 1; again.Events[i].Count != 2500 || again.Events[i].First.Text != "no reply" {
		t.Errorf("read again: %+v", again.Events[i])
	}
}

func TestClassesOfErrorsAreLimited(t *testing.T) {
	c, r := started(t, Config{})
	for i := range 3 * maxClasses {
		r.Fail(opLogin, fmt.Sprint(i), time.Millisecond)
	}
	o := finish(t, c, End{At: time.Second}).Ops[0]
	if len(o.Errors) != maxClasses+1 || o.Errors[otherClass] != 2*maxClasses || o.Failed() != 3*maxClasses {
		t.Errorf("%d classes, %d other, %d in all", len(o.Errors), o.Errors[otherClass], o.Failed())
	}
}

func TestNamesOfOperationsAreChecked(t *testing.T) {
	for _, name := range []string{"", "a.b", "a,b", "Chg", "lag", "wait", "dropped"} {
		if _, err := New(Config{Ops: []OpInfo{{Name: name}}}); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
	if _, err := New(Config{Ops: []OpInfo{{Name: "a"}, {Name: "a"}}}); err == nil {
		t.Error("two operations of one name are taken")
	}
	if _, err := New(Config{Ops: make([]OpInfo, MaxOps+1)}); err == nil {
		t.Error("any number of operations is taken")
	}
}
