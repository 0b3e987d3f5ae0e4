package loadgen

import (
	"net/netip"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// epoll is the driver of a loop on Linux: one thread, non-blocking sockets,
// level-triggered events. What cannot block is called without telling Go's
// scheduler; only a wait that really waits is.
type epoll struct {
	loop   *loop
	fd     int
	event  int     // eventfd, written by post
	byFD   []*Conn // by socket
	stamp  int32
	events [256]unix.EpollEvent
	buf    []byte
	coarse bool // no epoll_pwait2 here: waits last whole milliseconds
	spare  bool // there are more processors than loops

	// nothing is when no event was left to be told, for the last time: what is
	// told now came later.
	nothing time.Duration

	mu     sync.Mutex
	posted []func()
	rung   bool // event was written and not read since
}

// maxRead is the most that is taken from a socket in one turn, in bytes.
const maxRead = 64 << 10

func newDriver(l *loop) (driver, error) {
	if l.run.Portable || l.run.DialContext != nil {
		return newNetDriver(l), nil
	}
	d := &epoll{loop: l, fd: -1, event: -1, buf: make([]byte, maxUnread+maxRead), spare: runtime.GOMAXPROCS(0) > l.run.loops}
	var err error
	if d.fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if d.event, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		d.shut()
		return nil, os.NewSyscallError("eventfd", err)
	}
	ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(d.event)}
	if err := unix.EpollCtl(d.fd, unix.EPOLL_CTL_ADD, d.event, &ev); err != nil {
		d.shut()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	return d, nil
}

// pin keeps the loop on its thread, which is woken when it is due: as a rule
// Linux lets a thread sleep 50 µs longer, so as to wake several at once.
func (d *epoll) pin() func() {
	runtime.LockOSThread()
	unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	return func() {
		unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // what it was
		runtime.UnlockOSThread()
	}
}

// shut closes under the lock, since whoever posts must not write to a number
// that is another file's by then.
func (d *epoll) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.event >= 0 {
		unix.Close(d.event)
	}
	if d.fd >= 0 {
		unix.Close(d.fd)
	}
	d.fd, d.event, d.posted = -1, -1, nil
}

func (d *epoll) post(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.event >= 0 {
		d.posted = append(d.posted, f)
		d.ring()
	}
}

func (d *epoll) wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.event >= 0 {
		d.ring()
	}
}

// ring ends the loop's sleep, now or the next one. The lock is held.
func (d *epoll) ring() {
	if !d.rung {
		d.rung = true
		one := [8]byte{1}
		unix.Write(d.event, one[:])
	}
}

func (d *epoll) runPosted() {
	var count [8]byte
	d.mu.Lock()
	unix.Read(d.event, count[:])
	d.rung = false
	fs := d.posted
	d.posted = nil
	d.mu.Unlock()
	for _, f := range fs {
		f()
	}
}

// dial begins a connection; that it stands is told by an event.
func (d *epoll) dial(c *Conn, from []netip.Addr) {
	fd, err := openFrom(from, func(local netip.Addr) (int, error) { return connect(local, c.addr) })
	if err != nil {
		d.loop.lost(c, err)
		return
	}
	c.fd = int32(fd)
	for len(d.byFD) <= fd {
		d.byFD = append(d.byFD, nil)
	}
	d.byFD[fd] = c
	d.stamp++
	c.stamp = d.stamp
	if err := d.watch(c, unix.EPOLL_CTL_ADD, unix.EPOLLOUT); err != nil {
		d.loop.lost(c, err)
	}
}

// connect returns a socket that is being connected, from a local address if that
// is valid.
func connect(local netip.Addr, to netip.AddrPort) (fd int, err error) {
	family := unix.AF_INET
	if !to.Addr().Is4() {
		family = unix.AF_INET6
	}
	if fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err = prepare(fd, local); err == nil {
		err = unix.Connect(fd, sockaddr(to))
		if err == nil || err == unix.EINPROGRESS || err == unix.EINTR {
			return fd, nil
		}
		err = os.NewSyscallError("connect", err)
	}
	unix.Close(fd)
	return -1, err
}

// prepare makes a socket ready to connect.
func prepare(fd int, local netip.Addr) error {
	// Commands are small and answers waited for: Nagle's algorithm would add its own delay.
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	if !local.IsValid() {
		return nil
	}
	// The port is left to connect: it may be the same towards different targets,
	// and bind alone would have to find one that nobody has.
	if err := unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(fd, sockaddr(netip.AddrPortFrom(local, 0))); err != nil {
		return bindError(local, os.NewSyscallError("bind", err))
	}
	return nil
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}

func (d *epoll) watch(c *Conn, op int, events uint32) error {
	ev := unix.EpollEvent{Events: events, Fd: c.fd, Pad: c.stamp}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(d.fd, op, int(c.fd), &ev))
}

func (d *epoll) close(c *Conn) {
	if c.fd >= 0 {
		d.byFD[c.fd] = nil
		unix.Close(int(c.fd))
		c.fd = -1
	}
}

// send writes what the socket takes and keeps the rest.
func (d *epoll) send(c *Conn, b []byte) {
	if len(c.unsent) == 0 {
		n, err := write(c.fd, b)
		if err != nil {
			d.loop.lost(c, err)
			return
		}
		if b = b[n:]; len(b) == 0 {
			return
		}
		if err := d.watch(c, unix.EPOLL_CTL_MOD, unix.EPOLLIN|unix.EPOLLOUT); err != nil {
			d.loop.lost(c, err)
			return
		}
	}
	if len(c.unsent)+len(b) > maxUnsent {
		d.loop.lost(c, errUnsent)
		return
	}
	c.unsent = append(c.unsent, b...)
}

// flush writes what was kept.
func (d *epoll) flush(c *Conn) {
	n, err := write(c.fd, c.unsent)
	if err != nil {
		d.loop.lost(c, err)
		return
	}
	if c.unsent = c.unsent[n:]; len(c.unsent) > 0 {
		return
	}
	c.unsent = nil
	if err := d.watch(c, unix.EPOLL_CTL_MOD, unix.EPOLLIN); err != nil {
		d.loop.lost(c, err)
	}
}

// write writes what the socket takes; that it takes nothing is no error.
func write(fd int32, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, nil
		default:
			return 0, os.NewSyscallError("write", errno)
		}
	}
}

// wait handles what came. It looks first, which costs little, and only sleeps
// if there was nothing.
func (d *epoll) wait(until time.Duration) {
	l := d.loop
	n, errno := d.poll()
	l.ready = d.nothing
	if n < len(d.events) {
		d.nothing = l.turnAt
	}
	if n == 0 && errno == 0 {
		left := until - l.run.now()
		if left <= 0 {
			return
		}
		n, errno = d.sleep(left)
		l.ready = l.run.now()
		d.nothing = l.ready
	}
	if errno != 0 && errno != unix.EINTR {
		l.err = os.NewSyscallError("epoll_wait", errno)
		return
	}
	for i := range d.events[:max(n, 0)] {
		d.handle(&d.events[i])
	}
}

func (d *epoll) poll() (int, syscall.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(d.fd), uintptr(unsafe.Pointer(&d.events)), uintptr(len(d.events)), 0, 0, 0)
	return int(n), errno
}

// sysEpollPwait2 has the same number on all systems.
const sysEpollPwait2 = 441

// nap is how long Go's scheduler leaves a thread alone that seems to run.
const nap = 10 * time.Millisecond

// sleep waits for what comes. The scheduler is not told of a nap, as long as there
// is a processor for the collector and nothing else is done beside the loops: its
// monitor, which a thread that comes and goes keeps awake, costs several times as
// much as a load of 100 iterations per second. Whoever must stop the thread sends
// it a signal, which ends the nap.
func (d *epoll) sleep(left time.Duration) (int, syscall.Errno) {
	if !d.coarse {
		ts := unix.NsecToTimespec(int64(left))
		call := unix.Syscall6
		if d.spare && left < nap && len(d.loop.run.rest) == 0 {
			call = unix.RawSyscall6
		}
		n, _, errno := call(sysEpollPwait2, uintptr(d.fd), uintptr(unsafe.Pointer(&d.events)), uintptr(len(d.events)),
			uintptr(unsafe.Pointer(&ts)), 0, 0)
		if errno != unix.ENOSYS && errno != unix.EPERM {
			return int(n), errno
		}
		d.coarse = true
	}
	ms := (left + time.Millisecond - 1) / time.Millisecond
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(d.fd), uintptr(unsafe.Pointer(&d.events)), uintptr(len(d.events)),
		uintptr(min(ms, 1<<30)), 0, 0)
	return int(n), errno
}

// handle takes one event. Its socket may be gone by now, and its number may be
// another's: then the stamps differ.
func (d *epoll) handle(ev *unix.EpollEvent) {
	if int(ev.Fd) == d.event {
		d.runPosted()
		return
	}
	c := d.byFD[ev.Fd]
	if c == nil || c.stamp != ev.Pad || c.err != nil {
		return
	}
	if c.state == connDialing {
		d.connected(c, ev.Events)
		return
	}
	if ev.Events&unix.EPOLLOUT != 0 && len(c.unsent) > 0 {
		d.flush(c)
	}
	if ev.Events&^unix.EPOLLOUT != 0 && c.err == nil {
		d.read(c)
	}
}

// connected ends a dial. Only where something went wrong is there an error to be
// asked for.
func (d *epoll) connected(c *Conn, events uint32) {
	now := d.loop.run.now()
	var err error
	if events&(unix.EPOLLERR|unix.EPOLLHUP) != 0 {
		var number int
		if number, err = unix.GetsockoptInt(int(c.fd), unix.SOL_SOCKET, unix.SO_ERROR); err == nil && number != 0 {
			err = syscall.Errno(number)
		}
	}
	if err == nil {
		err = d.watch(c, unix.EPOLL_CTL_MOD, unix.EPOLLIN)
	}
	if err != nil {
		d.loop.overBy(c, dialError{c.addr, err}, now)
		return
	}
	d.loop.opened(c, now)
}

// dialError says which address could not be reached.
type dialError struct {
	addr netip.AddrPort
	err  error
}

func (e dialError) Error() string { return "dial " + e.addr.String() + ": " + e.err.Error() }
func (e dialError) Unwrap() error { return e.err }

// read reads once, behind what the handler has left, and hands it on.
func (d *epoll) read(c *Conn) {
	kept := copy(d.buf, c.unread)
	into := d.buf[kept : kept+maxRead]
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(unsafe.SliceData(into))), uintptr(len(into)))
	at := d.loop.run.now()
	switch {
	case errno == unix.EAGAIN || errno == unix.EINTR:
		return
	case errno != 0:
		d.loop.overBy(c, os.NewSyscallError("read", errno), at)
		return
	case n == 0:
		d.loop.overBy(c, nil, at)
		return
	}
	rest := d.loop.data(c, d.buf[:kept+int(n)], at)
	if c.state != connOpen {
		return
	}
	if len(rest) == 0 {
		c.unread = nil
		return
	}
	c.unread = append(c.unread[:0], rest...)
}
