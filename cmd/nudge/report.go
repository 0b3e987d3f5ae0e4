package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"nudge/results"
)

var reportCommand = command{
	name: "report", args: "DIR...", short: "renders one run, or several merged without loss",
	long: `
DIR is a run directory, as nudge run writes it. One of a run that was killed will do, and one of a run
that goes on. Of several runs the counts are summed, and percentiles are those of all values together.
A rate is per second in which at least one of the runs was under way. The directory of nudge capacity
gives its table, as text or json; each of its steps is a run.

text is the summary as nudge run prints it, json is summary.json, bench is Go's benchmark format (see
benchstat), and hlog is a HdrHistogram log with a line for each second, operation and phase. Times in
json and bench are in ns.`,
	quits: true,
	setup: func(fs *pflag.FlagSet) func(ctx context.Context, c *cli, args []string) error {
		var r report
		choiceVar(fs, &r.format, "format", "", "text", []string{"text", "json", "bench", "hlog"}, "format", "`FORMAT` of the report")
		fs.StringVarP(&r.output, "output", "o", "", "`FILE` to write the report to (default: stdout)")
		annotate(fs, "output", valueFile, "")
		return r.run
	},
}

// report holds the flags of nudge report.
type report struct{ format, output string }

func (r *report) run(_ context.Context, c *cli, dirs []string) error {
	if len(dirs) == 0 {
		return usageError{"report needs a run directory"}
	}
	render, notes, err := r.load(dirs)
	if err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintf(c.stderr, "nudge report: note: %s\n", oneLine(n))
	}
	return renderTo(r.output, c.stdout, render)
}

// renderTo writes to a file, to standard output without a name.
func renderTo(name string, stdout io.Writer, render func(io.Writer) error) error {
	if name == "" {
		return render(stdout)
	}
	if fi, err := os.Stat(name); err == nil && !fi.Mode().IsRegular() {
		return writeInto(name, render) // such as /dev/stdout, or a pipe
	}
	return writeWhole(name, render)
}

// load reads the run directories and returns what writes the report, and what there is to note about them.
func (r *report) load(dirs []string) (render func(io.Writer) error, notes []string, err error) {
	if len(dirs) == 1 {
		if c, err := results.LoadCapacity(dirs[0]); !errors.Is(err, fs.ErrNotExist) {
			render, err := r.capacity(c, err)
			return render, nil, err
		}
	}
	s, err := results.Load(dirs...)
	if err != nil {
		return nil, nil, err
	}
	switch r.format {
	case "json":
		render = s.JSON
	case "bench":
		render = s.Bench
	case "hlog":
		render = func(w io.Writer) error {
			_, err := results.WriteLog(w, dirs...)
			return err
		}
	default:
		render = s.Text
	}
	return render, s.Notes, nil
}

// capacity is what writes the report of a search.
func (r *report) capacity(c *results.Capacity, err error) (func(io.Writer) error, error) {
	switch {
	case err != nil:
		return nil, err
	case r.format == "text":
		return c.Text, nil
	case r.format == "json":
		return c.JSON, nil
	}
	return nil, usageError{fmt.Sprintf("--format %s: of a search there is text or json; each of its steps is a run", r.format)}
}

// writeInto writes to a file that is there and stays the same.
func writeInto(name string, render func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(render(f), f.Close())
}

// writeWhole writes a file as a whole or not at all.
func writeWhole(name string, render func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := render(f); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
