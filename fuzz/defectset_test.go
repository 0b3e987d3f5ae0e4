//go:build defects

package fuzz_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"nudge/fuzz"
)

// TestDefectsCanBePlanted checks that the set is whole: each defect is a change of one place, and what comes of it
// compiles.
func TestDefectsCanBePlanted(t *testing.T) {
	const want = 12
	names := map[string]bool{}
	for _, d := range defects {
		if names[d.name] || d.what == "" || d.old == d.new {
			t.Errorf("%s is there twice, says nothing or changes nothing", d.name)
		}
		names[d.name] = true
		for _, target := range d.targets {
			if !slices.ContainsFunc(fuzz.Targets, func(known fuzz.Target) bool { return known.Name == target }) {
				t.Errorf("%s: there is no %s", d.name, target)
			}
		}
		if out, err := output(t, plant(t, d), "go", "build", "./codec/message"); err != nil {
			t.Errorf("%s does not compile: %v\n%s", d.name, err, out)
		}
	}
	if len(names) != want {
		t.Errorf("%d defects, want %d", len(names), want)
	}
}

// TestDefectsWereFound checks that the log in the tree is about these defects: each has been found by two engines or
// more.
func TestDefectsWereFound(t *testing.T) {
	found := map[string]int{}
	for _, row := range readLog(t, *proofLog) {
		if row.engine != seedsRow && row.found() {
			found[row.defect]++
		}
	}
	for _, d := range defects {
		if found[d.name] < 2 {
			t.Errorf("%s was found by %d engines, want 2: see %s", d.name, found[d.name], *proofLog)
		}
		delete(found, d.name)
	}
	if len(found) > 0 {
		t.Errorf("%s tells of defects that are not there: %s", *proofLog, strings.Join(slices.Sorted(maps.Keys(found)), ", "))
	}
}
