package yardstick

import (
	"bytes"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sys/unix"
)

// Peer is the server of a yardstick: one thread, nothing allocated for a line.
// Its connections are named by their sockets' numbers.
type Peer struct {
	// Answer appends what answers a line, which has its end, to out; what it
	// returns is written at once. bye closes the connection behind it. A line
	// comes in one piece, as all that yardsticks write is small. nil: an echo.
	Answer func(conn int, line, out []byte) (answer []byte, bye bool)

	ep, ln  int
	waiting [][]byte // by connection: posted, to be written at the end of the turn
	posted  []int    // connections that have some
	buf     [64 << 10]byte
	out     []byte
}

// Serve listens on a free port of loopback, which it writes to out, and serves
// until the process ends.
func (p *Peer) Serve(out io.Writer) error {
	runtime.LockOSThread()
	var err error
	if p.ln, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return err
	}
	if err := unix.Bind(p.ln, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := unix.Listen(p.ln, 4096); err != nil {
		return err
	}
	name, err := unix.Getsockname(p.ln)
	if err != nil {
		return err
	}
	if p.ep, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	p.watch(p.ln)
	fmt.Fprintf(out, "127.0.0.1:%d\n", name.(*unix.SockaddrInet4).Port)
	for {
		if err := p.turn(); err != nil {
			return err
		}
	}
}

func (p *Peer) watch(fd int) {
	unix.EpollCtl(p.ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (p *Peer) turn() error {
	var events [256]unix.EpollEvent
	n, err := unix.EpollWait(p.ep, events[:], -1)
	if err != nil && err != unix.EINTR {
		return err
	}
	for i := range max(n, 0) {
		if fd := int(events[i].Fd); fd == p.ln {
			p.accept()
		} else {
			p.read(fd)
		}
	}
	for _, fd := range p.posted {
		unix.Write(fd, p.waiting[fd])
		p.waiting[fd] = p.waiting[fd][:0]
	}
	p.posted = p.posted[:0]
	return nil
}

// accept takes all that wait, so that a storm of them is not one turn each.
func (p *Peer) accept() {
	for {
		fd, _, err := unix.Accept4(p.ln, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		for len(p.waiting) <= fd {
			p.waiting = append(p.waiting, nil)
		}
		p.watch(fd)
	}
}

func (p *Peer) read(fd int) {
	n, err := unix.Read(fd, p.buf[:])
	if err == unix.EAGAIN {
		return
	}
	if n <= 0 {
		p.close(fd)
		return
	}
	in := p.buf[:n]
	if p.Answer == nil {
		unix.Write(fd, in)
		return
	}
	p.out = p.out[:0]
	for bye := false; len(in) > 0 && !bye; {
		end := bytes.IndexByte(in, '\n') + 1
		if end == 0 {
			end = len(in)
		}
		if p.out, bye = p.Answer(fd, in[:end], p.out); bye {
			unix.Write(fd, p.out)
			p.close(fd)
			return
		}
		in = in[end:]
	}
	if len(p.out) > 0 {
		unix.Write(fd, p.out)
	}
}

func (p *Peer) close(fd int) {
	p.waiting[fd] = nil
	unix.Close(fd)
}

// Post appends to what is written to a connection at the end of the turn: what it
// is told unasked, by several others perhaps, in one piece.
func (p *Peer) Post(conn int, b []byte) {
	if len(p.waiting[conn]) == 0 {
		p.posted = append(p.posted, conn)
	}
	p.waiting[conn] = append(p.waiting[conn], b...)
}
