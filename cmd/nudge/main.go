package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"
)

// command is a row of the table: one thing that nudge can do.
type command struct {
	name  string
	args  string // placeholders after the flags, as help shows them
	short string // one line, lower case, no full stop
	long  string // further paragraphs of help; "" for none

	// quits says that an interrupt may end the command at once, since nothing need be put in order.
	// Otherwise the first interrupt cancels the context and the second ends the program.
	quits bool

	// setup declares the flags and returns what to run once they are parsed.
	// args holds what is left after the flags.
	setup func(fs *pflag.FlagSet) func(ctx context.Context, c *cli, args []string) error
}

// cli is all that a command may touch of the process: results go to stdout, everything else to stderr.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string  // KEY=value, as os.Environ returns it
	table          []command // what nudge can do
}

// Exit statuses beside 0 (passed) and those of an interrupt.
const (
	exitFailed    = 1 // could not run
	exitUsage     = 2 // wrong usage or scenario
	exitThreshold = 3 // a threshold was broken
	exitServer    = 4 // the server was wrong, or the bytes were
	exitInvalid   = 5 // the generator did not keep up
	exitWorse     = 6 // significantly worse than the baseline
)

// usageError is wrong use of the command line; it ends in exit status 2.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

// exitError ends in a given exit status, with one line that says why. Any other error ends in exit status 1.
type exitError struct {
	code int
	msg  string
}

func (e exitError) Error() string { return e.msg }

// interruption is the cause with which an interrupt cancels the context of a command.
type interruption struct{ sig syscall.Signal }

func (i interruption) Error() string {
	if i.sig == syscall.SIGTERM {
		return "terminated"
	}
	return "interrupted"
}

// code is what shells report for a program that the signal has ended: 130 or 143.
func (i interruption) code() int { return 128 + int(i.sig) }

// commands is the table, in the order in which help shows it.
func commands() []command {
	return []command{
		runCommand,
		serveCommand,
		checkCommand,
		decodeCommand,
		reportCommand,
		capacityCommand,
		fuzzCommand,
		corpusCommand,
		versionCommand,
		helpCommand,
		completionCommand,
	}
}

func main() {
	ctx := context.Background()
	if row, ok := lookup(commands(), os.Args[1:]); ok && !row.quits {
		var cancel context.CancelCauseFunc
		ctx, cancel = context.WithCancelCause(ctx)
		sigs := make(chan os.Signal, 2)
		signal.Notify(sigs, os.Interrupt, syscall.SIGTERM)
		go func() {
			first := interruption{(<-sigs).(syscall.Signal)}
			fmt.Fprintf(os.Stderr, "nudge: %v: ending in order; once more ends at once\n", first)
			cancel(first)
			again := interruption{(<-sigs).(syscall.Signal)}
			fmt.Fprintf(os.Stderr, "nudge: %v again: ended without a report\n", again)
			os.Exit(again.code())
		}()
	}
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without the process: args are those after the program's name.
// It returns the exit status. Whatever is not 0 has been explained by one line on stderr.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &cli{stdin: stdin, stdout: stdout, stderr: stderr, env: env, table: commands()}
	name, err := dispatch(ctx, c, args)
	if err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "%s: %s\n", strings.TrimSpace("nudge "+name), oneLine(err.Error()))
	var usage usageError
	var exit exitError
	var stopped interruption
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &stopped):
		return stopped.code()
	}
	return exitFailed
}

// dispatch finds the command, parses its flags and runs it. It also returns the command's name as far as it is known.
func dispatch(ctx context.Context, c *cli, args []string) (name string, err error) {
	if len(args) == 0 {
		return "", overview(c.stdout, c.table)
	}
	switch args[0] {
	case "--help", "-h":
		args = append([]string{"help"}, args[1:]...)
	case "--version":
		args = append([]string{"version"}, args[1:]...)
	}
	row, ok := lookup(c.table, args)
	if !ok {
		return "", unknown("command", args[0], names(c.table))
	}
	fs, do := row.flags()
	if err := fs.Parse(args[1:]); err != nil {
		return row.name, flagError(fs, err)
	}
	if help, _ := fs.GetBool("help"); help {
		return row.name, row.help(c.stdout)
	}
	return row.name, do(ctx, c, fs.Args())
}

// lookup finds the row of the command that args begin with.
func lookup(table []command, args []string) (command, bool) {
	if len(args) == 0 {
		return command{}, false
	}
	for _, row := range table {
		if row.name == args[0] {
			return row, true
		}
	}
	return command{}, false
}

func names(table []command) []string {
	var names []string
	for _, row := range table {
		names = append(names, row.name)
	}
	return names
}

// flags declares the flags of a command, in the order in which its page of help shows them.
func (r command) flags() (*pflag.FlagSet, func(ctx context.Context, c *cli, args []string) error) {
	fs := pflag.NewFlagSet(r.name, pflag.ContinueOnError)
	fs.SortFlags = false
	do := r.setup(fs)
	fs.BoolP("help", "h", false, "shows this page")
	return fs, do
}

// flagError turns an error of the flag parser into one line that names the nearest right flag.
func flagError(fs *pflag.FlagSet, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return usageError{err.Error()}
	}
	var names []string
	fs.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	given := missing.GetSpecifiedName()
	if missing.GetSpecifiedShortnames() != "" {
		fs.VisitAll(func(f *pflag.Flag) {
			if f.Shorthand != "" {
				names = append(names, "-"+f.Shorthand)
			}
		})
		return unknown("flag", "-"+given, names)
	}
	return unknown("flag", "--"+given, names)
}

// oneLine keeps a reason on one line, whatever was in it.
func oneLine(s string) string {
	return strings.Join(slices.Collect(strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' })), "; ")
}
