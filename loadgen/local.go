package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"nudge/results"
)

// classLocal is that of a dial which no local address is good for.
const classLocal = "local-address"

// maxTries is how many local addresses a dial tries that have no ports left. As
// connections go round evenly, those behind them have none either.
const maxTries = 16

// localError says that no local address is good for a connection.
type localError struct{ text string }

func (e *localError) Error() string { return e.text }

// Class is the error's class.
func (e *localError) Class() string { return classLocal }

// LocalFor returns those of some local addresses that a connection to an address
// can come from: they are of its family, and loopback only if it is. If it is not
// valid all are returned.
func LocalFor(local []netip.Addr, to netip.Addr) []netip.Addr {
	to = to.Unmap()
	var fit []netip.Addr
	for _, a := range local {
		if !to.IsValid() || a.Is4() == to.Is4() && (to.IsLoopback() || !a.IsLoopback()) {
			fit = append(fit, a)
		}
	}
	return fit
}

// CheckLocal returns an error for the first address that this machine does not
// have, or does not let anything come from.
func CheckLocal(local []netip.Addr) error {
	for _, a := range local {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
		if err != nil {
			var number *os.SyscallError
			if errors.As(err, &number) {
				err = number
			}
			return fmt.Errorf("%v is not an address of this machine: %w", a, err)
		}
		conn.Close()
	}
	return nil
}

// locals are the local addresses of a loop's connections, each list for other
// targets: IPv4 and IPv6, loopback or not.
type locals [4]rotation

// rotation deals out addresses in turn. Each stands in it twice, so that every
// turn is a part of it.
type rotation struct {
	twice []netip.Addr
	next  int
}

// init has the loops of a run begin at different addresses.
func (l *locals) init(addrs []netip.Addr, loop int) {
	for _, to := range []netip.Addr{
		netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback(), netip.IPv4Unspecified(), netip.IPv6Unspecified(),
	} {
		if fit := LocalFor(addrs, to); len(fit) > 0 {
			*l.rotation(to) = rotation{append(fit, fit...), loop % len(fit)}
		}
	}
}

func (l *locals) rotation(to netip.Addr) *rotation {
	i := 0
	if !to.Is4() {
		i = 1
	}
	if !to.IsLoopback() {
		i += 2
	}
	return &l[i]
}

// turn returns the address that the next connection to an address comes from, and
// behind it those to try if it has no ports left. None is good for it if there
// are none.
func (l *locals) turn(to netip.Addr) []netip.Addr {
	r := l.rotation(to)
	n := len(r.twice) / 2
	if n == 0 {
		return nil
	}
	first := r.next
	r.next = (r.next + 1) % n
	return r.twice[first : first+min(n, maxTries)]
}

// openFrom opens a connection from the first of some local addresses that has
// ports left; without any, the system chooses.
func openFrom[T any](from []netip.Addr, open func(local netip.Addr) (T, error)) (conn T, err error) {
	if len(from) == 0 {
		return open(netip.Addr{})
	}
	for _, local := range from {
		if conn, err = open(local); err == nil || Class(err) != results.ClassPorts {
			break
		}
	}
	return conn, err
}

// bindError makes one for an address that the machine has not got out of an
// error that would look like one for ports.
func bindError(local netip.Addr, err error) error {
	if errors.Is(err, errNotAvailable) {
		return &localError{fmt.Sprintf("bind %v: %v", local, errNotAvailable)}
	}
	return err
}

// dialer is what the portable driver opens connections with, from a local
// address if that is valid.
func (cfg *Config) dialer() func(ctx context.Context, local netip.Addr, addr string) (net.Conn, error) {
	if dial := cfg.DialContext; dial != nil {
		return func(ctx context.Context, _ netip.Addr, addr string) (net.Conn, error) { return dial(ctx, "tcp", addr) }
	}
	return dialFrom
}

func dialFrom(ctx context.Context, local netip.Addr, addr string) (net.Conn, error) {
	var d net.Dialer
	if local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 0))
	}
	conn, err := d.DialContext(ctx, "tcp", addr)
	var call *os.SyscallError
	if errors.As(err, &call) && call.Syscall == "bind" {
		err = bindError(local, err)
	}
	return conn, err
}
