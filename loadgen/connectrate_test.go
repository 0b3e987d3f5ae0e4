package loadgen

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestAServerThatComesBackIsNotStormed has a server end all connections at once
// and refuse new ones for a while, and its clients dial again at once.
func TestAServerThatComesBackIsNotStormed(t *testing.T) {
	const clients, rate = 300, 100
	for _, loops := range []int{1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var at []time.Duration
			start := time.Now()
			down, up := 10*time.Second, 12*time.Second
			cfg := Config{Load: Ramp(clients, 0, 20*time.Second), Loops: loops, ConnectRate: rate}
			cfg.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				mu.Lock()
				defer mu.Unlock()
				now := time.Since(start)
				at = append(at, now)
				if now >= down && now < up {
					return nil, errors.New("down")
				}
				a, b := net.Pipe()
				if now < down {
					time.AfterFunc(down-now, func() { b.Close() })
				}
				return a, nil
			}
			play(t, cfg, func(s *script) {
				s.start = func() { s.Dial("a:1", 0) }
				s.closed = func(*Conn, error) { s.Dial("a:1", 0) }
			})
			slices.Sort(at)
			for i := range at {
				if n := within(at, at[i], at[i]+time.Second); n > rate+loops {
					t.Fatalf("%d loops: %d dials in the second from %v, want %d at most", loops, n, at[i], rate)
				}
			}
			if n := within(at, 0, down); n != clients {
				t.Errorf("%d loops: %d dials before the server was down, want %d", loops, n, clients)
			}
			if n := within(at, up, time.Hour); n != clients {
				t.Errorf("%d loops: %d dials once it was up, want %d", loops, n, clients)
			}
		})
	}
}

func TestALoopThatIsBehindWithItsDialsLooksUpBetweenThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := newRun(Config{
			Clients: 1, Load: Ramp(1, 0, time.Minute), Portable: true, Recorder: collector(t, 1).Recorder, epoch: time.Now(), ConnectRate: 1e6,
			New: func(c *Client) Handler { return &script{Client: c} },
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := newLoop(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		d := &dialler{netDriver: l.driver.(*netDriver)}
		l.driver = d
		defer d.shut()
		l.clients[0].state = started
		time.Sleep(time.Second)
		for range 1000 {
			l.clients[0].Dial("127.0.0.1:1", 0)
		}
		time.Sleep(time.Second)
		for turn := range 3 {
			before := len(d.dialled)
			l.fire(r.now())
			if n := len(d.dialled) - before; n != maxDials {
				t.Errorf("turn %d: %d dials, want %d", turn, n, maxDials)
			}
			if next := l.nextDue(r.now()); next > r.now() {
				t.Errorf("turn %d: sleeps until %v, though dials are due at %v", turn, next, r.now())
			}
		}
	})
}

// TestASlowNameServerDoesNotMakeAStorm has all dials wait for one name.
func TestASlowNameServerDoesNotMakeAStorm(t *testing.T) {
	const tenth = time.Second / 10
	synctest.Test(t, func(t *testing.T) {
		var queued, atOnce []time.Duration
		cfg := Config{Load: Ramp(1, 0, time.Minute), Portable: true, Permit: permitAll}
		cfg.resolve = func(context.Context, string) ([]netip.Addr, error) {
			time.Sleep(5 * time.Second)
			return addrs("192.0.2.1"), nil
		}
		cfg.dialFrom = func(ctx context.Context, _ netip.Addr, addr string) (net.Conn, error) {
			return dialEcho(ctx, "tcp", addr)
		}
		cfg.ConnectRate = 10
		play(t, cfg, func(s *script) {
			s.start = func() {
				for range 5 {
					s.Dial("name.example:80", 0)
				}
			}
			s.opened = func(c *Conn) { queued = append(queued, c.DialedAt()-5*time.Second) }
		})
		cfg.ConnectRate = 0
		play(t, cfg, func(s *script) {
			s.start = func() {
				for range 5 {
					s.DialAtOnce("name.example:80", 0)
				}
			}
			s.opened = func(c *Conn) { atOnce = append(atOnce, c.DialedAt()-5*time.Second) }
		})
		if want := []time.Duration{0, tenth, 2 * tenth, 3 * tenth, 4 * tenth}; !slices.Equal(queued, want) {
			t.Errorf("dialled at %v once the name was known, want %v", queued, want)
		}
		if want := make([]time.Duration, 5); !slices.Equal(atOnce, want) {
			t.Errorf("those that wait for nothing were dialled at %v, want %v", atOnce, want)
		}
	})
}
