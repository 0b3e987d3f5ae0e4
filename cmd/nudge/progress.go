package main

import (
	"fmt"
	"io"
	"time"

	"nudge/results"
)

// lateLag is how late the generator must be for its lag to be told.
const lateLag = 2 * time.Millisecond

// progress returns what writes a line a second: time since the start, phase, clients online, iterations per
// second, p99 of the scenario's main operation in that second, and how many sign-ins, iterations and pings
// have failed so far. What those consist of is not counted again. Lag is told where it is large.
//
//	12s hold  1000 online   99.2 iterations/s  chg p99 1.21ms  0 errors
func progress(w io.Writer, mainOp string) func(results.Tick) {
	told := false
	failed := map[string]int64{} // since the start, by operation
	return func(t results.Tick) {
		for _, op := range t.Ops {
			failed[op.Name] = op.TotalFailed
		}
		line := fmt.Sprintf("%4.0fs %-4s %6d online", t.At.Seconds(), t.Phase, t.Online)
		if it := opTick(t, "iteration"); it != nil && t.Length > 0 {
			line += fmt.Sprintf("  %8.1f iterations/s", float64(it.OK)/t.Length.Seconds())
		}
		if op := opTick(t, mainOp); op != nil {
			line += fmt.Sprintf("  %s p99 %v", mainOp, shortDuration(op.P99))
		}
		if t.LagP99 >= lateLag {
			line += fmt.Sprintf("  lag p99 %v", shortDuration(t.LagP99))
		}
		line += fmt.Sprintf("  %d errors", failed["login"]+failed["iteration"]+failed["png"])
		if t.Dropped > 0 {
			line += fmt.Sprintf("  %d dropped", t.Dropped)
		}
		if t.Length >= time.Second/2 { // what is left at the end of a run is the summary's
			fmt.Fprintln(w, line)
		}
		if t.Err != nil && !told {
			told = true
			fmt.Fprintf(w, "nudge run: run directory: %v\n", t.Err)
		}
	}
}

func opTick(t results.Tick, name string) *results.OpTick {
	for i := range t.Ops {
		if t.Ops[i].Name == name {
			return &t.Ops[i]
		}
	}
	return nil
}

// shortDuration rounds a time to three digits.
func shortDuration(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
