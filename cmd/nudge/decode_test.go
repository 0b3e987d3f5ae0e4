package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// told reads what nudge decode printed: "connection offset verb" of each command.
func told(t *testing.T, out string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(out) {
		var c jsonCommand
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %d %s", c.Connection, c.Offset, c.Verb)))
	}
	return all
}

func TestEveryRecordedServerDecodes(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpusDir, "transcript", "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	commands := 0
	for _, path := range paths {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"decode", "--from", "server", path}, nil, nil, &stdout, &stderr)
		commands += len(told(t, stdout.String()))
		// One server echoes the malformed TrID of a client that tries it out (MSNP10.md §1.2).
		if want := strings.HasSuffix(path, "-06-errors.txt"); (code == exitServer) != want || code != 0 && !want {
			t.Errorf("%s: exit status %d: %s", path, code, stderr.String())
		}
	}
	if commands < 500 {
		t.Errorf("only %d commands: are the transcripts read?", commands)
	}
}

func TestDecodePrintsBeforeItWaits(t *testing.T) {
	r, w := io.Pipe()
	printed := make(chan string)
	done := make(chan int)
	go func() {
		done <- run(t.Context(), []string{"decode"}, nil, r, lineWriter(printed), io.Discard)
	}()
	io.WriteString(w, "QNG 50\r\nQN")
	if got := <-printed; !strings.Contains(got, `"verb":"QNG"`) {
		t.Errorf("printed %q while waiting for more", got)
	}
	w.Close()
	if code := <-done; code != exitServer {
		t.Errorf("exit status %d, want %d for a stream that was cut", code, exitServer)
	}
}

// lineWriter sends each write to a channel.
type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}

func TestDecodeTellsAnErrorOfTheInputFromItsBytes(t *testing.T) {
	var stdout, stderr bytes.Buffer
	in := io.MultiReader(strings.NewReader("QNG 50\r\n"), iotest.ErrReader(os.ErrDeadlineExceeded))
	if code := run(t.Context(), []string{"decode"}, nil, in, &stdout, &stderr); code != exitFailed {
		t.Errorf("exit status %d, want %d: %s", code, exitFailed, stderr.String())
	}
	if !strings.Contains(stdout.String(), "QNG") {
		t.Error("what came before the error is lost")
	}
}
