package msnptest

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// outbox is what a connection has to write. Any goroutine queues and flushes;
// one at a time writes, and a write that would wait has a goroutine of its own.
type outbox struct {
	raw syscall.RawConn // nil: no socket

	mu       sync.Mutex // guards the rest; never held over I/O
	out      []byte
	spare    []byte // empty, to be the next out
	inFlight int    // bytes being written
	writing  bool   // somebody writes
	over     bool   // nothing more is to be sent: closed once out is empty
	cut      bool   // closed whatever is in out
	told     bool   // the cut has been counted and logged
	aborted  bool   // the cut was our own wish
	split    bool   // out is to be written byte by byte,
	slowly   bool   // and what is being written
	writeBy  time.Time
	idle     chan struct{} // closed once nobody writes; nil: nobody waits for that
}

// keepBuffer is the largest buffer that a connection keeps for its next
// commands, in bytes.
const keepBuffer = 1 << 10

// queue adds b to what is to be written. A client that leaves too much unread
// is cut: it must not cost the server's memory, nor hold up others. What is
// queued while nothing waits is taken whatever its length.
func (c *conn) queue(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.cut {
		return
	}
	if unread := len(c.out) + c.inFlight; unread > 0 && unread+len(b) > c.srv.MaxUnread {
		c.cut, c.out = true, nil
		return
	}
	if c.out == nil {
		c.out, c.spare = c.spare, nil
	}
	c.out = append(c.out, b...)
}

// flush writes what is queued: at once what the socket takes, the rest from a
// goroutine that ends when nothing is left.
func (c *conn) flush() {
	c.mu.Lock()
	if c.cut && !c.told && !c.aborted {
		c.told = true
		defer c.tellCut()
	}
	if c.writing {
		cut := c.cut
		c.mu.Unlock()
		if cut {
			c.nc.Close() // wakes who writes
		}
		return
	}
	c.writing = true
	for b := c.take(); b != nil; b = c.take() {
		c.mu.Unlock()
		n, err := 0, error(nil)
		if !c.slowly {
			n, err = c.writeNow(b)
		}
		if err != nil {
			c.fail(err)
			return
		}
		if rest := b[n:]; len(rest) > 0 {
			c.srv.work.Go(func() { c.drain(rest) })
			return
		}
		c.mu.Lock()
		if c.spare == nil && cap(b) <= keepBuffer {
			c.spare = b[:0]
		}
	}
	c.stop()
}

// writeNow writes what can be written without waiting.
func (c *conn) writeNow(b []byte) (int, error) {
	if c.raw != nil {
		return writeAtOnce(c.raw, b)
	}
	if w, ok := c.nc.(interface{ WriteAtOnce(b []byte) (int, error) }); ok {
		return w.WriteAtOnce(b)
	}
	return 0, nil
}

// take returns what is to be written next; nil: nothing. mu is held.
func (c *conn) take() []byte {
	b := c.out
	c.out, c.inFlight = nil, len(b)
	c.slowly, c.split = c.split, false
	if len(b) == 0 {
		return nil
	}
	return b
}

// stop ends a goroutine's writing, and the connection if it is over. It
// unlocks mu.
func (c *conn) stop() {
	c.writing, c.inFlight = false, 0
	closing := c.cut || c.over
	if c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
	c.mu.Unlock()
	if closing {
		c.nc.Close()
	}
}

// drain writes what the socket did not take at once, waiting for it.
func (c *conn) drain(b []byte) {
	c.mu.Lock()
	for b != nil {
		by := c.writeBy
		if by.IsZero() {
			by = time.Now().Add(c.srv.WriteWait)
		}
		c.nc.SetWriteDeadline(by)
		c.mu.Unlock()
		if err := c.write(b); err != nil {
			c.fail(err)
			return
		}
		c.mu.Lock()
		b = c.take()
	}
	c.nc.SetWriteDeadline(c.writeBy) // a deadline that has passed would fail writes at once
	c.stop()
}

// write writes b, waiting for the client to take it.
func (c *conn) write(b []byte) error {
	step := len(b)
	if c.slowly {
		step = 1
	}
	for ; len(b) > 0; b = b[step:] {
		if _, err := c.nc.Write(b[:step]); err != nil {
			return err
		}
	}
	return nil
}

// splitNext has all that is queued, and what is queued until then, written byte
// by byte.
func (c *conn) splitNext() {
	c.mu.Lock()
	c.split = true
	c.mu.Unlock()
}

// abort has the connection reset, with what is queued lost.
func (c *conn) abort() {
	c.mu.Lock()
	c.cut, c.aborted, c.out = true, true, nil
	c.mu.Unlock()
	if tcp, ok := c.nc.(*net.TCPConn); ok {
		tcp.SetLinger(0) // an error means that it is gone already
	}
}

// fail ends a connection that cannot be written.
func (c *conn) fail(err error) {
	c.mu.Lock()
	slow := errors.Is(err, os.ErrDeadlineExceeded) && !c.told
	c.told = c.told || slow
	c.cut, c.out = true, nil
	c.stop()
	if slow {
		c.tellCut()
	}
}

// tellCut counts and logs a client that did not read. mu is not held.
func (c *conn) tellCut() {
	c.srv.cuts.Add(1)
	c.srv.Log.Warn("cut: does not read", "from", c.name(), "limit", c.srv.MaxUnread)
}

// end lets nothing more be queued: flush closes the connection once all that is
// queued has been written.
func (c *conn) end() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
}

// hurry gives the client until by to read what is queued.
func (c *conn) hurry(by time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writeBy = by
	if c.writing {
		c.nc.SetWriteDeadline(by)
	}
}

// settle waits until nobody writes. It is for the time after end.
func (c *conn) settle() {
	c.mu.Lock()
	if !c.writing {
		c.mu.Unlock()
		return
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.mu.Unlock()
	<-idle
}

// isOver reports whether the connection is being closed.
func (c *conn) isOver() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.over || c.cut
}
