package loadgen

import (
	"context"
	"net"
	"testing"
	"time"

	"nudge/results"
)

// script is a client of which each test says what it does; what it says nothing
// about does nothing, and Stop exits.
type script struct {
	*Client
	start, iterate, wake, stop func()
	opened                     func(c *Conn)
	data                       func(c *Conn, b []byte) int
	closed                     func(c *Conn, err error)

	within int  // calls of the handler in progress
	nested bool // one came within another
}

func (s *script) call(f func()) {
	if s.within++; s.within > 1 {
		s.nested = true
	}
	if f != nil {
		f()
	}
	s.within--
}

func (s *script) Start()   { s.call(s.start) }
func (s *script) Iterate() { s.call(s.iterate) }
func (s *script) Wake()    { s.call(s.wake) }

func (s *script) Stop() {
	if s.stop == nil {
		s.stop = s.Exit
	}
	s.call(s.stop)
}

func (s *script) Opened(c *Conn) {
	s.call(func() {
		if s.opened != nil {
			s.opened(c)
		}
	})
}

func (s *script) Data(c *Conn, b []byte) (n int) {
	n = len(b)
	s.call(func() {
		if s.data != nil {
			n = s.data(c, b)
		}
	})
	return n
}

func (s *script) Closed(c *Conn, err error) {
	s.call(func() {
		if s.closed != nil {
			s.closed(c, err)
		}
	})
}

// play runs a load of scripts, over pipes with an echo unless Config.Permit
// is given, and fails the test if a call of a handler came within another.
func play(t *testing.T, cfg Config, direct func(s *script)) (Outcome, *results.Summary) {
	t.Helper()
	return playWithin(t, t.Context(), cfg, direct)
}

func playWithin(t *testing.T, ctx context.Context, cfg Config, direct func(s *script)) (Outcome, *results.Summary) {
	t.Helper()
	cfg.Loops = max(cfg.Loops, 1)
	c := collector(t, cfg.Loops)
	c.Start(time.Now())
	cfg.Recorder = c.Recorder
	if cfg.DialContext == nil && cfg.Permit == nil {
		cfg.DialContext = dialEcho
	}
	var all []*script
	cfg.New = func(c *Client) Handler {
		s := &script{Client: c}
		direct(s)
		all = append(all, s)
		return s
	}
	out, err := Run(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := c.Finish(results.End{At: out.End, HoldEnd: out.HoldEnd})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.nested {
			t.Errorf("client %d: a call came within another", s.ID())
		}
	}
	return out, sum
}

func dialEcho(context.Context, string, string) (net.Conn, error) {
	a, b := net.Pipe()
	go echo(b)
	return a, nil
}
