package loadgen

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// names are what names stand for, kept for a while: a load that follows a change
// of the DNS is worth more than a look-up for each connection. Those who want a
// name that is being looked up wait for the same answer.
type names map[string]*name

type name struct {
	addr    netip.Addr
	at      time.Duration // when the look-up ended
	asking  bool
	waiting []*Conn
}

const (
	keptFor  = 30 * time.Second
	maxNames = 1000 // kept at once; a server that redirects to ever new names cannot fill the memory
)

// resolve finds the address of a name beside the loop, and dials it.
func (l *loop) resolve(conn *Conn, host string) {
	n := l.names[host]
	if n != nil && !n.asking && conn.dialed-n.at < keptFor {
		l.dialNamed(conn, host, n.addr)
		return
	}
	if n == nil {
		if l.names == nil || len(l.names) >= maxNames {
			l.names = names{}
		}
		n = &name{}
		l.names[host] = n
	}
	n.waiting = append(n.waiting, conn)
	if n.asking {
		return
	}
	n.asking = true
	l.beside(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, l.run.DialTimeout)
		defer cancel()
		ips, err := l.run.resolve(ctx, host)
		return func() { l.resolved(n, host, ips, err) }
	})
}

// resolved dials for all who waited for the name. A failure is not kept.
func (l *loop) resolved(n *name, host string, ips []netip.Addr, err error) {
	if err == nil && len(ips) == 0 {
		err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	n.asking = false
	if err == nil {
		n.addr, n.at = preferred(ips), l.run.now()
	} else if l.names[host] == n {
		delete(l.names, host)
	}
	waiting := n.waiting
	n.waiting = nil
	for _, conn := range waiting {
		switch {
		case conn.state != connDialing:
		case err != nil:
			l.lost(conn, err)
		default:
			conn.dialed = n.at // the time of the name server is not the server's
			l.dialNamed(conn, host, n.addr)
		}
	}
}

func (l *loop) dialNamed(conn *Conn, host string, ip netip.Addr) {
	_, port, _ := net.SplitHostPort(conn.name)
	n, _ := strconv.ParseUint(port, 10, 16) // splitAddr has read it before
	l.dialAddr(conn, host, netip.AddrPortFrom(ip, uint16(n)))
}

// preferred is the first IPv4 address, as servers of this protocol are seldom
// reached otherwise, else the first.
func preferred(ips []netip.Addr) netip.Addr {
	for _, ip := range ips {
		if ip = ip.Unmap(); ip.Is4() {
			return ip
		}
	}
	return ips[0]
}
