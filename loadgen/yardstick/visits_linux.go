package yardstick

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Exchange is what is said on a connection and how many lines answer it.
type Exchange struct {
	Say   []byte
	Lines int
}

// visitor is at one of the connections of a visit.
type visitor struct {
	conn, at int // which of them, and which of its exchanges
	left     int // lines to come
}

// Visits has n visitors at a time: each opens a connection, says what is to be
// said there, each thing when the one before is answered, closes it, opens the
// next one, and begins again with the first behind the last.
func Visits(tb testing.TB, addr string, n int, visit [][]Exchange, d time.Duration) (cost Cost) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c := Dial(tb, addr, 0)
	defer c.Close()
	to := sockaddr(tb, addr)
	var by []*visitor // by socket
	open := func(v *visitor) {
		fd := socket(tb, unix.SOCK_NONBLOCK)
		if err := unix.Connect(fd, to); err != nil && err != unix.EINPROGRESS {
			tb.Fatal(err)
		}
		for len(by) <= fd {
			by = append(by, nil)
		}
		by[fd], v.at = v, -1
		c.watch(fd, unix.EPOLLOUT)
	}
	for range n {
		open(new(visitor))
	}
	m := begin()
	for until := m.wall.Add(d); time.Now().Before(until); {
		for _, ev := range c.wait(-1) {
			fd := int(ev.Fd)
			v := by[fd]
			if v.at < 0 { // the connection stands
				unix.EpollCtl(c.ep, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
			} else if v.left -= bytes.Count(c.read(fd), []byte("\n")); v.left > 0 {
				continue
			}
			if v.at++; v.at < len(visit[v.conn]) {
				c.write(fd, visit[v.conn][v.at].Say)
				v.left = visit[v.conn][v.at].Lines
				continue
			}
			unix.Close(fd)
			by[fd] = nil
			if v.conn++; v.conn == len(visit) {
				v.conn = 0
				cost.Trips++
			}
			open(v)
		}
	}
	m.end(&cost)
	for fd, v := range by {
		if v != nil {
			reset(fd)
		}
	}
	return cost
}
