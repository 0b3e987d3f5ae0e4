package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

const fishHead = `# fish completion for nudge
function __nudge_command
	set -l words (commandline -opc)
	test (count $words) -gt 1; and test $words[2] = $argv[1]
end
function __nudge_no_command
	test (count (commandline -opc)) -eq 1
end
complete -c nudge -f
`

var fishInQuotes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// fishCompletion returns the script for fish: one line per command and per flag.
func fishCompletion(table []command) string {
	var b strings.Builder
	b.WriteString(fishHead)
	for _, row := range table {
		fmt.Fprintf(&b, "complete -c nudge -n __nudge_no_command -a %s -d '%s'\n", row.name, fishInQuotes.Replace(row.short))
		on := fmt.Sprintf("complete -c nudge -n '__nudge_command %s'", row.name)
		for _, f := range row.visibleFlags() {
			fmt.Fprintf(&b, "%s%s\n", on, fishFlag(f))
		}
		words, files := row.words(table)
		if files {
			fmt.Fprintf(&b, "%s -F\n", on)
		}
		if words != nil {
			fmt.Fprintf(&b, "%s -a '%s'\n", on, strings.Join(words, " "))
		}
	}
	return b.String()
}

// fishFlag is what follows the condition in the line of one flag.
func fishFlag(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	s := " -l " + f.Name
	if f.Shorthand != "" {
		s += " -s " + f.Shorthand
	}
	switch {
	case isSwitch(f):
	case f.Annotations[valueChoices] != nil && f.Annotations[valueFile] != nil:
		s += fmt.Sprintf(" -r -F -a '%s'", strings.Join(f.Annotations[valueChoices], " "))
	case f.Annotations[valueChoices] != nil:
		s += fmt.Sprintf(" -x -a '%s'", strings.Join(f.Annotations[valueChoices], " "))
	case f.Annotations[valueFile] != nil:
		s += " -r -F"
	case f.Annotations[valueDir] != nil:
		s += " -x -a '(__fish_complete_directories)'"
	default:
		s += " -x"
	}
	return s + fmt.Sprintf(" -d '%s'", fishInQuotes.Replace(usage))
}
