package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"nudge/fuzz/live"
)

// fuzzSummary is what nudge fuzz reports as JSON.
type fuzzSummary struct {
	SchemaVersion int           `json:"schema_version"`
	Version       string        `json:"nudge_version"`
	Seed          uint64        `json:"seed"`
	Target        string        `json:"target"`
	Server        string        `json:"server"`
	Second        string        `json:"second_target,omitempty"` // of --diff
	Duration      time.Duration `json:"duration_ns"`
	Sessions      int64         `json:"sessions"`
	Commands      int64         `json:"commands"`
	Bytes         int64         `json:"bytes"`
	Transitions   int           `json:"transitions"`
	Restarts      int64         `json:"restarts"`
	Unconfirmed   []string      `json:"unconfirmed"` // verdicts of time that did not show again
	Profile       string        `json:"profile"`     // strict, real
	Habits        []fuzzHabit   `json:"habits"`      // of known servers, under the profile real
	Verdict       string        `json:"verdict"`     // pass, fail, interrupted
	Findings      []fuzzFinding `json:"findings"`
}

// fuzzHabit is what a server does beside the page as known ones do, as JSON.
type fuzzHabit struct {
	Habit    live.Habit `json:"habit"`
	Sessions int64      `json:"sessions"`
}

// fuzzFinding is a finding as JSON.
type fuzzFinding struct {
	live.Verdict
	Number     string `json:"number"` // for --only, with the seed
	Reproduced int    `json:"reproduced"`
	Replays    int    `json:"replays"`
	Times      int64  `json:"sessions"`
	Commands   int    `json:"commands"` // as it was found
	Minimised  int    `json:"minimised_commands"`
	File       string `json:"file,omitempty"` // in the directory
	Session    string `json:"session"`
}

// fuzzReport makes the summary, of a run that was stopped before its end or not.
func fuzzReport(plan *fuzzPlan, s *fuzzServer, r *live.Report, dir string, stopped bool) *fuzzSummary {
	sum := &fuzzSummary{
		SchemaVersion: 1, Version: version(), Seed: plan.fuzzer.Seed, Target: s.target.addr, Server: s.name, Duration: r.Elapsed,
		Sessions: r.Sessions, Commands: r.Commands, Bytes: r.Bytes, Transitions: r.Transitions, Restarts: r.Restarts,
		Unconfirmed: []string{}, Profile: "strict", Habits: []fuzzHabit{}, Verdict: "pass", Findings: []fuzzFinding{},
	}
	if plan.fuzzer.Real {
		sum.Profile = "real"
	}
	for _, h := range live.Habits {
		if n := r.Habits[h]; n > 0 {
			sum.Habits = append(sum.Habits, fuzzHabit{h, n})
		}
	}
	if plan.other != nil {
		sum.Second = plan.other.target.addr
	}
	for i, f := range r.Findings {
		file := ""
		if dir != "" {
			file = findingName(i, f)
		}
		sum.Findings = append(sum.Findings, fuzzFinding{
			Verdict: f.Verdict, Number: f.Path.String(), Reproduced: f.Reproduced, Replays: f.Replays, Times: f.Times,
			Commands: f.Commands, Minimised: f.Case.Commands(), File: file, Session: f.Case.Text(),
		})
		sum.Verdict = "fail"
	}
	sum.Unconfirmed = append(sum.Unconfirmed, unconfirmed(r.Unconfirmed)...)
	if stopped {
		sum.Verdict = "interrupted"
	}
	return sum
}

// unconfirmed are the verdicts that did not show again, each kind once with its first session.
func unconfirmed(all []*live.Finding) (lines []string) {
	times := map[string]int{}
	for _, f := range all {
		times[f.Verdict.Key()]++
	}
	for _, f := range all {
		n := times[f.Verdict.Key()]
		delete(times, f.Verdict.Key())
		switch {
		case n > 1:
			lines = append(lines, fmt.Sprintf("session %v and %d more: %v", f.Path, n-1, &f.Verdict))
		case n == 1:
			lines = append(lines, fmt.Sprintf("session %v: %v", f.Path, &f.Verdict))
		}
	}
	return lines
}

// findingName is the name of a finding's file.
func findingName(i int, f *live.Finding) string {
	words := fmt.Sprintf("%02d-%s-%s-%s", i+1, f.Verdict.Class, f.Verdict.State, f.Verdict.Verb)
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, words), "-") + ".finding"
}

// attacked says what will be attacked, before the first byte.
func (p *fuzzPlan) attacked(s *fuzzServer) string {
	z := p.fuzzer
	caps := []string{fmt.Sprintf("at most %v", z.Duration)}
	if z.Sessions > 0 {
		caps = append(caps, plural(int(z.Sessions), "session"))
	}
	if z.Rate > 0 {
		caps = append(caps, fmt.Sprintf("%g sessions/s", z.Rate))
	}
	caps = append(caps, plural(int(z.MaxBytes), "byte")+" a worker")
	if z.Only != nil {
		caps = []string{"session " + z.Only.String() + " alone"}
	}
	return fmt.Sprintf("fuzzing %s with accounts %s to %s, seed %d; %s", p.where(s), z.Accounts[0].Email,
		z.Accounts[len(z.Accounts)-1].Email, z.Seed, strings.Join(caps, ", "))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%s %ss", thousands(int64(n)), what)
}

// thousands is a number with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// write writes the report to stdout.
func (f *fuzzFlags) write(c *cli, sum *fuzzSummary, r *live.Report) error {
	if f.format == "json" {
		return writeJSON(c.stdout, sum)
	}
	if _, err := io.WriteString(c.stdout, sum.text()); err != nil {
		return err
	}
	if r.Sessions > 1 {
		fmt.Fprintln(c.stdout, "what commands were answered with, by state")
		if err := r.Matrix(c.stdout); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout)
	}
	_, err := fmt.Fprintf(c.stdout, "verdict: %s\n", sum.Verdict)
	return err
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// text is the report for people, but for the matrix and the verdict.
func (s *fuzzSummary) text() string {
	var b strings.Builder
	seconds := max(s.Duration.Seconds(), 1e-9)
	fmt.Fprintf(&b, "%s, %s, %s sent in %.1f s: %.0f sessions/s, %.0f commands/s\n", plural(int(s.Sessions), "session"), plural(int(s.Commands), "command"),
		plural(int(s.Bytes), "byte"), s.Duration.Seconds(), float64(s.Sessions)/seconds, float64(s.Commands)/seconds)
	fmt.Fprintf(&b, "%s seen; seed %d; profile %s\n", plural(s.Transitions, "transition"), s.Seed, s.Profile)
	if s.Restarts > 0 {
		fmt.Fprintf(&b, "the server was started again %s\n", plural(int(s.Restarts), "time"))
	}
	for _, u := range s.Unconfirmed {
		fmt.Fprintf(&b, "did not show again, and is left out: %s\n", u)
	}
	for _, h := range s.Habits {
		fmt.Fprintf(&b, "known servers do that too: %s, %s\n", h.Habit, plural(int(h.Sessions), "session"))
	}
	b.WriteByte('\n')
	for i := range s.Findings {
		s.Findings[i].text(&b, i+1)
	}
	return b.String()
}

func (f *fuzzFinding) text(b *strings.Builder, n int) {
	fmt.Fprintf(b, "finding %d: %v\n", n, &f.Verdict)
	again := fmt.Sprintf("shown again by %d of %d replays", f.Reproduced, f.Replays)
	if f.Reproduced < f.Replays {
		again += ": it does not show every time"
	}
	fmt.Fprintf(b, "  session %s, %s; %s\n", f.Number, plural(int(f.Times), "session"), again)
	fmt.Fprintf(b, "  %d of %s left:\n", f.Minimised, plural(f.Commands, "command"))
	for line := range strings.Lines(f.Session) {
		fmt.Fprintf(b, "    %s\n", clip(strings.TrimSpace(line), 160))
	}
	if f.File != "" {
		fmt.Fprintf(b, "  %s\n", f.File)
	}
	b.WriteByte('\n')
}

// clip cuts a line that is too long for a screen.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

// fuzzOutput writes what is found while a run goes on.
type fuzzOutput struct {
	dir    string // "": none
	stderr io.Writer
	quiet  bool
	began  time.Time
	told   time.Time
	n      int
	err    error // the first that writing gave
}

// found writes a finding's file at once, so that a run that is killed has it.
func (o *fuzzOutput) found(f *live.Finding) {
	o.n++
	if !o.quiet {
		fmt.Fprintf(o.stderr, "finding %d: %v\n", o.n, &f.Verdict)
	}
	if o.dir == "" {
		return
	}
	err := writeWhole(filepath.Join(o.dir, findingName(o.n-1, f)), func(w io.Writer) error {
		_, err := f.WriteTo(w)
		return err
	})
	if o.err == nil {
		o.err = err
	}
}

// progressEvery is the time between two lines of progress.
const progressEvery = 5 * time.Second

func (o *fuzzOutput) progress(p live.Progress) {
	now := time.Now()
	if o.told.IsZero() {
		o.told = o.began
	}
	if o.quiet || now.Sub(o.told) < progressEvery {
		return
	}
	o.told = now
	fmt.Fprintf(o.stderr, "%5.0f s  %s, %s, %s\n", now.Sub(o.began).Seconds(), plural(int(p.Sessions), "session"), plural(int(p.Commands), "command"), plural(p.Findings, "finding"))
}

// write writes what is known at the end.
func (o *fuzzOutput) write(sum *fuzzSummary, r *live.Report) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"report.json", func(w io.Writer) error { return writeJSON(w, sum) }},
		{"matrix.txt", r.Matrix},
		{"machine.dot", r.DOT},
	} {
		if err := writeWhole(filepath.Join(o.dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}
