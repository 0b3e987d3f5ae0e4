package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"nudge/corpus"
)

var corpusCommand = command{
	name:  "corpus",
	args:  "import|export|min DIR...",
	short: "moves fuzz inputs between raw files, Go's text form and go-fuzz, and thins them out",
	long: `
It has three parts:

  nudge corpus import [--prefix P] FROM... INTO
  nudge corpus export --to FORM --target NAME INTO
  nudge corpus export --to FORM FROM... INTO
  nudge corpus min --target NAME [--beyond DIR] [--prefix P] FROM... INTO

import adds inputs to INTO, a directory of raw files. FROM is a file or a directory of raw files, of
files in the text form of Go's testdata/fuzz, or of both; or a work directory of go-fuzz, of which
corpus and crashers are read. Text must have one value, []byte or string.

export adds inputs to INTO in another form: raw, go (text, as in testdata/fuzz/FuzzStream or the fuzz
cache of go env GOCACHE), or go-fuzz (a work directory). They are those of FROM, or those that the
program has of a target, what once broke among them.

min adds to INTO, as raw files, those inputs of FROM that reach what no smaller one did, and of these
the fewest that are enough: blocks of the packages nudge/codec/... and results of the target count,
and that a property does not hold. --beyond DIR has inputs that are there already, so that only what
reaches more is kept. Reach can only be known of an instrumented program: min builds the tests of
nudge/fuzz with coverage, and so needs the Go tool and to be run in nudge's source tree.

In each, equal inputs are kept once, under the first name; a name that is taken gets a number behind
it; nothing is overwritten or removed. Inputs may have 1 MiB. --prefix evolved- makes names as the tests
of nudge/fuzz want them for what an engine has found.`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var f corpusFlags
		choiceVar(fs, &f.to, "to", "", "", corpus.Forms(), "form", "what export writes, `FORM`")
		choiceVar(fs, &f.target, "target", "", "", corpus.Targets(), "target", "whose inputs they are, `NAME`")
		fs.StringVar(&f.beyond, "beyond", "", "`DIR` of inputs whose reach does not count for min")
		fs.StringVar(&f.prefix, "prefix", "", "`P` to stand in front of the names that import and min write")
		annotate(fs, "beyond", valueDir, "")
		f.changed = fs.Changed
		return f.run
	},
}

// corpusFlags are the flags of nudge corpus.
type corpusFlags struct {
	to, target, beyond, prefix string
	changed                    func(flag string) bool
}

// corpusFlagsOf says which flags are for which part of the command.
var corpusFlagsOf = map[string][]string{
	"import": {"prefix"},
	"export": {"to", "target"},
	"min":    {"target", "beyond", "prefix"},
}

// corpusParts are the parts of the command in the order of its help.
var corpusParts = []string{"import", "export", "min"}

func (f *corpusFlags) run(ctx context.Context, c *cli, args []string) error {
	if len(args) == 0 {
		return usageError{"takes one of " + strings.Join(corpusParts, ", ")}
	}
	part, args := args[0], args[1:]
	if !slices.Contains(corpusParts, part) {
		return unknown("part", part, corpusParts)
	}
	for _, flag := range []string{"to", "target", "beyond", "prefix"} {
		if f.changed(flag) && !slices.Contains(corpusFlagsOf[part], flag) {
			return usageError{fmt.Sprintf("--%s is not for %s", flag, part)}
		}
	}
	if strings.ContainsAny(f.prefix, `/\`) {
		return usageError{fmt.Sprintf("--prefix %s: a part of a name, not of a path", f.prefix)}
	}
	switch part {
	case "import":
		return f.importInputs(c, args)
	case "export":
		return f.export(c, args)
	}
	return f.min(ctx, c, args)
}

// importInputs adds inputs of any form to a directory of raw files.
func (f *corpusFlags) importInputs(c *cli, args []string) error {
	if len(args) < 2 {
		return usageError{"import takes what to read, and the directory to add it to"}
	}
	all, err := loadAll(args[:len(args)-1])
	if err != nil {
		return err
	}
	f.rename(all)
	return storeAll(c, args[len(args)-1], corpus.Raw, all)
}

// rename puts the prefix in front of the names that do not have it.
func (f *corpusFlags) rename(all []corpus.Input) {
	for i := range all {
		if !strings.HasPrefix(all[i].Name, f.prefix) {
			all[i].Name = f.prefix + all[i].Name
		}
	}
}

// export adds inputs to a directory in a form that the caller chooses.
func (f *corpusFlags) export(c *cli, args []string) error {
	switch {
	case !f.changed("to"):
		return usageError{"export needs --to " + strings.Join(corpus.Forms(), ", --to ")}
	case f.target != "" && len(args) != 1:
		return usageError{"export with --target takes the directory to add to, and nothing else"}
	case f.target == "" && len(args) < 2:
		return usageError{"export takes what to read, or --target, and the directory to add it to"}
	}
	into := args[len(args)-1]
	if f.target != "" {
		return storeAll(c, into, corpus.Form(f.to), embedded(f.target))
	}
	all, err := loadAll(args[:len(args)-1])
	if err != nil {
		return err
	}
	return storeAll(c, into, corpus.Form(f.to), all)
}

// embedded returns the inputs of a target that the program has.
func embedded(target string) (all []corpus.Input) {
	for name, data := range corpus.Inputs(target) {
		all = append(all, corpus.Input{Name: filepath.Base(name), Data: data})
	}
	return all
}

// loadAll reads inputs of several files and directories. None at all is an error: a wrong path is likelier than
// that nothing was meant.
func loadAll(paths []string) ([]corpus.Input, error) {
	var all []corpus.Input
	for _, path := range paths {
		some, err := corpus.Load(path)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, errors.New("no inputs in " + strings.Join(paths, ", "))
	}
	return all, nil
}

// storeAll adds inputs to a directory and says how many were new.
func storeAll(c *cli, dir string, form corpus.Form, all []corpus.Input) error {
	n, err := corpus.Store(dir, form, all)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%d inputs read, %d written to %s, %d there already or twice\n", len(all), n, dir, len(all)-n)
	return err
}
