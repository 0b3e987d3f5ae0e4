package loadgen

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nudge/results"
)

// worker is a client without connections, whose iterations take as long as it
// is told.
type worker struct {
	*Client
	takes func() time.Duration
	begun *[]time.Duration
}

func (w *worker) Start() { w.Ready() }
func (w *worker) Iterate() {
	*w.begun = append(*w.begun, w.Now())
	if d := w.takes(); d > 0 {
		w.WakeAt(w.Now() + d)
		return
	}
	w.Done("")
}
func (w *worker) Wake()                  { w.Done("") }
func (w *worker) Stop()                  { w.Exit() }
func (w *worker) Opened(*Conn)           {}
func (w *worker) Closed(*Conn, error)    {}
func (w *worker) Data(*Conn, []byte) int { return 0 }

func noNetwork(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }

// work runs a load of workers in a bubble and returns when iterations began.
func work(t *testing.T, cfg Config, takes func() time.Duration) (begun []time.Duration, out Outcome, sum *results.Summary) {
	t.Helper()
	c := collector(t, 1)
	c.Start(time.Now())
	cfg.Loops, cfg.Iterations, cfg.DialContext, cfg.Recorder = 1, true, noNetwork, c.Recorder
	cfg.New = func(c *Client) Handler { return &worker{c, takes, &begun} }
	out, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if sum, err = c.Finish(results.End{At: out.End, HoldEnd: out.HoldEnd}); err != nil {
		t.Fatal(err)
	}
	return begun, out, sum
}

func within(times []time.Duration, from, to time.Duration) (n int) {
	for _, t := range times {
		if t >= from && t < to {
			n++
		}
	}
	return n
}

func TestABacklogOfAStalledGeneratorDrainsAtTwiceTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		stall := func() time.Duration {
			if n++; n == 101 { // the iteration of second 1 holds its loop up
				time.Sleep(3 * time.Second)
			}
			return 0
		}
		begun, out, _ := work(t, Config{Load: Ramp(5, 0, 10*time.Second), Rate: Rate{[]Stage{{0, 100}}}}, stall)
		if len(begun) != 1000 || out.DroppedLag+out.DroppedWait != 0 {
			t.Errorf("%d begun, %+v", len(begun), out)
		}
		s := time.Second
		for _, want := range []struct {
			from, to time.Duration
			n        int
		}{{s + 1, 4 * s, 0}, {4 * s, 5 * s, 200}, {5 * s, 6 * s, 200}, {8 * s, 9 * s, 100}} {
			if got := within(begun, want.from, want.to); got < want.n-1 || got > want.n+1 {
				t.Errorf("%d began from %v to %v, want %d", got, want.from, want.to, want.n)
			}
		}
	})
}

func TestTimersThatAreLateDoNotLowerTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun []time.Duration
		c := collector(t, 1)
		r, err := newRun(Config{
			Load: Ramp(50, 0, time.Second), Rate: Rate{[]Stage{{0, 20_000}}}, Loops: 1, Iterations: true,
			Recorder: c.Recorder, DialContext: noNetwork, epoch: time.Now(),
			New: func(c *Client) Handler { return &worker{c, func() time.Duration { return 0 }, &begun} },
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := newLoop(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		r.all = []*loop{l}
		defer l.driver.shut()
		for r.now() <= time.Second/2 {
			l.fire(r.now())
			time.Sleep(150 * time.Microsecond) // three intervals
		}
		if got := len(begun); got < 9_990 || got > 10_001 {
			t.Errorf("%d began in half a second, want 10,000", got)
		}
	})
}

func TestWhatASlowServerLeavesOverIsDroppedAsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func() time.Duration { return time.Second }
		begun, out, _ := work(t, Config{Load: Ramp(2, 0, 10*time.Second), Rate: Rate{[]Stage{{0, 10}}}}, slow)
		if out.DroppedLag != 0 || int(out.DroppedWait)+len(begun) != 100 || len(begun) < 18 || len(begun) > 22 {
			t.Errorf("%d begun of 100, %+v", len(begun), out)
		}
	})
}

func TestThinkTimeGoesFromTheEndOfOneIterationToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, _, _ := work(t, Config{Load: Ramp(1, 0, 10*time.Second), Think: Constant(2 * time.Second)},
			func() time.Duration { return time.Second })
		s := time.Second
		if len(begun) != 3 || begun[0] != 2*s || begun[1] != 5*s || begun[2] != 8*s {
			t.Errorf("began at %v, want 2s 5s 8s", begun)
		}
	})
}

func TestTheGracefulStopEndsWhatWouldNeverEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, out, _ := work(t, Config{Load: Ramp(3, 0, 2*time.Second), GracefulStop: 4 * time.Second},
			func() time.Duration { return time.Hour })
		if out.HoldEnd != 2*time.Second || out.End != 6*time.Second || out.Interrupted {
			t.Errorf("%+v, want the end of the load at 2s and of all at 6s", out)
		}
	})
}

func TestOnceInterruptedNoIterationBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun []time.Duration
		c := collector(t, 1)
		c.Start(time.Now())
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		out, err := Run(ctx, Config{
			Load: Ramp(1, 0, time.Hour), Think: Constant(time.Second), Iterations: true,
			Recorder: c.Recorder, DialContext: noNetwork,
			New: func(c *Client) Handler { return &worker{c, func() time.Duration { return 0 }, &begun} },
		})
		if err != nil || !out.Interrupted || len(begun) != 3 || out.End != 3500*time.Millisecond {
			t.Errorf("%v began, %+v, %v", begun, out, err)
		}
		c.Finish(results.End{At: out.End, HoldEnd: out.HoldEnd})
	})
}

func TestDialsKeepTheConnectRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		c := collector(t, 1)
		c.Start(time.Now())
		start := time.Now()
		out, err := Run(t.Context(), Config{
			Load: Ramp(10, 0, 5*time.Second), ConnectRate: 10, Loops: 1, Recorder: c.Recorder,
			New: func(c *Client) Handler { return &pinger{Client: c, addr: "a:1"} },
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				at = append(at, time.Since(start))
				a, b := net.Pipe()
				go echo(b)
				return a, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Finish(results.End{At: out.End, HoldEnd: out.HoldEnd})
		for i, got := range at {
			if want := time.Duration(i) * time.Second / 10; got != want {
				t.Errorf("dial %d at %v, want %v", i, got, want)
			}
		}
		if len(at) != 10 {
			t.Errorf("%d dials, want 10", len(at))
		}
	})
}
