package scenario

import "time"

// Wake does what is due: gives up what was not answered, goes on with
// conversations, sends PNG, comes back.
func (c *client) Wake() {
	now := c.engine.Now()
	c.wakeAt = 0
	for c.conn != nil {
		ev, ok := c.session.Expire(now)
		if !ok {
			break
		}
		c.expired(&ev, now)
	}
	for s := c.seats; s != nil; {
		next := s.next
		s.tick(now)
		s = next
	}
	if c.parting {
		c.waitToPart(now)
	}
	if due(c.leftAt, now) {
		c.letGo()
	}
	if due(c.pingAt, now) {
		c.ping(now)
	}
	if due(c.retryAt, now) {
		c.retryAt = 0
		c.come()
	}
	c.wakeNext()
}

func due(t, now time.Duration) bool { return t != 0 && t <= now }

// wakeBy makes sure that Wake is called at t or before. Most of what is waited
// for comes in time, so that an earlier wake stays as it is and finds the next.
func (c *client) wakeBy(t time.Duration) {
	if c.wakeAt == 0 || t < c.wakeAt {
		c.wakeAt = t
		c.engine.WakeAt(t)
	}
}

// waitToPart has a client that is to stop do so once its conversations are over.
func (c *client) waitToPart(now time.Duration) {
	if c.engaged() {
		c.wakeBy(now + partPoll)
		return
	}
	c.parting = false
	c.part()
}

// wakeNext asks for the next wake.
func (c *client) wakeNext() {
	for _, t := range [...]time.Duration{c.leftAt, c.pingAt, c.retryAt} {
		if t != 0 {
			c.wakeBy(t)
		}
	}
	for s := c.seats; s != nil; s = s.next {
		if t := s.due(); t != 0 {
			c.wakeBy(t)
		}
	}
	if c.conn == nil {
		return
	}
	if t := c.session.Deadline(); t != 0 {
		c.wakeBy(t)
	}
}

// ping sends PNG (§7.1).
func (c *client) ping(now time.Duration) {
	c.pingAt = now + c.session.PingEvery()
	if out, err := c.session.Png(now, c.loop.out[:0]); err == nil {
		c.write(now, out)
	}
}
