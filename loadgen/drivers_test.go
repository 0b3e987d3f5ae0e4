package loadgen

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func permitAll(string, netip.AddrPort) error { return nil }

// listen serves peer on loopback until the test ends, and waits for all of it.
func listen(t testing.TB, peer func(c net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var peers sync.WaitGroup
	peers.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			peers.Go(func() {
				defer c.Close()
				peer(c)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		peers.Wait()
	})
	return ln.Addr().String()
}

// journal is what each client has said, as its peer has read it.
type journal struct {
	mu   sync.Mutex
	said map[string]string
}

// serve answers each line with itself; the first word is who says it.
func (j *journal) serve(c net.Conn) {
	defer c.Close()
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		who, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		j.mu.Lock()
		j.said[who] += what + "\n"
		j.mu.Unlock()
		io.WriteString(c, line)
	}
}

// all is what has been said so far: everything that was answered.
func (j *journal) all() map[string]string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.said)
}

// chatter is a client of 20 iterations, in each of which it says what it draws,
// and sometimes calls again.
func chatter(s *script, addr string) {
	left := 20
	var conn *Conn
	say := func() { conn.Send(fmt.Appendf(nil, "%d %d %d\n", s.ID(), left, s.Uint64()%1000)) }
	s.start = func() { s.Dial(addr, 1) }
	s.opened = func(c *Conn) {
		conn = c
		if c.Tag() == 1 {
			s.Ready()
		} else {
			say()
		}
	}
	s.iterate = func() {
		if s.Uint64()%4 == 0 {
			conn.Close()
			s.Dial(addr, 2)
			return
		}
		say()
	}
	s.data = func(c *Conn, b []byte) int {
		if b[len(b)-1] != '\n' {
			return 0
		}
		left--
		s.Done("")
		if left == 0 {
			s.Exit()
		}
		return len(b)
	}
	s.closed = func(_ *Conn, err error) { s.Done(Class(err)); s.Exit() }
}

func TestTheSameSeedSaysTheSameOnEveryDriverAndAnyNumberOfLoops(t *testing.T) {
	const clients = 25
	run := func(t *testing.T, cfg Config, addr string) {
		cfg.Load, cfg.Iterations, cfg.Think, cfg.ConnectRate = Ramp(clients, 0, time.Hour), true, Constant(time.Millisecond), 1e6
		_, sum := play(t, cfg, func(s *script) { chatter(s, addr) })
		if len(sum.Ops) != 1 || sum.Ops[0].Count != clients*20 || sum.Ops[0].Failed() != 0 {
			t.Errorf("%+v", sum.Ops)
		}
	}
	bubble := func(seed uint64, loops int) map[string]string {
		j := &journal{said: map[string]string{}}
		synctest.Test(t, func(t *testing.T) { run(t, Config{Seed: seed, Loops: loops, DialContext: pipeTo(j.serve)}, "a:1") })
		return j.all()
	}
	want := bubble(7, 1)
	same := func(got map[string]string) bool {
		for who, said := range want {
			if got[who] != said {
				return false
			}
		}
		return len(got) == clients
	}
	if !same(bubble(7, 3)) {
		t.Error("over pipes with three loops: not what one loop has said")
	}
	if same(bubble(8, 1)) {
		t.Error("another seed says the same")
	}
	for _, loops := range []int{1, 3} {
		for _, portable := range []bool{false, true} {
			j := &journal{said: map[string]string{}}
			addr := listen(t, j.serve)
			run(t, Config{Seed: 7, Loops: loops, Portable: portable, Permit: permitAll}, addr)
			if !same(j.all()) {
				t.Errorf("over the network with %d loops, portable %v: not what was said over pipes", loops, portable)
			}
		}
	}
}

func TestWhereNobodyListensTheDialIsRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	for _, portable := range []bool{false, true} {
		class, text := "", ""
		play(t, Config{Load: Ramp(1, 0, time.Hour), Permit: permitAll, Portable: portable}, func(s *script) {
			s.start = func() { s.Dial(addr, 0) }
			s.closed = func(_ *Conn, err error) { class, text = Class(err), err.Error(); s.Exit() }
		})
		if class != "refused" || !strings.Contains(text, addr) {
			t.Errorf("portable %v: class %q of %q", portable, class, text)
		}
	}
}

// TestSocketsOfTheSameNumberAreToldApart has each client close one connection
// and open another whenever anything comes on either, so that numbers are used
// again within a turn of the loop, and looks whether bytes come astray.
func TestSocketsOfTheSameNumberAreToldApart(t *testing.T) {
	greet := listen(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		who, err := r.ReadString('\n')
		for range 3 {
			if err != nil {
				return
			}
			_, err = io.WriteString(c, who)
		}
		io.Copy(io.Discard, c)
	})
	play(t, Config{Load: Ramp(50, 0, time.Hour), Permit: permitAll, ConnectRate: 1e6}, func(s *script) {
		var now [2]*Conn
		left, tag := 40, uint8(0)
		dial := func() { tag++; s.Dial(greet, tag) }
		s.start = func() { dial(); dial() }
		s.opened = func(c *Conn) {
			now[c.Tag()%2] = c
			c.Send(fmt.Appendf(nil, "%d-%d\n", s.ID(), c.Tag()))
		}
		s.data = func(c *Conn, b []byte) int {
			for line := range strings.Lines(string(b)) {
				if want := fmt.Sprintf("%d-%d\n", s.ID(), c.Tag()); strings.HasSuffix(line, "\n") && line != want {
					t.Errorf("%q came to %q", line, want)
				}
			}
			if c != now[c.Tag()%2] {
				t.Error("bytes came for a connection that was closed")
			}
			if left--; left <= 0 {
				s.Exit()
				return 0
			}
			for i, other := range now {
				if other != nil {
					other.Close()
					now[i] = nil
					dial()
				}
			}
			return 0
		}
		s.closed = func(_ *Conn, err error) { t.Error(err); s.Exit() }
	})
}

func TestALoopThatIsOverHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := Config{Load: Ramp(200, 0, time.Second), Loops: 2, ConnectRate: 1e6}
		cfg.DialContext = pipeTo(func(c net.Conn) {
			for b := []byte("chatter\n"); ; {
				if _, err := c.Write(b); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
		out, _ := play(t, cfg, func(s *script) {
			s.start = func() {
				s.Dial("a:1", 0)
				s.Background(func(context.Context) func() {
					time.Sleep(time.Second) // until the very end
					return func() {}
				})
			}
		})
		if out.End != time.Second {
			t.Errorf("%+v", out)
		}
		time.Sleep(time.Second) // until all peers have noticed
	})
}
