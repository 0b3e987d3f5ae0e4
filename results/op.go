package results

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Op is a timed step of a run, an index into [Config].Ops.
type Op uint8

// MaxOps is the number of operations that a run may have.
const MaxOps = 64

// OpInfo says what there is to know of an operation before it is measured.
type OpInfo struct {
	Name   string `json:"name"`    // short, in lower case, no dot, comma or space
	SignIn bool   `json:"sign_in"` // part of signing in: shown over the whole run, all others over hold
	Step   bool   `json:"step"`    // one command and its answer; else made of several, or of something else
}

// Phase is the part of a load in which something was recorded.
type Phase uint8

const (
	Ramp Phase = iota // the number of clients or the rate changes
	Hold              // it stays as it is
	phases
)

func (p Phase) String() string {
	if p == Hold {
		return "hold"
	}
	return "ramp"
}

// series lists what has histograms: the operations, then what paces them.
func series(ops []OpInfo) []OpInfo {
	all := slices.Clone(ops)
	for _, name := range spreadNames {
		all = append(all, OpInfo{Name: name})
	}
	return all
}

// checkOps refuses names that could not be told apart, or not be read back from a log.
func checkOps(ops []OpInfo) error {
	if len(ops) > MaxOps {
		return fmt.Errorf("results: %d operations, at most %d", len(ops), MaxOps)
	}
	seen := map[string]bool{}
	for _, name := range slices.Concat(spreadNames, runMetrics) {
		seen[name] = true
	}
	for _, op := range ops {
		switch {
		case op.Name == "" || strings.ContainsFunc(op.Name, notInName):
			return fmt.Errorf("results: operation name %q: only a to z, 0 to 9 and _", op.Name)
		case seen[op.Name]:
			return fmt.Errorf("results: operation name %q is taken", op.Name)
		}
		seen[op.Name] = true
	}
	return nil
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
}

// span is a stretch of time since the run's start.
type span struct{ From, To time.Duration }
