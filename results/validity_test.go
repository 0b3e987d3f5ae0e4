package results

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// second100 is a second at full load with 100 iterations, each of the same figures.
type second100 struct {
	wait, lag, service, pulse time.Duration
	closed                    bool
}

func (x second100) record(r *Recorder) {
	for range 100 {
		if !x.closed {
			r.Wait(x.wait)
		}
		r.Lag(x.lag)
		r.Service(x.service)
		r.Pulse(x.pulse)
		r.OK(opIteration, x.wait+x.lag+x.service)
		r.OK(opChg, x.service)
	}
}

// judged is the summary of ten seconds.
func judged(t *testing.T, run RunInfo, machine generatorLine, second func(at int, r *Recorder)) (s *Summary) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ops := append([]OpInfo{}, testOps...)
		ops[opChg].Step = true
		c, err := New(Config{Ops: ops, Run: run})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		c.machine.read = func() generatorLine {
			busy := machine
			busy.RunQueue *= time.Since(begin)
			busy.Steal *= time.Since(begin)
			busy.Throttled *= time.Since(begin)
			return busy
		}
		c.Start(begin)
		r := c.Recorder(0)
		r.Phase(Hold)
		for at := range 10 {
			second(at, r)
			time.Sleep(time.Second)
			r.Tick(time.Duration(at+1) * time.Second)
			synctest.Wait()
		}
		if s, err = c.Finish(End{At: 10 * time.Second}); err != nil {
			t.Fatal(err)
		}
	})
	return s
}

func TestWhatMakesAMeasurementInvalid(t *testing.T) {
	const ms = time.Millisecond
	all := func(x second100) func(int, *Recorder) { return func(_ int, r *Recorder) { x.record(r) } }
	tests := []struct {
		name   string
		tick   time.Duration
		second func(at int, r *Recorder)
		causes string
	}{
		{"nothing was measured", 0, func(int, *Recorder) {}, ""},
		{"a generator in time", 0, all(second100{lag: ms / 20, service: ms, pulse: ms / 20}), ""},
		{"lag as of any busy machine", 0, all(second100{lag: 19 * ms / 10, service: ms}), ""},
		{"lag that is small beside a slow server", 0, all(second100{lag: 9 * ms, service: 40 * ms}), ""},
		{"lag above a fast server", 0, all(second100{lag: 3 * ms, service: ms}), "lag late"},
		{"lag above a slow server", 0, all(second100{lag: 12 * ms, service: 40 * ms}), "lag stall"},
		{"lag beside a server that is slow since the machine is", 0, all(second100{lag: 60 * ms, service: time.Second}), "lag"},
		{"lag of the closed model as of any busy machine", 0, all(second100{lag: 19 * ms / 10, service: ms, closed: true}), ""},
		{"lag of the closed model above a fast server", 0, all(second100{lag: 3 * ms, service: ms, closed: true}), "lag"},
		{"a loop that wakes late, though nothing came due", 0, all(second100{lag: 0, service: ms, pulse: 3 * ms}), "loop"},
		{"in the closed model", 0, all(second100{service: ms, pulse: 11 * ms, closed: true}), "loop"},
		{"beside a slow server", 0, all(second100{service: 100 * ms, pulse: 11 * ms, closed: true}), ""},
		{"a tick that was asked for", 5 * ms, all(second100{lag: 6 * ms, service: ms}), ""},
		{"and more than that", 5 * ms, all(second100{lag: 8 * ms, service: ms}), "lag late"},
		{"a generator that stood still for a second", 0, func(at int, r *Recorder) {
			x := second100{lag: ms / 20, service: ms}
			if at == 4 {
				x.lag = 500 * ms
			}
			x.record(r)
		}, "stall late"},
		{"a hiccup", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, service: ms}.record(r)
			if at == 4 {
				r.Lag(500 * ms)
			}
		}, ""},
		{"a server that stood still", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, wait: 9 * time.Second, service: 10 * time.Second}.record(r)
			r.DroppedWait(5000)
		}, ""},
		{"a rate that was not reached for lag", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, service: ms}.record(r)
			r.DroppedLag(2)
		}, "rate"},
		{"hardly", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, service: ms}.record(r)
			r.DroppedLag(1)
		}, ""},
		{"files and ports of this machine", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, service: ms}.record(r)
			r.Fail(opLogin, ClassFiles, ms)
			r.Fail(opLogin, ClassPorts, ms)
			r.Fail(opLogin, "refused", ms)
		}, "files ports"},
		{"a value that no histogram has", 0, func(at int, r *Recorder) {
			second100{lag: ms / 20, service: ms}.record(r)
			r.OK(opChg, 2*time.Hour)
		}, "clamped"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := judged(t, RunInfo{Tick: tt.tick}, generatorLine{}, tt.second)
			var causes []string
			for i, r := range s.Invalid {
				causes = append(causes, r.Cause)
				if r.Value <= r.Limit || r.Remedy == "" || r.Unit == "" || r.What != s.Reasons[i] {
					t.Errorf("%+v, reasons %q", r, s.Reasons)
				}
			}
			if got := strings.Join(causes, " "); got != tt.causes || (got != "") != (s.Verdict == Invalid) {
				t.Errorf("got %q, want %q: %v", got, tt.causes, s.Reasons)
			}
		})
	}
}

func TestTheMachineIsEvidenceAndNoCriterion(t *testing.T) {
	busy := generatorLine{RunQueue: 2, Steal: 1, Throttled: 1}
	s := judged(t, RunInfo{}, busy, func(_ int, r *Recorder) {
		second100{lag: time.Millisecond / 20, service: time.Millisecond}.record(r)
	})
	m := s.Generator.Machine
	if m.Over != 10*time.Second || m.RunQueue != 20*time.Second || m.Steal != 10*time.Second || m.Throttled != 10*time.Second {
		t.Errorf("%+v", m)
	}
	if s.Verdict != Pass {
		t.Errorf("%s: %v", s.Verdict, s.Reasons)
	}
}
