package yardstick

import (
	"net/netip"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Conns are connections to one address and the epoll that waits for them. They
// are for the thread that has made them, on which it is kept until Close.
type Conns struct {
	// Raw reads and writes without telling Go's scheduler, as the generator does.
	// It is a stricter yardstick than the plain calls of package unix.
	Raw bool

	tb     testing.TB
	ep     int
	fds    []int
	events [256]unix.EpollEvent
	buf    []byte
}

// Dial opens n connections to host:port.
func Dial(tb testing.TB, addr string, n int) *Conns {
	tb.Helper()
	runtime.LockOSThread()
	c := &Conns{tb: tb, buf: make([]byte, 64<<10)}
	var err error
	if c.ep, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		tb.Fatal(err)
	}
	to := sockaddr(tb, addr)
	for range n {
		fd := socket(tb, 0)
		if err := unix.Connect(fd, to); err != nil {
			tb.Fatal(err)
		}
		unix.SetNonblock(fd, true)
		c.watch(fd, unix.EPOLLIN)
		c.fds = append(c.fds, fd)
	}
	return c
}

// Tell says something on each connection, the i-th from 0, and waits for what
// comes of it.
func (c *Conns) Tell(what func(i int) []byte) {
	for i, fd := range c.fds {
		c.write(fd, what(i))
	}
	for left := len(c.fds); left > 0; {
		for _, ev := range c.wait(-1) {
			if len(c.read(int(ev.Fd))) > 0 {
				left--
			}
		}
	}
}

// Close resets the connections, so that their ports are free at once.
func (c *Conns) Close() {
	for _, fd := range c.fds {
		reset(fd)
	}
	unix.Close(c.ep)
	runtime.UnlockOSThread()
}

func reset(fd int) {
	unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	unix.Close(fd)
}

func sockaddr(tb testing.TB, addr string) *unix.SockaddrInet4 {
	tb.Helper()
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		tb.Fatal(err)
	}
	return &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
}

func socket(tb testing.TB, flags int) int {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|flags, 0)
	if err != nil {
		tb.Fatal(err)
	}
	unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	return fd
}

func (c *Conns) watch(fd int, events uint32) {
	if err := unix.EpollCtl(c.ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)}); err != nil {
		c.tb.Fatal(err)
	}
}

// wait returns what has come, at the latest after a time; negative: whenever.
func (c *Conns) wait(longest time.Duration) []unix.EpollEvent {
	ts := unix.NsecToTimespec(int64(longest))
	until := unsafe.Pointer(&ts)
	if longest < 0 {
		until = nil
	}
	n, _, errno := unix.Syscall6(sysEpollPwait2, uintptr(c.ep), uintptr(unsafe.Pointer(&c.events)), uintptr(len(c.events)), uintptr(until), 0, 0)
	if errno != 0 && errno != unix.EINTR {
		c.tb.Fatal("epoll_pwait2: ", errno)
	}
	if errno != 0 {
		return nil
	}
	return c.events[:n]
}

// sysEpollPwait2 has the same number on all systems.
const sysEpollPwait2 = 441

// read reads what has come on one connection. The bytes are valid until the next.
func (c *Conns) read(fd int) []byte {
	n, err := c.call(unix.SYS_READ, unix.Read, fd, c.buf)
	if err == unix.EAGAIN || err == unix.EINTR {
		return nil
	}
	if n <= 0 {
		c.tb.Fatal("the peer has closed a connection: ", err)
	}
	return c.buf[:n]
}

// write writes what is small enough always to be taken.
func (c *Conns) write(fd int, b []byte) {
	if n, err := c.call(unix.SYS_WRITE, unix.Write, fd, b); n != len(b) {
		c.tb.Fatalf("%d of %d bytes written, %v", n, len(b), err)
	}
}

func (c *Conns) call(number uintptr, plain func(int, []byte) (int, error), fd int, b []byte) (int, error) {
	if !c.Raw {
		return plain(fd, b)
	}
	n, _, errno := unix.RawSyscall(number, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}
