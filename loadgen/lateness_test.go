package loadgen

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestWaitIsTheServersAndLagTheGenerators: 100 iterations per second of 10 ms
// each, and within second 1 to 4 something stands still.
func TestWaitIsTheServersAndLagTheGenerators(t *testing.T) {
	const stall = 3 * time.Second
	tests := []struct {
		name      string
		clients   int
		rest      bool // from second 4 on no more come due
		generator bool // stands still; else the server does
		wait, lag time.Duration
	}{
		{"a server that stands still makes no lag, however many clients there are", 1000, false, false, 0, 0},
		{"nor where they are too few", 50, false, false, stall - 490*time.Millisecond, 0},
		{"nor where they are hardly enough", 2, false, false, stall - 10*time.Millisecond, 0},
		{"a generator that stands still makes no wait", 1000, false, true, 0, stall - 10*time.Millisecond},
		{"nor where clients are few", 20, false, true, 0, stall - 10*time.Millisecond},
		{"and while the rate rests its backlog is no faster, and not part of hold", 20, true, true, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rate := Rate{[]Stage{{0, 100}, {12 * time.Second, 100}}}
				if tt.rest {
					rate = Rate{[]Stage{{0, 100}, {4 * time.Second, 100}, {0, 0}, {8 * time.Second, 0}}}
				}
				begun := 0
				var times []time.Duration
				cfg := Config{Load: Ramp(tt.clients, 0, 10*time.Second), Rate: rate, Iterations: true}
				out, sum := play(t, cfg, func(s *script) {
					s.start = s.Ready
					s.wake = func() { s.Done("") }
					s.iterate = func() {
						begun++
						times = append(times, s.Now())
						answered := s.Now() + 10*time.Millisecond
						switch {
						case tt.generator && begun == 101:
							time.Sleep(stall)
							answered = s.Now() + 10*time.Millisecond
						case !tt.generator && s.Now() >= time.Second && s.Now() < 4*time.Second:
							answered = 4 * time.Second
						}
						s.WakeAt(answered)
					}
				})
				if want := int(rate.Total()); begun != want || out.DroppedLag+out.DroppedWait != 0 {
					t.Errorf("%d begun, want %d; %+v", begun, want, out)
				}
				about := func(got, want time.Duration) bool {
					return (got - want).Abs() <= want/500+15*time.Millisecond // of the histogram, and of an iteration
				}
				if !about(sum.Wait.Max, tt.wait) || !about(sum.Lag.Max, tt.lag) {
					t.Errorf("wait up to %v, want %v; lag up to %v, want %v", sum.Wait.Max, tt.wait, sum.Lag.Max, tt.lag)
				}
				for from := 4 * time.Second; from < 12*time.Second; from += time.Second {
					if n := within(times, from, from+time.Second); n > 202 {
						t.Errorf("%d began in the second from %v: more than twice the rate", n, from)
					}
				}
			})
		})
	}
}

func TestWhatAStallLeavesOverAtTheEndIsDroppedAsLag(t *testing.T) {
	for name, clients := range map[string]int{"many clients": 1000, "few clients": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := 0
				cfg := Config{Load: Ramp(clients, 0, 4*time.Second), Rate: Rate{[]Stage{{0, 100}}}, Iterations: true}
				out, sum := play(t, cfg, func(s *script) {
					s.start = s.Ready
					s.iterate = func() {
						if begun++; begun == 101 {
							time.Sleep(2 * time.Second)
						}
						s.Done("")
					}
				})
				// One second is left for 300, of which 200 begin.
				if begun < 299 || begun > 302 || out.DroppedWait != 0 || begun+int(out.DroppedLag) != 400 || sum.Dropped != out.DroppedLag {
					t.Errorf("%d begun, %+v", begun, out)
				}
			})
		})
	}
}

func TestTheLoopsShareTheArrivals(t *testing.T) {
	due := func(loops int) map[time.Duration]int {
		times := map[time.Duration]int{}
		synctest.Test(t, func(t *testing.T) {
			at := make([]map[time.Duration]int, loops)
			cfg := Config{Load: Ramp(6, 0, 5*time.Second), Rate: Rate{[]Stage{{2 * time.Second, 30}, {3 * time.Second, 30}}}, Iterations: true, Loops: loops}
			out, _ := play(t, cfg, func(s *script) {
				s.start = s.Ready
				s.iterate = func() {
					l := s.loop.id
					if at[l] == nil {
						at[l] = map[time.Duration]int{}
					}
					at[l][s.due-out0(s)]++
					s.Done("")
				}
			})
			if out.DroppedLag+out.DroppedWait != 0 {
				t.Errorf("%d loops: %+v", loops, out)
			}
			for _, one := range at {
				for d, n := range one {
					times[d] += n
				}
			}
		})
		return times
	}
	one, three := due(1), due(3)
	if len(one) != 120 {
		t.Errorf("%d arrivals, want 120", len(one))
	}
	for d, n := range one {
		if n != 1 || three[d] != 1 {
			t.Errorf("due at %v: %d times with one loop, %d with three", d, n, three[d])
		}
	}
}

// out0 is when iterations began to come due.
func out0(s *script) time.Duration { return time.Duration(s.loop.run.origin.Load()) }

func TestWhenIterationsBeginToComeDue(t *testing.T) {
	tests := []struct {
		name  string
		start func(s *script) // of client 3
		want  time.Duration
	}{
		{"at once if all are ready", func(s *script) { s.Ready() }, 3 * time.Second},
		{"one that has failed is not waited for", func(s *script) { s.Unready() }, 3 * time.Second},
		{"nor one that has gone", func(s *script) { s.Exit() }, 3 * time.Second},
		{"a slow one is waited for", func(s *script) { s.WakeAt(s.Now() + 7*time.Second) }, 10 * time.Second},
		{"one that says nothing at all for five minutes is not", func(s *script) {}, 2*time.Second + settleWait},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first := time.Duration(0)
				cfg := Config{Load: Load{[]Stage{{4 * time.Second, 4}, {time.Second, 4}}}, Rate: Rate{[]Stage{{0, 10}, {time.Second, 10}}}, Iterations: true}
				cfg.Load.Stages[0].Duration = 4 * time.Second
				out, _ := play(t, cfg, func(s *script) {
					s.start, s.wake = s.Ready, s.Ready
					if s.ID() == 3 {
						s.start = func() { tt.start(s) }
					}
					s.iterate = func() {
						if first == 0 {
							first = s.Now()
						}
						s.Done("")
					}
				})
				want := tt.want
				if tt.want > settleWait {
					want = 4*time.Second + settleWait // the ramp is waited for, too
				}
				if first != want || out.HoldStart != want {
					t.Errorf("first at %v, hold from %v, want %v", first, out.HoldStart, want)
				}
			})
		})
	}
}

func TestALoopWithoutClientsDropsItsArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make([]int, 2)
		cfg := Config{Load: Ramp(2, 0, 4*time.Second), Rate: Rate{[]Stage{{0, 10}}}, Iterations: true, Loops: 2}
		out, _ := play(t, cfg, func(s *script) {
			s.start = s.Ready
			s.iterate = func() {
				done[s.loop.id]++
				s.Done("")
				if s.ID() == 1 {
					s.Exit()
				}
			}
		})
		if done[0] != 20 || done[1] != 1 || out.DroppedWait != 19 || out.HoldEnd.Round(time.Millisecond) != 4*time.Second {
			t.Errorf("%d done, %+v", done, out)
		}
	})
}

func TestALoadWhoseClientsHaveAllGoneIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, _ := play(t, Config{Load: Ramp(6, time.Second, time.Hour), Loops: 3}, func(s *script) {
			s.start = func() { s.WakeAt(s.Now() + time.Second) }
			s.wake = s.Exit
		})
		if want := time.Second*5/6 + time.Second; (out.End-want).Abs() > time.Millisecond || out.Ready || out.Interrupted {
			t.Errorf("%+v, want the end at %v", out, want)
		}
	})
}

func TestAClosedLoadLagsOnlyBeyondItsThinkTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		_, sum := play(t, Config{Load: Ramp(1, 0, 20*time.Second), Think: Constant(time.Second), Iterations: true}, func(s *script) {
			s.start = s.Ready
			s.iterate = func() { s.WakeAt(s.Now() + time.Second/4) }
			s.wake = func() {
				s.Done("")
				if n++; n == 3 {
					time.Sleep(3 * time.Second) // its next iteration is 2 s late
				}
			}
		})
		if got := sum.Lag.Max; (got - 2*time.Second).Abs() > 5*time.Millisecond {
			t.Errorf("lag up to %v, want 2s", got)
		}
		if got := sum.Ops[0].Latency.Max; (got - time.Second/4).Abs() > time.Millisecond {
			t.Errorf("latency up to %v, want 250ms", got)
		}
	})
}

func TestALoopThatComesALittleLateToTheEndDropsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := 0
		cfg := Config{Load: Ramp(50, 0, time.Second), Rate: Rate{[]Stage{{0, 100}}}, Iterations: true}
		out, _ := play(t, cfg, func(s *script) {
			s.start = s.Ready
			s.iterate = func() {
				if begun++; begun == 99 {
					time.Sleep(25 * time.Millisecond) // until 5 ms behind the end
				}
				s.Done("")
			}
		})
		if begun != 100 || out.DroppedLag+out.DroppedWait != 0 {
			t.Errorf("%d begun, %+v", begun, out)
		}
	})
}
