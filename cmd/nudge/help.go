package main

import (
	"context"
	"fmt"
	"io"
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

const about = `nudge loads MSNP10 servers with simulated clients and reports latency histograms.

usage: nudge COMMAND [flags] [arguments]

`

const statuses = `
exit status: 0 passed, 1 could not run, 2 wrong usage, 3 a threshold was broken, 4 the server was
wrong, 5 the measurement is invalid; 130 and 143 interrupted, with what was measured reported.

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

// helpWidth is where the lines of a page of help are broken, in characters.
const helpWidth = 110

// help writes the page of one command: how it is called, what it does, and every flag with its default.
func (r command) help(w io.Writer) error {
	fs, _ := r.flags()
	var b strings.Builder
	fmt.Fprintf(&b, "usage: nudge %s [flags]", r.name)
	if r.args != "" {
		b.WriteString(" " + r.args)
	}
	fmt.Fprintf(&b, "\n\n%s.\n", strings.ToUpper(r.short[:1])+r.short[1:])
	if r.long != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.long))
	}
	fmt.Fprintf(&b, "\nflags:\n%s", fs.FlagUsagesWrapped(helpWidth))
	_, err := io.WriteString(w, b.String())
	return err
}
