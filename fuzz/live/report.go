package live

import (
	"io"
	"time"
)

// Progress is how far a run is.
type Progress struct {
	Sessions, Commands int64
	Findings           int
}

// Report is what came of a run.
type Report struct {
	Sessions, Commands, Bytes int64
	Elapsed                   time.Duration
	Findings                  []*Finding
	Unconfirmed               []*Finding      // verdicts that time alone decides, and that did not show again: noise. The first 100
	Habits                    map[Habit]int64 // sessions that have shown each, with Fuzzer.Real
	Restarts                  int64
	Transitions               int

	feedback *feedback
}

// Matrix writes what each command was answered with in each state, as a table.
func (r *Report) Matrix(w io.Writer) error { return r.feedback.matrix(w) }

// DOT writes the state machine as it was seen, as a graph in the language of Graphviz.
func (r *Report) DOT(w io.Writer) error { return r.feedback.dot(w) }
