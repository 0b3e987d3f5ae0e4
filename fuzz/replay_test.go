package fuzz_test

import (
	"slices"
	"strings"
	"testing"

	"nudge/corpus"
	"nudge/fuzz"
)

// folder is where the inputs of a target are in the corpus.
func folder(target string) string { return strings.ToLower(strings.TrimPrefix(target, "Fuzz")) }

// TestInputs replays every input of the corpus: seeds, what engines found, and what once broke.
func TestInputs(t *testing.T) {
	folders := corpus.Targets()
	for _, target := range fuzz.Targets {
		name := folder(target.Name)
		if !slices.Contains(folders, name) {
			t.Errorf("%s has no inputs in the corpus, or corpus/%s is not embedded", target.Name, name)
		}
		folders = slices.DeleteFunc(folders, func(f string) bool { return f == name })
		t.Run(name, func(t *testing.T) {
			t.Run("seeds", func(t *testing.T) { replayAll(t, name, target.Run, false) })
			t.Run("found", func(t *testing.T) { replayAll(t, name, target.Run, true) })
		})
	}
	if !slices.Equal(folders, leftOut) {
		t.Errorf("no target has the inputs in %q", folders)
	}
}

// replayAll runs a target on those of its inputs that are generated, or on those that were found.
func replayAll(t *testing.T, name string, run func([]byte) int, found bool) {
	t.Helper()
	for path, data := range corpus.Inputs(name) {
		if byHand(path) == found {
			replay(t, path, run, data)
		}
	}
}

// replay runs a target on a file, which a broken property names.
func replay(t *testing.T, path string, run func([]byte) int, data []byte) (result int) {
	t.Helper()
	defer func() {
		if broken := recover(); broken != nil {
			t.Errorf("corpus/%s: %v", path, broken)
		}
	}()
	result = run(data)
	if short := strings.HasSuffix(path, "/"+tooShort); (result == -1) != short || result < -1 || result > 1 {
		t.Errorf("corpus/%s: result %d", path, result)
	}
	return result
}
