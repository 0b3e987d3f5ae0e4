package loadgen

import (
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
func (l Load) connectRate() float64 { return max(5*l.steepest(), 2000) }

// steepest is the most clients that a stage adds per second.
func (l Load) steepest() float64 {
	steepest, level := 0.0, 0.0
	for _, s := range l.Stages {
		if rise := s.Target - level; rise > 0 {
			steepest = max(steepest, rise/max(s.Duration, time.Second).Seconds())
		}
		level = s.Target
	}
	return steepest
}

// dialQueue holds the dials of a loop back to its part of the connect rate.
// When each may go is computed, not ticked.
type dialQueue struct {
	every   time.Duration // between two dials
	free    time.Duration // when the next may go
	begun   int           // in this turn of the loop
	waiting []*Conn
	dialing []*Conn // in the order in which they were dialled, some over by now
}

// maxLate is what a loop that was late, or busy, may catch up of its connect
// rate at once.
const maxLate = time.Second / 10

// maxDials is how many dials begin in one turn of the loop. A storm of them must
// not keep it from those that are under way.
const maxDials = 64

// dial begins what Client.Dial promises.
func (l *loop) dial(c *Client, addr string, tag uint8) *Conn {
	conn := newConn(c, addr, tag)
	now := l.run.now()
	if len(l.dials.waiting) == 0 {
		l.dials.free = max(l.dials.free, now) // nothing is saved up while nobody dials
	}
	l.dials.waiting = append(l.dials.waiting, conn)
	l.dials.begin(l, now)
	return conn
}

// dialAtOnce begins what Client.DialAtOnce promises.
func (l *loop) dialAtOnce(c *Client, addr string, tag uint8) *Conn {
	if l.run.limited {
		return l.dial(c, addr, tag)
	}
	conn := newConn(c, addr, tag)
	conn.state = connDialing
	l.beginDial(conn)
	return conn
}

// begin begins the dials whose turn it is. Those whose name is still to be looked
// up leave the queue without taking a turn, and come back to its head.
func (q *dialQueue) begin(l *loop, now time.Duration) {
	for len(q.waiting) > 0 && q.free <= now && q.begun < maxDials {
		conn := q.waiting[0]
		pop(&q.waiting)
		if conn.state != connOver && l.beginDial(conn) {
			q.free = max(q.free, now-maxLate) + q.every
			q.begun++
		}
	}
}

// again puts dials whose name is known by now at the head of the queue, so that
// however long the name server took they go no faster than the others.
func (q *dialQueue) again(l *loop, conns []*Conn, now time.Duration) {
	if len(q.waiting) == 0 {
		q.free = max(q.free, now)
	}
	q.waiting = append(conns, q.waiting...)
	q.begin(l, now)
}

// expire gives up the dials that take too long.
func (q *dialQueue) expire(l *loop, now time.Duration) {
	for first := q.first(); first != nil && now >= first.dialed+l.run.DialTimeout; first = q.first() {
		pop(&q.dialing)
		l.lost(first, &net.OpError{Op: "dial", Net: "tcp", Err: errDialTimeout{first.name}})
	}
}

// first is the earliest dial that is still in progress.
func (q *dialQueue) first() *Conn {
	for len(q.dialing) > 0 {
		if conn := q.dialing[0]; conn.state == connDialing {
			return conn
		}
		pop(&q.dialing)
	}
	return nil
}

// pop takes the first out of a queue. An empty queue lets go of its array.
func pop(q *[]*Conn) {
	(*q)[0] = nil
	if *q = (*q)[1:]; len(*q) == 0 {
		*q = nil
	}
}

// next is when begin or expire has something to do.
func (q *dialQueue) next(l *loop) time.Duration {
	next := time.Duration(never)
	if len(q.waiting) > 0 {
		next = q.free
	}
	if first := q.first(); first != nil {
		next = min(next, first.dialed+l.run.DialTimeout)
	}
	return next
}

type errDialTimeout struct{ name string }

func (e errDialTimeout) Error() string { return e.name + ": no connection in time" }
func (e errDialTimeout) Timeout() bool { return true }

// beginDial finds the address, asks for permission and lets the driver dial. It
// reports false if the name must be looked up before.
func (l *loop) beginDial(conn *Conn) bool {
	now := l.run.now()
	host, addr, err := splitAddr(conn.name)
	if err == nil && !addr.IsValid() && l.run.DialContext == nil {
		ip, ok := l.names.known(host, now)
		if !ok {
			l.lookUp(conn, host)
			return false
		}
		addr = named(conn.name, ip)
	}
	conn.state, conn.dialed = connDialing, now
	if err != nil {
		l.lost(conn, err)
	} else {
		l.dialAddr(conn, host, addr)
	}
	return true
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
	var from []netip.Addr
	if l.run.DialContext == nil && len(l.run.LocalAddrs) > 0 {
		if from = l.locals.turn(addr.Addr()); from == nil {
			l.lost(conn, &localError{fmt.Sprintf("none of the local addresses can reach %v", addr)})
			return
		}
	}
	conn.addr = addr
	l.dials.dialing = append(l.dials.dialing, conn)
	l.driver.dial(conn, from)
}
