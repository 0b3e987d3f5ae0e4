package loadgen

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestEventsOfASocketThatIsGoneAreNotTheNextOnes(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[1])
	got := 0
	r, err := newRun(Config{Clients: 1, Recorder: collector(t, 1).Recorder, New: func(c *Client) Handler {
		return &script{Client: c, data: func(_ *Conn, b []byte) int { got += len(b); return len(b) }}
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLoop(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := l.driver.(*epoll)
	defer d.shut()
	c := &Conn{client: &l.clients[0], fd: int32(pair[0]), stamp: 2, state: connOpen}
	c.link()
	defer c.Close()
	d.byFD = make([]*Conn, pair[0]+1)
	d.byFD[pair[0]] = c
	unix.Write(pair[1], []byte("x"))
	tests := []struct {
		name  string
		stamp int32
		err   error
		want  int
	}{
		{"an earlier one's", 1, nil, 0},
		{"its own, while Closed is still to be told", 2, errUnsent, 0},
		{"its own", 2, nil, 1},
	}
	for _, tt := range tests {
		c.err = tt.err
		if d.handle(&unix.EpollEvent{Events: unix.EPOLLIN, Fd: c.fd, Pad: tt.stamp}); got != tt.want {
			t.Errorf("%s: %d bytes, want %d", tt.name, got, tt.want)
		}
	}
}

// TestRepliesThatWaitToBeReadMakeLag: each takes the loop a millisecond, so that
// the last of twenty that came together lay there for most of twenty.
func TestRepliesThatWaitToBeReadMakeLag(t *testing.T) {
	const clients, each = 20, time.Millisecond
	hello := []byte("PNG\r\n")
	var waiting sync.WaitGroup
	waiting.Add(clients)
	addr := listen(t, func(c net.Conn) {
		defer c.Close()
		if _, err := io.ReadFull(c, make([]byte, len(hello))); err != nil {
			return
		}
		waiting.Done()
		waiting.Wait() // all reply at once
		c.Write(hello)
		io.Copy(io.Discard, c)
	})
	_, sum := play(t, Config{Clients: clients, Load: Ramp(clients, 0, time.Hour), Iterations: true, Permit: permitAll}, func(s *script) {
		var conn *Conn
		begun := 0
		s.start = func() { s.Dial(addr, 0) }
		s.opened = func(c *Conn) { conn = c; s.Ready() }
		s.iterate = func() {
			if begun++; begun == 2 {
				s.Done("")
				s.Exit()
				return
			}
			conn.Send(hello)
		}
		s.data = func(_ *Conn, b []byte) int {
			for from := s.Now(); s.Now() < from+each; {
			}
			s.Done("")
			return len(b)
		}
	})
	if least := (clients - 2) * each / 2; sum.Lag.Max < least {
		t.Errorf("lag up to %v, want at least %v", sum.Lag.Max, least)
	}
}
