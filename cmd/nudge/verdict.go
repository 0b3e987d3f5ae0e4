package main

import (
	"fmt"
	"slices"
	"strings"

	"nudge/loadgen/scenario"
	"nudge/results"
)

// verdict turns what came of a run into the exit status: nil, or an exitError that says why. What the server
// did wrong is a fact however late the generator was, and a threshold means nothing when it was late.
func verdict(r *scenario.Result, onInvalid string) error {
	switch {
	case r.SignedIn == 0 && r.FirstFailed != nil:
		return exitError{exitFailed, "no client ever signed in: " + r.FirstFailed.Error()}
	case r.SignedIn == 0:
		return exitError{exitFailed, "no client ever signed in"}
	case len(r.Violations) > 0, r.Fuzz.Wrong():
		return exitError{exitServer, reasons(r.Reasons)}
	case r.Verdict == results.Invalid && onInvalid == "fail":
		return exitError{exitInvalid, reasons(r.Reasons)}
	case slices.ContainsFunc(r.Thresholds, func(o results.Outcome) bool { return !o.OK }):
		return exitError{exitThreshold, reasons(broken(r.Thresholds))}
	case len(r.Fuzz.Slow()) > 0:
		return exitError{exitThreshold, reasons(r.Fuzz.Slow())}
	case r.Verdict == results.Fail: // for a reason that is none of the above: it could not go on
		return exitError{exitFailed, reasons(r.Reasons)}
	}
	return nil
}

// broken says which thresholds were: what else there was to say is no reason for that exit status.
func broken(thresholds []results.Outcome) (all []string) {
	for _, o := range thresholds {
		if !o.OK {
			all = append(all, o.Reason())
		}
	}
	return all
}

// maxReasons is how many reasons the last line on standard error names.
const maxReasons = 3

func reasons(all []string) string {
	if extra := len(all) - maxReasons; extra > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(all[:maxReasons], "; "), extra)
	}
	return strings.Join(all, "; ")
}
