package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"nudge/corpus"
)

// min adds those inputs to a directory without which less would be reached.
func (f *corpusFlags) min(ctx context.Context, c *cli, args []string) error {
	switch {
	case f.target == "":
		return usageError{"min needs --target, one of " + strings.Join(corpus.Targets(), ", ")}
	case len(args) < 2:
		return usageError{"min takes what to read, and the directory to add what is kept to"}
	}
	all, err := loadAll(args[:len(args)-1])
	if err != nil {
		return err
	}
	var known []corpus.Input
	if f.beyond != "" {
		if known, err = corpus.Load(f.beyond); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "nudge-corpus-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m := minimizer{target: f.target, dir: dir}
	kept, why, err := m.fewest(ctx, known, all)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	}
	if broken := why["broken property"]; broken > 0 {
		fmt.Fprintf(c.stderr, "nudge corpus: %d of the inputs kept break a property of the target\n", broken)
	}
	f.rename(kept)
	n, err := corpus.Store(args[len(args)-1], corpus.Raw, kept)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%d inputs read, %d kept, %d written to %s\n", len(all), len(kept), n, args[len(args)-1])
	return err
}

// minimizer asks the tests of nudge/fuzz, built with coverage, which inputs reach something new.
type minimizer struct {
	target string
	dir    string // for the program and what it reads and writes
}

// build builds the tests.
func (m *minimizer) build(ctx context.Context) error {
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("min needs the Go tool: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "go", "list", "nudge/fuzz").CombinedOutput(); err != nil {
		return fmt.Errorf("min is to be run in nudge's source tree: go list nudge/fuzz: %s", saidFirst(out, err))
	}
	out, err := exec.CommandContext(ctx, "go", "test", "-c", "-cover", "-coverpkg=nudge/codec/...", "-o", m.program(), "nudge/fuzz").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the tests of nudge/fuzz: %s", saidFirst(out, err))
	}
	return nil
}

func (m *minimizer) program() string { return filepath.Join(m.dir, "fuzz.test") }

// saidFirst is what a command said first, or why it said nothing.
func saidFirst(out []byte, err error) string {
	if line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n")); len(line) > 0 {
		return string(line)
	}
	return err.Error()
}

// fewest builds the tests, tries the inputs from the smallest to the largest and keeps what reaches something new,
// then tries what was kept the other way round, and so drops the small ones whose reach the larger ones have as
// well. What is known comes first each time. It returns how many are kept for which reason, too.
func (m *minimizer) fewest(ctx context.Context, known, all []corpus.Input) (kept []corpus.Input, why map[string]int, err error) {
	if err := m.build(ctx); err != nil {
		return nil, nil, err
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b corpus.Input) int {
		return cmp.Or(cmp.Compare(len(a.Data), len(b.Data)), cmp.Compare(a.Name, b.Name))
	})
	for range 2 {
		if all, why, err = m.keep(ctx, known, all); err != nil {
			return nil, nil, err
		}
		slices.Reverse(all)
	}
	return all, why, nil
}

// keep runs the target on what is known and then on all, in this order, and returns those of all that reach what
// none before them did.
func (m *minimizer) keep(ctx context.Context, known, all []corpus.Input) (kept []corpus.Input, why map[string]int, err error) {
	inputs, err := os.MkdirTemp(m.dir, "inputs-")
	if err != nil {
		return nil, nil, err
	}
	var list bytes.Buffer
	for i, in := range slices.Concat(known, all) {
		path := filepath.Join(inputs, fmt.Sprint(i))
		if err := os.WriteFile(path, corpus.AppendGoText(nil, in.Data), 0o666); err != nil {
			return nil, nil, err
		}
		fmt.Fprintln(&list, path)
	}
	listed, told := filepath.Join(inputs, "list"), filepath.Join(inputs, "kept")
	if err := os.WriteFile(listed, list.Bytes(), 0o666); err != nil {
		return nil, nil, err
	}
	out, err := exec.CommandContext(ctx, m.program(), "-test.run=^TestKeep$", "-keep.target="+m.target, "-keep.list="+listed, "-keep.out="+told).CombinedOutput()
	if err != nil {
		return nil, nil, fmt.Errorf("run the tests of nudge/fuzz: %s", saidFirst(out, err))
	}
	text, err := os.ReadFile(told)
	if err != nil {
		return nil, nil, err
	}
	why = map[string]int{}
	for line := range strings.Lines(string(text)) {
		path, reason, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		var i int
		if _, err := fmt.Sscan(filepath.Base(path), &i); err != nil || i < 0 || i >= len(known)+len(all) {
			return nil, nil, errors.New("the tests of nudge/fuzz are of another version")
		}
		if i -= len(known); i >= 0 {
			kept = append(kept, all[i])
			why[reason]++
		}
	}
	return kept, why, nil
}
