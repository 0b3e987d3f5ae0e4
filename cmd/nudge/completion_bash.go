package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

const bashHead = `# bash completion for nudge
_nudge() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} flags= words= files=
	if [[ $cur == '=' ]]; then
		cur=
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	COMPREPLY=()
`

const bashTail = `	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$flags" -- "$cur"))
	elif [[ $files ]]; then
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
	else
		COMPREPLY=($(compgen -W "$words" -- "$cur"))
	fi
}
complete -F _nudge nudge
`

// bashCompletion returns the script for bash: one case per command, in it one per flag that takes a value.
func bashCompletion(table []command) string {
	var b strings.Builder
	b.WriteString(bashHead)
	fmt.Fprintf(&b, "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W %q -- \"$cur\"))\n\t\treturn\n\tfi\n", strings.Join(names(table), " "))
	b.WriteString("\tcase ${COMP_WORDS[1]} in\n")
	for _, row := range table {
		fmt.Fprintf(&b, "\t%s)\n", row.name)
		var all []string
		b.WriteString("\t\tcase $prev in\n")
		for _, f := range row.visibleFlags() {
			all = append(all, "--"+f.Name)
			if !isSwitch(f) {
				fmt.Fprintf(&b, "\t\t%s) %s return ;;\n", bashPattern(f), bashValues(f))
			}
		}
		b.WriteString("\t\tesac\n")
		words, files := row.words(table)
		fmt.Fprintf(&b, "\t\tflags=%q\n", strings.Join(all, " "))
		if files {
			b.WriteString("\t\tfiles=1\n")
		}
		if words != nil || !files {
			fmt.Fprintf(&b, "\t\twords=%q\n", strings.Join(words, " "))
		}
		b.WriteString("\t\t;;\n")
	}
	b.WriteString(bashTail)
	return b.String()
}

// bashPattern matches either spelling of a flag.
func bashPattern(f *pflag.Flag) string {
	if f.Shorthand == "" {
		return "--" + f.Name
	}
	return "-" + f.Shorthand + "|--" + f.Name
}

// bashValues completes the value of a flag; nothing where any text will do.
func bashValues(f *pflag.Flag) string {
	switch {
	case f.Annotations[valueChoices] != nil && f.Annotations[valueFile] != nil:
		return fmt.Sprintf("compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -W %q -- \"$cur\") $(compgen -f -- \"$cur\"));", strings.Join(f.Annotations[valueChoices], " "))
	case f.Annotations[valueChoices] != nil:
		return fmt.Sprintf("COMPREPLY=($(compgen -W %q -- \"$cur\"));", strings.Join(f.Annotations[valueChoices], " "))
	case f.Annotations[valueFile] != nil:
		return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\"));"
	case f.Annotations[valueDir] != nil:
		return "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\"));"
	}
	return ""
}
