package loadgen

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Limits of a connection, in bytes.
const (
	maxUnsent = 256 << 10 // that the socket has not taken
	maxUnread = 128 << 10 // of a command that is not complete
)

var (
	errUnsent = errors.New("the peer does not read: 256 KiB unsent")
	errUnread = errors.New("128 KiB came without the end of a command")
)

// Conn is one connection of a client. Its methods are for the client's Handler
// alone.
type Conn struct {
	client     *Client
	next, prev *Conn // of the client
	unread     []byte
	unsent     []byte
	err        error // to be told by Closed

	dialed, opened time.Duration

	addr netip.AddrPort // zero if only name is known
	name string         // host:port as given to Dial

	fd    int32 // epoll: the socket; -1 without one
	stamp int32 // epoll: tells the sockets that had the same number apart
	state connState
	tag   uint8

	stream *netStream // portable driver
}

type connState uint8

const (
	connWaiting connState = iota // for the connect rate or the resolver
	connDialing
	connOpen
	connOver
)

// netStream is what the portable driver keeps of a connection.
type netStream struct {
	conn net.Conn

	mu      sync.Mutex
	pending []byte
	writing bool // a goroutine is at it
	closing bool
	failed  bool
}

// newConn makes a connection that is to be opened.
func newConn(client *Client, name string, tag uint8) *Conn {
	c := &Conn{client: client, name: name, tag: tag, fd: -1}
	c.link()
	return c
}

// Tag is what was given to Dial.
func (c *Conn) Tag() uint8 { return c.tag }

// DialedAt is when the attempt began, after any wait for the connect rate.
func (c *Conn) DialedAt() time.Duration { return c.dialed }

// OpenedAt is when the connection stood; 0: it never did.
func (c *Conn) OpenedAt() time.Duration { return c.opened }

// RemoteAddr is the peer's address, or the name that was dialled.
func (c *Conn) RemoteAddr() string {
	if c.addr.IsValid() {
		return c.addr.String()
	}
	return c.name
}

// Send writes b, of which it keeps nothing: at once what the socket takes, the
// rest as it can, up to 256 KiB. Failure comes as Closed, after the handler's
// call has returned.
func (c *Conn) Send(b []byte) {
	if c.state == connOpen && c.err == nil && len(b) > 0 {
		c.client.loop.driver.send(c, b)
	}
}

// Close ends the connection, or the attempt to open it. No call comes for it
// any more. What was sent and has not been taken by the socket is lost.
func (c *Conn) Close() { c.client.loop.drop(c) }

// link and unlink keep the client's list.
func (c *Conn) link() {
	c.next = c.client.conns
	if c.next != nil {
		c.next.prev = c
	}
	c.client.conns = c
}

func (c *Conn) unlink() {
	switch {
	case c.prev != nil:
		c.prev.next = c.next
	case c.client.conns == c:
		c.client.conns = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	}
	c.next, c.prev = nil, nil
}
