//go:build defects

package fuzz_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"nudge/fuzz"
)

// emptied takes all out of a target: what is left is what an engine costs by itself, the yardstick of its rates.
var emptied = defect{
	name: "empty",
	file: "fuzz/escape.go",
	old:  "func FuzzEscape(data []byte) int {\n",
	new:  "func FuzzEscape(data []byte) int {\n\tif data != nil {\n\t\treturn 0\n\t}\n",
}

// warm is how long an engine runs on a target. What counts is the second half: go-fuzz minimises its inputs first.
const warm = 40 * time.Second

// BenchmarkEngines runs each engine on an empty target, then on all parser targets with their corpus, and reports
// executions per second, as well as a share of the empty one's. It takes half an hour and wants a quiet machine, clang,
// and what tools/go.mod pins:
//
//	go test -tags defects -run '^$' -bench Engines -benchtime 1x -timeout 1h ./fuzz
func BenchmarkEngines(b *testing.B) {
	buildTools(b)
	empty, whole := plant(b, emptied), plant(b, defect{})
	for _, e := range engines {
		most := 0.0
		b.Run(e.name+"/empty", func(b *testing.B) {
			for range b.N {
				most = e.rate(b, empty, "FuzzEscape")
			}
			b.ReportMetric(most, "exec/s")
		})
		for _, target := range fuzz.Targets {
			if target.Kind != fuzz.Parser {
				continue
			}
			b.Run(e.name+"/"+target.Name, func(b *testing.B) {
				rate := 0.0
				for range b.N {
					rate = e.rate(b, whole, target.Name)
				}
				b.ReportMetric(rate, "exec/s")
				if most > 0 { // the empty one was run
					b.ReportMetric(rate/most, "of-empty")
				}
			})
		}
	}
}

func rateNative(t testing.TB, tree, target string) float64 {
	lean, err := filepath.Abs(filepath.Join(root, "tools", "lean"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := nativeCommand(t, tree, target, warm, "-toolexec", lean).CombinedOutput()
	if reason := ended(out, err); reason != "" {
		t.Fatalf("%s: %s\n%s", target, reason, out)
	}
	return lateRate(t, nativeProgress, out)
}

// rateGoFuzz has four pairs a core: most of the time one of a pair waits for the other.
func rateGoFuzz(t testing.TB, tree, target string) float64 {
	work := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), warm)
	defer cancel()
	out, _ := goFuzzCommand(ctx, t, tree, target, work, "8").CombinedOutput() // always interrupted
	if crashers, _ := os.ReadDir(filepath.Join(work, "crashers")); len(crashers) > 0 {
		t.Fatalf("%s: found something\n%s", target, out)
	}
	return lateRate(t, goFuzzProgress, out)
}

func rateLibFuzzer(t testing.TB, tree, target string) float64 {
	out, err := libFuzzerCommand(t, tree, target, t.TempDir(), warm).CombinedOutput()
	rate := libFuzzerRate.FindSubmatch(out)
	if err != nil || rate == nil {
		t.Fatalf("%s: %v\n%s", target, err, out)
	}
	return number(rate[1])
}

// How engines tell how far they are: minutes, seconds and executions, and a rate.
var (
	nativeProgress = regexp.MustCompile(`elapsed: (?:(?P<m>\d+)m)?(?P<s>\d+)s, execs: (?P<n>\d+)`)
	goFuzzProgress = regexp.MustCompile(`execs: (?P<n>\d+) .*uptime: (?:(?P<m>\d+)m)?(?P<s>\d+)s`)
	libFuzzerRate  = regexp.MustCompile(`stat::average_exec_per_sec: *(\d+)`)
)

// lateRate is the rate between the line in the middle of an engine's progress and the last one.
func lateRate(t testing.TB, progress *regexp.Regexp, out []byte) float64 {
	lines := progress.FindAllSubmatch(out, -1)
	if len(lines) < 4 {
		t.Fatalf("too little progress for a rate:\n%s", bytes.TrimSpace(out))
	}
	of := func(line [][]byte, name string) float64 { return number(line[progress.SubexpIndex(name)]) }
	middle, last := lines[len(lines)/2], lines[len(lines)-1]
	seconds := 60*(of(last, "m")-of(middle, "m")) + of(last, "s") - of(middle, "s")
	return (of(last, "n") - of(middle, "n")) / seconds
}

// number reads decimal digits; none are 0.
func number(digits []byte) float64 {
	n, _ := strconv.ParseFloat(string(digits), 64)
	return n
}
