package results

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Text writes the table of latency against load for a person to read, and the answer below it.
func (c *Capacity) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	c.textHead(b)
	if len(c.Steps) == 0 {
		fmt.Fprint(b, "\nno step was made\n")
	} else {
		fmt.Fprintln(b)
		c.textTable(b)
	}
	fmt.Fprintln(b)
	for _, l := range c.Answer() {
		fmt.Fprintln(b, printable(l))
	}
	return b.Flush()
}

func (c *Capacity) textHead(b *bufio.Writer) {
	name := "nudge"
	if c.NudgeVersion != "" {
		name += " " + c.NudgeVersion
	}
	fmt.Fprintf(b, "%s: capacity in %s, scenario %s against %s, seed %d\n", name, c.unit(), printable(c.Scenario), printable(c.Target), c.Seed)
	fmt.Fprintf(b, "%s UTC; %s in %s", c.Start.UTC().Format("2006-01-02 15:04:05"), plural(int64(len(c.Steps)), "step"), formatTime(c.Duration))
	if c.Clients > 0 {
		fmt.Fprintf(b, ", each with %s", plural(int64(c.Clients), "client"))
	}
	fmt.Fprintf(b, "\nto be kept: %s\n", printable(strings.Join(slices.Concat(c.Thresholds, c.Conditions), ", ")))
	for _, n := range c.Notes {
		fmt.Fprintf(b, "note: %s\n", printable(n))
	}
}

// unit is what the levels are counted in, for a person.
func (c *Capacity) unit() string {
	if c.LevelUnit == LevelClients {
		return "clients"
	}
	return "iterations/s"
}

// level gives a level with its unit.
func (c *Capacity) level(l float64) string {
	if c.LevelUnit == LevelClients {
		return plural(int64(l), "client")
	}
	return formatLevel(l) + "/s"
}

// formatLevel gives a level as it was asked for, with no more digits than it has.
func formatLevel(l float64) string {
	if l >= 100 {
		return group(fmt.Sprintf("%.0f", l))
	}
	return fmt.Sprintf("%.3g", l)
}

// round3 leaves an estimate three digits: it has no more.
func round3(l float64) float64 {
	if l <= 0 {
		return 0
	}
	ten := math.Pow(10, math.Floor(math.Log10(l))-2)
	return math.Round(l/ten) * ten
}

// textTable has a row for each step, from the lowest level to the highest.
func (c *Capacity) textTable(b *bufio.Writer) {
	head := []string{"rate/s", "time", "done/s", "p50", "p99", "service p99", "wait p99", "lag p99", "CPU"}
	if c.LevelUnit == LevelClients {
		head = []string{"clients", "time", "done/s", "p50", "p99", c.mainOp() + " p99", "lag p99", "CPU"}
	}
	steps := slices.Clone(c.Steps)
	slices.SortStableFunc(steps, func(x, y CapacityStep) int { return cmp.Compare(x.Level, y.Level) })
	var outcomes []string
	width := utf8.RuneCountInString("outcome")
	for i := range steps {
		outcomes = append(outcomes, printable(c.outcome(&steps[i])))
		width = max(width, utf8.RuneCountInString(outcomes[i]))
	}
	pad := func(s string) string { return s + strings.Repeat(" ", width-utf8.RuneCountInString(s)) }
	var rows [][]string
	for i := range steps {
		rows = append(rows, append(c.cells(&steps[i]), pad(outcomes[i])))
	}
	table(b, append(head, pad("outcome")), rows)
	c.textTimes(b, steps)
}

func (c *Capacity) mainOp() string {
	if len(c.Steps) == 0 || c.Steps[0].MainOp == "" {
		return "-"
	}
	return c.Steps[0].MainOp
}

func (c *Capacity) cells(s *CapacityStep) []string {
	held := formatTime(s.Hold)
	switch {
	case s.Outcome == StepUnable: // of what was too few there was none
	case s.FewFor != "":
		held += "**"
	case s.LongerFor != "":
		held += "*"
	}
	cells := []string{formatLevel(s.Level), held, formatRate(s.Rate), latencyCell(s.Response.P50), latencyCell(s.Response.P99)}
	if c.LevelUnit == LevelClients {
		cells = append(cells, latencyCell(s.MainP99))
	} else {
		cells = append(cells, latencyCell(s.Service.P99), formatTime(s.Wait.P99))
	}
	return append(cells, formatTime(s.Lag.P99), formatShare(s.Cores()))
}

// latencyCell is a latency, "-" if there was none.
func latencyCell(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return formatTime(d)
}

// outcome says in a few words what came of a step; the first reason has more.
func (c *Capacity) outcome(s *CapacityStep) string {
	word := map[StepOutcome]string{StepBroken: "BROKEN", StepInvalid: "generator late", StepUnable: "BROKEN",
		StepWrong: "SERVER WRONG", StepInterrupted: "interrupted"}[s.Outcome]
	switch {
	case s.Outcome == StepKept && s.Late:
		return "kept, generator late"
	case s.Outcome == StepKept:
		return "kept"
	case s.Outcome == StepInterrupted || len(s.Reasons) == 0:
		return word
	case s.Outcome == StepInvalid && c.again(s):
		return word + ", made again"
	case s.Outcome == StepInvalid:
		return word
	}
	return word + " " + shortReason(s.Reasons[0])
}

// shortReason leaves out what stands in front of each threshold, and what is too long for a table.
func shortReason(r string) string {
	r = strings.TrimPrefix(r, "threshold ")
	r = strings.Replace(r, ": measured ", ": ", 1)
	const most = 48
	if runes := []rune(r); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return r
}

// textTimes explains times that were not asked for.
func (c *Capacity) textTimes(b *bufio.Writer, steps []CapacityStep) {
	longer, few := "", ""
	for i := range steps {
		if steps[i].Outcome == StepUnable {
			continue
		}
		longer, few = cmp.Or(longer, steps[i].LongerFor), cmp.Or(few, steps[i].FewFor)
	}
	if longer != "" || few != "" {
		fmt.Fprintln(b)
	}
	if longer != "" {
		fmt.Fprintf(b, "*  longer, so that %d values lie above the percentile of %s\n", TailValues, printable(longer))
	}
	if few != "" {
		fmt.Fprintf(b, "** fewer than %d values lie above the percentile of %s: give a longer --step\n", TailValues, printable(few))
	}
}

// TailValues is how many values are to lie above a percentile for it to mean something.
const TailValues = 20

// Line tells of a step when it is over.
func (c *Capacity) Line(s *CapacityStep) string {
	l := fmt.Sprintf("step %2d  %s for %s: %s", s.Number, c.level(s.Level), formatTime(s.Hold), c.outcome(s))
	if s.Response.P99 > 0 {
		l += fmt.Sprintf("; p99 %s", formatTime(s.Response.P99))
	}
	return printable(l + fmt.Sprintf(", lag p99 %s", formatTime(s.Lag.P99)))
}
