package loadgen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// pipeTo has each connection served by peer, in a goroutine.
func pipeTo(peer func(c net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		a, b := net.Pipe()
		go func() {
			defer b.Close()
			peer(b)
		}()
		return a, nil
	}
}

func TestWhatIsNotConsumedIsShownAgainWithMoreBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown []string
		cfg := Config{Load: Ramp(1, 0, time.Second)}
		cfg.DialContext = pipeTo(func(c net.Conn) {
			for _, part := range []string{"a", "b\nc", "d\n", "ef"} {
				c.Write([]byte(part))
			}
		})
		end := error(nil)
		play(t, cfg, func(s *script) {
			s.start = func() { s.Dial("a:1", 3) }
			s.data = func(c *Conn, b []byte) int {
				shown = append(shown, string(b))
				return bytes.LastIndexByte(b, '\n') + 1
			}
			s.closed = func(c *Conn, err error) { end = err; s.Exit() }
		})
		if want := []string{"a", "ab\nc", "cd\n", "ef"}; !slices.Equal(shown, want) || end != io.EOF {
			t.Errorf("shown %q, then %v, want %q, then EOF", shown, end, want)
		}
	})
}

func TestCloseAndDialWithinCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []string
		cfg := Config{Load: Ramp(1, 0, time.Second)}
		cfg.DialContext = pipeTo(func(c net.Conn) {
			c.Write([]byte("hello"))
			io.Copy(io.Discard, io.LimitReader(c, 3)) // "bye", then it hangs up
		})
		play(t, cfg, func(s *script) {
			s.start = func() { s.Dial("a:1", 1) }
			s.data = func(c *Conn, b []byte) int {
				calls = append(calls, fmt.Sprint("data ", c.Tag()))
				if c.Tag() == 1 {
					s.Dial("a:1", 2)
					c.Close()
					c.Send([]byte("after Close"))
					return 0
				}
				c.Send([]byte("bye"))
				return len(b)
			}
			s.closed = func(c *Conn, err error) {
				calls = append(calls, fmt.Sprint("closed ", c.Tag()))
				c.Send([]byte("after Closed"))
				c.Close()
				if c.Tag() == 2 {
					s.Dial("a:1", 3)
				}
			}
		})
		if want := []string{"data 1", "data 2", "closed 2", "data 3", "closed 3"}; !slices.Equal(calls, want) {
			t.Errorf("calls %q, want %q", calls, want)
		}
	})
}

func TestBothDriversKeepTheirLimits(t *testing.T) {
	tests := []struct {
		name string
		peer func(c net.Conn)
		send int // bytes at once, until it fails
		want error
	}{
		{"of what is not consumed", func(c net.Conn) {
			b := make([]byte, 4096)
			for {
				if _, err := c.Write(b); err != nil {
					return
				}
			}
		}, 0, errUnread},
		{"of what is not sent", func(c net.Conn) { io.ReadFull(c, make([]byte, 64<<20)) }, 32 << 10, errUnsent},
	}
	for _, tt := range tests {
		check := func(t *testing.T, cfg Config, addr string) {
			var got error
			cfg.Load = Ramp(1, 0, time.Hour)
			play(t, cfg, func(s *script) {
				s.start = func() { s.Dial(addr, 0) }
				s.opened = func(c *Conn) {
					for b := make([]byte, tt.send); len(b) > 0 && c.err == nil; {
						c.Send(b)
					}
				}
				s.data = func(c *Conn, b []byte) int { return 0 }
				s.closed = func(c *Conn, err error) { got = err; s.Exit() }
			})
			if got != tt.want {
				t.Errorf("closed with %v, want %v", got, tt.want)
			}
		}
		t.Run(tt.name+", over pipes", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { check(t, Config{DialContext: pipeTo(tt.peer)}, "a:1") })
		})
		t.Run(tt.name+", over the network", func(t *testing.T) {
			check(t, Config{Permit: permitAll}, listen(t, tt.peer))
		})
	}
}

func TestWhatTheSocketDoesNotTakeIsSentLater(t *testing.T) {
	for _, portable := range []bool{false, true} {
		sent := make(chan int, 1)
		addr := listen(t, func(c net.Conn) {
			n, err := io.CopyN(io.Discard, c, int64(<-sent)) // begins once the socket is full
			fmt.Fprint(c, n, err)
		})
		answer := ""
		play(t, Config{Load: Ramp(1, 0, time.Hour), Permit: permitAll, Portable: portable}, func(s *script) {
			s.start = func() { s.Dial(addr, 0) }
			s.opened = func(c *Conn) {
				n := 0
				for b := make([]byte, 32<<10); len(c.unsent) == 0 && n < 64<<20; n += len(b) {
					if c.Send(b); portable && n+2*len(b) > maxUnsent {
						break
					}
				}
				if portable {
					n += 32 << 10
				} else {
					c.Send(make([]byte, 1000)) // behind what was kept
					n += 1000
				}
				sent <- n
				answer = fmt.Sprint(n, nil)
			}
			s.data = func(c *Conn, b []byte) int {
				if string(b) == answer {
					answer = ""
					s.Exit()
				}
				return 0
			}
			s.closed = func(c *Conn, err error) { s.Exit() }
		})
		if answer != "" {
			t.Errorf("portable %v: the peer did not say %q", portable, answer)
		}
	}
}

func TestClassesAreShortAndStable(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{&PermitError{errors.New("no")}, "forbidden"},
		{fmt.Errorf("dial: %w", &net.DNSError{Err: "no such host", IsTimeout: true}), "dns"},
		{io.EOF, "closed"}, {io.ErrUnexpectedEOF, "closed"}, {net.ErrClosed, "closed"}, {io.ErrClosedPipe, "closed"},
		{context.DeadlineExceeded, "timeout"}, {os.ErrDeadlineExceeded, "timeout"}, {errDialTimeout{"a:1"}, "timeout"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "refused"},
		{syscall.ECONNRESET, "reset"}, {syscall.EPIPE, "reset"}, {syscall.EHOSTUNREACH, "unreachable"},
		{syscall.EMFILE, "files"}, {syscall.EADDRNOTAVAIL, "ports"}, {syscall.ETIMEDOUT, "timeout"},
		{errUnread, "network"}, {syscall.EINVAL, "network"},
	}
	for _, tt := range tests {
		if got := Class(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
