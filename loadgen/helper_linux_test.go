package loadgen

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	roles["accepter"] = accept
	roles["holder"] = hold
}

// helper is a process of this binary that does what it is told line by line, and
// answers each with a line.
type helper struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startHelper(b *testing.B, role string, env ...string) *helper {
	b.Helper()
	h := &helper{cmd: exec.Command(os.Args[0])}
	h.cmd.Env = append(append(os.Environ(), "LOADGEN_TEST_ROLE="+role), env...)
	h.cmd.Stderr = os.Stderr
	in, err := h.cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	h.in, h.out = in, bufio.NewReader(out)
	if err := h.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	return h
}

func (h *helper) tell(b *testing.B, line string) string {
	b.Helper()
	fmt.Fprintln(h.in, line)
	answer, err := h.out.ReadString('\n')
	if err != nil || strings.HasPrefix(answer, "error") {
		b.Fatalf("%s: %q %v", line, answer, err)
	}
	return strings.TrimSpace(answer)
}

func (h *helper) end() {
	h.in.Close()
	h.cmd.Wait()
}

// accept listens on the port it is told, 0 for a new one, and accepts whatever
// comes until its stdin closes.
func accept() {
	runtime.LockOSThread()
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	port, _ := strconv.Atoi(in.Text())
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
		fmt.Println("error", err)
		return
	}
	name, _ := unix.Getsockname(ln)
	fmt.Println(name.(*unix.SockaddrInet4).Port)
	go func() {
		for in.Scan() {
		}
		os.Exit(0)
	}()
	for {
		if _, _, err := unix.Accept4(ln, unix.SOCK_CLOEXEC); err != nil {
			fmt.Fprintln(os.Stderr, "accept:", err)
			return
		}
	}
}

// hold opens as many connections as each line says, to its target from so many
// addresses, and keeps them until its stdin closes.
func hold() {
	to := netip.MustParseAddrPort(os.Getenv("LOADGEN_TEST_ADDR"))
	n, _ := strconv.Atoi(os.Getenv("LOADGEN_TEST_SOURCES"))
	var from locals
	from.init(sixteen()[:n], 0)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		more, _ := strconv.Atoi(in.Text())
		for range more {
			fd, err := connect(from.turn(to.Addr())[0], to)
			if err == nil {
				err = settle(fd)
			}
			if err != nil {
				fmt.Println("error", err)
				return
			}
		}
		fmt.Println("ok")
	}
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
