package live

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// newWire makes a connection in memory. Unlike net.Pipe it holds what is written until it is read, as the buffers of
// TCP do, and its halves are closed one by one: without that no server can close on a client that still writes.
func newWire() (client, server *wire) {
	there, back := newHalf(), newHalf()
	return &wire{in: back, out: there}, &wire{in: there, out: back}
}

// wire is one end of a connection.
type wire struct{ in, out *half }

func (w *wire) Read(b []byte) (int, error)  { return w.in.read(b) }
func (w *wire) Write(b []byte) (int, error) { return w.out.write(b) }
func (w *wire) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (w *wire) RemoteAddr() net.Addr        { return &net.TCPAddr{} }
func (w *wire) SetReadDeadline(at time.Time) error {
	w.in.change(func() { w.in.readBy = at })
	return nil
}
func (w *wire) SetWriteDeadline(at time.Time) error {
	w.out.change(func() { w.out.writeBy = at })
	return nil
}
func (w *wire) SetDeadline(at time.Time) error {
	_ = w.SetReadDeadline(at)
	return w.SetWriteDeadline(at)
}

func (w *wire) CloseWrite() error {
	w.out.change(func() { w.out.ended = true })
	return nil
}

func (w *wire) Close() error {
	w.in.change(func() { w.in.deaf = true })
	return w.CloseWrite()
}

// closed reports whether this end was closed.
func (w *wire) closed() bool {
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	return w.in.deaf
}

// half is one direction of a connection.
type half struct {
	mu              sync.Mutex
	held            [][]byte      // written and not read, each write apart: that is what a reader sees that waits
	size            int           // of them, in bytes
	ended           bool          // its writer has closed it
	deaf            bool          // its reader has
	readBy, writeBy time.Time     // zero: no limit
	changed         chan struct{} // closed when any of that changes
}

// holds is how much a half takes before its writer has to wait, in bytes.
const holds = 64 << 10

func newHalf() *half { return &half{changed: make(chan struct{})} }

func (h *half) change(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.changed)
	h.changed = make(chan struct{})
}

// wait waits with mu held until something is so, or a time.
func (h *half) wait(until *time.Time, so func() bool) error {
	for !so() {
		var late <-chan time.Time
		if at := *until; !at.IsZero() {
			left := time.Until(at)
			if left <= 0 {
				return os.ErrDeadlineExceeded
			}
			timer := time.NewTimer(left)
			defer timer.Stop()
			late = timer.C
		}
		changed := h.changed
		h.mu.Unlock()
		select {
		case <-changed:
		case <-late:
		}
		h.mu.Lock()
	}
	return nil
}

func (h *half) read(b []byte) (n int, err error) {
	h.mu.Lock()
	err = h.wait(&h.readBy, func() bool { return len(h.held) > 0 || h.ended || h.deaf })
	deaf, some := h.deaf, len(h.held) > 0
	h.mu.Unlock()
	switch {
	case err != nil:
		return 0, err
	case deaf:
		return 0, net.ErrClosed
	case !some:
		return 0, io.EOF
	}
	h.change(func() {
		n = copy(b, h.held[0])
		h.size -= n
		if h.held[0] = h.held[0][n:]; len(h.held[0]) == 0 {
			h.held = h.held[1:]
		}
	})
	return n, nil
}

func (h *half) write(b []byte) (n int, err error) {
	for n < len(b) {
		h.mu.Lock()
		err := h.wait(&h.writeBy, func() bool { return h.size < holds || h.ended || h.deaf })
		closed, broken := h.ended, h.deaf
		h.mu.Unlock()
		switch {
		case err != nil:
			return n, err
		case closed:
			return n, net.ErrClosed
		case broken:
			return n, syscall.EPIPE
		}
		h.change(func() {
			more := min(len(b)-n, holds-h.size)
			h.held = append(h.held, bytes.Clone(b[n:n+more]))
			h.size += more
			n += more
		})
	}
	return n, nil
}

// awaitEnd waits without reading until the other side has closed.
func (w *wire) awaitEnd() {
	var never time.Time
	w.in.mu.Lock()
	defer w.in.mu.Unlock()
	_ = w.in.wait(&never, func() bool { return w.in.ended || w.in.deaf }) // there is no time that it could be late for
}
