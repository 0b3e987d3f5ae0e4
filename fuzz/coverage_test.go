package fuzz_test

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestInputsReachTheCodec replays the corpus in a program that counts the statements which are reached. Seeds alone
// must reach nearly all of the codec, and with what engines found hardly a statement may be left. What is missing of
// package message are errors that no input can cause, such as a message written as another kind.
func TestInputsReachTheCodec(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tests with coverage")
	}
	t.Parallel()
	program := filepath.Join(t.TempDir(), "fuzz.test")
	command(t, "go", "test", "-c", "-cover", "-coverpkg", "nudge/codec,nudge/codec/message", "-o", program, "nudge/fuzz")
	for _, tt := range []struct {
		name, inputs   string
		codec, message float64 // percent of the statements, at least
	}{
		{"seeds", "^TestInputs$/./^seeds$", 96, 88},
		{"all inputs", "^TestInputs$", 97, 88},
	} {
		profile := filepath.Join(t.TempDir(), "profile")
		command(t, program, "-test.run", tt.inputs, "-test.coverprofile", profile)
		got := reached(t, profile)
		codec, message := got["nudge/codec"], got["nudge/codec/message"]
		if codec < tt.codec || message < tt.message {
			t.Errorf("%s reach %.1f%% of package codec and %.1f%% of package message, want %g%% and %g%%", tt.name, codec, message, tt.codec, tt.message)
		}
		t.Logf("%s reach %.1f%% of package codec and %.1f%% of package message", tt.name, codec, message)
	}
}

// command runs a program that must succeed.
func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// reached reads a profile of coverage: how many percent of each package's statements were reached.
func reached(t *testing.T, profile string) map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	type block struct{ statements, count int }
	blocks := map[string]block{}
	for line := range strings.Lines(string(text)) {
		var at string
		var b block
		if n, _ := fmt.Sscan(line, &at, &b.statements, &b.count); n == 3 {
			blocks[at] = block{b.statements, b.count + blocks[at].count}
		}
	}
	all, some := map[string]int{}, map[string]int{}
	for at, b := range blocks {
		file, _, _ := strings.Cut(at, ":")
		all[path.Dir(file)] += b.statements
		if b.count > 0 {
			some[path.Dir(file)] += b.statements
		}
	}
	percent := map[string]float64{}
	for pkg, n := range all {
		percent[pkg] = 100 * float64(some[pkg]) / float64(n)
	}
	return percent
}
