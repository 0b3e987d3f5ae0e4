package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/pflag"
)

var helpCommand = command{
	name:  "help",
	args:  "[COMMAND]",
	short: "explains nudge, or one of its commands",
	quits: true,
	setup: func(*pflag.FlagSet) func(context.Context, *cli, []string) error {
		return func(_ context.Context, c *cli, args []string) error {
			switch len(args) {
			case 0:
				return overview(c.stdout, c.table)
			case 1:
				row, ok := lookup(c.table, args)
				if !ok {
					return unknown("command", args[0], names(c.table))
				}
				return row.help(c.stdout)
			}
			return usageError{"takes one command at most"}
		}
	},
}

const about = `nudge loads MSNP10 servers with simulated clients and reports latency histograms, and checks them
against the protocol.

usage: nudge COMMAND [flags] [arguments]

`

const statuses = `
exit status: 0 passed, 1 could not run, 2 wrong usage, 3 a threshold was broken, 4 the server was
wrong, 5 the measurement is invalid, 6 worse than before; 130 and 143 interrupted, with what was
measured reported.

'nudge help COMMAND' explains a command and its flags. 'nudge run' alone loads the built-in server.
`

// overview writes the page that stands before those of the commands.
func overview(w io.Writer, table []command) error {
	var b strings.Builder
	b.WriteString(about)
	for _, row := range table {
		fmt.Fprintf(&b, "  %-11s %s\n", row.name, row.short)
	}
	b.WriteString(statuses)
	_, err := io.WriteString(w, b.String())
	return err
}

// help writes the page of one command: how it is called, what it does, and every flag with its default.
func (r command) help(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n\n%s.\n", r.usage(), strings.ToUpper(r.short[:1])+r.short[1:])
	if r.long != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.long))
	}
	b.WriteString("\nflags:\n")
	writeFlags(&b, r.visibleFlags())
	_, err := io.WriteString(w, b.String())
	return err
}

// usage is how the command is called.
func (r command) usage() string {
	return strings.TrimSpace("nudge " + r.name + " [flags] " + r.args)
}

// helpWidth is where the lines of a page of help are broken, in characters.
const helpWidth = 110

// writeFlags writes two columns: the flag with a placeholder for its value, and what it means.
func writeFlags(b *strings.Builder, flags []*pflag.Flag) {
	width := 0
	for _, f := range flags {
		width = max(width, len(flagHead(f)))
	}
	for _, f := range flags {
		_, usage := pflag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "[]" && !isSwitch(f) {
			usage += " (default " + strings.Trim(f.DefValue, "[]") + ")"
		}
		head := flagHead(f)
		for line := range wrapped(usage, helpWidth-width-2) {
			fmt.Fprintf(b, "%-*s  %s\n", width, head, line)
			head = ""
		}
	}
}

// flagHead is the first column of a flag: "  -c, --clients N".
func flagHead(f *pflag.Flag) string {
	short := "    "
	if f.Shorthand != "" {
		short = "-" + f.Shorthand + ", "
	}
	head := "  " + short + "--" + f.Name
	if value, _ := pflag.UnquoteUsage(f); !isSwitch(f) {
		head += " " + value
	}
	return head
}

// wrapped breaks a text between words into lines of at most width bytes, as far as its words allow.
func wrapped(text string, width int) iter.Seq[string] {
	return func(yield func(string) bool) {
		line := ""
		for word := range strings.FieldsSeq(text) {
			if line != "" && len(line)+1+len(word) > width {
				if !yield(line) {
					return
				}
				line = ""
			}
			line = strings.TrimSpace(line + " " + word)
		}
		yield(line)
	}
}
