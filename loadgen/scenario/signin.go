package scenario

import (
	"slices"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
)

// signIn is the way from nothing to online (§3, §4, §5.1). A redirect begins
// again from the top, at the server it names (§2.1).
var signIn = []step{
	{op: opConnect, send: dial, answer: opened},
	{op: opVER, send: hello, answer: msnp.StepVER},
	{op: opCVR, send: advance, answer: msnp.StepCVR},
	{op: opUSRI, send: advance, answer: msnp.StepUSRI},
	{op: opTicket, send: askTicket, answer: ticketed},
	{op: opUSRS, send: advance, answer: msnp.StepUSRS},
	{op: opSYN, send: advance, answer: msnp.StepSYN},
	{op: opCHG, send: appear, answer: msnp.StepCHG, signsIn: true},
}

// helloRow is where a sign-in goes on on a connection that stands.
const helloRow = 1

// syncRow is where it goes on when the server asked for no ticket.
const syncRow = 6

// dial opens a connection: to the server that the session was sent to, after a
// redirect and after OUT MIG, else to the target, for which the session begins
// anew.
func dial(c *client, now time.Duration, out []byte) ([]byte, error) {
	addr := c.session.Redirect()
	if !c.stored || addr == "" {
		addr = c.run.target
		c.session.Init(&c.run.software, c.email)
	}
	c.stored = false
	if c.signIn == 0 {
		c.signIn = max(now, 1)
		c.remember()
	}
	c.dialing = true
	c.notes(now, "connects to ", addr)
	if c.iterating { // what the load asks for is not held up by what is there for its ramp
		c.engine.DialAtOnce(addr, tagNotification)
	} else {
		c.engine.Dial(addr, tagNotification)
	}
	return out, nil
}

// tagNotification marks connections to dispatch and notification servers.
const tagNotification = 0

func hello(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.session.State() == msnp.StateReset {
		return c.session.Advance(now, out), nil
	}
	return c.session.Open(now, out), nil
}

func advance(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Advance(now, out), nil
}

// appear is the first CHG, which logs the presence in (§5.1).
func appear(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.change(msnp.NLN, now, out)
}

// turnCame ends a dial's wait for the connect rate, which is the load's doing and
// no part of any operation.
func (c *client) turnCame(conn *loadgen.Conn) {
	c.dialing = false
	waited := max(conn.DialedAt()-c.rowAt, 0)
	c.signIn += waited
	if c.redirect != 0 {
		c.redirect += waited
	}
}

// connected goes on with the connection that dial asked for.
func (c *client) connected(conn *loadgen.Conn) {
	c.turnCame(conn)
	c.conn = conn
	c.notes(conn.OpenedAt(), "connected to ", conn.RemoteAddr())
	c.rec.OK(opConnect, conn.OpenedAt()-conn.DialedAt())
	c.forward()
}

// redirected follows an XFR NS (§2.1). Before SYN nothing but the sign-in is in
// progress; whatever else is, ends.
func (c *client) redirected(at time.Duration) {
	if c.signIn == 0 { // an XFR nobody asked for
		c.lost(failure{class: "redirected", text: "sent to another server while online", stored: true, atOnce: true})
		return
	}
	c.redirect = max(at, 1)
	c.stored = true
	c.closeConn()
	c.row = 0
	c.begin()
}

// restarted follows XFR 0 NS 0: all again on the same connection (§2.1).
func (c *client) restarted() {
	if c.signIn == 0 {
		c.lost(failure{class: "redirected", text: "told to sign in again while online", atOnce: true})
		return
	}
	c.row = helloRow
	c.begin()
}

// signedIn ends the sign-in.
func (c *client) signedIn(at time.Duration) {
	c.rec.OK(opLogin, max(at-c.signIn, 0)) // at the very start signIn is later, not to be 0
	c.signIn = 0
	c.onlineAt = max(at, 1)
	c.rec.Online(1)
	c.available(!c.stopping)
	c.roster = slices.Clone(c.roster) // to its size: it hardly grows any more
	c.forget()
	if c.book != nil {
		c.book.compare(c)
	}
	if !c.everOnline {
		c.everOnline = true
		c.run.signedIn.Add(1)
	}
	// The first PNG comes at any time within the interval, so that the PNG of a
	// run are spread as those of clients that have been there for long.
	c.pingAt = at + 1 + c.draw(c.session.PingEvery())
	c.wakeBy(c.pingAt)
}

// draw returns a duration between 0 and below d from the client's stream.
func (c *client) draw(d time.Duration) time.Duration {
	return time.Duration(c.engine.Uint64() % uint64(max(d, 1)))
}
