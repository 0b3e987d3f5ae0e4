package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

const zshHead = `#compdef nudge
compdef _nudge nudge
_nudge() {
	if (( CURRENT == 2 )); then
		local -a commands=(
`

const zshMiddle = `		)
		_describe command commands
		return
	fi
	local name=$words[2]
	shift words
	(( CURRENT-- ))
	case $name in
`

const zshTail = `	esac
}
[[ $funcstack[1] == _nudge ]] && _nudge "$@"
`

var (
	zshInQuotes = strings.NewReplacer(`'`, `'\''`)
	zshInSpec   = strings.NewReplacer(`'`, `'\''`, `[`, `\[`, `]`, `\]`, `:`, `\:`, `\`, `\\`)
)

// zshCompletion returns the script for zsh: what _arguments needs for each command.
func zshCompletion(table []command) string {
	var b strings.Builder
	b.WriteString(zshHead)
	for _, row := range table {
		fmt.Fprintf(&b, "\t\t\t'%s:%s'\n", row.name, zshInQuotes.Replace(row.short))
	}
	b.WriteString(zshMiddle)
	for _, row := range table {
		fmt.Fprintf(&b, "\t%s)\n\t\t_arguments -s", row.name)
		for _, f := range row.visibleFlags() {
			fmt.Fprintf(&b, " \\\n\t\t\t%s", zshFlag(f))
		}
		words, files := row.words(table)
		if words != nil {
			fmt.Fprintf(&b, " \\\n\t\t\t'1:word:(%s)'", strings.Join(words, " "))
		}
		if files {
			b.WriteString(" \\\n\t\t\t'*:file:_files'")
		}
		b.WriteString("\n\t\t;;\n")
	}
	b.WriteString(zshTail)
	return b.String()
}

// zshFlag is the specification of one flag; a star says that it may be given again.
func zshFlag(f *pflag.Flag) string {
	value, usage := pflag.UnquoteUsage(f)
	spec := "'[" + zshInSpec.Replace(usage) + "]"
	if !isSwitch(f) {
		spec += ":" + zshInSpec.Replace(value) + ":"
		switch {
		case f.Annotations[valueChoices] != nil && f.Annotations[valueFile] != nil:
			spec += `{_alternative "names:` + value + `:(` + strings.Join(f.Annotations[valueChoices], " ") + `)" "files:file:_files"}`
		case f.Annotations[valueChoices] != nil:
			spec += "(" + strings.Join(f.Annotations[valueChoices], " ") + ")"
		case f.Annotations[valueFile] != nil:
			spec += "_files"
		case f.Annotations[valueDir] != nil:
			spec += "_files -/"
		default:
			spec += " "
		}
	}
	spec += "'"
	if f.Shorthand == "" {
		return "'*'--" + f.Name + spec
	}
	return "'*'{-" + f.Shorthand + ",--" + f.Name + "}" + spec
}
