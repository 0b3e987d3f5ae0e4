package loadgen

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func addrs(texts ...string) (all []netip.Addr) {
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

func TestLocalAddressesAreForTargetsThatTheyCanReach(t *testing.T) {
	local := addrs("127.0.0.2", "::1", "192.0.2.1", "2001:db8::1")
	tests := []struct {
		name string
		to   netip.Addr
		want []netip.Addr
	}{
		{"any address reaches loopback", netip.MustParseAddr("127.0.0.1"), addrs("127.0.0.2", "192.0.2.1")},
		{"loopback reaches nothing else", netip.MustParseAddr("198.51.100.1"), addrs("192.0.2.1")},
		{"IPv6 reaches IPv6", netip.MustParseAddr("::1"), addrs("::1", "2001:db8::1")},
		{"and past loopback", netip.MustParseAddr("2001:db8::2"), addrs("2001:db8::1")},
		{"IPv4 written as IPv6 is IPv4", netip.MustParseAddr("::ffff:198.51.100.1"), addrs("192.0.2.1")},
		{"a name that nobody has looked up may be anything", netip.Addr{}, local},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := LocalFor(local, tt.to); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEachLoopGoesRoundTheLocalAddressesFromAPlaceOfItsOwn(t *testing.T) {
	to := netip.MustParseAddr("127.0.0.1")
	for loop, want := range []string{"2 3 4 2 3", "3 4 2 3 4", "4 2 3 4 2", "2 3 4 2 3"} {
		var l locals
		l.init(addrs("127.0.0.2", "127.0.0.3", "::1", "127.0.0.4"), loop)
		var got []string
		for range 5 {
			first := l.turn(to)[0].String()
			got = append(got, first[len(first)-1:])
			l.turn(netip.IPv6Loopback()) // goes round by itself
		}
		if strings.Join(got, " ") != want {
			t.Errorf("loop %d: %v, want %s", loop, got, want)
		}
	}
}

func TestATurnHasTheAddressesBehindIt(t *testing.T) {
	var l locals
	l.init(addrs("127.0.0.2", "127.0.0.3", "127.0.0.4"), 2)
	if got, want := l.turn(netip.MustParseAddr("127.0.0.1")), addrs("127.0.0.4", "127.0.0.2", "127.0.0.3"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	many := make([]netip.Addr, 100)
	for i := range many {
		many[i] = netip.AddrFrom4([4]byte{127, 0, 1, byte(i)})
	}
	l.init(many, 99)
	if got := l.turn(netip.MustParseAddr("127.0.0.1")); len(got) != maxTries || got[0] != many[99] || got[1] != many[0] {
		t.Errorf("of 100 got %v, want %d from the last on", got, maxTries)
	}
}

func TestADialGoesOnToTheNextAddressWhenOneHasNoPortsLeft(t *testing.T) {
	full := &net.OpError{Op: "dial", Err: syscall.EADDRNOTAVAIL}
	tests := []struct {
		name  string
		fails []error // by address
		tried int
		class string
	}{
		{"the first is good", []error{nil, nil, nil}, 1, ""},
		{"the third is", []error{full, full, nil}, 3, ""},
		{"none is", []error{full, full, full}, 3, "ports"},
		{"a refusal is not for the next to hear", []error{full, syscall.ECONNREFUSED, nil}, 2, "refused"},
		{"an address that the machine has not got is told", []error{&localError{"no"}, nil, nil}, 1, "local-address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tried, class := 0, ""
				cfg := Config{Load: Ramp(1, 0, time.Second), Portable: true, Permit: permitAll, LocalAddrs: addrs("127.0.0.2", "127.0.0.3", "127.0.0.4")}
				cfg.dialFrom = func(_ context.Context, local netip.Addr, _ string) (net.Conn, error) {
					i := slices.Index(cfg.LocalAddrs, local)
					if tried++; i != tried-1 {
						t.Errorf("try %d comes from %v", tried, local)
					}
					if tt.fails[i] != nil {
						return nil, tt.fails[i]
					}
					return dialEcho(t.Context(), "", "")
				}
				play(t, cfg, func(s *script) {
					s.start = func() { s.Dial("127.0.0.1:1", 0) }
					s.closed = func(_ *Conn, err error) { class = Class(err) }
				})
				if tried != tt.tried || class != tt.class {
					t.Errorf("%d tried, class %q; want %d, %q", tried, class, tt.tried, tt.class)
				}
			})
		})
	}
}

// TestConnectionsComeFromTheLocalAddressesInTurn has the server say where they
// come from.
func TestConnectionsComeFromTheLocalAddressesInTurn(t *testing.T) {
	local := addrs("127.0.0.2", "127.0.0.3", "127.0.0.4")
	if err := CheckLocal(local); err != nil {
		t.Skip(err) // of the loopback addresses other systems have but one
	}
	for _, portable := range []bool{false, true} {
		var mu sync.Mutex
		var came []string
		addr := listen(t, func(c net.Conn) {
			mu.Lock()
			came = append(came, netip.MustParseAddrPort(c.RemoteAddr().String()).Addr().String())
			mu.Unlock()
			io.WriteString(c, "hello\n")
			io.Copy(io.Discard, c)
		})
		left := 7
		play(t, Config{Load: Ramp(1, 0, time.Hour), Permit: permitAll, Portable: portable, LocalAddrs: slices.Concat(addrs("::1"), local)}, func(s *script) {
			s.start = func() { s.Dial(addr, 0) }
			s.data = func(_ *Conn, b []byte) int {
				if left--; left == 0 {
					s.Exit()
				} else {
					s.Dial(addr, 0)
				}
				return len(b)
			}
			s.closed = func(_ *Conn, err error) { t.Error(err); s.Exit() }
		})
		mu.Lock()
		if got := strings.Join(came, " "); got != "127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.2" {
			t.Errorf("portable %v: they came from %s", portable, got)
		}
		mu.Unlock()
	}
}

func TestADialThatNoLocalAddressIsGoodForSaysSo(t *testing.T) {
	if CheckLocal(addrs("192.0.2.1")) == nil {
		t.Skip("this machine has any address")
	}
	tests := []struct {
		name  string
		local []netip.Addr
		text  string
	}{
		{"of another family", addrs("::1", "2001:db8::1"), "none of the local addresses can reach 127.0.0.1:1"},
		{"that the machine has not got", addrs("192.0.2.1"), "bind 192.0.2.1"},
	}
	for _, tt := range tests {
		for _, portable := range []bool{false, true} {
			var errs []error
			play(t, Config{Load: Ramp(1, 0, time.Hour), Permit: permitAll, Portable: portable, LocalAddrs: tt.local}, func(s *script) {
				s.start = func() { s.Dial("127.0.0.1:1", 0) }
				s.closed = func(_ *Conn, err error) { errs = append(errs, err); s.Exit() }
			})
			if len(errs) != 1 || Class(errs[0]) != "local-address" || !strings.Contains(errs[0].Error(), tt.text) {
				t.Errorf("%s, portable %v: closed with %v, want %q", tt.name, portable, errs, tt.text)
			}
		}
	}
}

func TestWhatDialContextOpensHasNoLocalAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		play(t, Config{Load: Ramp(1, 0, time.Second), LocalAddrs: addrs("::1")}, func(s *script) {
			s.start = func() { s.Dial("127.0.0.1:1", 0) }
			s.opened = func(*Conn) { opened++ }
		})
		if opened != 1 {
			t.Errorf("%d opened, want 1", opened)
		}
	})
}

func TestAnAddressThatTheMachineHasNotGotIsNamed(t *testing.T) {
	if err := CheckLocal(addrs("127.0.0.1")); err != nil {
		t.Error(err)
	}
	err := CheckLocal(addrs("127.0.0.1", "192.0.2.1"))
	if err == nil {
		t.Skip("this machine has any address")
	}
	if !strings.HasPrefix(err.Error(), "192.0.2.1 is not an address of this machine: bind: ") || !errors.Is(err, errNotAvailable) {
		t.Error(err)
	}
}
