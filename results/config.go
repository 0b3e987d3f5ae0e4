package results

import (
	"encoding/json"
	"time"
)

// Config says what a run measures and where it is written.
type Config struct {
	Ops       []OpInfo // required: the operations, by Op
	Recorders int      // how many loops record; 0: one

	Dir string  // run directory, made if it is not there; "": nothing is written
	Run RunInfo // what is run, for run.json and the summary

	Thresholds []Threshold // nil: none. See DefaultThresholds

	// Fuzz says what was played to the target beside the load so far. It is called after each second, from the
	// collector's goroutine, which it must not hold up; and by Finish, with over, when no more may be played. nil: nothing was.
	Fuzz func(over bool) *Fuzz

	// Progress is called after each second that all loops have completed, from the collector's goroutine,
	// which it must not hold up. nil: nobody wants to know.
	Progress func(Tick)
}

// RunInfo says what was run. It is run.json, with what the machine says of itself.
type RunInfo struct {
	NudgeVersion string          `json:"nudge_version"`
	Arguments    []string        `json:"arguments,omitempty"` // the command line
	Scenario     string          `json:"scenario"`
	Mix          string          `json:"mix,omitempty"` // the parts of a scenario that has several, in words
	Seed         uint64          `json:"seed"`
	Target       string          `json:"target"` // host:port
	Clients      int             `json:"clients"`
	Loops        int             `json:"loops"`              // 0: as many as recorders
	Tick         time.Duration   `json:"tick_ns,omitempty"`  // what due times were rounded up to, by which lag may be more
	Settings     json.RawMessage `json:"settings,omitempty"` // whatever else the caller wants to be kept, as JSON
}

// End says how a run ended. Times are since its start.
type End struct {
	At          time.Duration // when all was over
	HoldEnd     time.Duration // when the load was over and the graceful stop began, to which rates are taken; 0: At
	Interrupted bool          // what was measured is reported, and nothing is judged
	Failures    []string      // why the run failed apart from thresholds and violations, each a sentence
}

// Tick is what a run did lately, for progress.
type Tick struct {
	At      time.Duration // end of the stretch, since the run's start
	Length  time.Duration // of the stretch, as a rule 1 s
	Phase   Phase
	Online  int // clients signed in now
	Dropped int64
	Ops     []OpTick      // operations that ended in this stretch; valid during the call only
	LagP99  time.Duration // of the stretch
	Err     error         // the first thing that could not be written to the run directory, if any
}

// OpTick is one operation in a Tick.
type OpTick struct {
	Name        string
	OK, Failed  int64 // in this stretch
	TotalOK     int64 // since the start
	TotalFailed int64
	P50, P99    time.Duration // of this stretch, successes and failures
}
