//go:build !parsers

package fuzz

import (
	"io"
	"iter"
	"net"
	"time"

	"nudge/codec/msnp/msnptest"
)

// wire is a connection in memory between a server and whoever plays its clients. The server's side
// runs as a coroutine: it goes on until it wants to read what has not come, and then the player's
// side does. So any number of connections take turns in one goroutine, in an order that the player
// alone decides, and the same play has the same course.
type wire struct {
	in       []byte          // given and not read by the server
	out      []byte          // written by the server
	halfDone bool            // nothing more will be given
	closed   bool            // by the server
	over     bool            // the server's function has returned
	told     chan<- struct{} // is told when the server closes it; nil: nobody

	wait func() bool // lets the player have its turn; false: never go on
	next func() (struct{}, bool)
	stop func()
}

// connect opens a connection to a server in a role, and lets the server begin.
func connect(srv *msnptest.Server, role msnptest.Role) *wire {
	w := new(wire)
	w.next, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		w.wait = func() bool { return yield(struct{}{}) }
		srv.ServeConn(role, w)
	})
	w.run()
	return w
}

// give hands bytes to the server and lets it do what it can with them.
func (w *wire) give(b []byte) {
	w.in = append(w.in, b...)
	w.run()
}

// run lets the server's side go on.
func (w *wire) run() {
	if w.over {
		return
	}
	if _, more := w.next(); !more {
		w.over = true
	}
}

// hangUp ends the bytes of the client. The server's side must end by that.
func (w *wire) hangUp() {
	w.halfDone = true
	w.run()
	if !w.over || !w.closed {
		fail("the server did not end a connection whose client is gone, after %q", w.out)
	}
	w.stop()
}

// Read is net.Conn's, for the server.
func (w *wire) Read(p []byte) (int, error) {
	for len(w.in) == 0 && !w.halfDone && !w.closed {
		if !w.wait() {
			w.closed = true
		}
	}
	switch {
	case w.closed:
		return 0, net.ErrClosed
	case len(w.in) == 0:
		return 0, io.EOF
	}
	n := copy(p, w.in)
	w.in = w.in[:copy(w.in, w.in[n:])]
	return n, nil
}

// WriteAtOnce takes all that the server writes: see [msnptest.Server.ServeConn].
func (w *wire) WriteAtOnce(b []byte) (int, error) {
	if w.closed {
		return 0, net.ErrClosed
	}
	w.out = append(w.out, b...)
	return len(b), nil
}

// Write is net.Conn's; the server has no need of it.
func (w *wire) Write(b []byte) (int, error) { return w.WriteAtOnce(b) }

// Close is net.Conn's, for the server.
func (w *wire) Close() error {
	first := !w.closed
	w.closed = true
	if first && w.told != nil {
		w.told <- struct{}{}
	}
	return nil
}

// A wire is nowhere, and knows no time.
func (w *wire) LocalAddr() net.Addr              { return nil }
func (w *wire) RemoteAddr() net.Addr             { return nil }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
