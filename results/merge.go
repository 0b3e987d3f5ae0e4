package results

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Load makes the summary of one run from its directory, or of several merged: counts are the sums and percentiles
// those of all values together. Rates are per second in which at least one of the runs was under way. What is odd but does not
// stop it stands in Notes: a last line that was cut, runs that differ in what they ran. Thresholds are judged again.
//
// A directory will do in which the run was killed; then the verdict is Interrupted. A line that cannot be read and is
// not the last of its file is a *DataError.
func Load(dirs ...string) (*Summary, error) {
	runs, err := loadRuns(dirs)
	if err != nil {
		return nil, err
	}
	t := runs[0].tally
	var end End
	var notes []string
	for i, l := range runs {
		if i > 0 {
			t.add(l.tally)
		}
		end.At = max(end.At, l.end.At)
		end.Interrupted = end.Interrupted || l.end.Interrupted || !l.ended
		end.Failures = appendNew(end.Failures, l.end.Failures...)
		if !l.ended {
			end.Failures = append(end.Failures, l.killed())
		}
		notes = append(notes, l.notes...)
	}
	thresholds, err := thresholdsOf(runs)
	if err != nil {
		return nil, err
	}
	s := summarize(t, runs[0].info.RunInfo, end, thresholds)
	s.Notes = append(notes, differences(runs)...)
	return s, nil
}

func loadRuns(dirs []string) ([]*loaded, error) {
	if len(dirs) == 0 {
		return nil, errors.New("results: no run directory")
	}
	var runs []*loaded
	var seen []os.FileInfo
	for _, dir := range dirs {
		fi, err := os.Stat(dir)
		if err != nil {
			return nil, err
		}
		for i, other := range seen {
			if os.SameFile(fi, other) {
				return nil, fmt.Errorf("%s and %s are the same run directory", dirs[i], dir)
			}
		}
		seen = append(seen, fi)
		l, err := loadRun(dir)
		if err != nil {
			return nil, err
		}
		runs = append(runs, l)
	}
	return runs, nil
}

// thresholdsOf are those of the runs, each once.
func thresholdsOf(runs []*loaded) (ts []Threshold, err error) {
	var exprs []string
	for _, l := range runs {
		exprs = appendNew(exprs, l.info.Thresholds...)
	}
	for _, e := range exprs {
		t, err := ParseThreshold(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", runFile, err)
		}
		ts = append(ts, t)
	}
	return ts, nil
}

// differences says in sentences what sets the runs apart, apart from their seeds.
func differences(runs []*loaded) (notes []string) {
	for _, what := range []struct {
		name string
		of   func(*loaded) string
	}{
		{"version of nudge", func(l *loaded) string { return l.info.NudgeVersion }},
		{"scenario", func(l *loaded) string { return l.info.Scenario }},
		{"mix", func(l *loaded) string { return l.info.Mix }},
		{"target", func(l *loaded) string { return l.info.Target }},
		{"thresholds", func(l *loaded) string { return strings.Join(l.info.Thresholds, " ") }},
	} {
		var values []string
		for _, l := range runs {
			values = appendNew(values, what.of(l))
		}
		if len(values) > 1 {
			notes = append(notes, fmt.Sprintf("the runs differ in %s: %s", what.name, strings.Join(values, " | ")))
		}
	}
	return notes
}

// appendNew appends what is not in s yet.
func appendNew(s []string, more ...string) []string {
	for _, m := range more {
		if !slices.Contains(s, m) {
			s = append(s, m)
		}
	}
	return s
}
