package scenario

import (
	"errors"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// behaviour is what a client does, as a table of steps in the order in which a
// person would tell it.
type behaviour struct {
	name      string
	about     string       // one line, for help
	mainOp    results.Op   // that says most about it
	conns     int          // connections that a client has at a time; 0: 1
	think     loadgen.Dist // unless the run has one; closed model
	start     []step       // once, before the first iteration, and again after a lost connection
	iteration []step       // each time
	choose    chooser      // instead of iteration, where there are several; nil with it: the client only holds on
	edits     bool         // the client has an editor
	books     bool         // the client has a book
	chats     bool         // the client calls others
}

// chooser returns what a client does in its next iteration.
type chooser func(c *client) []step

// iterates reports whether there is more to do than to hold on.
func (b *behaviour) iterates() bool { return b.iteration != nil || b.choose != nil }

// next returns what a client does in its next iteration.
func (b *behaviour) next(c *client) []step {
	if b.choose != nil {
		return b.choose(c)
	}
	return b.iteration
}

// behaviours is the list of all. A new one is a file of its own and a row here.
var behaviours = []*behaviour{&login, &presence, &listEdits, &migrate, &chatting, &idle}

// step is one thing that a client does.
type step struct {
	op      results.Op // what it is measured as; opNone: not at all
	send    sender     // what it does or writes
	answer  msnp.Step  // what ends it; StepNone: writing it
	signsIn bool       // its answer ends the sign-in, and the operation login
	already []int      // numbers that say that what was asked for is so already, which is as good
	take    taker      // reads the answer; nil: there is nothing in it
}

// taker keeps what the next steps need of an answer.
type taker func(c *client, cmd *codec.Command)

// sender appends what a step writes to out. It may do other things instead:
// open a connection, ask for a ticket.
type sender func(c *client, now time.Duration, out []byte) ([]byte, error)

// Answers that are no command's.
const (
	opened   msnp.Step = 0xf0 + iota // the connection stands
	ticketed                         // the ticket is there
)

// errOver is what a sender returns when the step needs no answer this time.
var errOver = errors.New("step is over")
