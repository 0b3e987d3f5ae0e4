package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nudge/loadgen/yardstick"
)

// A slice of connect churn: so many connections at once, and so many one after
// the other. All slices of seven pairs leave fewer behind in TIME_WAIT than a
// third of the ports of 16 addresses.
const (
	churnAtOnce = 100
	churnConns  = 8_000
	churnWarm   = 1_000 // before these
)

// churn is how fast connections came and went, and what of this process's CPU
// each took.
type churn struct{ perSecond, cpuNS float64 }

// churnClock measures from the last of the warm connections to the last of all.
type churnClock struct {
	n    int
	from time.Time
	cpu  time.Duration
	churn
}

// done counts a connection and reports whether that was the last.
func (c *churnClock) done() bool {
	switch c.n++; c.n {
	case churnWarm:
		c.from, c.cpu = time.Now(), yardstick.CPU()
	case churnWarm + churnConns:
		c.churn = churn{churnConns / time.Since(c.from).Seconds(), float64(yardstick.CPU()-c.cpu) / churnConns}
	}
	return c.n >= churnWarm+churnConns
}

// sixteen are 127.0.0.2 to 127.0.0.17, all loopback on Linux.
func sixteen() (all []netip.Addr) {
	for i := range byte(16) {
		all = append(all, netip.AddrFrom4([4]byte{127, 0, 0, 2 + i}))
	}
	return all
}

// rawChurn is a plain epoll loop that connects, writes, reads and closes.
type rawChurn struct {
	ep      int
	to      unix.SockaddrInet4
	from    []unix.SockaddrInet4
	next    int
	sockets []rawState
}

type rawState uint8

const (
	rawNone rawState = iota
	rawDialing
	rawOpen
)

func newRawChurn(to netip.AddrPort, from []netip.Addr) (*rawChurn, error) {
	r := &rawChurn{to: unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}}
	for _, a := range from {
		r.from = append(r.from, unix.SockaddrInet4{Addr: a.As4()})
	}
	var err error
	r.ep, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	return r, err
}

func (r *rawChurn) close() {
	for fd, state := range r.sockets {
		if state != rawNone {
			unix.Close(fd)
		}
	}
	unix.Close(r.ep)
}

func (r *rawChurn) dial() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	for len(r.sockets) <= fd {
		r.sockets = append(r.sockets, rawNone)
	}
	r.sockets[fd] = rawDialing
	unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	if err := unix.Bind(fd, &r.from[r.next]); err != nil {
		return err
	}
	r.next = (r.next + 1) % len(r.from)
	if err := unix.Connect(fd, &r.to); err != nil && err != unix.EINPROGRESS {
		return err
	}
	return unix.EpollCtl(r.ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLOUT, Fd: int32(fd)})
}

// handle takes an event. It reports true if its connection has had its answer,
// and is closed.
func (r *rawChurn) handle(ev *unix.EpollEvent, buf []byte) (bool, error) {
	fd := int(ev.Fd)
	if ev.Events&(unix.EPOLLERR|unix.EPOLLHUP) != 0 {
		return false, fmt.Errorf("socket %d: events %#x", fd, ev.Events)
	}
	if r.sockets[fd] == rawOpen {
		if _, err := unix.Read(fd, buf); err != nil {
			return false, err
		}
		r.sockets[fd] = rawNone
		return true, unix.Close(fd)
	}
	r.sockets[fd] = rawOpen
	if _, err := unix.Write(fd, ping); err != nil {
		return false, err
	}
	return false, unix.EpollCtl(r.ep, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: ev.Fd})
}

// run dials anew for each connection that has ended, until the clock is done.
func (r *rawChurn) run(clock *churnClock) (err error) {
	for i := 0; i < churnAtOnce && err == nil; i++ {
		err = r.dial()
	}
	var events [256]unix.EpollEvent
	buf := make([]byte, 64<<10)
	for err == nil {
		n, _ := unix.EpollWait(r.ep, events[:], -1)
		for i := range max(n, 0) {
			var ended bool
			if ended, err = r.handle(&events[i], buf); ended && err == nil {
				if clock.done() {
					return nil
				}
				err = r.dial()
			}
			if err != nil {
				break
			}
		}
	}
	return err
}

func plainChurn(b *testing.B, to netip.AddrPort) churn {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r, err := newRawChurn(to, sixteen())
	if err != nil {
		b.Fatal(err)
	}
	defer r.close()
	var clock churnClock
	if err := r.run(&clock); err != nil {
		b.Fatal(err)
	}
	return clock.churn
}

// churner is a client that does the same in the engine.
type churner struct {
	*Client
	all *churners
}

type churners struct {
	addr string
	churnClock
	err    error
	cancel context.CancelFunc
}

func (c *churner) Start()            { c.Dial(c.all.addr, 0) }
func (c *churner) Opened(conn *Conn) { conn.Send(ping) }
func (c *churner) Iterate()          {}
func (c *churner) Wake()             {}
func (c *churner) Stop()             { c.Exit() }
func (c *churner) Closed(_ *Conn, err error) {
	c.all.err = err
	c.all.cancel()
}
func (c *churner) Data(conn *Conn, b []byte) int {
	conn.Close()
	if c.all.done() {
		c.all.cancel()
	} else {
		c.Dial(c.all.addr, 0)
	}
	return len(b)
}

func engineChurn(b *testing.B, to netip.AddrPort) churn {
	rec := collector(b, 1) // never started: what it samples of the machine is not the engine's
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	all := &churners{addr: to.String(), cancel: cancel}
	_, err := Run(ctx, Config{
		Load: Ramp(churnAtOnce, 0, time.Hour), Loops: 1, ConnectRate: 1e9, LocalAddrs: sixteen(), Recorder: rec.Recorder,
		New: func(c *Client) Handler { return &churner{c, all} },
	})
	if err = errors.Join(err, all.err); err != nil {
		b.Fatal(err)
	}
	return all.churn
}

// BenchmarkFigureConnectChurn is how fast connections are opened, used for one
// round trip and closed, 100 at a time over 16 source addresses, and what of the
// generator's CPU each takes: the engine against a plain epoll loop, in turns.
func BenchmarkFigureConnectChurn(b *testing.B) {
	to := netip.MustParseAddrPort(yardstick.Start(b, "echo").Line)
	var pairs yardstick.Pairs
	for b.Loop() {
		var plain, engine churn
		pairs.Take(func() { engine = engineChurn(b, to) }, func() { plain = plainChurn(b, to) })
		pairs.Ratio("rate", "conns/s", engine.perSecond, plain.perSecond)
		pairs.Ratio("cpu", "cpu-ns/conn", engine.cpuNS, plain.cpuNS)
	}
	pairs.Report(b)
}
