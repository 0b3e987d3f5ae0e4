package results

import (
	"bufio"
	"fmt"
	"strings"
	"time"
)

// wrong says what the target did wrong, each a sentence: findings, what clients met with because of them, and that
// sessions could not be played.
func (f *FuzzSummary) wrong() (reasons []string) {
	if f == nil {
		return nil
	}
	if n := len(f.Findings); n > 0 {
		reasons = append(reasons, fmt.Sprintf("fuzzing: %s, the first: %s", plural(int64(n), "finding"), f.Findings[0].Verdict))
	}
	if f.Noticed != nil {
		for _, r := range f.Noticed.Errors {
			reasons = append(reasons, "clients noticed the fuzzing: "+r)
		}
	}
	if f.Error != "" {
		reasons = append(reasons, "fuzzing ended early: "+f.Error)
	}
	return reasons
}

// slow says that clients were served more slowly, each a sentence.
func (f *FuzzSummary) slow() (reasons []string) {
	if f == nil || f.Noticed == nil {
		return nil
	}
	for _, r := range f.Noticed.Latency {
		reasons = append(reasons, "clients noticed the fuzzing: "+r)
	}
	return reasons
}

// Wrong says that the server was: there is a finding, or something failed that did not before.
func (f *FuzzSummary) Wrong() bool {
	return f != nil && (len(f.Findings) > 0 || f.Noticed != nil && len(f.Noticed.Errors) > 0)
}

// Slow gives the reasons for which clients were served more slowly; nil: they were not.
func (f *FuzzSummary) Slow() []string { return f.slow() }

// textFuzz tells what was played beside the load, and what clients noticed.
func (s *Summary) textFuzz(b *bufio.Writer) {
	f := s.Fuzz
	if f == nil {
		return
	}
	if f.Sessions == 0 {
		fmt.Fprintf(b, "\nfuzzing beside the load: no session was played\n")
		return
	}
	fmt.Fprintf(b, "\nfuzzing beside the load, from %s on\n", formatTime(f.From))
	fmt.Fprintf(b, "  %s of %s/s asked for, %s, %s\n", plural(f.Sessions, "session"), formatRate(f.Rate), plural(f.Commands, "command"), plural(int64(len(f.Findings)), "finding"))
	if f.Unconfirmed > 0 {
		fmt.Fprintf(b, "  %s that only time decided: three replays did not show it again, it is left out\n", plural(int64(f.Unconfirmed), "verdict"))
	}
	for i, x := range f.Findings {
		fmt.Fprintf(b, "  finding %d: %s\n", i+1, printable(x.Verdict))
		fmt.Fprintf(b, "    session %s, shown again by %d of %d replays\n", printable(x.Number), x.Reproduced, x.Replays)
		if x.File != "" {
			fmt.Fprintf(b, "    %s\n", printable(x.File))
		}
	}
	f.textWindows(b)
}

// textWindows holds what clients met with before against what they met with later.
func (f *FuzzSummary) textWindows(b *bufio.Writer) {
	if f.Noticed == nil {
		return
	}
	fmt.Fprintln(b)
	var rows [][]string
	row := func(what string, of func(*FuzzWindow) string) {
		rows = append(rows, []string{"  " + what, of(f.Before), of(f.During)})
	}
	counts := func(what string, of func(*FuzzWindow) map[string]int64) {
		row(what, func(w *FuzzWindow) string { return formatCount(sum(of(w))) })
		classes := map[string]bool{}
		for _, w := range []*FuzzWindow{f.Before, f.During} {
			for class := range of(w) {
				classes[class] = true
			}
		}
		for _, class := range sortedKeys(classes) {
			row("  "+printable(class), func(w *FuzzWindow) string { return formatCount(of(w)[class]) })
		}
	}
	clock := func(what string, of func(*FuzzWindow) time.Duration) {
		row(what, func(w *FuzzWindow) string {
			if len(w.seconds) == 0 {
				return "-"
			}
			return formatTime(of(w))
		})
	}
	row("time", func(w *FuzzWindow) string { return formatTime(w.Duration) })
	counts("failed operations", func(w *FuzzWindow) map[string]int64 { return w.Errors })
	counts("lost connections", func(w *FuzzWindow) map[string]int64 { return w.Lost })
	counts("violations", func(w *FuzzWindow) map[string]int64 { return w.Violations })
	clock("service time p50, median second", func(w *FuzzWindow) time.Duration { return w.P50 })
	clock("service time p99, median second", func(w *FuzzWindow) time.Duration { return w.P99 })
	clock("service time p99, slowest second", func(w *FuzzWindow) time.Duration { return w.Slowest })
	table(b, []string{"what clients met with", "before", "during"}, rows)
	f.Noticed.text(b)
}

func (n *Noticed) text(b *bufio.Writer) {
	if n.Unknown != "" {
		fmt.Fprintf(b, "%s\n", n.Unknown)
	}
	if !n.Any() {
		fmt.Fprintln(b, "noticed: no")
		return
	}
	fmt.Fprintf(b, "noticed: yes, because of %s\n", printable(strings.Join(append(n.Errors[:len(n.Errors):len(n.Errors)], n.Latency...), "; ")))
}
