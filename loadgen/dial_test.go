package loadgen

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestADialThatTakesTooLongIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var class []string
		var at []time.Duration
		cfg := Config{Load: Ramp(2, time.Second, time.Minute), DialTimeout: 3 * time.Second}
		cfg.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			time.Sleep(time.Hour) // does not even look at its context
			return nil, ctx.Err()
		}
		play(t, cfg, func(s *script) {
			s.start = func() {
				s.Dial("a:1", 0)
				if s.ID() == 1 {
					s.WakeAt(3 * time.Second) // dials at the very time at which the other's dial ends
				}
			}
			s.wake = func() { s.Dial("b:1", 0) }
			s.closed = func(c *Conn, err error) {
				class, at = append(class, Class(err)), append(at, s.Now())
				if c.OpenedAt() != 0 || c.RemoteAddr() == "" {
					t.Errorf("%v opened at %v", c.RemoteAddr(), c.OpenedAt())
				}
			}
		})
		s := time.Second
		if !slices.Equal(at, []time.Duration{3 * s, 3*s + s/2, 6 * s}) || !slices.Equal(class, []string{"timeout", "timeout", "timeout"}) {
			t.Errorf("closed at %v: %v", at, class)
		}
	})
}

func TestNothingOfTheConnectRateIsSavedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		cfg := Config{Load: Ramp(1, 0, time.Minute), ConnectRate: 10}
		play(t, cfg, func(s *script) {
			s.start = func() { s.WakeAt(20 * time.Second) }
			s.wake = func() {
				for range 5 {
					s.Dial("a:1", 0)
				}
			}
			s.opened = func(c *Conn) { at = append(at, c.DialedAt()-20*time.Second) }
		})
		const tenth = time.Second / 10
		if want := []time.Duration{0, tenth, 2 * tenth, 3 * tenth, 4 * tenth}; !slices.Equal(at, want) {
			t.Errorf("dialled at %v, want %v", at, want)
		}
	})
}

func TestDialsAtOnceWaitForAConnectRateOnlyIfItWasGiven(t *testing.T) {
	const tenth = time.Second / 10
	for rate, want := range map[float64][]time.Duration{0: make([]time.Duration, 5), 10: {0, tenth, 2 * tenth, 3 * tenth, 4 * tenth}} {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Duration
			play(t, Config{Load: Ramp(1, 0, time.Minute), ConnectRate: rate}, func(s *script) {
				s.start = func() {
					for range 5 {
						s.DialAtOnce("a:1", 0)
					}
				}
				s.opened = func(c *Conn) { at = append(at, c.DialedAt()) }
			})
			if !slices.Equal(at, want) {
				t.Errorf("with a rate of %v dialled at %v, want %v", rate, at, want)
			}
		})
	}
}

// TestADialIsPermittedOrRefusedByEveryWay demands that no dial goes past Permit.
func TestADialIsPermittedOrRefusedByEveryWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var classes []string
		cfg := Config{Load: Ramp(1, 0, time.Minute), DialContext: dialEcho}
		cfg.Permit = func(host string, _ netip.AddrPort) error {
			if host != "a" {
				return errors.New("no")
			}
			return nil
		}
		play(t, cfg, func(s *script) {
			s.start = func() { s.Dial("b:1", 0); s.DialAtOnce("b:1", 0); s.DialAtOnce("a:1", 0) }
			s.opened = func(c *Conn) { classes = append(classes, "opened") }
			s.closed = func(_ *Conn, err error) { classes = append(classes, Class(err)) }
		})
		if slices.Sort(classes); !slices.Equal(classes, []string{"forbidden", "forbidden", "opened"}) {
			t.Errorf("three dials ended as %v", classes)
		}
	})
}

func TestADialThatIsGivenUpIsHeardOfNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened, closed := 0, 0
		play(t, Config{Load: Ramp(1, 0, time.Minute)}, func(s *script) {
			s.start = func() {
				given := s.Dial("a:1", 0)
				kept := s.Dial("a:1", 0)
				given.Close()
				s.opened = func(c *Conn) {
					if opened++; c != kept {
						t.Error("what was opened is not what Dial gave")
					}
				}
			}
			s.closed = func(*Conn, error) { closed++ }
		})
		if opened != 1 || closed != 0 {
			t.Errorf("%d opened, %d closed; want only the one that was not given up", opened, closed)
		}
	})
}

func TestALoopThatWasLateCatchesUpATenthOfASecondOfDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		play(t, Config{Load: Ramp(1, 0, time.Minute), ConnectRate: 100}, func(s *script) {
			s.start = func() {
				for range 300 {
					s.Dial("a:1", 0)
				}
				s.WakeAt(time.Second / 2)
			}
			s.wake = func() { time.Sleep(time.Second) }
			s.opened = func(c *Conn) { at = append(at, c.DialedAt()) }
		})
		const late = 1500 * time.Millisecond
		if n := within(at, late, late+1); n < 10 || n > 12 || len(at) != 300 {
			t.Errorf("%d of %d dialled at once behind the stall, want 11", n, len(at))
		}
	})
}

func TestAConnectionClosedBeforeItsTurnIsNeverDialled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		cfg := Config{Load: Ramp(1, 0, time.Minute), ConnectRate: 1}
		cfg.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dials++
			return dialEcho(ctx, network, addr)
		}
		play(t, cfg, func(s *script) {
			s.start = func() {
				for range 3 {
					s.Dial("a:1", 0)
				}
				for c := s.conns; c != nil; c = c.next {
					if c.state == connWaiting {
						c.Close()
						c.Close()
						break
					}
				}
			}
		})
		if dials != 2 {
			t.Errorf("%d dials, want 2", dials)
		}
	})
}

func TestAStormOfReconnectionsIsHeldBackByTheConnectRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		cfg := Config{Load: Ramp(1, 0, 10*time.Second), ConnectRate: 50}
		cfg.DialContext = func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, errors.New("no")
		}
		play(t, cfg, func(s *script) {
			s.start = func() { s.Dial("a:1", 0) }
			s.closed = func(*Conn, error) { s.Dial("a:1", 0) } // at once
		})
		if dials < 498 || dials > 501 {
			t.Errorf("%d dials in 10 s, want 500", dials)
		}
	})
}

func TestWhatIsNotPermittedIsNotDialled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no := errors.New("example.com is not yours")
		var asked []string
		cfg := Config{Load: Ramp(1, 0, time.Second)}
		cfg.Permit = func(host string, addr netip.AddrPort) error {
			asked = append(asked, host+" "+addr.String())
			return no
		}
		cfg.DialContext = func(context.Context, string, string) (net.Conn, error) { panic("dialled") }
		var errs []error
		play(t, cfg, func(s *script) {
			s.start = func() { s.Dial("example.com:1863", 0); s.Dial("[::ffff:10.0.0.1]:1863", 0) }
			s.closed = func(_ *Conn, err error) { errs = append(errs, err) }
		})
		var refused *PermitError
		if len(errs) != 1+1 || !errors.As(errs[0], &refused) || !errors.Is(errs[1], no) || Class(errs[1]) != "forbidden" || errs[0].Error() != no.Error() {
			t.Errorf("closed with %v", errs)
		}
		if want := []string{"example.com invalid AddrPort", "::ffff:10.0.0.1 10.0.0.1:1863"}; !slices.Equal(asked, want) {
			t.Errorf("asked for %q, want %q", asked, want)
		}
	})
}

func TestAnAddressThatIsNoneFailsAsItsOwnConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := []string{"", "host", "host:", "host:0", "host:65536", "host:http", "::1:80"}
		closed := 0
		play(t, Config{Load: Ramp(1, 0, time.Second)}, func(s *script) {
			s.start = func() {
				for _, addr := range bad {
					s.Dial(addr, 0)
				}
			}
			s.closed = func(c *Conn, err error) {
				if closed++; err == nil || c.RemoteAddr() != c.name {
					t.Errorf("%q: %v", c.RemoteAddr(), err)
				}
			}
		})
		if closed != len(bad) {
			t.Errorf("%d closed, want %d", closed, len(bad))
		}
	})
}

// dialler is a driver that writes down what it is to dial, and opens nothing.
type dialler struct {
	*netDriver
	dialled []string
}

func (d *dialler) dial(c *Conn, _ []netip.Addr) { d.dialled = append(d.dialled, c.addr.String()) }

func TestNamesAreLookedUpBesideTheLoop(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	tests := []struct {
		name    string
		answer  []netip.Addr
		err     error
		permit  bool
		dials   []time.Duration // when
		lookups int
		want    []string
		class   string
	}{
		{"IPv4 goes first, and one answer is for all who ask meanwhile", []netip.Addr{v6, v4}, nil, true, []time.Duration{0, 0, time.Second / 2}, 1,
			[]string{"192.0.2.1:80", "192.0.2.1:80", "192.0.2.1:80"}, ""},
		{"IPv6 where there is nothing else", []netip.Addr{v6}, nil, true, []time.Duration{0}, 1, []string{"[2001:db8::1]:80"}, ""},
		{"it is kept for half a minute", []netip.Addr{v4}, nil, true, []time.Duration{0, 30 * time.Second, 40 * time.Second}, 2,
			[]string{"192.0.2.1:80", "192.0.2.1:80", "192.0.2.1:80"}, ""},
		{"no address is an error", nil, nil, true, []time.Duration{0}, 1, nil, "dns"},
		{"an error is not kept", nil, &net.DNSError{Err: "no such host"}, true, []time.Duration{0, 5 * time.Second}, 2, nil, "dns"},
		{"the address is what must be permitted", []netip.Addr{v4}, nil, false, []time.Duration{0}, 1, nil, "forbidden"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lookups, class := 0, ""
				r, err := newRun(Config{
					Clients: 1, Load: Ramp(1, 0, time.Minute), Portable: true, Recorder: collector(t, 1).Recorder, epoch: time.Now(),
					New: func(c *Client) Handler {
						return &script{Client: c, closed: func(_ *Conn, err error) { class = Class(err) }}
					},
					Permit: func(_ string, addr netip.AddrPort) error {
						if !tt.permit {
							return errors.New("no")
						}
						return nil
					},
					resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
						lookups++
						time.Sleep(time.Second)
						return tt.answer, tt.err
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				r.context = ctx
				l, err := newLoop(r, 0)
				if err != nil {
					t.Fatal(err)
				}
				d := &dialler{netDriver: l.driver.(*netDriver)}
				l.driver = d
				defer d.shut()
				l.clients[0].state = started
				runUntil := func(end time.Duration) {
					for ; r.now() < end; l.tell() {
						d.wait(min(end, r.now()+time.Millisecond))
						l.dials.begin(l, r.now())
					}
				}
				for _, at := range tt.dials {
					runUntil(at)
					l.clients[0].Dial("name.example:80", 0)
				}
				runUntil(r.now() + 5*time.Second)
				if lookups != tt.lookups || !slices.Equal(d.dialled, tt.want) || class != tt.class {
					t.Errorf("%d look-ups, dialled %v, class %q; want %d, %v, %q", lookups, d.dialled, class, tt.lookups, tt.want, tt.class)
				}
			})
		})
	}
}
