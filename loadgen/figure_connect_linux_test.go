package loadgen

import (
	"net/netip"
	"runtime"
	"strconv"
	"testing"
	"time"

	"nudge/loadgen/yardstick"
)

// What a process may open is limited, often to 20,000 files, and a connection on
// loopback has two ends: those at the one end are spread over processes, and those
// at the other as well.
const (
	costAccepters = 3 // processes that listen on the same port
	costHolders   = 2 // processes that hold connections
	costFew       = 1_000
	costMany      = 20_000
	costSample    = 101 // connects that are timed around each of these numbers
)

// connectCosts returns what a dial of the epoll driver costs around two numbers
// of connections to one address, in CPU of the thread.
func connectCosts(b *testing.B, sources int) (few, many time.Duration) {
	b.Helper()
	port := "0"
	for range costAccepters {
		p := yardstick.Start(b, "accepter", port)
		defer p.End()
		port = p.Line
	}
	to := "127.0.0.1:" + port
	var holders []*yardstick.Process
	for range costHolders {
		p := yardstick.Start(b, "holder", to, sources)
		defer p.End()
		holders = append(holders, p)
	}
	s := newConnectSample(b, to, sixteen()[:sources])
	defer s.close()
	holders[0].Tell(strconv.Itoa(costFew - costSample/2))
	few = s.take(b)
	rest := costMany - costFew - costSample
	holders[0].Tell(strconv.Itoa(rest / 2))
	holders[1].Tell(strconv.Itoa(rest - rest/2))
	return few, s.take(b)
}

// connectSample dials as the epoll driver does.
type connectSample struct {
	loop *loop
	to   netip.AddrPort
	all  []*Conn
}

func newConnectSample(b *testing.B, to string, from []netip.Addr) *connectSample {
	b.Helper()
	r, err := newRun(Config{Clients: 1, LocalAddrs: from, Recorder: collector(b, 1).Recorder, New: func(c *Client) Handler { return &script{Client: c} }})
	if err != nil {
		b.Fatal(err)
	}
	l, err := newLoop(r, 0)
	if err != nil {
		b.Fatal(err)
	}
	return &connectSample{loop: l, to: netip.MustParseAddrPort(to)}
}

// take is the median over connections that are opened one after the other, and
// stay.
func (s *connectSample) take(b *testing.B) time.Duration {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var costs []time.Duration
	for range costSample {
		c := newConn(&s.loop.clients[0], s.to.String(), 0)
		c.addr = s.to
		from := s.loop.locals.turn(s.to.Addr())
		before := yardstick.ThreadCPU()
		s.loop.driver.dial(c, from)
		costs = append(costs, yardstick.ThreadCPU()-before)
		if c.err != nil {
			b.Fatal(c.err)
		}
		if err := settle(int(c.fd)); err != nil {
			b.Fatal(err)
		}
		s.all = append(s.all, c)
	}
	return yardstick.Median(costs)
}

func (s *connectSample) close() {
	for _, c := range s.all {
		s.loop.driver.close(c)
	}
	s.loop.driver.shut()
}

// BenchmarkFigureConnectCost is the CPU of a dial around connection number 20,000
// to one address, to that around number 1,000, from 16 source addresses and from
// one.
func BenchmarkFigureConnectCost(b *testing.B) {
	var pairs yardstick.Pairs
	for b.Loop() {
		for _, sources := range []int{16, 1} {
			few, many := connectCosts(b, sources)
			of := strconv.Itoa(sources) + "addr"
			pairs.Add("ratio-"+of, float64(many)/float64(few))
			pairs.Add("first-ns-"+of, float64(few))
			pairs.Add("last-ns-"+of, float64(many))
		}
	}
	pairs.Report(b)
}
