package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nudge/loadgen/scenario"
)

// scenarioFile is a file that -s names.
type scenarioFile struct {
	path string
	*scenario.File
}

// name is what a run of it is called.
func (f *scenarioFile) name() string { return strings.TrimSuffix(filepath.Base(f.path), ".toml") }

// readScenario reads the file that -s names, unless that is a built-in scenario, and lays its settings between the
// defaults and what the environment and the flags say: origins has what the environment has set, and gets what the
// file sets.
func (r *loadFlags) readScenario(origins map[string]string) error {
	if slices.Contains(scenario.Names(), r.scenario) {
		return nil
	}
	f, err := os.Open(r.scenario)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(r.scenario, ".toml"):
		return usageError{unknown("scenario", r.scenario, scenario.Names()).Error() + " There is no such file either."}
	case err != nil:
		return usageError{fmt.Sprintf("--scenario: %v", err)}
	}
	defer f.Close()
	file, err := scenario.ReadFile(f)
	if err != nil {
		return usageError{fmt.Sprintf("%s: %v", r.scenario, err)}
	}
	r.file = &scenarioFile{r.scenario, file}
	return r.lay(origins)
}

// replaced are settings of a file that give way to others, not only to the flags of their own name.
var replaced = map[string][]string{
	"stages": {"clients", "duration", "ramp-up"},
	"think":  {"rate"},
}

// lay sets what the file says and nobody with a greater say.
func (r *loadFlags) lay(origins map[string]string) error {
	said := func(name string) bool {
		f := r.set.Lookup(name)
		return f != nil && f.Changed || origins[name] != ""
	}
	given := map[string]bool{}
	var without []string
	for _, s := range r.file.Settings {
		if r.set.Lookup(s.Name) == nil || r.setElsewhere != nil && r.setElsewhere(s.Name) {
			without = append(without, s.Name)
			continue
		}
		given[s.Name] = !said(s.Name) && !slices.ContainsFunc(replaced[s.Name], said)
	}
	for _, s := range r.file.Settings {
		if !given[s.Name] {
			continue
		}
		if err := setFlag(r.set.Lookup(s.Name), s.Value); err != nil {
			return usageError{fmt.Sprintf("%s: %s: %v", r.file.path, s.Name, err)}
		}
		origins[s.Name] = r.file.path
	}
	if without != nil {
		r.passedOver = append(r.passedOver, fmt.Sprintf("%s: not taken from there, since the search sets it: %s", r.file.path, strings.Join(without, ", ")))
	}
	if said("think") && origins["think"] != r.file.path || said("rate") {
		for i := range r.file.Mix {
			r.file.Mix[i].Think = nil
		}
	}
	if len(r.file.Thresholds) > 0 && !said("threshold") {
		r.thresholds = r.file.Thresholds
		origins["threshold"] = r.file.path
	}
	return nil
}
