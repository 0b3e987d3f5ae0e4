//go:build defects

package fuzz_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// engine drives the targets of a planted tree. Building is not part of any time. A machine's two cores are its own,
// but for libFuzzer's one.
type engine struct {
	name string
	hunt func(t *testing.T, tree, target string, limit time.Duration) find // runs until something is found
	rate func(t testing.TB, tree, target string) float64                   // executions per second
}

var engines = []engine{
	{"native", huntNative, rateNative},
	{"go-fuzz", huntGoFuzz, rateGoFuzz},
	{"libFuzzer", huntLibFuzzer, rateLibFuzzer},
}

// cores are all that an engine may use.
const cores = "2"

// buildTools builds go-fuzz and puts it first in the path.
func buildTools(t testing.TB) {
	tools := t.TempDir()
	if out, err := output(t, root, "go", "build", "-C", "tools", "-o", tools+"/", "tool"); err != nil {
		t.Fatalf("tools: %v\n%s", err, out)
	}
	t.Setenv("PATH", tools+":"+os.Getenv("PATH"))
}

// built returns the path of what a command builds in the tree, once.
func built(t testing.TB, tree, file string, command ...string) string {
	t.Helper()
	path := filepath.Join(tree, file)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "OUT", path)
	}
	if out, err := output(t, tree, command[0], command[1:]...); err != nil {
		t.Fatalf("%q: %v\n%s", command, err, out)
	}
	return path
}

// nativeCommand is the engine of package testing, as a program that ends with the first find; build is added to the flags
// that it is built with.
func nativeCommand(t testing.TB, tree, target string, limit time.Duration, build ...string) *exec.Cmd {
	command := append([]string{"go", "test", "-c", "-tags", "parsers", "-fuzz", "^Fuzz", "-o", "OUT"}, build...)
	bin := built(t, tree, "native.test", append(command, "./fuzz")...)
	cmd := exec.CommandContext(t.Context(), bin, "-test.run", "^$", "-test.fuzz", "^"+target+"$", "-test.fuzztime", limit.String(),
		"-test.fuzzminimizetime", "10x", "-test.fuzzcachedir", t.TempDir(), "-test.parallel", cores)
	cmd.Dir = filepath.Join(tree, "fuzz")
	return cmd
}

// goFuzzCommand is go-fuzz with the inputs of a tree in a directory of its own, in so many pairs of a worker and what it
// drives. It goes on until it is cancelled.
func goFuzzCommand(ctx context.Context, t testing.TB, tree, target, work, procs string) *exec.Cmd {
	archive := built(t, tree, "parsers.zip", "go-fuzz-build", "-tags", "parsers", "-o", "OUT", "./fuzz")
	for i, dir := range inputsOf(tree, target) {
		if err := os.CopyFS(filepath.Join(work, "corpus", "given"+"ab"[i:i+1]), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(ctx, "go-fuzz", "-bin", archive, "-func", target, "-workdir", work, "-procs", procs)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends its own processes by that
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

// libFuzzerCommand is one process of libFuzzer, which ends with the first find and writes that to a directory.
func libFuzzerCommand(t testing.TB, tree, target, found string, limit time.Duration) *exec.Cmd {
	archive := built(t, tree, target+".a", "go-fuzz-build", "-tags", "parsers", "-libfuzzer", "-func", target, "-o", "OUT", "./fuzz")
	bin := built(t, tree, target+".libfuzzer", "clang", "-fsanitize=fuzzer", archive, "-o", "OUT")
	args := append([]string{"-max_len=4096", fmt.Sprintf("-max_total_time=%.0f", limit.Seconds()), "-print_final_stats=1",
		"-dict=" + filepath.Join(tree, "corpus", "msnp.dict"), "-artifact_prefix=" + found + "/", t.TempDir()}, inputsOf(tree, target)...)
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Dir = found
	return cmd
}
