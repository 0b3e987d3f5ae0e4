package scenario

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// Back-off of a client that lost its connection, or could not sign in.
const (
	firstBackOff = time.Second
	maxBackOff   = 30 * time.Second
	leaveWait    = time.Second // for the server to close after OUT
)

// failure is why a client's connection, or its sign-in, is over.
type failure struct {
	class  string
	text   string
	took   time.Duration // of the step in progress; 0: since it began
	told   bool          // the step in progress is recorded already
	final  bool          // the client doesn't come back
	atOnce bool          // it comes back without back-off, the first time
	stored bool          // it comes back to the server that the session was sent to, not to the target
	wait   time.Duration // before which it does not come back

	awaited bool // it is what the behaviour is about
}

// lost ends the connection and all that was in progress on it, records each
// under the failure's class, and sees to it that the client comes back.
func (c *client) lost(f failure) {
	now := c.engine.Now()
	op := c.failPending(&f, now)
	if c.redirect != 0 {
		c.rec.Fail(opRedirect, f.class, now-c.redirect)
	}
	if c.signIn != 0 {
		c.rec.Fail(opLogin, f.class, now-c.signIn)
		c.notes(now, f.class, ": ", f.text)
		if first := c.run.signInFailed(c, op, &f); first != nil {
			f.text += "\n" + first.Conversation
		}
		c.forget()
	}
	if !f.awaited {
		c.tell(op, &f)
		if c.book != nil {
			c.book.lost(c, f.class)
		}
	}
	if now-c.onlineAt >= maxBackOff && c.onlineAt != 0 {
		c.failures = 0
	}
	c.reset()
	c.engine.Unready()
	if c.iterating {
		c.iterating = false
		c.engine.Done(f.class)
	}
	if f.final && !c.final && !c.stopping {
		c.run.gone.Add(1)
	}
	c.final = c.final || f.final
	if c.final || c.stopping {
		c.hangUp(true, f.class)
		c.exit()
		return
	}
	c.stored = f.stored
	c.retryAt = max(now+max(c.backOff(f.atOnce), f.wait), 1)
	c.wakeBy(c.retryAt)
}

// reset gives up whatever is in progress.
func (c *client) reset() {
	c.signIn, c.redirect, c.retryAt = 0, 0, 0
	c.path, c.row, c.dialing = nil, 0, false
	c.offline()
	c.closeConn()
}

// offline notes that the client is not signed in any more.
func (c *client) offline() {
	if c.onlineAt != 0 {
		c.rec.Online(-1)
	}
	c.onlineAt, c.pingAt = 0, 0
	c.available(false)
}

// failPending records what was waited for as failed, and returns the operation
// that a reader should look at: the step in progress, if any.
func (c *client) failPending(f *failure, now time.Duration) results.Op {
	op := opNone
	if int(c.row) < len(c.path) {
		row := &c.path[c.row]
		op = row.op
		if row.answer >= opened && !f.told {
			took := f.took
			if took == 0 {
				took = now - c.rowAt
			}
			c.rec.Fail(op, f.class, took)
		}
	}
	for {
		ev, ok := c.session.Abandon()
		if !ok {
			return op
		}
		if pending := c.opOf(ev.Step); pending != opNone {
			c.rec.Fail(pending, f.class, now-ev.Sent)
			if op == opNone {
				op = pending
			}
		}
	}
}

// tell keeps the failure as an event.
func (c *client) tell(op results.Op, f *failure) {
	if op == opNone {
		c.rec.Event(f.class, c.email, f.text)
		return
	}
	c.rec.OpEvent(op, f.class, c.email, f.text)
}

// backOff returns how long to wait before the next sign-in: 1 s, twice as long
// each time up to 30 s, and a quarter more or less.
func (c *client) backOff(atOnce bool) time.Duration {
	d := min(firstBackOff<<min(c.failures, 8), maxBackOff)
	c.failures = min(c.failures+1, 8)
	if atOnce && c.failures == 1 {
		return 0
	}
	return d - d/4 + c.draw(d/2)
}

// closeConn closes the connection in use.
func (c *client) closeConn() {
	c.attempt++
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// Closed ends what went on on a connection, or the attempt to open one.
func (c *client) Closed(conn *loadgen.Conn, err error) {
	switch {
	case conn.Tag() == tagSwitchboard:
		if s := c.seatOn(conn); s != nil {
			s.closed(conn, err)
		}
	case conn == c.left:
		c.letGo()
	case conn == c.conn && c.conn != nil:
		c.conn = nil
		c.lost(failure{class: loadgen.Class(err), text: "connection lost: " + err.Error()})
	case c.dialing:
		c.turnCame(conn)
		c.lost(failure{class: loadgen.Class(err), text: err.Error(), took: max(c.engine.Now()-conn.DialedAt(), 1)})
	}
}

// refused takes a number instead of an answer (§10), or an answer that ends the
// sign-in.
func (c *client) refused(ev *msnp.Event, at time.Duration) {
	if row := c.awaited(ev.Step); row != nil && slices.Contains(row.already, ev.Code) {
		c.rec.OK(row.op, at-ev.Sent)
		c.forward()
		return
	}
	f := failure{told: true}
	switch {
	case ev.Code != 0:
		f.class = strconv.Itoa(ev.Code)
		f.text = "refused: " + f.class + " " + codec.CodeName(ev.Code)
		f.final = c.signIn != 0 && isFinal(ev.Code)
	case ev.Why == msnp.WhyDialect:
		f.class, f.text = "dialect", ev.Why.String()
	case ev.Why == msnp.WhyRedirects:
		f.class, f.text = "redirects", ev.Why.String()
	default:
		f.class, f.text = "protocol", ev.Why.String()
	}
	c.stepEnded(ev.Step, f, at-ev.Sent)
}

// isFinal reports whether a number tells a client not to try again (§10).
func isFinal(code int) bool { return code == 911 || code == 917 || code >= 923 && code <= 931 }

// expired takes the end of a wait.
func (c *client) expired(ev *msnp.Event, now time.Duration) {
	f := failure{class: "timeout", text: "no answer in " + c.run.timeout.String(), told: true}
	took := c.run.timeout
	if ev.Kind == msnp.KindFailed {
		f.class, f.text, took = "local", ev.Why.String(), now-ev.Sent
	}
	c.stepEnded(ev.Step, f, took)
}

// stepEnded records a command that was not answered as it should be. A sign-in
// is over with it. An iteration has failed, but goes on, as what it has done is
// to be undone; so does the connection.
func (c *client) stepEnded(answer msnp.Step, f failure, took time.Duration) {
	op := c.opOf(answer)
	if op != opNone {
		c.rec.Fail(op, f.class, took)
	}
	row := c.awaited(answer)
	if row != nil && c.signIn != 0 {
		c.lost(f)
		return
	}
	c.tell(op, &f)
	if row != nil {
		c.missed = cmp.Or(c.missed, f.class)
		c.forward()
	}
}

// unsent takes a step that could not be begun, such as one whose command nobody
// can write.
func (c *client) unsent(row *step, err error) {
	f := failure{class: "local", text: err.Error(), told: true}
	if row.op != opNone {
		c.rec.Fail(row.op, f.class, 0)
	}
	if c.signIn != 0 {
		c.lost(f)
		return
	}
	c.tell(row.op, &f)
	c.over(f.class)
}

// violated ends a connection on which the server broke the protocol.
func (c *client) violated(kind, text string) {
	c.rec.Violation(kind, c.email, text)
	c.lost(failure{class: "protocol", text: kind + ": " + text})
}

// signedOut takes the server's OUT (§7.3).
func (c *client) signedOut(cmd *codec.Command, ev *msnp.Event) {
	switch ev.Reason {
	case msnp.ReasonOTH:
		c.lost(failure{class: "oth", text: "OUT OTH: the account signed in elsewhere", final: true})
	case msnp.ReasonTOU:
		c.lost(failure{class: "tou", text: "OUT TOU: terms of use must be accepted", final: true})
	case msnp.ReasonMIG:
		if c.book != nil {
			c.book.leave(c)
		}
		c.lost(failure{class: "mig", text: "OUT MIG: the lists were migrated", stored: true, atOnce: true, awaited: c.book != nil})
	case msnp.ReasonSSD:
		c.lost(failure{class: "ssd", text: "OUT SSD: the server goes down"})
	default:
		c.lost(failure{class: "out", text: quoted(cmd), wait: time.Duration(ev.Code) * time.Minute})
	}
}

// signOff sends OUT and leaves the connection to the server to close, which it
// does at once or, if it waits for the client, is closed after a moment.
func (c *client) signOff(now time.Duration, out []byte) {
	out = c.session.Out(now, out)
	c.run.sent[c.engine.ID()].note(now, true)
	c.write(now, out)
	if c.left != nil {
		c.left.Close()
	}
	c.left, c.conn = c.conn, nil
	c.attempt++
	c.offline()
	c.leftAt = now + leaveWait
	c.wakeBy(c.leftAt)
}

// letGo forgets the connection that said OUT.
func (c *client) letGo() {
	if c.left != nil {
		c.left.Close()
	}
	c.left, c.leftAt = nil, 0
	if c.stopping {
		c.exit()
	}
}

// Stop ends the conversation that the client has begun, waits for those that it was
// called into, and signs out. Nobody begins another one with it.
func (c *client) Stop() {
	c.stopping, c.iterating = true, false
	c.available(false)
	c.hangUp(false, "")
	c.parting = c.engaged()
	if c.parting {
		c.wakeBy(c.engine.Now() + partPoll)
		return
	}
	c.part()
}

// part signs out. A sign-in that is still in progress then has failed as
// unfinished: a server that never answers must not pass for one that was not
// asked.
func (c *client) part() {
	now := c.engine.Now()
	if c.book != nil {
		c.book.lost(c, "unfinished")
	}
	if c.onlineAt != 0 {
		c.path = nil
		c.signOff(now, c.loop.out[:0])
		return
	}
	if c.signIn != 0 {
		c.notes(now, "the run is over")
		f := failure{class: "unfinished", text: "not answered when the run was over"}
		c.rec.Fail(opLogin, f.class, now-c.signIn)
		if first := c.run.signInFailed(c, c.path[c.row].op, &f); first != nil {
			f.text += "\n" + first.Conversation
			c.tell(c.path[c.row].op, &f)
		}
	}
	c.forget()
	c.reset()
	if c.left == nil {
		c.exit()
	}
}

// exit ends the client for good.
func (c *client) exit() {
	if !c.ended {
		c.available(false)
		c.hangUp(true, "")
		c.ended, c.parting, c.wakeAt = true, false, 0
		c.engine.Exit()
	}
}
