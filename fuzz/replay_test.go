package fuzz_test

import (
	"strings"
	"testing"

	"nudge/corpus"
	"nudge/fuzz"
)

// replayed are the targets that have a folder in the corpus.
var replayed = map[string]target{
	"stream":  fuzz.FuzzStream,
	"message": fuzz.FuzzMessage,
	"content": fuzz.FuzzContent,
}

// TestInputs replays every input of the corpus: seeds, what engines found, and what once broke.
func TestInputs(t *testing.T) {
	for _, name := range corpus.Targets() {
		run, ok := replayed[name]
		if !ok {
			t.Errorf("corpus/%s is of no target", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Run("seeds", func(t *testing.T) { replayAll(t, name, run, false) })
			t.Run("found", func(t *testing.T) { replayAll(t, name, run, true) })
		})
	}
	for name := range replayed {
		for range corpus.Inputs(name) {
			name = ""
			break
		}
		if name != "" {
			t.Errorf("target %s has no inputs; its folder belongs into the embedded ones", name)
		}
	}
}

// replayAll runs a target on those of its inputs that are generated, or on those that were found.
func replayAll(t *testing.T, name string, run target, found bool) {
	t.Helper()
	for path, data := range corpus.Inputs(name) {
		if byHand(path) == found {
			replay(t, path, run, data)
		}
	}
}

// replay runs a target on a file, which a broken property names.
func replay(t *testing.T, path string, run target, data []byte) (result int) {
	t.Helper()
	defer func() {
		if broken := recover(); broken != nil {
			t.Errorf("corpus/%s: %v", path, broken)
		}
	}()
	result = run(data)
	if short := strings.HasSuffix(path, "-too-short"); (result == -1) != short {
		t.Errorf("corpus/%s: result %d", path, result)
	}
	return result
}
