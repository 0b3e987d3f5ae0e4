package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"nudge/codec/msnp"
)

// Annotations by which a flag tells completion what its value may be.
const (
	valueChoices = "choices" // one of these words
	valueFile    = "file"    // a file
	valueDir     = "dir"     // a directory
)

// choice is a flag's value that is one word out of a few.
type choice struct {
	p    *string
	what string // what an error calls it
	of   []string
}

func (v choice) String() string { return *v.p }
func (v choice) Type() string   { return v.what }

func (v choice) Set(s string) error {
	if !slices.Contains(v.of, s) {
		return unknown(v.what, s, v.of)
	}
	*v.p = s
	return nil
}

// choiceVar declares a flag whose value is one word of the given ones. Its usage needs a placeholder in
// back-quotes; the words are added to it.
func choiceVar(fs *pflag.FlagSet, p *string, name, short, value string, of []string, what, usage string) {
	*p = value
	fs.VarP(choice{p, what, of}, name, short, usage+": "+strings.Join(of, ", "))
	annotate(fs, name, valueChoices, of...)
}

// annotate tells completion about the value of a flag that was just declared.
func annotate(fs *pflag.FlagSet, name, key string, values ...string) {
	f := fs.Lookup(name)
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[key] = values
}

// dialectNamed is the dialect of a name such as MSNP10, which the flag has been checked for.
func dialectNamed(name string) msnp.Dialect {
	number, _ := strconv.Atoi(strings.TrimPrefix(name, "MSNP"))
	return msnp.Dialect(number)
}
