package msnptest

import (
	"sync"

	"nudge/codec"
)

// turn is one command being done: whose it is, and whom it concerns. What goes
// to anybody is queued while Server.mu is held and written after it is not, so
// that no lock is ever held over I/O.
type turn struct {
	s       *Server
	c       *conn // nil: none
	l       codec.Line
	buf     []byte // lines that have been ended and not sent
	body    []byte // a payload being made
	args    [][]byte
	touched []*conn
}

var turnPool = sync.Pool{New: func() any { return new(turn) }}

// keepTurn is the largest buffer that a turn keeps for the next, in bytes.
const keepTurn = 64 << 10

// do has f done in a turn of c, and sends what came of it to all concerned.
func (s *Server) do(c *conn, f func(t *turn)) {
	t := turnPool.Get().(*turn)
	s.mu.Lock()
	t.s, t.c = s, c
	f(t)
	for _, to := range t.touched {
		to.touched = false
	}
	s.mu.Unlock()
	t.flush()
}

// flush writes what was queued to all, and gives the turn back for the next
// command.
func (t *turn) flush() {
	for _, to := range t.touched {
		to.flush()
	}
	clear(t.touched)
	clear(t.args[:cap(t.args)])
	t.touched, t.args, t.buf = t.touched[:0], t.args[:0], t.buf[:0]
	if cap(t.buf) > keepTurn {
		t.buf = nil
	}
	t.s, t.c, t.l = nil, nil, codec.Line{}
	turnPool.Put(t)
}

// line begins a command behind those that wait in the turn's buffer. Then comes
// next or send.
func (t *turn) line(v codec.Verb) *codec.Line {
	t.l = codec.Begin(t.buf, v)
	return &t.l
}

// reply begins a command that answers cmd.
func (t *turn) reply(cmd *codec.Command) *codec.Line {
	return t.line(cmd.Verb).TrID(t.wrongTrID(cmd))
}

// next ends the command begun by line; it waits for more. A line that cannot be
// written is a mistake of ours, and is left out.
func (t *turn) next() {
	var err error
	if t.buf, err = t.l.End(); err != nil {
		t.s.Log.Error("line", "error", err)
	}
}

// send ends the command begun by line and queues all that waits.
func (t *turn) send(to *conn) {
	t.next()
	t.queue(to)
}

// queue queues all that waits.
func (t *turn) queue(to *conn) {
	t.push(to, t.buf)
	t.buf = t.buf[:0]
}

func (t *turn) push(to *conn, b []byte) {
	if len(b) == 0 {
		return
	}
	if t.s.faults != nil {
		t.splits(to, b)
	}
	if t.s.defects != nil {
		b = t.pushed(to, b)
	}
	to.queue(b)
	t.touch(to)
}

func (t *turn) touch(c *conn) {
	if !c.touched {
		c.touched = true
		t.touched = append(t.touched, c)
	}
}

// refuse answers a command with a number (§10). The connection goes on.
func (t *turn) refuse(cmd *codec.Command, code int) bool {
	t.c.refused = code
	number := codec.Verb('0'+code/100)<<16 | codec.Verb('0'+code/10%10)<<8 | codec.Verb('0'+code%10)
	t.line(number).TrID(cmd.TrID)
	if t.s.defects != nil {
		t.refuseBadly(cmd)
	}
	t.send(t.c)
	return true
}

// refuseAndClose is refuse, and the end of the connection.
func (t *turn) refuseAndClose(cmd *codec.Command, code int) bool {
	t.refuse(cmd, code)
	if t.s.defects != nil && t.forgives(cmd, code) {
		return true
	}
	return t.close()
}

// close ends the connection once what is queued is written. It returns false,
// which is what handlers say of a connection that is over.
func (t *turn) close() bool {
	t.end(t.c)
	return false
}

// end ends any connection.
func (t *turn) end(c *conn) {
	c.stage = ended
	c.end()
	t.touch(c)
}
