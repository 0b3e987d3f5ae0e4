package loadgen

import (
	"bytes"
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nudge/results"
)

// echo answers each line it reads with the same line.
func echo(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// pinger is a client whose iteration is a line and its echo.
type pinger struct {
	*Client
	addr string
	conn *Conn
	got  *[]time.Duration // when answers came
}

func (p *pinger) Start()         { p.Dial(p.addr, 7) }
func (p *pinger) Opened(c *Conn) { p.conn = c; p.Ready() }
func (p *pinger) Iterate()       { p.conn.Send([]byte("PNG\r\n")) }
func (p *pinger) Closed(c *Conn, err error) {
	p.conn = nil
	p.Unready()
	p.Done(Class(err))
	p.Exit()
}
func (p *pinger) Wake() {}
func (p *pinger) Stop() { p.Exit() }
func (p *pinger) Data(c *Conn, b []byte) int {
	end := bytes.LastIndexByte(b, '\n') + 1
	for range bytes.Count(b[:end], []byte("\n")) {
		if p.got != nil {
			*p.got = append(*p.got, p.ReadAt())
		}
		p.Done("")
	}
	return end
}

func collector(t testing.TB, loops int) *results.Collector {
	t.Helper()
	c, err := results.New(results.Config{Ops: []results.OpInfo{{Name: "iteration"}}, Recorders: loops})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestARunThatCannotBeMadeSaysWhy(t *testing.T) {
	rec := collector(t, 1).Recorder
	build := func(c *Client) Handler { return &script{Client: c} }
	for name, cfg := range map[string]Config{
		"no handlers":                           {Recorder: rec},
		"no recorders":                          {New: build},
		"a load of more clients than there are": {New: build, Recorder: rec, Clients: 3, Load: Ramp(4, 0, time.Second)},
	} {
		if _, err := Run(t.Context(), cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOpenModelInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := collector(t, 1)
		c.Start(time.Now())
		var got []time.Duration
		out, err := Run(t.Context(), Config{
			Load: Ramp(4, time.Second, 3*time.Second), Rate: Rate{[]Stage{{0, 10}}}, Iterations: true, Recorder: c.Recorder,
			New: func(c *Client) Handler { return &pinger{Client: c, addr: "a:1", got: &got} },
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				a, b := net.Pipe()
				go echo(b)
				return a, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(results.End{At: out.End, HoldEnd: out.HoldEnd}); err != nil {
			t.Fatal(err)
		}
		if len(got) != 30 {
			t.Errorf("%d iterations, want 30: %v %+v", len(got), got, out)
		}
	})
}
