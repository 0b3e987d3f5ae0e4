package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAnInterruptedMinimizationWritesNothing: an interrupt ends the programs that min has started, and leaves
// neither a part of the result nor a temporary directory.
func TestAnInterruptedMinimizationWritesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	from, into := filepath.Join(dir, "from"), filepath.Join(dir, "into")
	for _, d := range []string{"tmp", "from"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(from, "a"), []byte("xxPNG\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interruption{syscall.SIGINT})
	var stderr strings.Builder
	if code := run(ctx, []string{"corpus", "min", "--target", "stream", from, into}, nil, strings.NewReader(""), io.Discard, &stderr); code != 130 {
		t.Errorf("exit status %d, want 130: %s", code, stderr.String())
	}
	if _, err := os.Stat(into); err == nil {
		t.Error("something was written")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "tmp", "*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}
