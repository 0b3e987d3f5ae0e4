package loadgen

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// PermitFunc decides whether an address may be dialled, which stands for host,
// a name or an address. The address is zero where only Config.DialContext
// knows it. An error refuses, and says why.
type PermitFunc func(host string, addr netip.AddrPort) error

// PermitError says that an address was not dialled since it is not permitted.
type PermitError struct{ Err error }

func (e *PermitError) Error() string { return e.Err.Error() }
func (e *PermitError) Unwrap() error { return e.Err }

// Class is the error's class.
func (e *PermitError) Class() string { return classForbidden }

// connectRate is the limit of connections opened per second if none is given:
// five for each client that the steepest stage adds per second, which is enough
// to sign in through redirects and to come back after a loss, and at least
// 2,000. A storm of reconnections is held back by it, a ramp is not.
func (l Load) connectRate() float64 {
	steepest, level := 0.0, 0.0
	for _, s := range l.Stages {
		if rise := s.Target - level; rise > 0 {
			steepest = max(steepest, rise/max(s.Duration, time.Second).Seconds())
		}
		level = s.Target
	}
	return max(5*steepest, 2000)
}

// dialQueue holds the dials of a loop back to its part of the connect rate.
// When each may go is computed, not ticked.
type dialQueue struct {
	every   time.Duration // between two dials
	free    time.Duration // when the next may go
	waiting []*Conn
	dialing []*Conn // in the order in which they began, some over by now
}

// dial begins what Client.Dial promises.
func (l *loop) dial(c *Client, addr string, tag uint8) {
	conn := &Conn{client: c, name: addr, tag: tag, fd: -1}
	conn.link()
	l.dials.waiting = append(l.dials.waiting, conn)
	l.dials.fire(l, l.run.now())
}

// fire begins the dials whose turn it is, and gives up those that take too long.
func (q *dialQueue) fire(l *loop, now time.Duration) {
	for len(q.waiting) > 0 && q.free <= now {
		conn := q.waiting[0]
		q.waiting[0] = nil
		if q.waiting = q.waiting[1:]; len(q.waiting) == 0 {
			q.waiting = nil // lets go of the array
		}
		if conn.state == connOver {
			continue
		}
		// A loop that was late may catch up by a tenth of a second.
		q.free = max(q.free, now-time.Second/10) + q.every
		l.beginDial(conn)
	}
	for len(q.dialing) > 0 {
		conn := q.dialing[0]
		if conn.state == connDialing && now < conn.dialed+l.run.DialTimeout {
			break
		}
		q.dialing[0] = nil
		if q.dialing = q.dialing[1:]; len(q.dialing) == 0 {
			q.dialing = nil
		}
		if conn.state == connDialing {
			l.overBy(conn, &net.OpError{Op: "dial", Net: "tcp", Err: errDialTimeout{conn.name}}, now)
		}
	}
}

// next is when fire has something to do.
func (q *dialQueue) next() time.Duration {
	next := time.Duration(never)
	if len(q.waiting) > 0 {
		next = q.free
	}
	if len(q.dialing) > 0 {
		conn := q.dialing[0]
		if conn.state != connDialing {
			return 0
		}
		next = min(next, conn.dialed+conn.client.loop.run.DialTimeout)
	}
	return next
}

type errDialTimeout struct{ name string }

func (e errDialTimeout) Error() string { return e.name + ": no connection in time" }
func (e errDialTimeout) Timeout() bool { return true }

// beginDial finds the address, asks for permission and lets the driver dial.
func (l *loop) beginDial(conn *Conn) {
	conn.state, conn.dialed = connDialing, l.run.now()
	l.dials.dialing = append(l.dials.dialing, conn)
	host, addr, err := splitAddr(conn.name)
	switch {
	case err != nil:
		l.lost(conn, err)
	case addr.IsValid() || l.run.DialContext != nil:
		l.dialAddr(conn, host, addr)
	default:
		l.resolve(conn, host)
	}
}

// splitAddr takes host:port apart. The address is zero if host is a name.
func splitAddr(name string) (host string, addr netip.AddrPort, err error) {
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		return "", addr, fmt.Errorf("address %q is not host:port", name)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", addr, fmt.Errorf("address %q: the port is not a number from 1 to 65535", name)
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		addr = netip.AddrPortFrom(ip.Unmap(), uint16(n))
	}
	return host, addr, nil
}

func (l *loop) dialAddr(conn *Conn, host string, addr netip.AddrPort) {
	if l.run.Permit != nil {
		if err := l.run.Permit(host, addr); err != nil {
			l.lost(conn, &PermitError{err})
			return
		}
	}
	conn.addr = addr
	l.driver.dial(conn)
}

// resolved keeps what names stand for, for a while: a load that follows a
// change of the DNS is worth more than a look-up for each connection.
type resolved map[string]resolvedName

type resolvedName struct {
	addr netip.Addr
	at   time.Duration
}

const resolvedFor = 30 * time.Second

// resolve finds the address of a name beside the loop. IPv4 goes first, as
// servers of this protocol are seldom reached otherwise.
func (l *loop) resolve(conn *Conn, host string) {
	_, port, _ := net.SplitHostPort(conn.name)
	dial := func(ip netip.Addr) {
		n, _ := strconv.ParseUint(port, 10, 16)
		l.dialAddr(conn, host, netip.AddrPortFrom(ip, uint16(n)))
	}
	if known, ok := l.names[host]; ok && conn.dialed-known.at < resolvedFor {
		dial(known.addr)
		return
	}
	l.background(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, l.run.DialTimeout)
		defer cancel()
		ips, err := l.run.resolve(ctx, host)
		return func() {
			if conn.state != connDialing {
				return
			}
			if err == nil && len(ips) == 0 {
				err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
			}
			if err != nil {
				l.lost(conn, err)
				return
			}
			ip := ips[0].Unmap()
			for _, other := range ips {
				if !ip.Is4() {
					ip = other.Unmap()
				}
			}
			if l.names == nil {
				l.names = resolved{}
			}
			l.names[host] = resolvedName{ip, l.run.now()}
			conn.dialed = l.run.now() // the time of the name server is not the server's
			dial(ip)
		}
	})
}
