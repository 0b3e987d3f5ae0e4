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

// known returns the address of a name that was looked up not long ago.
func (all names) known(host string, now time.Duration) (ip netip.Addr, ok bool) {
	n := all[host]
	if n == nil || n.asking || now-n.at >= keptFor {
		return ip, false
	}
	return n.addr, true
}

// lookUp finds the address of a name beside the loop, for a dial that goes on
// then.
func (l *loop) lookUp(conn *Conn, host string) {
	n := l.names[host]
	if n == nil {
		n = &name{}
		l.keepName(host, n)
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

func (l *loop) keepName(host string, n *name) {
	if l.names == nil || len(l.names) >= maxNames && l.names[host] == nil {
		l.names = names{}
	}
	l.names[host] = n
}

// resolved has all who waited for the name dial. A failure is not kept.
func (l *loop) resolved(n *name, host string, ips []netip.Addr, err error) {
	if err == nil && len(ips) == 0 {
		err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	now := l.run.now()
	n.asking = false
	if err == nil {
		n.addr, n.at = preferred(ips), now
		l.keepName(host, n) // it may have made room for others meanwhile
	} else if l.names[host] == n {
		delete(l.names, host)
	}
	waiting := n.waiting
	n.waiting = nil
	var queued []*Conn
	for _, conn := range waiting {
		switch {
		case conn.state == connOver:
		case err != nil:
			l.lost(conn, err)
		case conn.state == connWaiting:
			queued = append(queued, conn)
		default: // one that waits for nothing
			l.beginDial(conn)
		}
	}
	l.dials.again(l, queued, now)
}

// named is the address that host:port stands for.
func named(name string, ip netip.Addr) netip.AddrPort {
	_, port, _ := net.SplitHostPort(name)
	n, _ := strconv.ParseUint(port, 10, 16) // splitAddr has read it before
	return netip.AddrPortFrom(ip, uint16(n))
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
