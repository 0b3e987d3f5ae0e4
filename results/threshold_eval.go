package results

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Outcome is a threshold beside what was measured.
type Outcome struct {
	Expr     string // without spaces
	Measured string // with its unit; "no data" if there was none
	OK       bool
}

// Reason says in a sentence that a threshold was broken, and by what.
func (o Outcome) Reason() string {
	return fmt.Sprintf("threshold %s: measured %s", o.Expr, o.Measured)
}

// Check says whether a run with these operations has what the threshold asks for. The error is a *ThresholdError
// and names the nearest operation.
func (t Threshold) Check(ops []OpInfo) error {
	if t.op == "" || slices.Contains(spreadNames, t.op) {
		return nil
	}
	names := []string{}
	for _, op := range ops {
		if op.Name == t.op {
			return nil
		}
		names = append(names, op.Name)
	}
	return &ThresholdError{t.expr, fmt.Sprintf("unknown operation %q, did you mean %q?", t.op, nearest(t.op, slices.Concat(names, spreadNames)))}
}

// Eval compares the threshold with what was measured. Where there is no data it is broken.
func (t Threshold) Eval(s *Summary) Outcome {
	v, ok := t.value(s)
	if !ok {
		return Outcome{t.expr, "no data", false}
	}
	o := Outcome{Expr: t.expr, OK: t.holds(v)}
	switch t.unit() {
	case unitTime:
		o.Measured = formatTime(time.Duration(v))
	case unitShare:
		o.Measured = formatShare(v)
	case unitRate:
		o.Measured = formatRate(v) + "/s"
	default:
		o.Measured = formatCount(int64(v))
	}
	return o
}

func (t *Threshold) holds(v float64) bool {
	switch t.compare {
	case "<":
		return v < t.limit
	case "<=":
		return v <= t.limit
	case ">":
		return v > t.limit
	case ">=":
		return v >= t.limit
	case "==":
		return v == t.limit
	}
	return v != t.limit
}

// value is what was measured; false if there is no data.
func (t *Threshold) value(s *Summary) (float64, bool) {
	switch {
	case t.op == "" && t.metric == "dropped":
		return float64(s.Dropped), true
	case t.op == "" && t.metric == "cut":
		return float64(s.Cut), true
	case t.op == "":
		return float64(sum(s.Violations)), true
	case t.op == waitName:
		return t.ofTimes(s.wait)
	case t.op == lagName:
		return t.ofTimes(s.lag)
	case t.op == serviceName:
		return t.ofTimes(s.service)
	case t.op == pulseName:
		return t.ofTimes(s.pulse)
	}
	i := slices.IndexFunc(s.Ops, func(o OpSummary) bool { return o.Name == t.op })
	if i < 0 {
		return 0, false
	}
	o := &s.Ops[i]
	switch t.metric {
	case metricErrors:
		return float64(o.Failed()) / float64(o.Count), true
	case metricCount:
		return float64(o.Count), true
	case metricRate:
		return o.Rate, true
	case metricLost:
		return float64(o.Errors[metricLost]), true
	}
	return t.ofTimes(o.Latency.h)
}

// ofTimes is a metric of a histogram, in ns.
func (t *Threshold) ofTimes(h *histogram) (float64, bool) {
	if count(h) == 0 {
		return 0, false
	}
	switch t.metric {
	case metricMin:
		return float64(h.Min()), true
	case metricMean:
		return h.Mean(), true
	case metricMax:
		return float64(greatest(h)), true
	}
	return float64(percentile(h, t.percent)), true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
