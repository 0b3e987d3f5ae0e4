//go:build defects

package fuzz_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// find is what came of a run.
type find struct {
	found   bool
	bySeed  bool // with an input that it was given
	after   time.Duration
	message string
}

// panicText is what a broken property says, in the output of any engine.
var panicText = regexp.MustCompile(`(?m)(?:panic|runtime error): (.*)$`)

// said is the first of it.
func said(out []byte) string {
	if m := panicText.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return ""
}

// huntNative ends with the first find; the time is all of the engine's own, for the inputs that it was given too.
func huntNative(t *testing.T, tree, target string, limit time.Duration) find {
	cmd := nativeCommand(t, tree, target, limit)
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

// huntGoFuzz stops the engine, which would go on, when it tells of a find; the time is that at which it wrote the file.
func huntGoFuzz(t *testing.T, tree, target string, limit time.Duration) find {
	work := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := goFuzzCommand(ctx, t, tree, target, work, cores)
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

// huntLibFuzzer ends with the first find.
func huntLibFuzzer(t *testing.T, tree, target string, limit time.Duration) find {
	found := t.TempDir()
	cmd := libFuzzerCommand(t, tree, target, found, limit)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	f := firstFile(t, tree, target, found, start, limit)
	if f.message = said(out); !f.found {
		f.message = ended(out, err)
	}
	return f
}
