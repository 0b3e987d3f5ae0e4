package scenario

import (
	"fmt"
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/yardstick"
	"nudge/results"
)

// openClients are enough for every iteration to find one that is free.
const openClients = 100

// open is a run of the open model and what it takes of the generator, in a second.
func open(b *testing.B, peer *yardstick.Process, rate int, tick time.Duration) (res *Result, cpu time.Duration) {
	b.Helper()
	var used []time.Duration
	cfg := Config{
		Target: peer.Line, Ticket: "t", Clients: openClients, Loops: 1, behaviour: &pings, Tick: tick,
		Load: loadgen.Ramp(openClients, 0, slice+2*time.Second),
		Rate: loadgen.Rate{Stages: []loadgen.Stage{{Target: float64(rate)}}},
		Results: results.Config{Progress: func(t results.Tick) {
			if t.Phase == results.Hold {
				used = append(used, yardstick.CPU())
			}
		}},
	}
	res, err := Run(b.Context(), cfg)
	if err != nil || len(used) < 3 {
		b.Fatalf("%d seconds, %v", len(used), err)
	}
	n := len(used) - 2 // without the first one and that with the end
	return res, (used[n] - used[0]) / time.Duration(n)
}

// iterations are those of a run, by their response time.
func iterations(b *testing.B, res *Result) results.Latency {
	for _, op := range res.Ops {
		if op.Name == "iteration" {
			return op.Latency
		}
	}
	b.Fatal("there was no iteration")
	return results.Latency{}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// BenchmarkFigureOpenModel is the latency of PNG from when it was due, beside
// that of a raw open loop at the same rate, and how late it was sent, beside how
// late time.Sleep is for the same due times. All are medians.
func BenchmarkFigureOpenModel(b *testing.B) {
	for _, rate := range []int{500, 2000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			peer := startResponder(b, 0, openClients)
			var pairs yardstick.Pairs
			for b.Loop() {
				var ours *Result
				var plain yardstick.Cost
				pairs.Take(func() {
					ours, _ = open(b, peer, rate, 0)
				}, func() {
					conns := yardstick.Dial(b, peer.Line, openClients)
					defer conns.Close()
					plain = conns.OpenLoop(png, rate, slice)
				})
				sleeps := yardstick.Median(yardstick.Sleeps(rate, time.Second))
				pairs.Ratio("latency", "latency-µs", micros(iterations(b, ours).P50), micros(yardstick.Median(plain.Latency)))
				pairs.Add("late-ratio", float64(ours.Lag.P50)/float64(sleeps))
				pairs.Add("late-µs", micros(ours.Lag.P50))
				pairs.Add("plain-late-µs", micros(yardstick.Median(plain.Late)))
				pairs.Add("sleep-late-µs", micros(sleeps))
			}
			pairs.Report(b)
		})
	}
}

// BenchmarkFigureAccuracy is what it costs to be on time at low rates, and what of
// that a tick saves: the CPU of a second of an open loop, beside that of a raw one
// that is on time.
func BenchmarkFigureAccuracy(b *testing.B) {
	for _, rate := range []int{100, 1000} {
		for _, tick := range []time.Duration{0, time.Millisecond} {
			b.Run(fmt.Sprintf("rate=%d/tick=%v", rate, tick), func(b *testing.B) { accuracy(b, rate, tick) })
		}
	}
}

func accuracy(b *testing.B, rate int, tick time.Duration) {
	peer := startResponder(b, 0, openClients)
	var pairs yardstick.Pairs
	for b.Loop() {
		var ours time.Duration
		var res *Result
		var plain yardstick.Cost
		pairs.Take(func() {
			res, ours = open(b, peer, rate, tick)
		}, func() {
			conns := yardstick.Dial(b, peer.Line, openClients)
			defer conns.Close()
			plain = conns.OpenLoop(png, rate, slice)
		})
		pairs.Ratio("cpu", "cpu-ms/s", micros(ours)/1000, micros(plain.CPU)/1000/plain.Wall.Seconds())
		pairs.Add("late-µs", micros(res.Lag.P50))
	}
	pairs.Report(b)
}
