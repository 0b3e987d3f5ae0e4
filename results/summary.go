package results

import (
	"encoding/json"
	"io"
	"time"
)

// schemaVersion is that of summary.json and run.json.
const schemaVersion = 1

// Verdict is the outcome of a run in one word.
type Verdict string

const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"        // a threshold was broken, or the server was wrong
	Invalid     Verdict = "invalid"     // the generator did not keep up, the figures mean nothing
	Interrupted Verdict = "interrupted" // ended before its time, nothing is judged
)

// Summary is what there is to say about a run, or about several merged. As JSON it is summary.json.
type Summary struct {
	SchemaVersion int              `json:"schema_version"`
	NudgeVersion  string           `json:"nudge_version"`
	Scenario      string           `json:"scenario"`
	Mix           string           `json:"mix,omitempty"` // the parts of a scenario that has several, in words
	Seed          uint64           `json:"seed"`
	Target        string           `json:"target"` // host:port
	Start         Time             `json:"start"`
	Duration      time.Duration    `json:"duration_ns"` // at full load
	Clients       Clients          `json:"clients"`
	Verdict       Verdict          `json:"verdict"`
	Reasons       []string         `json:"reasons"`       // of a verdict other than pass, each a sentence
	Invalid       []Invalidity     `json:"invalid"`       // why the measurement is not to be trusted
	Dropped       int64            `json:"dropped"`       // iterations that were due and never started
	DroppedBy     Dropped          `json:"dropped_by"`    // the same by the reason
	Cut           int64            `json:"cut,omitempty"` // iterations that were started and given up at the end; no histogram has them
	Ops           []OpSummary      `json:"ops"`           // those that were recorded
	Wait          Spread           `json:"wait"`          // over hold
	Lag           Spread           `json:"lag"`           // over hold
	Service       Latency          `json:"service"`       // over hold; of iterations, whose latency in the open model is the response time
	Pulse         Spread           `json:"pulse"`         // over hold; how late the loops were for times that they had set themselves
	Generator     Generator        `json:"generator"`
	Violations    map[string]int64 `json:"violations"`     // by kind
	Fuzz          *FuzzSummary     `json:"fuzz,omitempty"` // nil: nothing was played beside the load

	Whole      time.Duration `json:"-"` // from start to end
	Runs       int           `json:"-"` // merged
	Thresholds []Outcome     `json:"-"` // each that was asked for
	Events     []EventCount  `json:"-"` // by class, violations first
	Notes      []string      `json:"-"` // what Load found odd, each a sentence
	ops        []OpInfo

	wait, lag, service, pulse *histogram
}

// Time is a moment, to the millisecond in JSON.
type Time struct{ time.Time }

const timeFormat = "2006-01-02T15:04:05.000Z"

// MarshalJSON writes the moment in UTC, to the millisecond.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Format(timeFormat))
}

// Clients counts them.
type Clients struct {
	Configured int `json:"configured"`
	PeakOnline int `json:"peak_online"` // most that were signed in at once
}

// OpSummary is one operation. Operations of signing in are summed over the whole run, the others over hold.
type OpSummary struct {
	Name      string           `json:"name"`
	Count     int64            `json:"count"`      // successes and failures
	Errors    map[string]int64 `json:"errors"`     // failures by class
	Rate      float64          `json:"rate_per_s"` // successes per second of the span that is summed over
	Latency   Latency          `json:"latency"`    // of all; a failure with the time that it took
	LatencyOK Latency          `json:"latency_ok"` // of the successes
}

// Failed is the number of failures.
func (o *OpSummary) Failed() int64 { return sum(o.Errors) }

// Latency is a distribution of times, within 0.1 %.
type Latency struct {
	Min       time.Duration `json:"min_ns"`
	Mean      time.Duration `json:"mean_ns"`
	P50       time.Duration `json:"p50_ns"`
	P90       time.Duration `json:"p90_ns"`
	P99       time.Duration `json:"p99_ns"`
	P999      time.Duration `json:"p999_ns"`
	Max       time.Duration `json:"max_ns"`
	Histogram string        `json:"histogram"` // HdrHistogram V2, compressed, base64; values in ns
	h         *histogram
}

// Percentile returns the value at p, 0 to 100, by the nearest rank. It is 0 if nothing was recorded, and in a summary read from JSON.
func (l *Latency) Percentile(p float64) time.Duration { return percentile(l.h, p) }

// Spread is a distribution in short.
type Spread struct {
	P50 time.Duration `json:"p50_ns"`
	P99 time.Duration `json:"p99_ns"`
	Max time.Duration `json:"max_ns"`
}

// Generator is what the run took of this machine.
type Generator struct {
	CPU    time.Duration `json:"cpu_ns"`        // user and system
	MaxRSS int64         `json:"max_rss_bytes"` // most memory resident; of several generators that of the largest
	Loops  int           `json:"loops"`

	Machine Evidence `json:"machine"`
}

// EventCount is how often something was told, and the first time of it.
type EventCount struct {
	Kind, Class string
	Count       int64
	First       Event // without text if none was kept
}

// JSON writes the summary as summary.json has it.
func (s *Summary) JSON(w io.Writer) error {
	return writeJSON(w, s, "\t")
}
