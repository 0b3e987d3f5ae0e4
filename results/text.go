package results

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// narrow is the width that the table keeps to if it can, in characters.
const narrow = 80

// Text writes the summary for a person to read, in UTF-8, as a rule no wider than 80 columns.
func (s *Summary) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	s.textHead(b)
	s.textTable(b)
	s.textErrors(b)
	s.textFuzz(b)
	s.textThresholds(b)
	s.textVerdict(b)
	return b.Flush()
}

func (s *Summary) textHead(b *bufio.Writer) {
	name := "nudge"
	if s.NudgeVersion != "" {
		name += " " + s.NudgeVersion
	}
	fmt.Fprintf(b, "%s: scenario %s against %s, seed %d\n", name, printable(s.Scenario), printable(s.Target), s.Seed)
	if s.Mix != "" {
		fmt.Fprintf(b, "clients: %s\n", printable(s.Mix))
	}
	fmt.Fprintf(b, "%s configured, at most %s online; %s at full load, %s in all\n",
		plural(int64(s.Clients.Configured), "client"), formatCount(int64(s.Clients.PeakOnline)), formatTime(s.Duration), formatTime(s.Whole))
	fmt.Fprintf(b, "%s UTC", s.Start.UTC().Format("2006-01-02 15:04:05"))
	if s.Runs > 1 {
		fmt.Fprintf(b, ", %d runs merged", s.Runs)
	}
	g := s.Generator
	fmt.Fprintf(b, "; generator: %s of CPU", formatTime(g.CPU))
	if s.Whole > 0 {
		fmt.Fprintf(b, " (%s of a core)", formatShare(float64(g.CPU)/float64(s.Whole)))
	}
	if g.MaxRSS > 0 {
		fmt.Fprintf(b, ", %s", formatBytes(g.MaxRSS))
	}
	fmt.Fprintf(b, ", %s\n", plural(int64(g.Loops), "loop"))
}

// textTable shows the operations, in the order of the scenario, and below them what held iterations up.
func (s *Summary) textTable(b *bufio.Writer) {
	head := []string{"operation", "count", "errors", "rate/s", "p50", "p90", "p99", "p99.9", "max"}
	var rows [][]string
	group := func(title string, of func(name string) bool) {
		first := true
		for _, o := range s.Ops {
			if !of(o.Name) {
				continue
			}
			if first {
				rows = append(rows, []string{title})
				first = false
			}
			rows = append(rows, append([]string{"  " + o.Name, formatCount(o.Count), formatCount(o.Failed()), formatRate(o.Rate)}, latencyCells(o.Latency.h)...))
			if ok := o.LatencyOK.h; o.Failed() > 0 && count(ok) > 0 {
				rows = append(rows, append([]string{"    ok only", formatCount(count(ok)), "", ""}, latencyCells(ok)...))
			}
		}
	}
	apart := func(name string) bool { return s.open() && name == iterationName }
	group("signing in, over the whole run", s.signIn)
	group("at full load", func(name string) bool { return !s.signIn(name) && !apart(name) })
	group("iterations at full load, from when they were due", apart)
	rows = append(rows, s.pacingRows()...)
	if len(rows) == 0 {
		fmt.Fprint(b, "\nnothing was recorded\n")
		return
	}
	fmt.Fprintln(b)
	table(b, head, rows)
	s.textPacing(b)
}

func (s *Summary) signIn(name string) bool {
	return slices.ContainsFunc(s.ops, func(o OpInfo) bool { return o.Name == name && o.SignIn })
}

func latencyCells(h *histogram) []string {
	var cells []string
	for _, p := range []float64{50, 90, 99, 99.9} {
		cells = append(cells, formatTime(percentile(h, p)))
	}
	return append(cells, formatTime(greatest(h)))
}

// table writes rows under a head: the first column to the left, the others to the right. A row of one cell is a heading.
func table(b *bufio.Writer, head []string, rows [][]string) {
	widths := make([]int, len(head))
	total := 0
	for i := range head {
		for _, r := range append([][]string{head}, rows...) {
			if i < len(r) && len(r) > 1 {
				widths[i] = max(widths[i], utf8.RuneCountInString(r[i]))
			}
		}
		total += widths[i]
	}
	gap := 2
	if total+gap*(len(head)-1) > narrow {
		gap = 1
	}
	for _, r := range append([][]string{head}, rows...) {
		var l strings.Builder
		for i, cell := range r {
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
			if i == 0 {
				l.WriteString(cell + pad)
			} else {
				l.WriteString(strings.Repeat(" ", gap) + pad + cell)
			}
		}
		fmt.Fprintln(b, strings.TrimRight(l.String(), " "))
	}
}

func (s *Summary) textThresholds(b *bufio.Writer) {
	if len(s.Thresholds) == 0 {
		return
	}
	fmt.Fprint(b, "\nthresholds\n")
	width := 0
	for _, o := range s.Thresholds {
		width = max(width, utf8.RuneCountInString(o.Expr))
	}
	for _, o := range s.Thresholds {
		word := "pass"
		if !o.OK {
			word = "FAIL"
		}
		if s.Verdict == Interrupted {
			word = "    " // not judged
		}
		fmt.Fprintf(b, "  %s  %-*s  measured %s\n", word, width, o.Expr, o.Measured)
	}
}

// textVerdict ends with the verdict. Broken thresholds have been shown where they stand.
func (s *Summary) textVerdict(b *bufio.Writer) {
	fmt.Fprintln(b)
	var broken int64
	for _, o := range s.Thresholds {
		if !o.OK {
			broken++
		}
	}
	for _, r := range s.Reasons {
		shown := slices.ContainsFunc(s.Thresholds, func(o Outcome) bool { return !o.OK && o.Reason() == r })
		if !shown && !slices.ContainsFunc(s.Invalid, func(i Invalidity) bool { return i.What == r }) {
			fmt.Fprintf(b, "%s\n", printable(r))
		}
	}
	s.textInvalid(b)
	switch {
	case s.Verdict == Pass:
		fmt.Fprintln(b, "verdict: pass")
	case s.Verdict == Interrupted:
		fmt.Fprintln(b, "verdict: INTERRUPTED, nothing is judged")
	case s.Verdict == Invalid:
		fmt.Fprintln(b, "verdict: INVALID, the measurement is not to be trusted")
	case broken > 0:
		fmt.Fprintf(b, "verdict: FAIL, %s broken\n", plural(broken, "threshold"))
	default:
		fmt.Fprintln(b, "verdict: FAIL")
	}
}
