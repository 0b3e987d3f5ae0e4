package scenario

import (
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
)

// presence is people at work: they come, go for lunch, and read of each other.
var presence = behaviour{
	name:      "presence",
	about:     "signs in once; per iteration a CHG; receives its contacts' presence all the time",
	mainOp:    opCHG,
	think:     loadgen.Exponential(10 * time.Second),
	start:     signIn,
	iteration: []step{{op: opCHG, send: changeStatus, answer: msnp.StepCHG}},
}

var drawn = [...]msnp.Status{msnp.NLN, msnp.BSY, msnp.IDL, msnp.BRB, msnp.AWY, msnp.PHN, msnp.LUN}

// changeStatus draws a status and sends it with the next mark.
func changeStatus(c *client, now time.Duration, out []byte) ([]byte, error) {
	status := drawn[c.engine.Uint64()%uint64(len(drawn))]
	return c.change(status, now, out)
}

// change sends a status with the next mark.
func (c *client) change(status msnp.Status, now time.Duration, out []byte) ([]byte, error) {
	sent := &c.run.sent[c.engine.ID()]
	out, err := c.session.Chg(status, sent.upcoming().clientID(), now, out)
	if err == nil {
		sent.note(now, false)
	}
	return out, err
}

// heard takes the presence of a contact (§5.4). The first NLN or FLN that tells
// of a change gives the latency of presence, if it was made while this client
// was online: what is older was not sent to it, and comes as ILN or repeated.
func (c *client) heard(ev *msnp.Event, at time.Duration) {
	n, ok := c.run.accounts.client(ev.Email)
	if !ok {
		return
	}
	x := c.roster.find(n)
	if x == nil {
		return
	}
	m := markIn(ev.ClientID)
	if ev.Status == msnp.FLN {
		m = x.seen.next()
	}
	if !m.after(x.seen) {
		return
	}
	change, ok := c.run.sent[n].find(m, at)
	if !ok || change.gone != (ev.Status == msnp.FLN) {
		return
	}
	x.seen = m
	if ev.TrID != 0 || c.onlineAt == 0 || at-change.ago < c.onlineAt {
		return
	}
	if !change.exact {
		c.rec.Fail(opPresence, "overtaken", change.ago)
		return
	}
	c.rec.OK(opPresence, change.ago)
}
