package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// shells are those that completion writes scripts for.
var shells = []string{"bash", "zsh", "fish"}

var completionCommand = command{
	name:  "completion",
	args:  "SHELL",
	short: "writes the completion script of a shell: bash, zsh or fish",
	long: `
bash:  source <(nudge completion bash)
zsh:   nudge completion zsh > "${fpath[1]}/_nudge"
fish:  nudge completion fish > ~/.config/fish/completions/nudge.fish`,
	quits: true,
	setup: func(*pflag.FlagSet) func(context.Context, *cli, []string) error {
		return func(_ context.Context, c *cli, args []string) error {
			if len(args) != 1 {
				return usageError{"takes the name of a shell: " + strings.Join(shells, ", ")}
			}
			var script string
			switch args[0] {
			case "bash":
				script = bashCompletion(c.table)
			case "zsh":
				script = zshCompletion(c.table)
			case "fish":
				script = fishCompletion(c.table)
			default:
				return unknown("shell", args[0], shells)
			}
			_, err := io.WriteString(c.stdout, script)
			return err
		}
	},
}

// words says what may stand behind a command's flags: some words, files, or one of the words and then files.
func (r command) words(table []command) (words []string, files bool) {
	switch r.args {
	case "[COMMAND]":
		return names(table), false
	case "SHELL":
		return shells, false
	case corpusCommand.args:
		return corpusParts, true
	}
	return nil, r.args != ""
}

// visibleFlags returns the flags of a command in the order of its page of help.
func (r command) visibleFlags() []*pflag.Flag {
	var flags []*pflag.Flag
	fs, _ := r.flags()
	fs.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			flags = append(flags, f)
		}
	})
	return flags
}

// isSwitch reports whether a flag stands alone, without a value behind it.
func isSwitch(f *pflag.Flag) bool { return f.NoOptDefVal != "" }
