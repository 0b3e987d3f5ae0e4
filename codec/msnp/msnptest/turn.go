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
	buf     []byte
	args    [][]byte
	touched []*conn
}

var turnPool = sync.Pool{New: func() any { return new(turn) }}

func (t *turn) begin(s *Server, c *conn) { t.s, t.c = s, c }

// put gives the turn back for the next command.
func (t *turn) put() {
	clear(t.touched)
	clear(t.args)
	t.touched, t.args = t.touched[:0], t.args[:0]
	t.s, t.c, t.l = nil, nil, codec.Line{}
	turnPool.Put(t)
}

// line begins a command in the turn's buffer. Then comes send or endLine.
func (t *turn) line(v codec.Verb) *codec.Line {
	t.l = codec.Begin(t.buf[:0], v)
	return &t.l
}

// reply begins a command that answers cmd.
func (t *turn) reply(cmd *codec.Command) *codec.Line {
	return t.line(cmd.Verb).TrID(cmd.TrID)
}

// endLine ends the command begun by line. A line that cannot be written is a
// mistake of ours; nothing is sent then.
func (t *turn) endLine() []byte {
	b, err := t.l.End()
	if err != nil {
		t.s.Log.Error("line", "error", err)
		return nil
	}
	t.buf = b
	return b
}

// send ends the command begun by line and queues it.
func (t *turn) send(to *conn) { t.push(to, t.endLine()) }

// push queues b.
func (t *turn) push(to *conn, b []byte) {
	if len(b) == 0 {
		return
	}
	if to.queue(b) {
		t.s.stats.Cut++
		t.s.Log.Warn("client does not read", "from", to.name(), "limit", t.s.MaxUnread)
	}
	if !to.touched {
		to.touched = true
		t.touched = append(t.touched, to)
	}
}

// refuse answers a command with a number (§10).
func (t *turn) refuse(cmd *codec.Command, code int) {
	number := [3]byte{byte('0' + code/100), byte('0' + code/10%10), byte('0' + code%10)}
	t.line(codec.VerbOf(string(number[:]))).TrID(cmd.TrID)
	t.send(t.c)
}

// refuseAndClose is refuse, and the end of the connection.
func (t *turn) refuseAndClose(cmd *codec.Command, code int) bool {
	t.refuse(cmd, code)
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
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	if !c.touched {
		c.touched = true
		t.touched = append(t.touched, c)
	}
}

// flush writes what was queued to all. touched is cleared under the lock that
// set it.
func (t *turn) flush() {
	if len(t.touched) == 0 {
		return
	}
	t.s.mu.Lock()
	for _, c := range t.touched {
		c.touched = false
	}
	t.s.mu.Unlock()
	for _, c := range t.touched {
		c.flush()
	}
}

// handle does one command by the role of the connection. It reports whether the
// connection goes on.
func (t *turn) handle(cmd *codec.Command) bool {
	t.args = cmd.Args(t.args[:0])
	switch {
	case t.c.stage == ended || t.s.closed:
		return false
	case cmd.Verb == codec.OUT:
		t.line(codec.OUT)
		t.send(t.c)
		return t.close()
	case t.c.role == Switchboard:
		return t.board(cmd)
	case t.c.stage == signedIn:
		return t.notification(cmd)
	}
	return t.signIn(cmd)
}

// notification does the commands of who has signed in. An unknown verb, or one
// that only servers send, ends the connection (§1.4).
func (t *turn) notification(cmd *codec.Command) bool {
	switch cmd.Verb {
	case codec.PNG:
		l := t.line(codec.QNG)
		if t.c.dialect >= 9 {
			l.Uint(uint64(t.s.PingInterval.Seconds()))
		}
		t.send(t.c)
		return true
	case codec.SYN:
		return t.syn(cmd)
	case codec.CHG:
		return t.chg(cmd)
	case codec.CHL:
		return t.askedChallenge(cmd)
	case codec.QRY:
		return t.answered(cmd)
	case codec.XFR:
		return t.xfr(cmd)
	case codec.USR:
		t.refuse(cmd, 207)
		return true
	case codec.VER, codec.CVR, codec.CVQ:
		return t.refuseAndClose(cmd, 715)
	}
	if off[cmd.Verb] {
		t.refuse(cmd, 502)
		return true
	}
	return t.close()
}

// off are the commands of §11 that this server does not do; it says so as a
// server with commands switched off does (502) and goes on.
var off = map[codec.Verb]bool{
	codec.ADC: true, codec.ADD: true, codec.REM: true, codec.ADG: true, codec.REG: true, codec.RMG: true, codec.SBP: true,
	codec.REA: true, codec.PRP: true, codec.GTC: true, codec.BLP: true, codec.URL: true, codec.IMS: true, codec.SND: true,
	codec.SDC: true, codec.FND: true, codec.PGD: true,
}

// xfr asks for a switchboard (§2.2). There is none to be had yet, which is 601
// on a server whose switchboards are away.
func (t *turn) xfr(cmd *codec.Command) bool {
	switch {
	case len(t.args) != 1:
		return t.close()
	case string(t.args[0]) != "SB":
		t.refuse(cmd, 201)
	case !t.c.account.visible():
		t.refuse(cmd, 913)
	default:
		t.refuse(cmd, 601)
	}
	return true
}

// board is the switchboard: no cookie was ever given out, so that every USR and
// ANS is refused (§9.2, §9.3), and nothing else comes before them.
func (t *turn) board(cmd *codec.Command) bool {
	if cmd.Verb == codec.USR && len(t.args) == 2 || cmd.Verb == codec.ANS && len(t.args) == 3 {
		return t.refuseAndClose(cmd, 911)
	}
	return t.close()
}
