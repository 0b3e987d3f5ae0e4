package results

import "time"

// Fuzz is what was played to the target beside the load. Times are since the run's start.
type Fuzz struct {
	Clean       time.Duration `json:"clean_ns"`   // from here on the load was full, and nothing was played: what the rest is held against
	From        time.Duration `json:"from_ns"`    // from here on sessions were played; 0: none was yet
	To          time.Duration `json:"to_ns"`      // when no more were to begin
	Rate        float64       `json:"rate_per_s"` // of sessions, as asked for; of several runs the highest
	Sessions    int64         `json:"sessions"`
	Commands    int64         `json:"commands"`
	Unconfirmed int           `json:"unconfirmed"` // verdicts that only time decided and three replays did not show again, some of them since the run was over
	Findings    []FuzzFinding `json:"findings"`
	Error       string        `json:"error,omitempty"` // why no more were played before the time
}

// FuzzFinding is a session that the target does not stand.
type FuzzFinding struct {
	Verdict    string `json:"verdict"` // a sentence
	Number     string `json:"number"`  // with the seed it says how the session is made
	Reproduced int    `json:"reproduced"`
	Replays    int    `json:"replays"`
	File       string `json:"file,omitempty"` // in the run directory
}

// FuzzSummary is what was played, and what the clients of the load noticed of it.
type FuzzSummary struct {
	Fuzz
	Before  *FuzzWindow `json:"before,omitempty"` // nil, like the others: no session was played, or the run was interrupted
	During  *FuzzWindow `json:"during,omitempty"`
	Noticed *Noticed    `json:"noticed,omitempty"`
}

// FuzzWindow is what the clients of the load met with in one of the two stretches.
type FuzzWindow struct {
	Duration   time.Duration    `json:"duration_ns"`
	Errors     map[string]int64 `json:"errors"`     // operations that failed, by class
	Lost       map[string]int64 `json:"lost"`       // connections, by class
	Violations map[string]int64 `json:"violations"` // by kind
	P50        time.Duration    `json:"p50_ns"`     // of service time, in the median second
	P99        time.Duration    `json:"p99_ns"`     // likewise
	Slowest    time.Duration    `json:"slowest_ns"` // p99 of the slowest second

	seconds []fuzzSecond // in which iterations ended
}

// lostClasses are those of a connection that the server ended, or that broke.
var lostClasses = []string{"closed", "reset", "network", "out", "oth", "ssd", "tou"}

// ownClasses say nothing of the server, or nothing new: unfinished is what the end of a run cuts off.
var ownClasses = []string{ClassFiles, ClassPorts, "local", "mig", "unfinished"}
