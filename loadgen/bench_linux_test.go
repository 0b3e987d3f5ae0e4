package loadgen

import (
	"context"
	"runtime"
	"testing"
	"time"

	"nudge/loadgen/yardstick"
)

const (
	benchConns = 1000
	benchWarm  = time.Second / 4
	benchSlice = time.Second
)

func init() {
	roles["echo"] = func(c yardstick.Child) error { return new(yardstick.Peer).Serve(c.Out) }
}

// bouncer sends again what came, as soon as all are connected.
type bouncer struct {
	*Client
	all  *bounces
	conn *Conn
}

type bounces struct {
	addr   string
	conns  []*bouncer
	trips  int
	from   time.Duration // when the slice began; 0: not yet
	cpu    time.Duration
	allocs uint64
	cancel context.CancelFunc
	over   bool
}

var ping = []byte("PNG\r\n")

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func (p *bouncer) Start() { p.Dial(p.all.addr, 0) }
func (p *bouncer) Opened(c *Conn) {
	p.conn = c
	p.all.conns = append(p.all.conns, p)
	if len(p.all.conns) < benchConns {
		return
	}
	p.WakeAt(p.Now() + benchWarm)
	for _, q := range p.all.conns {
		q.Ready() // in the closed model this begins an iteration
		if !p.loop.run.Iterations {
			q.conn.Send(ping)
		}
	}
}
func (p *bouncer) Iterate() { p.conn.Send(ping) }
func (p *bouncer) Data(c *Conn, b []byte) int {
	p.all.trips++
	if p.loop.run.Iterations {
		p.Done("")
	} else {
		c.Send(ping)
	}
	return len(b)
}
func (p *bouncer) Closed(*Conn, error) {}
func (p *bouncer) Stop()               { p.Exit() }

// Wake begins the slice and ends it.
func (p *bouncer) Wake() {
	a := p.all
	switch {
	case a.from == 0:
		a.trips, a.from, a.allocs, a.cpu = 0, p.Now(), mallocs(), yardstick.CPU()
		p.WakeAt(a.from + benchSlice)
	case !a.over:
		a.cpu, a.allocs, a.over = yardstick.CPU()-a.cpu, mallocs()-a.allocs, true
		a.cancel()
	}
}

// bounce returns CPU in ns and allocations for a round trip.
func bounce(b *testing.B, addr string, iterations bool) (cpu, allocs float64) {
	c := collector(b, 1) // never started: what it samples of the machine each second is not the engine's
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	all := &bounces{addr: addr, cancel: cancel}
	_, err := Run(ctx, Config{
		Load: Ramp(benchConns, 0, time.Hour), Loops: 1, ConnectRate: 1e6, Iterations: iterations, Recorder: c.Recorder,
		New: func(c *Client) Handler { return &bouncer{Client: c, all: all} },
	})
	if err != nil {
		b.Fatal(err)
	}
	trips := float64(all.trips)
	return float64(all.cpu) / trips, float64(all.allocs) / trips
}

// BenchmarkFigureEngine is the CPU of the engine alone per round trip of 1,000
// connections: moving bytes only, and with iterations, which go through timers
// and recorders. The whole generator is package scenario's affair.
func BenchmarkFigureEngine(b *testing.B) {
	for _, what := range []struct {
		name       string
		iterations bool
	}{{"bytes", false}, {"iterations", true}} {
		b.Run(what.name, func(b *testing.B) {
			addr := yardstick.Start(b, "echo").Line
			var pairs yardstick.Pairs
			for b.Loop() {
				var cpu, allocs, plain float64
				pairs.Take(func() {
					cpu, allocs = bounce(b, addr, what.iterations)
				}, func() {
					conns := yardstick.Dial(b, addr, benchConns)
					defer conns.Close()
					plain = conns.PingPong(ping, benchSlice).PerTrip()
				})
				pairs.Ratio("cpu", "cpu-ns/trip", cpu, plain)
				pairs.Add("allocs/trip", allocs)
			}
			pairs.Report(b)
		})
	}
}
