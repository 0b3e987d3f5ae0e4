package scenario

import (
	"errors"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// behaviour is what a client does, as a table of steps in the order in which a
// person would tell it.
type behaviour struct {
	name      string
	about     string       // one line, for help
	think     loadgen.Dist // unless the run has one; closed model
	start     []step       // once, before the first iteration, and again after a lost connection
	iteration []step       // each time; nil: the client only holds on
}

// behaviours is the list of all. A new one is a file of its own and a row here.
var behaviours = []*behaviour{&login, &presence, &idle}

// step is one thing that a client does.
type step struct {
	op      results.Op // what it is measured as; opNone: not at all
	send    sender     // what it does or writes
	answer  msnp.Step  // what ends it; StepNone: writing it
	signsIn bool       // its answer ends the sign-in, and the operation login
}

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
