package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// envPrefix begins the environment variables that set flags: NUDGE_RAMP_UP is --ramp-up.
const envPrefix = "NUDGE_"

// envName is the environment variable of a flag.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnv sets the flags that the command line left alone from the environment.
// Lists are split at commas. It returns what has set which flag.
func fromEnv(fs *pflag.FlagSet, env []string) (origins map[string]string, err error) {
	var known []string
	byName := map[string]*pflag.Flag{}
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			known = append(known, envName(f.Name))
			byName[envName(f.Name)] = f
		}
	})
	origins = map[string]string{}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		f := byName[name]
		if f == nil {
			return nil, unknown("environment variable", name, known)
		}
		if f.Changed {
			continue
		}
		if err := setFlag(f, value); err != nil {
			return nil, usageError{fmt.Sprintf("%s=%q: %v", name, value, err)}
		}
		origins[f.Name] = name
	}
	return origins, nil
}

func setFlag(f *pflag.Flag, value string) error {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.Replace(strings.Split(value, ","))
	}
	return f.Value.Set(value)
}

// printSettings writes one line per setting: its name, its value and where that came from.
func printSettings(w io.Writer, fs *pflag.FlagSet, origins, derived map[string]string) error {
	var b strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Name == "print-config" {
			return
		}
		value, origin := flagText(f), "default"
		switch {
		case f.Changed:
			origin = "flag"
		case origins[f.Name] != "":
			origin = origins[f.Name]
		case derived[f.Name] != "":
			value = derived[f.Name]
		}
		if secret(f.Name) && origin != "default" {
			value = "(not shown)"
		}
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(&b, "%-14s  %-34s  %s\n", f.Name, value, origin)
	})
	_, err := io.WriteString(w, b.String())
	return err
}

// flagText is a flag's value as one could give it.
func flagText(f *pflag.Flag) string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), ",")
	}
	return f.Value.String()
}

// secret reports whether the value of a flag is kept out of what is printed.
func secret(flag string) bool { return flag == "password" || flag == "ticket" }
