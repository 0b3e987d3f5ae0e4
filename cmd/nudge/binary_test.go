//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nudge/results"
)

// build builds the program as a user would and returns its path.
func build(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs the program")
	}
	path := filepath.Join(t.TempDir(), "nudge")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// process is a run of the built binary whose end, and that of all it has started, can be waited for.
type process struct {
	*exec.Cmd
	stdout  bytes.Buffer
	stderr  *bufio.Reader
	holding *os.File // its other end is open as long as the process or one of its children lives
}

// start starts the built binary with its load in progress: it returns when the first line of progress has come.
func start(t testing.TB, path string, args ...string) *process {
	t.Helper()
	return startUntil(t, "online", path, args...)
}

// startUntil starts the built binary, and returns when a line with a word has come on standard error.
func startUntil(t testing.TB, word, path string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(path, args...)}
	p.Dir = t.TempDir()
	p.Stdout = &p.stdout
	stderr, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stderr = bufio.NewReader(stderr)
	held, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { held.Close() })
	p.holding = held
	p.ExtraFiles = []*os.File{hold}
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = p.Start()
	hold.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	p.waitFor(t, word)
	return p
}

// waitFor reads standard error up to the first line that holds a word.
func (p *process) waitFor(t testing.TB, word string) {
	t.Helper()
	var seen strings.Builder
	for {
		line, err := p.stderr.ReadString('\n')
		seen.WriteString(line)
		if strings.Contains(line, word) {
			return
		}
		if err != nil {
			t.Fatalf("no line with %q: %v\n%s", word, err, seen.String())
		}
	}
}

// signalGroup signals as a terminal does: the process and what it started, except what left its group.
func (p *process) signalGroup(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-p.Process.Pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
}

// end waits until the process and its children are gone and returns the exit status and the rest of standard error.
func (p *process) end(t testing.TB) (code int, stderr string) {
	t.Helper()
	rest, err := io.ReadAll(p.stderr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(p.holding); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := p.Wait(); errors.As(err, &exit) {
		return exit.ExitCode(), string(rest)
	} else if err != nil {
		t.Fatal(err)
	}
	return 0, string(rest)
}

var longRun = []string{"run", "-c", "10", "--ramp-up", "100ms", "-d", "1h", "--think", "exp:200ms"}

// TestBuiltBinary does what scripts cannot: it signals the program while it runs.
func TestBuiltBinary(t *testing.T) {
	path := build(t)
	t.Run("an interrupt gives a full report", func(t *testing.T) { testInterrupt(t, path, syscall.SIGINT, 130) })
	t.Run("so does SIGTERM", func(t *testing.T) { testInterrupt(t, path, syscall.SIGTERM, 143) })
	t.Run("a second interrupt ends at once", func(t *testing.T) {
		p := start(t, path, longRun...)
		p.signalGroup(t, syscall.SIGINT)
		p.waitFor(t, "once more")
		p.signalGroup(t, syscall.SIGINT)
		if code, stderr := p.end(t); code != 130 {
			t.Errorf("exit status %d, want 130; stderr:\n%s", code, stderr)
		}
	})
	t.Run("a killed run leaves no server behind", func(t *testing.T) {
		p := start(t, path, longRun...)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		// end returns only when nobody holds the pipe any more: neither the run nor its server.
		if code, _ := p.end(t); code != -1 {
			t.Errorf("exit status %d, want that of a killed process", code)
		}
	})
	t.Run("an interrupted search tells what was found", func(t *testing.T) { testSearchEnds(t, path, syscall.SIGINT, 130) })
	t.Run("so does a killed one, in its directory", func(t *testing.T) { testSearchEnds(t, path, syscall.SIGKILL, -1) })
}

// testSearchEnds signals a search in its third step.
func testSearchEnds(t *testing.T, path string, sig syscall.Signal, want int) {
	p := startUntil(t, "step  2", path, "capacity", "-c", "5", "--from", "5", "--step", "300ms", "--threshold", "iteration.p99<1h", "-o", "out")
	if err := p.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	code, stderr := p.end(t)
	if code != want {
		t.Errorf("exit status %d, want %d; stderr:\n%s", code, want, stderr)
	}
	found, err := results.LoadCapacity(filepath.Join(p.Dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	const answer = "the search did not come to its end"
	if len(found.Steps) < 2 || found.Answer()[0] != answer {
		t.Errorf("%d steps, %q", len(found.Steps), found.Answer())
	}
	if sig == syscall.SIGKILL {
		return
	}
	if !strings.Contains(p.stdout.String(), answer) || !strings.Contains(stderr, "nudge capacity: interrupted: what was found until then is reported") {
		t.Errorf("stdout:\n%s\nstderr:\n%s", p.stdout.String(), stderr)
	}
}

// testInterrupt signals a run as a terminal does. All of it must have ended when the test has.
func testInterrupt(t *testing.T, path string, sig syscall.Signal, want int) {
	p := start(t, path, append(slices.Clone(longRun), "-o", "out", "--format", "json")...)
	p.signalGroup(t, sig)
	code, stderr := p.end(t)
	if code != want {
		t.Errorf("exit status %d, want %d; stderr:\n%s", code, want, stderr)
	}
	for _, part := range []string{`"verdict": "interrupted"`, `"name": "chg"`} {
		if !strings.Contains(p.stdout.String(), part) {
			t.Errorf("stdout lacks %s:\n%s", part, p.stdout.String())
		}
	}
	if _, err := os.Stat(filepath.Join(p.Dir, "out", "summary.json")); err != nil {
		t.Error(err)
	}
	if lines := strings.Split(strings.TrimSpace(stderr), "\n"); !strings.HasPrefix(lines[len(lines)-1], "nudge run: ") {
		t.Errorf("stderr does not say why:\n%s", stderr)
	}
	if strings.Contains(stderr, "built-in server") {
		t.Errorf("the signal cut the built-in server:\n%s", stderr)
	}
}
