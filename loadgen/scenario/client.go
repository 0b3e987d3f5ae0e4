package scenario

import (
	"cmp"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// client is one simulated client: the handler of its connections. It belongs to
// its loop; what others read of it is in run.sent, run.chatters and chat.
type client struct {
	engine *loadgen.Client
	run    *run
	does   *behaviour
	loop   *loop
	rec    *results.Recorder
	conn   *loadgen.Conn // the connection in use; nil: none, or being dialled
	left   *loadgen.Conn // one that said OUT and waits to be closed
	talk   *conversation // of the sign-in in progress, until one has failed; else nil
	email  string
	path   []step // steps in progress; nil: none
	missed string // class of the first step of the iteration that failed; "": none has
	roster roster
	editor *editor // of a behaviour that edits lists; else nil
	book   *book   // of a behaviour that must find its lists again; else nil
	seats  *seat   // in conversations, linked

	session msnp.Session

	signIn   time.Duration // when the sign-in in progress began; 0: none is
	redirect time.Duration // when the redirect in progress was read; 0: none is
	rowAt    time.Duration // when the step in progress began
	onlineAt time.Duration // since when online; 0: offline
	pingAt   time.Duration // when to send PNG; 0: not
	retryAt  time.Duration // when to sign in again; 0: not
	leftAt   time.Duration // when to close left; 0: not
	wakeAt   time.Duration // the time last given to WakeAt; 0: none

	attempt    uint32 // counts connections, so that what belongs to an earlier one is known
	row        uint8  // of path
	failures   uint8  // in a row, for the back-off
	stored     bool   // the next dial goes to the server that the session was sent to
	iterating  bool
	dialing    bool
	everOnline bool
	stopping   bool // told to stop
	parting    bool // and waits for conversations to end
	ended      bool // has called Exit
	final      bool // for good
}

// loop is what the clients of one loop share.
type loop struct {
	out   []byte // scratch of what is being written
	cmd   codec.Command
	text  []byte          // and of a message
	email []byte          // and of the sender's address in it
	spare []*conversation // to be used again
	talks int             // conversations made
	empty *seat           // to be used again, linked
	seats int             // of them
}

// Start has the client come in, for the first time or because the load rises
// again.
func (c *client) Start() {
	if c.final {
		c.engine.Exit()
		return
	}
	c.stopping, c.parting, c.ended = false, false, false
	c.hangUp(true, "") // what the engine has closed
	c.come()
}

// come signs in, or lets the iterations do that.
func (c *client) come() {
	if c.does.start == nil {
		c.engine.Ready()
		return
	}
	c.follow(c.does.start)
}

// Iterate begins an iteration.
func (c *client) Iterate() {
	c.iterating, c.missed = true, ""
	c.follow(c.does.next(c))
}

// follow begins with the first of the steps.
func (c *client) follow(path []step) {
	c.path, c.row = path, 0
	c.begin()
}

// begin does the step in progress, and those behind it as long as none waits
// for an answer.
func (c *client) begin() {
	for {
		row := &c.path[c.row]
		now := c.engine.Now()
		c.rowAt = now
		out, err := row.send(c, now, c.loop.out[:0])
		if len(out) > 0 {
			if c.book != nil {
				c.book.asked = append(c.book.asked[:0], out...)
			}
			c.write(now, out)
		}
		if err == nil && row.answer != msnp.StepNone {
			if len(out) == 0 && row.answer < opened { // could not be written, and fails at once
				c.wakeBy(max(c.session.Deadline(), 1))
			}
			return
		}
		if err != nil && err != errOver {
			c.unsent(row, err)
			return
		}
		if c.row++; int(c.row) == len(c.path) {
			c.over("")
			return
		}
	}
}

// forward goes on behind the step in progress, which has been answered.
func (c *client) forward() {
	if c.row++; int(c.row) == len(c.path) {
		c.over("")
		return
	}
	c.begin()
}

// over ends the steps in progress: those of the start by being ready, those of
// an iteration by being done.
func (c *client) over(class string) {
	c.path = nil
	if c.iterating {
		c.iterating = false
		if !c.calling() {
			c.engine.Done(cmp.Or(class, c.missed))
		}
		return
	}
	c.engine.Ready()
}

// write sends what a step has appended.
func (c *client) write(now time.Duration, out []byte) {
	c.loop.out = out[:0]
	c.said(now, byClient, out)
	c.wakeBy(now + c.run.timeout)
	c.conn.Send(out)
}

// Opened goes on with the sign-in, or with a conversation.
func (c *client) Opened(conn *loadgen.Conn) {
	if conn.Tag() == tagSwitchboard {
		if s := c.seatOn(conn); s != nil {
			s.opened()
		}
		return
	}
	if !c.dialing {
		conn.Close()
		return
	}
	c.connected(conn)
}

// Data reads the commands of the server.
func (c *client) Data(conn *loadgen.Conn, b []byte) int {
	if conn.Tag() == tagSwitchboard {
		if s := c.seatOn(conn); s != nil {
			return s.read(conn, b)
		}
		return len(b)
	}
	at := c.engine.ReadAt()
	if c.redirect != 0 && conn == c.conn {
		c.rec.OK(opRedirect, at-c.redirect)
		c.redirect = 0
	}
	n := 0
	for n < len(b) {
		if conn != c.conn {
			return len(b) // closed meanwhile, or only waits to be closed
		}
		cmd := &c.loop.cmd
		k, err := c.run.syntax.Parse(cmd, b[n:])
		if err == codec.ErrShort {
			return n
		}
		if err != nil {
			c.said(at, byServer, b[n:])
			c.violated("syntax", err.Error())
			return len(b)
		}
		n += k
		c.handle(cmd, at)
	}
	return n
}

// handle takes one command of the server.
func (c *client) handle(cmd *codec.Command, at time.Duration) {
	c.said(at, byServer, cmd.Raw())
	ev, out := c.session.Handle(cmd, at, c.loop.out[:0])
	if len(out) > 0 {
		c.write(c.engine.Now(), out)
	}
	switch ev.Kind {
	case msnp.KindAnswered:
		c.answered(cmd, &ev, at)
	case msnp.KindPresence:
		c.heard(&ev, at)
	case msnp.KindContact:
		c.listed(cmd)
		c.noted(cmd)
	case msnp.KindNone, msnp.KindGroup, msnp.KindSetting, msnp.KindEdit:
		c.noted(cmd)
	case msnp.KindRing:
		c.rung(cmd)
	case msnp.KindUnasked:
		c.overheard(cmd)
	case msnp.KindFailed:
		c.refused(&ev, at)
	case msnp.KindMoved:
		c.moved(at)
	case msnp.KindSignedOut:
		c.signedOut(cmd, &ev)
	case msnp.KindViolation:
		if op := c.opOf(ev.Step); op != opNone {
			c.rec.Fail(op, "protocol", at-ev.Sent)
		}
		c.violated(ev.Why.String(), quoted(cmd))
	}
}

// quoted is the line of a command for an event.
func quoted(cmd *codec.Command) string {
	line := cmd.Line()
	return string(appendPrintable(nil, line[:min(len(line), maxText)]))
}

// maxText bounds what is quoted of a server's command in an event, in bytes.
const maxText = 200

// answered records a step and goes on behind it.
func (c *client) answered(cmd *codec.Command, ev *msnp.Event, at time.Duration) {
	if op := c.opOf(ev.Step); op != opNone {
		c.rec.OK(op, at-ev.Sent)
	}
	switch ev.Step {
	case msnp.StepPNG:
		c.pingAt = at + c.session.PingEvery()
		c.wakeBy(c.pingAt)
	case msnp.StepSYN:
		c.listed(cmd)
		c.noted(cmd)
		if c.book != nil {
			c.book.returned(c, at)
		}
	}
	row := c.awaited(ev.Step)
	if row == nil {
		return
	}
	switch c.session.State() {
	case msnp.StateRedirected, msnp.StateReset:
		c.moved(at)
		return
	}
	if row.take != nil {
		row.take(c, cmd)
	}
	if row.signsIn {
		c.signedIn(at)
	}
	if ev.Step == msnp.StepUSRI && c.session.State() == msnp.StateSync {
		c.row = syncRow - 1
	}
	c.forward()
}

// awaited returns the step in progress if it is ended by the answer; else nil.
func (c *client) awaited(answer msnp.Step) *step {
	if int(c.row) < len(c.path) && c.path[c.row].answer == answer {
		return &c.path[c.row]
	}
	return nil
}

// opOf returns what a command is measured as: the operation of the step in
// progress, or png, which is sent beside all steps.
func (c *client) opOf(answer msnp.Step) results.Op {
	if row := c.awaited(answer); row != nil {
		return row.op
	}
	if answer == msnp.StepPNG {
		return opPNG
	}
	return opNone
}

// moved follows an XFR NS.
func (c *client) moved(at time.Duration) {
	if c.session.State() == msnp.StateReset {
		c.restarted()
		return
	}
	c.redirected(at)
}

// noted has those read what the server tells of the account's lists who keep
// something of it.
func (c *client) noted(cmd *codec.Command) {
	if c.editor != nil {
		c.editor.note(c, cmd)
	}
	if c.book != nil {
		c.book.note(c, cmd)
	}
}

// listed puts a contact on the roster if it is one of the run's clients.
func (c *client) listed(cmd *codec.Command) {
	var x msnp.Contact
	if cmd.Verb != codec.LST || msnp.ParseContact(cmd, &x) != nil || x.Lists&msnp.FL == 0 {
		return
	}
	if n, ok := c.run.accounts.client(x.Email); ok {
		c.roster.add(n)
	}
}
