package loadgen

import (
	"context"
	"time"

	"nudge/results"
)

// Handler is one simulated client as a scenario sees it. All calls come from
// the client's loop, one at a time, and must not block.
type Handler interface {
	// Start: the load has reached this client. It signs in and calls
	// Client.Ready when it may be given iterations. It comes again if the load
	// falls and rises.
	Start()
	// Iterate begins an iteration, which ends with Client.Done.
	Iterate()
	// Opened: a Dial succeeded. c is the client's from here on.
	Opened(c *Conn)
	// Data: bytes came. It returns how many it has consumed; the rest is shown
	// again with more behind it. b is valid during the call only.
	Data(c *Conn, b []byte) int
	// Closed: the connection is over, or the dial failed. err is io.EOF if the
	// peer ended it in order. c is nothing any more but a name.
	Closed(c *Conn, err error)
	// Wake: the time given to Client.WakeAt has come.
	Wake()
	// Stop: sign out in order and call Client.Exit. After 5 s the engine does it.
	Stop()
}

// Client is the engine's side of a simulated client. Its methods are for its
// Handler alone, during the calls it gets.
type Client struct {
	loop    *loop
	handler Handler
	conns   *Conn // all that are open or being opened, linked
	random  stream

	due   time.Duration // of the iteration in progress, or of the next in the closed model
	began time.Duration // when it began
	freed time.Duration // since when it could have begun it, had the generator never been late
	index int32         // in loop.clients
	life  uint32        // how often it has started
	state clientState
	flags clientFlags
	kind  uint8
}

type clientState uint8

const (
	asleep   clientState = iota // the load has not reached it, or it has exited
	started                     // signing in, or away
	free                        // may begin an iteration
	busy                        // in an iteration
	stopping                    // was told to stop
)

type clientFlags uint8

const (
	ready     clientFlags = 1 << iota // between Ready and Unready
	settled                           // was ready or failed at least once
	ending                            // is to stop after the iteration in progress
	told                              // of a stopping one: Handler.Stop was called
	returning                         // is to start again, as soon as it has exited
)

// ID is the client's number, from 0.
func (c *Client) ID() int { return int(c.index)*c.loop.run.loops + c.loop.id }

// Kind is which of Config.Kinds the client is, 0 without any.
func (c *Client) Kind() int { return int(c.kind) }

// Now reads the clock: the time since the run's start.
func (c *Client) Now() time.Duration { return c.loop.run.now() }

// ReadAt is when the read that brought what is being handled returned, or when
// the loop came to the timer that is being handled.
func (c *Client) ReadAt() time.Duration { return c.loop.readAt }

// Uint64 draws from the client's own stream, a function of the run's seed and
// the client's number.
func (c *Client) Uint64() uint64 { return c.random.uint64() }

// Recorder is the loop's.
func (c *Client) Recorder() *results.Recorder { return c.loop.rec }

// WakeAt asks for a call of Wake at t, instead of what was asked for before; 0
// asks for none. Nobody wakes a client that has exited.
func (c *Client) WakeAt(t time.Duration) {
	if t == 0 || c.state == asleep {
		c.loop.timers.clear(c.slot(slotWake))
		return
	}
	c.loop.timers.set(c.slot(slotWake), t)
}

// The slots of a client among the loop's timers.
const (
	slotWake = iota // Handler.Wake
	slotDue         // free: the next iteration of the closed model; ending, stopping: what takes too long is cut
	slots
)

func (c *Client) slot(kind int32) int32 { return c.index*slots + kind }

// Dial opens a connection to host:port, as soon as the connect rate allows. It
// ends in Opened, or in Closed with the error, after the handler's call has
// returned. tag is for the handler. Until then the connection is good for nothing
// but Close, which gives the attempt up, and for telling it from others. A client
// that has exited dials nobody, and gets nil.
func (c *Client) Dial(addr string, tag uint8) *Conn {
	if c.state == asleep {
		return nil
	}
	return c.loop.dial(c, addr, tag)
}

// DialAtOnce is Dial for what clients open beside, or in iterations. The connect
// rate that holds if none is given is one for signing in at first and again, and
// does not hold it up; Config.ConnectRate does.
func (c *Client) DialAtOnce(addr string, tag uint8) *Conn {
	if c.state == asleep {
		return nil
	}
	return c.loop.dialAtOnce(c, addr, tag)
}

// Background runs f beside the loop, among a bounded number of such workers;
// what f returns runs on the loop, unless the client has exited or the run is
// over by then. The context ends with the run.
func (c *Client) Background(f func(ctx context.Context) func()) {
	r, life := c.loop.run, c.life
	c.loop.beside(func(ctx context.Context) func() {
		select {
		case r.rest <- struct{}{}:
			defer func() { <-r.rest }()
		case <-ctx.Done():
			return nil
		}
		then := f(ctx)
		return func() {
			if then != nil && c.state != asleep && c.life == life {
				then()
			}
		}
	})
}

// Ready: the client has signed in and may be given iterations.
func (c *Client) Ready() {
	c.flags |= ready
	c.loop.settle(c)
	if c.state == started {
		c.loop.outcome.Ready = true
		c.loop.freed(c, c.loop.since(c))
	}
}

// Unready: the client has lost its connection, or could not sign in. It gets no
// iterations until Ready; one that is in progress still ends with Done.
func (c *Client) Unready() {
	c.flags &^= ready
	c.loop.settle(c)
	if c.state == free {
		c.loop.taken(c)
		c.state = started
	}
}

// Done ends the iteration in progress, if there is one: at the time of ReadAt.
// class says why it failed; "": it did not.
func (c *Client) Done(class string) {
	if c.state == busy {
		c.loop.done(c, class)
	}
}

// Exit: the client has ended. Connections that it left open are closed, and no
// call comes any more unless the load falls and rises: then Start does.
func (c *Client) Exit() { c.loop.exit(c) }
