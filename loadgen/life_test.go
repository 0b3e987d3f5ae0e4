package loadgen

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestClientsComeAndGoAsTheLoadDoes writes down who starts (+) and who is told
// to stop (-), with the second.
func TestClientsComeAndGoAsTheLoadDoes(t *testing.T) {
	tests := []struct {
		name    string
		load    string
		signOut time.Duration // how long that takes; over 5 s: never
		want    string
	}{
		{"the highest number goes first, and comes back last", "0s:3,2s:3,2s:1,2s:3,1s:3", 0, "+0@0 +1@0 +2@0 -2@2 -1@3 +1@4 +2@5 -0@7 -1@7 -2@7"},
		{"one that is still signing out comes back when it is done", "0s:1,2s:1,0s:0,0s:1,5s:1", 2 * time.Second, "+0@0 -0@2 +0@4 -0@7"},
		{"one that never signs out is cut after 5 s", "0s:1,2s:1,0s:0,1s:0,0s:1,9s:1", time.Hour, "+0@0 -0@2 +0@7 -0@12"},
		{"one that was to come back and is not wanted after all stays away", "0s:1,2s:1,0s:0,0s:1,0s:0,5s:0", 2 * time.Second, "+0@0 -0@2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				load, err := ParseStages(tt.load)
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				play(t, Config{Load: load}, func(s *script) {
					note := func(what string) { got += fmt.Sprintf("%s%d@%d ", what, s.ID(), int(s.Now().Seconds())) }
					s.start = func() { note("+"); s.Ready() }
					s.stop = func() {
						note("-")
						if tt.signOut == 0 {
							s.Exit()
						}
						s.WakeAt(s.Now() + tt.signOut)
					}
					s.wake = s.Exit
				})
				if got != tt.want+" " {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}

func TestAnIterationThatOutlastsItsClientsStage(t *testing.T) {
	tests := []struct {
		name  string
		load  string
		takes time.Duration
		stops []time.Duration
		cut   int64
	}{
		{"is waited for", "0s:1,1s:1,0s:0,9s:0", 3 * time.Second, []time.Duration{3 * time.Second}, 0},
		{"is given up after the graceful stop", "0s:1,1s:1,0s:0,9s:0", time.Hour, []time.Duration{5 * time.Second}, 1},
		{"goes on if the load rises again", "0s:1,1s:1,0s:0,1s:0,0s:1,9s:1", 8 * time.Second, []time.Duration{15 * time.Second}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				load, err := ParseStages(tt.load)
				if err != nil {
					t.Fatal(err)
				}
				var stops []time.Duration
				out, _ := play(t, Config{Load: load, GracefulStop: 4 * time.Second, Iterations: true}, func(s *script) {
					s.start = s.Ready
					s.iterate = func() { s.WakeAt(s.Now() + tt.takes) }
					s.wake = func() { s.Done("") }
					s.stop = func() { stops = append(stops, s.Now()); s.Exit() }
				})
				if !slices.Equal(stops, tt.stops) || out.Cut != tt.cut {
					t.Errorf("told to stop at %v with %d cut, want %v with %d", stops, out.Cut, tt.stops, tt.cut)
				}
			})
		})
	}
}

// TestExitEndsAClientInAnyCall: each client exits in another call, and the run
// is over as soon as all have.
func TestExitEndsAClientInAnyCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exited, late := map[string]int{}, 0
		out, _ := play(t, Config{Load: Ramp(8, 0, time.Minute), Iterations: true}, func(s *script) {
			gone := false
			in := func(id int, name string) {
				if gone {
					late++
				}
				if s.ID() == id {
					exited[name]++
					s.Exit()
					s.Exit()
					gone = true
					s.Dial("a:1", 0) // all of these come to nothing
					s.WakeAt(s.Now() + time.Second)
					s.Ready()
					s.Done("")
				}
			}
			s.start = func() { s.Dial("a:1", 0); in(0, "Start") }
			s.opened = func(c *Conn) {
				s.Ready()
				s.WakeAt(s.Now() + time.Second)
				in(1, "Opened")
				c.Send([]byte("1"))
			}
			s.data = func(c *Conn, b []byte) int {
				in(2, "Data")
				if s.ID() == 3 || s.ID() == 7 {
					c.Send(make([]byte, maxUnsent+1)) // fails
				}
				return len(b)
			}
			s.closed = func(*Conn, error) { in(3, "Closed") }
			s.iterate = func() { in(4, "Iterate") }
			s.wake = func() {
				in(5, "Wake")
				s.Done("")
				if s.ID() == 6 {
					s.Background(func(context.Context) func() { return func() { in(6, "Background") } })
				}
			}
			s.stop = func() { in(7, "Stop") }
		})
		if len(exited) != 8 || late != 0 || out.End != time.Minute+10*time.Second { // 7 is in an iteration
			t.Errorf("exited in %v, %d calls afterwards, %+v", exited, late, out)
		}
	})
}

func TestWhatRunsBesideTheLoopIsForTheLifeThatAskedForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		came, lives := 0, 0
		load := Load{[]Stage{{0, 1}, {time.Second, 1}, {0, 0}, {time.Second, 0}, {0, 1}, {9 * time.Second, 1}}}
		play(t, Config{Load: load}, func(s *script) {
			s.start = func() {
				lives++
				s.Background(func(ctx context.Context) func() {
					time.Sleep(5 * time.Second)
					return func() { came = lives }
				})
				s.Background(func(context.Context) func() { return nil })
			}
		})
		if lives != 2 || came != 2 {
			t.Errorf("%d lives; a call came to life %d", lives, came)
		}
	})
}

func TestNoMoreThanSoManyRunBesideTheLoops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var last atomic.Int64
		play(t, Config{Load: Ramp(maxWorkers+1, 0, time.Minute), Loops: 2}, func(s *script) {
			s.start = func() {
				s.Background(func(ctx context.Context) func() {
					time.Sleep(time.Second)
					return func() { last.Store(int64(time.Since(start))); s.Exit() } // in the order of time
				})
			}
		})
		if got := time.Duration(last.Load()); got != 2*time.Second {
			t.Errorf("the last came at %v, want 2s", got)
		}
	})
}

func TestAnInterruptEndsTheRampAndWhatIsInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var started, stopped atomic.Int64
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		cfg := Config{Load: Ramp(10, 10*time.Second, time.Hour), Iterations: true, Loops: 2}
		out, sum := playWithin(t, ctx, cfg, func(s *script) {
			s.start = func() { started.Add(1); s.Ready() } // iterations that never end
			s.stop = func() { stopped.Add(1); s.WakeAt(s.Now() + time.Second) }
			s.wake = s.Exit
		})
		if started.Load() != 3 || stopped.Load() != 3 || out.Cut != 3 || sum.Cut != 3 || !out.Interrupted || out.End != 3500*time.Millisecond || len(sum.Ops) != 0 {
			t.Errorf("%d started, %d stopped, %+v %+v", started.Load(), stopped.Load(), out, sum.Ops)
		}
	})
}

func TestAnInterruptWithinTheGracefulStopEndsThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		cfg := Config{Load: Ramp(1, 0, time.Second), Iterations: true, GracefulStop: time.Hour}
		out, _ := playWithin(t, ctx, cfg, func(s *script) {
			s.start = s.Ready
			s.stop = func() {} // and it never exits
		})
		if out.HoldEnd != time.Second || out.End != 2*time.Second+stopWait || out.Interrupted || out.Cut != 1 {
			t.Errorf("%+v", out)
		}
	})
}

func TestAClientThatIsAwayGetsNoIterations(t *testing.T) {
	for _, rate := range []Rate{{}, {[]Stage{{0, 10}}}} {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Duration
			cfg := Config{Load: Ramp(1, 0, 10*time.Second), Rate: rate, Think: Constant(time.Second), Iterations: true}
			play(t, cfg, func(s *script) {
				s.start = func() { s.Ready(); s.WakeAt(2500 * time.Millisecond) }
				s.iterate = func() { at = append(at, s.Now()); s.Done("") }
				s.wake = func() {
					if s.Now() < 5*time.Second {
						s.Unready()
						s.WakeAt(7 * time.Second)
						return
					}
					s.Ready()
				}
			})
			if before, away, after := within(at, 0, 2500*time.Millisecond), within(at, 2500*time.Millisecond+1, 7*time.Second), within(at, 7*time.Second, 10*time.Second); before < 2 || away != 0 || after < 2 {
				t.Errorf("rate %v: %d before, %d while away, %d after", rate, before, away, after)
			}
		})
	}
}

func TestAHandlerThatIsWokenAtOnceDoesNotKeepTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := newRun(Config{
			Load: Ramp(2, 0, time.Second), Loops: 1, Recorder: collector(t, 1).Recorder, DialContext: dialEcho, epoch: time.Now(),
			New: func(c *Client) Handler { return &script{Client: c} },
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := newLoop(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer l.driver.shut()
		woken := 0
		for i := range l.clients {
			s := l.clients[i].handler.(*script)
			s.state = started
			s.wake = func() { woken++; s.WakeAt(s.ReadAt()) }
			s.WakeAt(-1)
		}
		if l.fireTimers(1); woken != 2 {
			t.Errorf("woken %d times in one turn, want once each", woken)
		}
	})
}

func TestHoldBeginsWithItsStage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, _ := play(t, Config{Load: Ramp(1, 1300*time.Millisecond, 2*time.Second)}, func(s *script) { s.start = s.Ready })
		if out.HoldStart != 1300*time.Millisecond || out.HoldEnd != 3300*time.Millisecond {
			t.Errorf("%+v", out)
		}
	})
}
