package loadgen

import (
	"fmt"
	"net/netip"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"

	"nudge/loadgen/yardstick"
)

func init() {
	roles["accepter"] = accept
	roles["holder"] = hold
}

// accept listens on a port, 0 for a new one, says which, and accepts whatever
// comes.
func accept(c yardstick.Child) error {
	runtime.LockOSThread()
	port, _ := strconv.Atoi(c.Words[0])
	ln, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err == nil {
		err = unix.SetsockoptInt(ln, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}
	if err == nil {
		err = unix.Bind(ln, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		err = unix.Listen(ln, 4096)
	}
	if err != nil {
		return err
	}
	name, _ := unix.Getsockname(ln)
	fmt.Fprintln(c.Out, name.(*unix.SockaddrInet4).Port)
	for {
		if _, _, err := unix.Accept4(ln, unix.SOCK_CLOEXEC); err != nil {
			return err
		}
	}
}

// hold opens as many connections as each line says, to an address from so many
// others, and keeps them.
func hold(c yardstick.Child) error {
	to, err := netip.ParseAddrPort(c.Words[0])
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(c.Words[1])
	var from locals
	from.init(sixteen()[:n], 0)
	fmt.Fprintln(c.Out, "ready")
	for line := range c.In {
		more, _ := strconv.Atoi(line)
		for range more {
			fd, err := connect(from.turn(to.Addr())[0], to)
			if err == nil {
				err = settle(fd)
			}
			if err != nil {
				return err
			}
		}
		fmt.Fprintln(c.Out, "ok")
	}
	return nil
}

// settle waits until a socket is connected, and has it leave nothing behind once
// it is closed.
func settle(fd int) error {
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
	if n, err := unix.Poll(poll, 10_000); n != 1 || poll[0].Revents != unix.POLLOUT {
		return fmt.Errorf("connect: %d events, %#x, %v", n, poll[0].Revents, err)
	}
	return unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
}
