package results

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the text: errors and violations shown, and lines of the first example of each.
const (
	maxShown        = 10
	maxExampleLines = 40
)

// narrow is the width that the table keeps to if it can, in characters.
const narrow = 80

// Text writes the summary for a person to read, in UTF-8, as a rule no wider than 80 columns.
func (s *Summary) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	s.textHead(b)
	s.textTable(b)
	s.textErrors(b)
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
	group := func(title string, signIn bool) {
		first := true
		for _, o := range s.Ops {
			if s.signIn(o.Name) != signIn {
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
	group("signing in, over the whole run", true)
	group("at full load", false)
	if count(s.wait)+count(s.lag) > 0 {
		rows = append(rows, []string{"before an iteration"})
		for _, r := range []struct {
			name string
			h    *histogram
		}{{"  wait", s.wait}, {"  lag", s.lag}} {
			if count(r.h) > 0 {
				rows = append(rows, append([]string{r.name, formatCount(count(r.h)), "", ""}, latencyCells(r.h)...))
			}
		}
	}
	if len(rows) == 0 {
		fmt.Fprint(b, "\nnothing was recorded\n")
		return
	}
	fmt.Fprintln(b)
	table(b, head, rows)
	s.textPacing(b)
}

// textPacing explains the rows of wait and lag, and tells of iterations that never were.
func (s *Summary) textPacing(b *bufio.Writer) {
	if count(s.wait)+count(s.lag)+s.Dropped == 0 {
		return
	}
	fmt.Fprintln(b)
	if count(s.wait) > 0 {
		fmt.Fprintln(b, "wait: due, and no client was free: the server is slow, or clients are too few")
	}
	if count(s.lag) > 0 {
		fmt.Fprintln(b, "lag: a client was free, and the generator was late: its own doing")
	}
	if s.Dropped > 0 {
		fmt.Fprintf(b, "dropped: %s due and never started\n", plural(s.Dropped, "iteration"))
	}
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

// textErrors lists the classes of errors and the violations, each with the first example.
func (s *Summary) textErrors(b *bufio.Writer) {
	type class struct {
		name string
		n    int64
		ops  []string
	}
	byName := map[string]*class{}
	for _, o := range s.Ops {
		for name, n := range o.Errors {
			c := byName[name]
			if c == nil {
				c = &class{name: name}
				byName[name] = c
			}
			c.n += n
			c.ops = append(c.ops, fmt.Sprintf("%s %s (%s)", o.Name, formatCount(n), formatShare(float64(n)/float64(o.Count))))
		}
	}
	var classes []*class
	for _, name := range sortedKeys(byName) {
		classes = append(classes, byName[name])
	}
	slices.SortStableFunc(classes, func(a, b *class) int { return -cmp.Compare(a.n, b.n) })
	if len(classes) > 0 {
		fmt.Fprint(b, "\nerrors by class\n")
	}
	for i, c := range classes {
		if i == maxShown {
			fmt.Fprintf(b, "  and %s\n", plural(int64(len(classes)-i), "more class", "more classes"))
			break
		}
		fmt.Fprintf(b, "  %s: %s\n", printable(c.name), strings.Join(c.ops, ", "))
		s.textExample(b, kindEvent, c.name)
	}
	s.textOthers(b, func(name string) bool { return byName[name] != nil })
}

// textOthers lists the violations, and the events that are not errors of an operation shown.
func (s *Summary) textOthers(b *bufio.Writer, shown func(class string) bool) {
	title := map[string]string{kindViolation: "violations by the server", kindEvent: "events"}
	for _, kind := range []string{kindViolation, kindEvent} {
		n := 0
		for _, e := range s.Events {
			if e.Kind != kind || kind == kindEvent && shown(e.Class) {
				continue
			}
			if n == 0 {
				fmt.Fprintf(b, "\n%s\n", title[kind])
			}
			if n++; n <= maxShown {
				fmt.Fprintf(b, "  %s: %s\n", printable(e.Class), formatCount(e.Count))
				s.textExample(b, kind, e.Class)
			}
		}
		if n > maxShown {
			fmt.Fprintf(b, "  and %s\n", plural(int64(n-maxShown), "more class", "more classes"))
		}
	}
}

// textExample shows the first event of a class.
func (s *Summary) textExample(b *bufio.Writer, kind, class string) {
	i := slices.IndexFunc(s.Events, func(e EventCount) bool { return e.Kind == kind && e.Class == class })
	if i < 0 || s.Events[i].First.Text == "" {
		return
	}
	e := s.Events[i].First
	where := []string{"first after " + formatTime(e.At)}
	for _, w := range []string{e.Client, e.Op} {
		if w != "" {
			where = append(where, printable(w))
		}
	}
	fmt.Fprintf(b, "    %s:", strings.Join(where, ", "))
	lines := strings.Split(strings.TrimRight(e.Text, "\r\n"), "\n")
	if len(lines) == 1 {
		fmt.Fprintf(b, "\n      %s\n", printable(strings.TrimSuffix(lines[0], "\r")))
		return
	}
	fmt.Fprintln(b)
	for j, l := range lines {
		if j == maxExampleLines {
			fmt.Fprintf(b, "      … %s\n", plural(int64(len(lines)-j), "more line"))
			break
		}
		fmt.Fprintf(b, "      %s\n", printable(strings.TrimSuffix(l, "\r")))
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
		if !slices.ContainsFunc(s.Thresholds, func(o Outcome) bool { return !o.OK && o.Reason() == r }) {
			fmt.Fprintf(b, "%s\n", printable(r))
		}
	}
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

// printable shows what a terminal might act on as \x1b, \u202e and so on. Texts come from the peer.
func printable(s string) string {
	if !strings.ContainsFunc(s, odd) && utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, s[0])
		case !odd(r):
			out.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		s = s[n:]
	}
	return out.String()
}

func odd(r rune) bool { return !unicode.IsPrint(r) }

// plural is a count with its noun: 1 client, 2 clients. The plural is given where an s will not do.
func plural(n int64, noun string, more ...string) string {
	if n != 1 {
		noun += "s"
		if len(more) > 0 {
			noun = more[0]
		}
	}
	return formatCount(n) + " " + noun
}
