package results

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Capacity is what a search for the highest load came to that keeps the thresholds. As JSON it is capacity.json. Levels are
// iterations per second or clients, as LevelUnit says.
type Capacity struct {
	SchemaVersion int             `json:"schema_version"`
	NudgeVersion  string          `json:"nudge_version"`
	Arguments     []string        `json:"arguments,omitempty"` // the command line
	Scenario      string          `json:"scenario"`
	Seed          uint64          `json:"seed"`
	Target        string          `json:"target"` // host:port
	Start         Time            `json:"start"`
	Duration      time.Duration   `json:"duration_ns"`
	LevelUnit     LevelUnit       `json:"level_unit"`
	Clients       int             `json:"clients,omitempty"`   // of each step, where the level is a rate
	From          float64         `json:"from"`                // level
	To            float64         `json:"to,omitempty"`        // level; 0: none
	ToReason      string          `json:"to_reason,omitempty"` // where it is not the user's: what of this machine ends there
	Precision     float64         `json:"precision"`           // asked for, as a share of the interval's low end
	Thresholds    []string        `json:"thresholds"`
	Conditions    []string        `json:"conditions"` // that must hold beside them, in words
	Verdict       CapacityVerdict `json:"verdict"`
	Precise       bool            `json:"precise"`      // the interval is as narrow as was asked for
	Level         float64         `json:"capacity"`     // as likely too high as too low; 0: unknown
	Low           float64         `json:"low"`          // of the interval of 95 %; 0: unknown
	High          float64         `json:"high"`         // 0: unknown
	HighestKept   float64         `json:"highest_kept"` // level of a step; 0: none
	Notes         []string        `json:"notes"`        // each a sentence
	Steps         []CapacityStep  `json:"steps"`        // in the order in which they were made
}

// LevelUnit says what a search is about.
type LevelUnit string

const (
	LevelRate    LevelUnit = "iterations_per_s"
	LevelClients LevelUnit = "clients"
)

// CapacityVerdict is the outcome of a search in one word.
type CapacityVerdict string

const (
	CapacitySearching   CapacityVerdict = "searching"   // or killed meanwhile
	CapacityServer      CapacityVerdict = "server"      // the server gave out: the capacity is its
	CapacityGenerator   CapacityVerdict = "generator"   // the generator gave out before it: the capacity is at least that
	CapacityAbove       CapacityVerdict = "above"       // the highest level that was asked for was kept
	CapacityBelow       CapacityVerdict = "below"       // the lowest level was not kept
	CapacityWrong       CapacityVerdict = "wrong"       // the server broke the protocol
	CapacityUnable      CapacityVerdict = "unable"      // nobody could sign in
	CapacityUnfinished  CapacityVerdict = "unfinished"  // the steps were too few to say anything but what was kept
	CapacityInterrupted CapacityVerdict = "interrupted" // ended before its time
)

// CapacityStep is one step of a search: a run at one level.
type CapacityStep struct {
	Number     int           `json:"step"` // from 1
	Level      float64       `json:"level"`
	Dir        string        `json:"dir,omitempty"` // run directory, within that of the search
	Clients    int           `json:"clients"`
	PeakOnline int           `json:"peak_online"`
	Hold       time.Duration `json:"hold_ns"`              // at full load
	Whole      time.Duration `json:"whole_ns"`             // with signing in and out
	LongerFor  string        `json:"longer_for,omitempty"` // threshold for whose percentile the step is longer than asked
	FewFor     string        `json:"few_for,omitempty"`    // threshold for whose percentile it had too few values
	Rate       float64       `json:"iteration_rate_per_s"` // of successes
	Response   Spread        `json:"response"`             // of iterations: from due in the open model, from the start in the closed
	Service    Spread        `json:"service"`              // of iterations, from sent
	Wait       Spread        `json:"wait"`
	Lag        Spread        `json:"lag"`
	MainOp     string        `json:"main_op"` // that says most about the scenario
	MainP99    time.Duration `json:"main_op_p99_ns"`
	Dropped    int64         `json:"dropped"`
	CPU        time.Duration `json:"generator_cpu_ns"` // over the whole step
	Late       bool          `json:"generator_late"`   // or whatever else makes a run invalid
	Outcome    StepOutcome   `json:"outcome"`
	Reasons    []string      `json:"reasons"`          // of an outcome other than kept, each a sentence
	Remedy     string        `json:"remedy,omitempty"` // of one that is invalid
}

// StepOutcome is what came of a step in one word.
type StepOutcome string

const (
	StepKept        StepOutcome = "kept"        // the thresholds
	StepBroken      StepOutcome = "broken"      // a threshold, or the level was not reached: the server's doing
	StepInvalid     StepOutcome = "invalid"     // the generator did not keep up
	StepUnable      StepOutcome = "unable"      // nobody signed in
	StepWrong       StepOutcome = "wrong"       // the server broke the protocol
	StepInterrupted StepOutcome = "interrupted" // nothing is judged
)

// Cores is how many the generator kept busy.
func (s *CapacityStep) Cores() float64 {
	if s.Whole <= 0 {
		return 0
	}
	return float64(s.CPU) / float64(s.Whole)
}

// Tell fills in what the summary of the step's run says.
func (s *CapacityStep) Tell(sum *Summary, mainOp string) {
	s.PeakOnline, s.Dropped, s.Wait, s.Lag = sum.Clients.PeakOnline, sum.Dropped, sum.Wait, sum.Lag
	s.Whole, s.CPU, s.MainOp = sum.Whole, sum.Generator.CPU, mainOp
	for _, op := range sum.Ops {
		if op.Name == iterationName {
			s.Rate, s.Response = op.Rate, Spread{op.Latency.P50, op.Latency.P99, op.Latency.Max}
		}
		if op.Name == mainOp {
			s.MainP99 = op.Latency.P99
		}
	}
	s.Service = Spread{sum.Service.P50, sum.Service.P99, sum.Service.Max}
}

// CapacityFile is the file of a search in its directory.
const CapacityFile = "capacity.json"

// JSON writes it as capacity.json has it.
func (c *Capacity) JSON(w io.Writer) error { return writeJSON(w, c, "\t") }

// Write writes capacity.json into a directory, as a whole or not at all.
func (c *Capacity) Write(dir string) error {
	d := runDir{path: dir}
	return d.replace(CapacityFile, c)
}

// LoadCapacity reads what Write has written. The error is fs.ErrNotExist if it is no directory of a search.
func LoadCapacity(dir string) (*Capacity, error) {
	name := filepath.Join(dir, CapacityFile)
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	c := new(Capacity)
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if c.SchemaVersion != schemaVersion {
		return nil, fmt.Errorf("%s: schema version %d, this program reads %d", name, c.SchemaVersion, schemaVersion)
	}
	return c, nil
}

// NewCapacity begins the account of a search.
func NewCapacity(info RunInfo, start time.Time) *Capacity {
	return &Capacity{
		SchemaVersion: schemaVersion, NudgeVersion: info.NudgeVersion, Arguments: info.Arguments, Scenario: info.Scenario, Seed: info.Seed,
		Target: info.Target, Start: Time{start}, Verdict: CapacitySearching, Thresholds: []string{}, Conditions: []string{}, Notes: []string{}, Steps: []CapacityStep{},
	}
}
