package msnpcheck

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Status is what came of a check.
type Status string

const (
	Pass Status = "pass"
	Warn Status = "warn" // it failed in a way that the page knows of real servers; Real only
	Fail Status = "fail"
	Skip Status = "skip" // it could not be made: Missing says why
)

// Result is what came of a check, and what decided it.
type Result struct {
	Info
	Status  Status `json:"status"`
	On      string `json:"on,omitempty"`      // which connection decided it
	Sent    string `json:"sent,omitempty"`    // what was asked there last
	Want    string `json:"want,omitempty"`    // a pattern, as the package comment explains them
	Got     string `json:"got,omitempty"`     // the bytes that came instead
	Why     string `json:"why,omitempty"`     // where the two differ
	Known   string `json:"known,omitempty"`   // entry of §12 that has that divergence, and the servers
	Missing string `json:"missing,omitempty"` // of Skip

	Duration     time.Duration `json:"duration_ns"`
	Conversation []Said        `json:"conversation,omitempty"` // of Fail and Warn
}

// Said is one thing that was said in a check.
type Said struct {
	Since time.Duration `json:"since_ns"` // the check's beginning
	On    string        `json:"on"`
	By    string        `json:"by"` // C client, S server, - neither
	Text  string        `json:"text"`
}

// Report is what came of a run. Its JSON is stable within a SchemaVersion.
type Report struct {
	SchemaVersion int           `json:"schema_version"`
	Version       string        `json:"nudge_version,omitempty"` // of the program; the caller's
	Target        string        `json:"target"`
	Dialect       string        `json:"dialect"`
	Mode          Mode          `json:"mode"`
	Profile       Profile       `json:"profile"`
	Start         time.Time     `json:"start"`
	Duration      time.Duration `json:"duration_ns"`
	Counts        Counts        `json:"counts"`
	Interrupted   bool          `json:"interrupted,omitempty"` // not all checks were made
	Accounts      []string      `json:"accounts"`              // that were used
	Changed       []string      `json:"changed,omitempty"`     // what is not as it was found
	Checks        []Result      `json:"checks"`
}

// SchemaVersion is that of a Report's JSON.
const SchemaVersion = 1

// Counts are how many checks had each status.
type Counts struct {
	Pass int `json:"pass"`
	Warn int `json:"warn"`
	Fail int `json:"fail"`
	Skip int `json:"skip"`
}

func (c *Counts) add(s Status) {
	switch s {
	case Pass:
		c.Pass++
	case Warn:
		c.Warn++
	case Fail:
		c.Fail++
	case Skip:
		c.Skip++
	}
}

func (c Counts) String() string {
	text := fmt.Sprintf("%d passed", c.Pass)
	if c.Warn > 0 {
		text += fmt.Sprintf(", %d with a warning", c.Warn)
	}
	return text + fmt.Sprintf(", %d failed, %d skipped", c.Fail, c.Skip)
}

// JSON writes the report, indented.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// ReadReport reads what JSON wrote.
func ReadReport(r io.Reader) (*Report, error) {
	var rep Report
	if err := json.NewDecoder(io.LimitReader(r, maxReport)).Decode(&rep); err != nil {
		return nil, fmt.Errorf("no report of checks: %w", err)
	}
	switch {
	case rep.SchemaVersion == 0 || rep.Checks == nil:
		return nil, fmt.Errorf("no report of checks: schema_version or checks is missing")
	case rep.SchemaVersion > SchemaVersion:
		return nil, fmt.Errorf("a report of schema version %d, newer than %d", rep.SchemaVersion, SchemaVersion)
	}
	return &rep, nil
}

// maxReport bounds a report that is read, in bytes.
const maxReport = 64 << 20
