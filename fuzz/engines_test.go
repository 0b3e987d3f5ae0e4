//go:build defects

package fuzz_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// engine runs a target of a planted tree until it finds something, at most for limit. Building is not part of the
// time.
type engine struct {
	name string
	run  func(t *testing.T, tree, target string, limit time.Duration) find
}

// engines are all that drive the targets. A machine's two cores are theirs, but for libFuzzer's one.
var engines = []engine{
	{"native", runNative},
	{"go-fuzz", runGoFuzz},
	{"libFuzzer", runLibFuzzer},
}

// find is what came of a run.
type find struct {
	found   bool
	bySeed  bool // with an input that it was given
	after   time.Duration
	message string
}

const cores = "2"

// panicText is what a broken property says, in the output of any engine.
var panicText = regexp.MustCompile(`(?m)(?:panic|runtime error): (.*)$`)

// said is the first of it.
func said(out []byte) string {
	if m := panicText.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return ""
}

// built returns the path of what a command builds in the tree, once.
func built(t *testing.T, tree, file string, command ...string) string {
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

// runNative drives a target with the engine of package testing. The process ends with the first find; the time is all
// of its own, for the inputs that it was given too.
func runNative(t *testing.T, tree, target string, limit time.Duration) find {
	bin := built(t, tree, "native.test", "go", "test", "-c", "-tags", "parsers", "-fuzz", "^Fuzz", "-o", "OUT", "./fuzz")
	cmd := exec.CommandContext(t.Context(), bin, "-test.run", "^$", "-test.fuzz", "^"+target+"$", "-test.fuzztime", limit.String(),
		"-test.fuzzminimizetime", "10x", "-test.fuzzcachedir", t.TempDir(), "-test.parallel", cores)
	cmd.Dir = filepath.Join(tree, "fuzz")
	start := time.Now()
	out, err := cmd.CombinedOutput()
	after := time.Since(start)
	_, statErr := os.Stat(filepath.Join(tree, "fuzz", "testdata", "fuzz", target))
	// A run whose time is over may fail by that alone: only one with an input, or about a given one, has found.
	bySeed := bytes.Contains(out, []byte("seed corpus entry"))
	if err == nil || statErr != nil && !bySeed {
		return find{after: after, message: ended(out, err)}
	}
	return find{found: true, bySeed: bySeed, after: after, message: said(out)}
}

// ended says why a run without a find is over, if it is not that its time was.
func ended(out []byte, err error) string {
	if err == nil || errors.Is(err, context.DeadlineExceeded) || bytes.Contains(out, []byte("context deadline exceeded")) {
		return ""
	}
	return err.Error()
}

// runGoFuzz drives a target with go-fuzz, which would go on after a find: it is stopped when it tells of one, and the
// time is that at which it wrote the file.
func runGoFuzz(t *testing.T, tree, target string, limit time.Duration) find {
	archive := built(t, tree, "parsers.zip", "go-fuzz-build", "-tags", "parsers", "-o", "OUT", "./fuzz")
	work := t.TempDir()
	for i, dir := range inputsOf(tree, target) {
		if err := os.CopyFS(filepath.Join(work, "corpus", "given"+"ab"[i:i+1]), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go-fuzz", "-bin", archive, "-func", target, "-workdir", work, "-procs", cores)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends its own processes by that
	cmd.WaitDelay = 20 * time.Second
	log, w := io.Pipe()
	cmd.Stderr = w
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { w.CloseWithError(errors.Join(cmd.Wait(), io.EOF)) }()
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "crashers: ") && !strings.Contains(lines.Text(), "crashers: 0,") {
			cancel()
		}
	}
	return firstFile(t, tree, target, filepath.Join(work, "crashers"), start, limit)
}

// runLibFuzzer drives a target with libFuzzer, in one process, which ends with the first find.
func runLibFuzzer(t *testing.T, tree, target string, limit time.Duration) find {
	archive := built(t, tree, target+".a", "go-fuzz-build", "-tags", "parsers", "-libfuzzer", "-func", target, "-o", "OUT", "./fuzz")
	bin := built(t, tree, target+".libfuzzer", "clang", "-fsanitize=fuzzer", archive, "-o", "OUT")
	found := t.TempDir()
	args := append([]string{"-max_len=4096", fmt.Sprintf("-max_total_time=%.0f", limit.Seconds()),
		"-dict=" + filepath.Join(tree, "corpus", "msnp.dict"), "-artifact_prefix=" + found + "/", t.TempDir()}, inputsOf(tree, target)...)
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Dir = found
	start := time.Now()
	out, err := cmd.CombinedOutput()
	f := firstFile(t, tree, target, found, start, limit)
	if f.message = said(out); !f.found {
		f.message = ended(out, err)
	}
	return f
}
