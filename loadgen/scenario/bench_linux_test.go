package scenario

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/loadgen/yardstick"
	"nudge/results"
)

// slice is how long one side of a pair is measured.
const slice = 2 * time.Second

// cost is what an operation of a run takes of the generator.
type cost struct {
	cpu    float64 // ns
	allocs float64
	rate   float64 // operations per second
}

// costOf returns what an operation of a run costs, taken between the first and
// the last second of hold.
func costOf(b *testing.B, op string, cfg Config) cost {
	type sample struct {
		at, cpu time.Duration
		mallocs uint64
		done    int64
	}
	var samples []sample
	cfg.Results.Progress = func(t results.Tick) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for _, x := range t.Ops {
			if x.Name == op && t.Phase == results.Hold {
				samples = append(samples, sample{t.At, yardstick.CPU(), m.Mallocs, x.TotalOK})
			}
		}
	}
	res, err := Run(b.Context(), cfg)
	if err != nil || len(samples) < 3 {
		b.Fatalf("%d samples, %v, %+v", len(samples), err, res)
	}
	first, last := samples[0], samples[len(samples)-2] // the last one of all has the end in it
	n := float64(last.done - first.done)
	return cost{
		cpu:    float64(last.cpu-first.cpu) / n,
		allocs: float64(last.mallocs-first.mallocs) / n,
		rate:   n / (last.at - first.at).Seconds(),
	}
}

// hold is a load of so many clients from which costOf takes a slice.
func hold(clients int) loadgen.Load {
	up := max(time.Duration(clients)*time.Second/5000, time.Second/2)
	return loadgen.Ramp(clients, up.Round(time.Second), slice+2*time.Second)
}

// pings is as many PNG as the server answers.
var pings = behaviour{
	name:  "pings",
	start: signIn,
	iteration: []step{{op: opPNG, answer: msnp.StepPNG, send: func(c *client, now time.Duration, out []byte) ([]byte, error) {
		return c.session.Png(now, out)
	}}},
}

var png = []byte("PNG\r\n")

// roundTrips runs clients that do nothing but PNG, and the yardstick, in turns.
func roundTrips(b *testing.B, peer *yardstick.Process, clients int, report func(p *yardstick.Pairs, ours cost, plain yardstick.Cost)) {
	var pairs yardstick.Pairs
	for b.Loop() {
		var ours cost
		var plain yardstick.Cost
		pairs.Take(func() {
			ours = costOf(b, "png", Config{
				Target: peer.Line, Ticket: "t", Clients: clients, Loops: 1, behaviour: &pings, Load: hold(clients),
			})
		}, func() {
			plain = pingPong(b, peer, clients, false)
		})
		report(&pairs, ours, plain)
	}
	pairs.Report(b)
}

// pingPong is a slice of the yardstick.
func pingPong(b *testing.B, peer *yardstick.Process, clients int, raw bool) yardstick.Cost {
	conns := yardstick.Dial(b, peer.Line, clients)
	defer conns.Close()
	conns.Raw = raw
	return conns.PingPong(png, slice)
}

// BenchmarkFigureRoundTripCPU is the CPU of the whole generator for a PNG and its
// QNG, with clients that do nothing else. raw-cpu-ratio is the same to a yardstick
// that makes its system calls as the generator does, Conns.Raw.
func BenchmarkFigureRoundTripCPU(b *testing.B) {
	for _, clients := range []int{1000, 10_000} {
		b.Run(fmt.Sprint("clients=", clients), func(b *testing.B) {
			peer := startResponder(b, 0, clients)
			roundTrips(b, peer, clients, func(p *yardstick.Pairs, ours cost, plain yardstick.Cost) {
				p.Ratio("cpu", "cpu-ns/trip", ours.cpu, plain.PerTrip())
				p.Add("allocs/trip", ours.allocs)
				p.Add("raw-cpu-ratio", ours.cpu/pingPong(b, peer, clients, true).PerTrip())
			})
		})
	}
}

// BenchmarkFigureRoundTripsOneCore is how many of them the generator makes on one
// core, with the peer on the other. peer-% is how much of that core the peer
// takes, over both slices and the sign-in before: where it is all, the peer is
// what is measured.
func BenchmarkFigureRoundTripsOneCore(b *testing.B) {
	if runtime.NumCPU() < 2 {
		b.Skip("the peer needs a core of its own")
	}
	const clients = 1000
	peer := startResponder(b, 0, clients)
	yardstick.Pin(b, 0, 0)
	yardstick.Pin(b, peer.Pid, 1)
	before, since := peer.CPU(), time.Now()
	roundTrips(b, peer, clients, func(p *yardstick.Pairs, ours cost, plain yardstick.Cost) {
		p.Ratio("rate", "trips/s", ours.rate, plain.Rate())
		p.Add("peer-%", 100*float64(peer.CPU()-before)/float64(time.Since(since)))
		before, since = peer.CPU(), time.Now()
	})
}

// BenchmarkFigureNotifications is what it costs to read an NLN and to account for
// it: whose it is, which change it tells of, how long that took. A thousand
// clients with ten contacts each change their status as often as they can. Its
// yardstick does the same and counts lines. In both a tenth of a CHG and of its
// answer is in it.
func BenchmarkFigureNotifications(b *testing.B) {
	const clients, contacts = 1000, 10
	peer := startResponder(b, contacts, clients)
	var pairs yardstick.Pairs
	for b.Loop() {
		var ours cost
		var plain yardstick.Cost
		pairs.Take(func() {
			ours = costOf(b, "presence", Config{
				Scenario: "presence", Target: peer.Line, Ticket: "t", Clients: clients, Loops: 1,
				Think: new(loadgen.Dist), Load: hold(clients),
			})
		}, func() {
			conns := yardstick.Dial(b, peer.Line, clients)
			defer conns.Close()
			conns.Tell(func(i int) []byte {
				return fmt.Appendf(nil, "USR 1 TWN I user%05d@example.com\r\n", i+1)
			})
			plain = conns.Lines([]byte("CHG 1000 NLN 536911908\r\n"), 'C', slice)
		})
		told := plain.Lines - plain.Trips
		pairs.Ratio("cpu", "cpu-ns/notification", ours.cpu, float64(plain.CPU)/float64(told))
		pairs.Ratio("rate", "notifications/s", ours.rate, float64(told)/plain.Wall.Seconds())
		pairs.Add("allocs/notification", ours.allocs)
	}
	pairs.Report(b)
}
