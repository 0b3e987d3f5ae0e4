package results

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// Bench writes the summary in Go's benchmark format, which benchstat reads: a line for each operation, with the mean, the
// percentiles, the rate of successes and the share of failures. The count stands where the number of iterations does.
// What differs from run to run without making them another benchmark, such as the seed, is a comment: benchstat would not
// compare runs whose configuration differs.
func (s *Summary) Bench(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "goos: %s\ngoarch: %s\npkg: nudge\n", runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(b, "scenario: %s\nclients: %d\n", oneWord(s.Scenario), s.Clients.Configured)
	fmt.Fprintf(b, "# version %s, target %s, seed %d, %v at full load, verdict %s\n",
		oneWord(s.NudgeVersion), oneWord(s.Target), s.Seed, s.Duration.Round(time.Millisecond), s.Verdict)
	fmt.Fprintf(b, "Unit ops/s better=higher\n")
	for i := range s.Ops {
		o := &s.Ops[i]
		l := &o.Latency
		fmt.Fprintf(b, "Benchmark%s %d %d ns/op %d p50-ns %d p90-ns %d p99-ns %d p999-ns %d max-ns %.6g ops/s %.6g error-%%\n",
			strings.ToUpper(o.Name[:1])+o.Name[1:], o.Count, l.Mean, l.P50, l.P90, l.P99, l.P999, l.Max,
			o.Rate, 100*float64(o.Failed())/float64(o.Count))
	}
	return b.Flush()
}

// oneWord keeps a value from breaking its line.
func oneWord(s string) string { return strings.Join(strings.Fields(s), "-") }
