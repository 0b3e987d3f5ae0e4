package fuzz_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestInputsReachTheCodec replays the corpus in a process that counts the statements which are reached. Seeds
// alone must reach nearly all of the codec, and with what engines found hardly a statement may be left.
func TestInputsReachTheCodec(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tests with coverage")
	}
	t.Parallel()
	for _, tt := range []struct {
		inputs, pkg string
		percent     float64 // of the statements, at least
	}{
		{"^TestInputs$/./^seeds$", "nudge/codec", 90},
		{"^TestInputs$", "nudge/codec", 90},
		{"^TestInputs$/./^seeds$", "nudge/codec/message", 85},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", tt.inputs, "-coverpkg", tt.pkg, "nudge/fuzz").CombinedOutput()
		m := covered.FindSubmatch(out)
		if err != nil || m == nil {
			t.Fatalf("%s: %v\n%s", tt.inputs, err, out)
		}
		got, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil || got < tt.percent {
			t.Errorf("%s reaches %s%% of the statements of %s, want %g%%", tt.inputs, m[1], tt.pkg, tt.percent)
		}
		t.Logf("%s reaches %s%% of the statements of %s", tt.inputs, m[1], tt.pkg)
	}
}

var covered = regexp.MustCompile(`coverage: ([0-9.]+)% of statements`)
