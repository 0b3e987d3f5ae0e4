package loadgen

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// netDriver moves the bytes over net.Conn: on any system, over whatever
// Config.DialContext gives, and in bubbles of package synctest. Goroutines do
// what blocks; all calls of handlers come from the loop's.
type netDriver struct {
	loop    *loop
	events  chan func()
	done    chan struct{}
	workers sync.WaitGroup
	context context.Context
	cancel  context.CancelFunc
	timer   *time.Timer // of wait
}

// readSize is how much a reader takes at once, in bytes.
const readSize = 16 << 10

// flushWait is how long what was sent before Close may take, in all.
const flushWait = time.Second

func newNetDriver(l *loop) *netDriver {
	d := &netDriver{loop: l, events: make(chan func(), 64), done: make(chan struct{})}
	d.context, d.cancel = context.WithCancel(context.Background())
	return d
}

// wake has wait return. If there is no room for that, it returns anyway.
func (d *netDriver) wake() {
	select {
	case d.events <- func() {}:
	default:
	}
}

// post hands f to the loop, unless that is over.
func (d *netDriver) post(f func()) {
	select {
	case d.events <- f:
	case <-d.done:
	}
}

// shut ends all goroutines and waits for them. Nothing is posted any more.
func (d *netDriver) shut() {
	if d.context.Err() != nil {
		return
	}
	d.cancel()
	close(d.done)
	d.workers.Wait()
}

// wait runs one event, and those behind it that have come meanwhile.
func (d *netDriver) wait(until time.Duration) {
	left := until - d.loop.run.now()
	if left > 0 {
		if d.timer == nil {
			d.timer = time.NewTimer(left)
		} else {
			d.timer.Reset(left)
		}
		select {
		case f := <-d.events:
			d.timer.Stop()
			f()
		case <-d.timer.C:
			return
		}
	}
	for range cap(d.events) {
		select {
		case f := <-d.events:
			f()
		default:
			return
		}
	}
}

func (d *netDriver) dial(c *Conn, from []netip.Addr) {
	name := c.name
	if c.addr.IsValid() {
		name = c.addr.String()
	}
	c.stream = new(netStream)
	d.workers.Go(func() {
		ctx, cancel := context.WithTimeout(d.context, d.loop.run.DialTimeout)
		defer cancel()
		conn, err := openFrom(from, func(local netip.Addr) (net.Conn, error) { return d.loop.run.dialFrom(ctx, local, name) })
		at := d.loop.run.now()
		taken := make(chan bool, 1)
		d.post(func() {
			switch {
			case c.state != connDialing || c.err != nil:
			case err != nil:
				d.loop.overBy(c, err, at)
			default:
				c.stream.conn = conn
				taken <- true
				d.workers.Go(func() { d.read(c, conn) })
				d.loop.opened(c, at)
				return
			}
			taken <- false
		})
		ok := false
		select {
		case ok = <-taken:
		case <-d.done: // the loop is over, and may have taken it before
			select {
			case ok = <-taken:
			default:
			}
		}
		if !ok && conn != nil {
			conn.Close()
		}
	})
}

// read reads until the connection ends. It waits for the loop after each read,
// so that a peer cannot fill the memory.
func (d *netDriver) read(c *Conn, conn net.Conn) {
	buf := make([]byte, readSize)
	taken := make(chan struct{})
	for {
		n, err := conn.Read(buf)
		at := d.loop.run.now()
		d.post(func() {
			defer close(taken)
			if n > 0 {
				d.take(c, buf[:n], at)
			}
			if err != nil {
				if err == io.EOF {
					err = nil
				}
				d.loop.overBy(c, err, at)
			}
		})
		select {
		case <-taken:
		case <-d.done:
			return
		}
		if err != nil {
			return
		}
		taken = make(chan struct{})
	}
}

// take hands bytes on, behind what the handler has left.
func (d *netDriver) take(c *Conn, b []byte, at time.Duration) {
	if c.state != connOpen || c.err != nil {
		return
	}
	if len(c.unread) > 0 {
		c.unread = append(c.unread, b...)
		b = c.unread
	}
	rest := d.loop.data(c, b, at)
	if c.state != connOpen {
		return
	}
	if len(rest) == 0 {
		c.unread = nil
		return
	}
	c.unread = append(c.unread[:0], rest...)
}

// send queues b for the connection's writer and starts one if there is none.
func (d *netDriver) send(c *Conn, b []byte) {
	s := c.stream
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		return
	}
	if len(s.pending)+len(b) > maxUnsent {
		d.loop.lost(c, errUnsent)
		return
	}
	s.pending = append(s.pending, b...)
	if !s.writing {
		s.writing = true
		d.workers.Go(func() { d.write(c, s) })
	}
}

// write writes until nothing is left.
func (d *netDriver) write(c *Conn, s *netStream) {
	for {
		s.mu.Lock()
		b := s.pending
		s.pending = nil
		closing := s.closing
		if len(b) == 0 {
			s.writing = false
		}
		s.mu.Unlock()
		if len(b) == 0 {
			if closing {
				s.conn.Close()
			}
			return
		}
		if _, err := s.conn.Write(b); err != nil {
			s.mu.Lock()
			s.failed, s.writing, s.pending = true, false, nil
			closing = s.closing
			s.mu.Unlock()
			if closing {
				s.conn.Close()
				return
			}
			at := d.loop.run.now()
			d.post(func() { d.loop.overBy(c, err, at) })
			return
		}
	}
}

// close ends the connection once what was sent before is written.
func (d *netDriver) close(c *Conn) {
	s := c.stream
	if s == nil || s.conn == nil {
		return // still being dialled: the dial finds out
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	if s.writing {
		s.conn.SetWriteDeadline(time.Now().Add(flushWait))
		return
	}
	s.conn.Close()
}
