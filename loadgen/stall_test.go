package loadgen

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"nudge/results"
)

// TestPercentilesOfAStallAreThoseOnPaper: at 100 iterations per second for 20 s
// something stands still for 2 s. What is due within a stall of the server is
// answered at its end, so that response times fall evenly from 2 s to none, over
// 200 iterations. Behind a stall of the generator its backlog is worked off at
// twice the rate, so that it takes 400 until lag has fallen to none.
func TestPercentilesOfAStallAreThoseOnPaper(t *testing.T) {
	const (
		rate  = 100
		stall = 2 * time.Second
		from  = 5 * time.Second
		all   = 20 * rate
		quick = time.Millisecond // service time otherwise
	)
	for name, late := range map[string]int{"server": rate * 2, "generator": rate * 2 * 2} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stood := false
				cfg := Config{Load: Ramp(rate*3, 0, 20*time.Second), Rate: Rate{[]Stage{{0, rate}}}, Iterations: true}
				_, sum := play(t, cfg, func(s *script) {
					s.start = s.Ready
					s.wake = func() { s.Done("") }
					s.iterate = func() {
						answered := s.Now() + quick
						switch now := s.Now(); {
						case now < from || now >= from+stall:
						case name == "server":
							answered = from + stall
						case !stood:
							stood = true
							time.Sleep(from + stall - now)
							answered = s.Now() + quick
						}
						s.WakeAt(answered)
					}
				})
				response, lag := &sum.Ops[0].Latency, sum.Lag
				for _, above := range []int{20, 50, 100, 150, late - 20} { // iterations that were slower
					p := 100 * float64(all-above) / all
					want := stall - stall*time.Duration(above)/time.Duration(late)
					got := response.Percentile(p)
					if diff := (got - want).Abs(); diff > want/50+quick+time.Second/rate {
						t.Errorf("p%v: %v, on paper %v", p, got, want)
					}
				}
				if name == "server" && lag.Max > quick || name == "generator" && sum.Service.P99 > 2*quick {
					t.Errorf("lag up to %v, p99 of service time %v", lag.Max, sum.Service.P99)
				}
				if invalid := sum.Verdict == results.Invalid; invalid != (name == "generator") {
					t.Errorf("%s: %v", sum.Verdict, sum.Reasons)
				}
			})
		})
	}
}

// TestResponseTimeIsWaitLagAndServiceTime: where two of them are the same for
// all iterations, each percentile of it is that of the third and these.
func TestResponseTimeIsWaitLagAndServiceTime(t *testing.T) {
	const service = 12 * time.Millisecond
	for name, clients := range map[string]int{"lag": 400, "wait": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				cfg := Config{Load: Ramp(clients, 0, 10*time.Second), Rate: Rate{[]Stage{{0, 100}}}, Iterations: true}
				_, sum := play(t, cfg, func(s *script) {
					s.start = s.Ready
					s.wake = func() { s.Done("") }
					s.iterate = func() {
						if n++; n == 200 && name == "lag" {
							time.Sleep(3 * time.Second)
						}
						s.WakeAt(s.Now() + service)
					}
				})
				part, other := sum.Lag, sum.Wait
				if name == "wait" {
					part, other = sum.Wait, sum.Lag
				}
				response := sum.Ops[0].Latency
				if got, want := response.P50, part.P50+service; (got-want).Abs() > want/100+10*time.Millisecond || part.P50 < time.Second/3 {
					t.Errorf("response time %v in the median, %v of it %s, want %v", got, part.P50, name, want)
				}
				if sum.Service.P50.Round(time.Millisecond) != service || other.P99 > 10*time.Millisecond {
					t.Errorf("service time %+v, wait %+v, lag %+v", sum.Service, sum.Wait, sum.Lag)
				}
			})
		})
	}
}

// TestATickGathersWhatIsDue: due times stay what they are, what is done at them
// waits for the next multiple of the tick, and the rate is kept.
func TestATickGathersWhatIsDue(t *testing.T) {
	const tick = 20 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		var begun []time.Duration
		cfg := Config{Load: Ramp(100, 0, 4*time.Second), Rate: Rate{[]Stage{{0, 1000}}}, Iterations: true, Tick: tick}
		out, sum := play(t, cfg, func(s *script) {
			s.start = s.Ready
			s.iterate = func() {
				begun = append(begun, s.Now())
				s.Done("")
			}
		})
		if len(begun) != 4000 || out.DroppedLag != 0 {
			t.Errorf("%d begun, %+v", len(begun), out)
		}
		for _, at := range begun {
			if at%tick != 0 && at < out.HoldEnd {
				t.Fatalf("one began at %v", at)
			}
		}
		if sum.Lag.Max > tick+tick/500 || sum.Lag.P50 < tick/3 || sum.Lag.P50 > tick*2/3 {
			t.Errorf("lag %+v", sum.Lag)
		}
	})
}

// TestAPulseTellsHowLateALoopIs that has nothing to do at any time of its own.
func TestAPulseTellsHowLateALoopIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, sum := play(t, Config{Load: Ramp(1, 0, 10*time.Second)}, func(s *script) {
			n := 0
			s.start = func() { s.Ready(); s.WakeAt(s.Now() + time.Second) }
			s.wake = func() {
				time.Sleep(50 * time.Millisecond) // the loop is held up
				if n++; n < 9 {
					s.WakeAt(s.Now() + time.Second)
				}
			}
		})
		if sum.Pulse.P50 != 0 || sum.Pulse.Max < 40*time.Millisecond || sum.Pulse.Max > 51*time.Millisecond {
			t.Errorf("%+v", sum.Pulse)
		}
	})
}

func TestWhatIsDroppedIsToldByItsReason(t *testing.T) {
	for _, generator := range []bool{false, true} {
		t.Run(fmt.Sprint("generator ", generator), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				cfg := Config{Load: Ramp(10, 0, 4*time.Second), Rate: Rate{[]Stage{{0, 100}}}, Iterations: true}
				out, sum := play(t, cfg, func(s *script) {
					s.start = s.Ready
					s.wake = func() { s.Done("") }
					s.iterate = func() {
						if n++; n == 100 && generator {
							time.Sleep(3 * time.Second)
						}
						if generator {
							s.Done("")
						} else {
							s.WakeAt(s.Now() + time.Second)
						}
					}
				})
				d := sum.DroppedBy
				if d != (results.Dropped{Wait: out.DroppedWait, Lag: out.DroppedLag}) || d.Total() != sum.Dropped || d.Total() < 250 {
					t.Errorf("%+v of %d, %+v", d, sum.Dropped, out)
				}
				if generator && d.Wait > 0 || !generator && d.Lag > 0 {
					t.Errorf("%+v", d)
				}
				if (sum.Verdict == results.Invalid) != generator {
					t.Errorf("%s: %v", sum.Verdict, sum.Reasons)
				}
			})
		})
	}
}
