package results

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Threshold is a limit that a run must keep, such as chg.p99<20ms. Make one with ParseThreshold.
type Threshold struct {
	op      string // "" for what belongs to no operation
	metric  string
	compare string
	limit   float64 // in ns for latencies, a share for errors, per second for rates
	expr    string  // without spaces
	percent float64 // of a percentile
}

// ThresholdError says why an expression is not a threshold.
type ThresholdError struct{ Expr, Why string }

func (e *ThresholdError) Error() string { return fmt.Sprintf("threshold %q: %s", e.Expr, e.Why) }

// Metrics of operations beside the percentiles, of which there are as many as numbers.
const (
	metricErrors = "errors" // failures as a share of all
	metricCount  = "count"
	metricRate   = "rate" // successes per second
	metricLost   = "lost" // failures of class lost
	metricMin    = "min"
	metricMean   = "mean"
	metricMax    = "max"
)

var (
	opMetrics     = []string{metricErrors, metricCount, metricRate, metricLost, metricMin, metricMean, metricMax, "p50", "p90", "p95", "p99", "p999"}
	spreadMetrics = []string{metricMin, metricMean, metricMax, "p50", "p90", "p95", "p99", "p999"}
	runMetrics    = []string{"dropped", "cut", "violations"}
	comparisons   = []string{"<=", ">=", "==", "!=", "<", ">"} // those of two characters first
)

// DefaultThresholds are those of a run that was given none: fewer than 1 % of the sign-ins fail, and fewer than 1 % of
// the iterations. iterations is false for a scenario that has none.
func DefaultThresholds(iterations bool) []Threshold {
	exprs := []string{"login.errors<1%"}
	if iterations {
		exprs = append(exprs, "iteration.errors<1%")
	}
	var ts []Threshold
	for _, e := range exprs {
		t, err := ParseThreshold(e)
		if err != nil {
			panic(err)
		}
		ts = append(ts, t)
	}
	return ts
}

// ParseThreshold reads operation.metric, a comparison and a limit; spaces do not matter.
//
//	login.errors<1%          share of failures; also 0.01
//	presence.lost==0         failures of class lost; count is that of all
//	iteration.rate>=450/s    successes per second
//	chg.p99<20ms             percentile of successes and failures; any number, as p50, p99.9 or p999; also min, mean, max
//	lag.p99<1ms, wait.max<1s the generator's lateness, the time for which iterations waited for a client; also service, pulse
//	dropped==0, cut==0, violations==0
//
// Whether a run has the operation is for Check to say. The error is a *ThresholdError and names the nearest right word.
func ParseThreshold(s string) (Threshold, error) {
	expr := strings.Join(strings.Fields(s), "")
	bad := func(format string, args ...any) (Threshold, error) {
		return Threshold{}, &ThresholdError{strings.TrimSpace(s), fmt.Sprintf(format, args...)}
	}
	at := strings.IndexAny(expr, "<>=!")
	if at < 0 {
		return bad("no comparison; one of < <= > >= == != is needed, as in chg.p99<20ms")
	}
	t := Threshold{expr: expr}
	for _, c := range comparisons {
		if strings.HasPrefix(expr[at:], c) {
			t.compare = c
			break
		}
	}
	if t.compare == "" {
		return bad("unknown comparison %q, did you mean %q?", expr[at:at+1], expr[at:at+1]+"=")
	}
	what, limit := expr[:at], expr[at+len(t.compare):]
	var dotted bool
	t.op, t.metric, dotted = strings.Cut(what, ".")
	if !dotted {
		t.op, t.metric = "", what
		if !slices.Contains(runMetrics, what) {
			return bad("unknown metric %q, did you mean %q?", what, nearestMetric(what))
		}
	}
	if err := t.parseMetric(); err != "" {
		return bad("%s", err)
	}
	var err string
	if t.limit, err = t.parseLimit(limit); err != "" {
		return bad("%s", err)
	}
	return t, nil
}

// nearestMetric is for a word without a dot: a metric of the run, or one that needs an operation.
func nearestMetric(word string) string {
	if slices.Contains(opMetrics, word) {
		return "iteration." + word
	}
	if near := nearest(word, runMetrics); distance(word, near) < len(word)/2+1 {
		return near
	}
	return word + ".p99"
}

// parseMetric checks the metric and reads the number of a percentile. It returns what is wrong.
func (t *Threshold) parseMetric() string {
	if t.op == "" {
		return ""
	}
	known := opMetrics
	if slices.Contains(spreadNames, t.op) {
		known = spreadMetrics
	}
	if digits, ok := strings.CutPrefix(t.metric, "p"); ok {
		if p, ok := parsePercent(digits); ok {
			t.percent = p
			return ""
		}
	} else if slices.Contains(known, t.metric) {
		return ""
	}
	return fmt.Sprintf("unknown metric %q, did you mean %q?", t.metric, nearest(t.metric, known))
}

// parsePercent reads 99, 99.9, and 999 for 99.9.
func parsePercent(s string) (float64, bool) {
	if strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	if len(s) > 2 && !strings.Contains(s, ".") && s != "100" {
		s = s[:2] + "." + s[2:]
	}
	p, err := strconv.ParseFloat(s, 64)
	return p, err == nil && p > 0 && p <= 100
}

// unit says what a threshold is compared in.
func (t *Threshold) unit() unit {
	switch {
	case t.op == "" || t.metric == metricCount || t.metric == metricLost:
		return unitNone
	case t.metric == metricErrors:
		return unitShare
	case t.metric == metricRate:
		return unitRate
	}
	return unitTime
}

type unit uint8

const (
	unitNone unit = iota
	unitShare
	unitRate
	unitTime
)

// parseLimit reads the limit in the unit of the metric. It returns what is wrong.
func (t *Threshold) parseLimit(s string) (float64, string) {
	var n float64
	var err error
	var example string
	switch t.unit() {
	case unitTime:
		var d time.Duration
		d, err = time.ParseDuration(s)
		n, example = float64(d), "a time such as 20ms or 1.5s"
	case unitShare:
		number, percent := strings.CutSuffix(s, "%")
		n, err = parseNumber(number)
		if percent {
			n /= 100
		}
		example = "a share such as 1% or 0.01"
	case unitRate:
		n, err = parseNumber(strings.TrimSuffix(s, "/s"))
		example = "a rate such as 450/s"
	default:
		n, err = parseNumber(s)
		example = "a number such as 0"
	}
	if err != nil || n < 0 {
		return 0, fmt.Sprintf("limit %q: needs %s", s, example)
	}
	return n, ""
}

// parseNumber reads a decimal number, and nothing else that Go takes for a float.
func parseNumber(s string) (float64, error) {
	if strings.Trim(s, "0123456789.") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

// Tail is what a threshold of a percentile is about: an operation, or wait, lag and the like, and the percentile, from 0 to 100.
// 0: it is about something else.
func (t Threshold) Tail() (op string, percentile float64) { return t.op, t.percent }

// String returns the expression without spaces.
func (t Threshold) String() string { return t.expr }
