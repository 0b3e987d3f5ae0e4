package live

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// act is what a step of a case does.
type act uint8

const (
	actSend  act = iota // a command
	actOpen             // a connection, in place of the one there was
	actClose            // in order, as a socket is closed
	actShut             // the sending half
	actReset            // by RST
	actPause            // nothing is sent for a while
	numActs
)

var actNames = [numActs]string{"send", "open", "close", "shut", "reset", "pause"}

// place is one of the connections of a case.
type place uint8

const (
	onDispatch place = iota
	onNotification
	onBoard
	numPlaces
)

var placeNames = [numPlaces]string{"ds", "ns", "sb"}

func (p place) String() string { return placeNames[p] }

// maxPause is the longest pause of a step.
const maxPause = 2 * time.Second

// step is one thing that a case does.
type step struct {
	act    act
	on     place
	cmd    *command      // actSend
	splits []int         // offsets in its bytes at which it is cut into writes, rising
	pause  time.Duration // between the parts; of actPause
}

// Case is one session: what a client writes from start to end, on all its connections. Of the same path and
// seed the same case is made. It is not changed once it is made.
type Case struct {
	Path  Path // where it comes from
	steps []step
	edits int // made to it; 0: an honest session
	first int // index of the first step that was edited; len(steps): none
}

// Path says how a case was made: the number that it has, or, if an earlier one was edited further, the numbers
// of all of them, the first first. With the seed it is all that it takes to make it again.
type Path []uint64

// String writes a path as ParsePath reads it: 17/1234.
func (p Path) String() string {
	var b strings.Builder
	for i, n := range p {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(strconv.FormatUint(n, 10))
	}
	return b.String()
}

// maxPath is the most numbers of a path.
const maxPath = 16

// ParsePath reads a path.
func ParsePath(s string) (Path, error) {
	var p Path
	for part := range strings.SplitSeq(s, "/") {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || len(p) == maxPath {
			return nil, fmt.Errorf("%q: want a number, or up to %d with slashes between them as they are printed, like 17/1234", s, maxPath)
		}
		p = append(p, n)
	}
	return p, nil
}

// clone copies a case so that it can be edited.
func (c *Case) clone() *Case {
	d := *c
	d.steps = slices.Clone(c.steps)
	for i := range d.steps {
		d.steps[i].splits = slices.Clone(d.steps[i].splits)
		if d.steps[i].cmd != nil {
			d.steps[i].cmd = d.steps[i].cmd.clone()
		}
	}
	return &d
}

// Commands counts the commands of a case.
func (c *Case) Commands() int {
	n := 0
	for _, s := range c.steps {
		if s.act == actSend {
			n++
		}
	}
	return n
}

// touched notes that a step was edited.
func (c *Case) touched(i int) {
	if c.edits == 0 || i < c.first {
		c.first = i
	}
	c.edits++
}

// honest is how many steps stand before the first that was edited.
func (c *Case) honest() int { return min(c.first, len(c.steps)) }
