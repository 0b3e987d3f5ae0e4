package msnptest

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// conn is one connection. What a client is and does is guarded by Server.mu;
// what is to be written by mu.
type conn struct {
	srv  *Server
	role Role
	nc   net.Conn
	raw  syscall.RawConn // nil: cannot be written without blocking

	limited bool // a read deadline is set; the reader's own

	// Guarded by Server.mu.
	stage     stage
	dialect   int // 8, 9, 10; 0: not chosen
	email     string
	account   *account // once signed in
	synced    bool
	announced bool   // the first CHG has been sent
	challenge string // sent and not answered
	touched   bool   // is in turn.touched

	mu      sync.Mutex
	out     []byte
	spare   []byte
	writing bool
	over    bool // nothing more is to be sent: closed once out is empty
	cut     bool // closed whatever is in out
	drained sync.WaitGroup
}

// stage is how far a connection has signed in.
type stage uint8

const (
	fresh     stage = iota // nothing yet
	versioned              // VER
	checkOnly              // VER CVR0: CVQ and nothing else
	named                  // USR I: awaits a ticket
	signedIn               // USR OK
	ended                  // is being closed
)

func newConn(s *Server, role Role, nc net.Conn) *conn {
	c := &conn{srv: s, role: role, nc: nc, limited: true}
	if sc, ok := nc.(syscall.Conn); ok && canWriteAtOnce {
		if raw, err := sc.SyscallConn(); err == nil {
			c.raw = raw
		}
	}
	return c
}

// name is who it is, for the log.
func (c *conn) name() string {
	if c.nc.RemoteAddr() == nil {
		return c.role.String()
	}
	return c.nc.RemoteAddr().String()
}

// queue adds b to what is to be written. A client that leaves too much unread
// is cut: it must not cost the server's memory, nor hold up others.
func (c *conn) queue(b []byte) (cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.cut {
		return false
	}
	if len(c.out)+len(b) > c.srv.MaxUnread {
		c.cut, c.out = true, nil
		return true
	}
	if c.out == nil {
		c.out, c.spare = c.spare, nil
	}
	c.out = append(c.out, b...)
	return false
}

// flush writes what is queued: at once what the socket takes, the rest from a
// goroutine that ends when nothing is left.
func (c *conn) flush() {
	c.mu.Lock()
	if c.writing {
		c.mu.Unlock()
		return
	}
	c.writing = true
	for {
		if c.cut || len(c.out) == 0 {
			c.writing = false
			closing := c.cut || c.over
			c.mu.Unlock()
			if closing {
				c.nc.Close()
			}
			return
		}
		b := c.out
		c.out = nil
		c.mu.Unlock()
		rest := b
		if c.raw != nil {
			n, err := writeAtOnce(c.raw, b)
			if err != nil {
				c.fail()
				return
			}
			rest = b[n:]
		}
		if len(rest) > 0 {
			c.drained.Go(func() { c.drain(rest) })
			return
		}
		c.mu.Lock()
		if c.spare == nil && cap(b) <= keepBuffer {
			c.spare = b[:0]
		}
	}
}

// keepBuffer is the largest buffer that a connection keeps for its next
// commands, in bytes.
const keepBuffer = 1 << 10

// writeWait is the longest that a client may take to read what it was sent.
const writeWait = 30 * time.Second

// drain writes what the socket did not take at once, waiting for it.
func (c *conn) drain(b []byte) {
	for {
		c.nc.SetWriteDeadline(time.Now().Add(writeWait))
		if _, err := c.nc.Write(b); err != nil {
			c.fail()
			return
		}
		c.mu.Lock()
		if c.cut || len(c.out) == 0 {
			c.writing = false
			closing := c.cut || c.over
			c.mu.Unlock()
			if closing {
				c.nc.Close()
			}
			return
		}
		b, c.out = c.out, nil
		c.mu.Unlock()
	}
}

// fail ends a connection that cannot be written.
func (c *conn) fail() {
	c.mu.Lock()
	c.writing, c.cut, c.out = false, true, nil
	c.mu.Unlock()
	c.nc.Close()
}

// finish closes the connection once what is queued has been written.
func (c *conn) finish() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.flush()
}

// isOver reports whether the connection is being closed.
func (c *conn) isOver() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.over || c.cut
}

// awaitNext sets how long the client may be silent.
func (c *conn) awaitNext() {
	var by time.Time
	if c.srv.IdleWait > 0 {
		by = time.Now().Add(c.srv.IdleWait)
	} else if !c.limited {
		return
	}
	c.limited = c.srv.IdleWait > 0
	c.nc.SetReadDeadline(by)
}
