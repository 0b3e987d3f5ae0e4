package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
)

// newRunDir makes the directory of a run: the one that was asked for, or runs/<UTC time>-<scenario>, with a
// number behind it when two runs begin in the same second.
func newRunDir(asked, scenario string, now time.Time) (string, error) {
	if asked != "" {
		return asked, os.MkdirAll(asked, 0o777)
	}
	if err := os.MkdirAll("runs", 0o777); err != nil {
		return "", err
	}
	base := filepath.Join("runs", now.UTC().Format("20060102T150405Z")+"-"+scenario)
	dir := base
	for n := 2; ; n++ {
		err := os.Mkdir(dir, 0o777)
		if !os.IsExist(err) || n > 1000 {
			return dir, err
		}
		dir = fmt.Sprintf("%s-%d", base, n)
	}
}

// arguments is the command line of a run as run.json keeps it: the flags that were given, secrets left out.
func arguments(fs *pflag.FlagSet, args []string) []string {
	all := []string{fs.Name()}
	fs.Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if secret(f.Name) {
				v = "…"
			}
			if isSwitch(f) && v == "true" {
				all = append(all, "--"+f.Name)
			} else {
				all = append(all, "--"+f.Name+"="+v)
			}
		}
	})
	return append(all, args...)
}

// settings is every setting of a run as run.json keeps it, secrets left out.
func settings(fs *pflag.FlagSet) json.RawMessage {
	m := map[string]string{}
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Name == "print-config" || secret(f.Name) {
			return
		}
		m[f.Name] = flagText(f)
	})
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings always encode
	}
	return b
}
