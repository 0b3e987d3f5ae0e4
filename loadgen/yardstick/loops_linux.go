package yardstick

import (
	"bytes"
	"time"
)

// settling is how long a loop runs before its cost counts: until then the peer
// may still be accepting.
const settling = 200 * time.Millisecond

// PingPong says ping on every connection, and again whenever an answer has come:
// as many round trips as the thread can make.
func (c *Conns) PingPong(ping []byte, d time.Duration) (cost Cost) {
	trips := 0
	for _, fd := range c.fds {
		c.write(fd, ping)
	}
	turn := func(until time.Time) {
		for time.Now().Before(until) {
			for _, ev := range c.wait(-1) {
				if len(c.read(int(ev.Fd))) > 0 {
					c.write(int(ev.Fd), ping)
					trips++
				}
			}
		}
	}
	turn(time.Now().Add(settling))
	trips = 0
	m := begin()
	turn(m.wall.Add(d))
	m.end(&cost)
	cost.Trips = trips
	return cost
}

// Lines is PingPong with a peer that also speaks unasked: it counts the lines it
// reads, and says ping again at each that begins like the answer.
func (c *Conns) Lines(ping []byte, answer byte, d time.Duration) (cost Cost) {
	var trips, lines int
	for _, fd := range c.fds {
		c.write(fd, ping)
	}
	turn := func(until time.Time) {
		for time.Now().Before(until) {
			for _, ev := range c.wait(-1) {
				start := true
				for _, x := range c.read(int(ev.Fd)) {
					if start && x == answer {
						c.write(int(ev.Fd), ping)
						trips++
					}
					if start = x == '\n'; start {
						lines++
					}
				}
			}
		}
	}
	turn(time.Now().Add(settling))
	trips, lines = 0, 0
	m := begin()
	turn(m.wall.Add(d))
	m.end(&cost)
	cost.Trips, cost.Lines = trips, lines
	return cost
}

// OpenLoop says ping so many times per second, on one connection after the other,
// and sleeps until the next is due or an answer, of a line, comes.
func (c *Conns) OpenLoop(ping []byte, perSecond int, d time.Duration) (cost Cost) {
	every := time.Second / time.Duration(perSecond)
	total := int(d / every)
	cost.Latency, cost.Late = make([]time.Duration, 0, total), make([]time.Duration, 0, total)
	due := make([]time.Duration, c.fds[len(c.fds)-1]+1) // by socket: of the first that is not answered
	for i, fd := range c.fds {
		due[fd] = time.Duration(i) * every
	}
	m := begin()
	for sent := 0; len(cost.Latency) < total; {
		now := time.Since(m.wall)
		for ; sent < total && time.Duration(sent)*every <= now; now = time.Since(m.wall) {
			cost.Late = append(cost.Late, now-time.Duration(sent)*every)
			c.write(c.fds[sent%len(c.fds)], ping)
			sent++
		}
		longest := time.Duration(-1)
		if sent < total {
			longest = max(time.Duration(sent)*every-now, 0)
		}
		for _, ev := range c.wait(longest) {
			for range bytes.Count(c.read(int(ev.Fd)), []byte("\n")) {
				cost.Latency = append(cost.Latency, time.Since(m.wall)-due[ev.Fd])
				due[ev.Fd] += time.Duration(len(c.fds)) * every
			}
		}
	}
	m.end(&cost)
	cost.Trips = total
	return cost
}

// Sleeps is how late time.Sleep returns, of so many a second.
func Sleeps(perSecond int, d time.Duration) (late []time.Duration) {
	every := time.Second / time.Duration(perSecond)
	began := time.Now()
	for due := time.Duration(0); due < d; due += every {
		time.Sleep(due - time.Since(began))
		late = append(late, max(time.Since(began)-due, 0))
	}
	return late
}
