package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nudge/results"
)

// aRun writes a run directory of one second.
func aRun(t *testing.T, dir string) {
	t.Helper()
	c, err := results.New(results.Config{
		Ops: []results.OpInfo{{Name: "login", SignIn: true}}, Dir: dir, Run: results.RunInfo{Scenario: filepath.Base(dir)},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Start(time.Unix(1e9, 0))
	for range 100 {
		c.Recorder(0).OK(0, time.Millisecond)
	}
	if _, err := c.Finish(results.End{At: time.Second}); err != nil {
		t.Fatal(err)
	}
}

// callReport runs nudge report and returns what it printed.
func callReport(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	c := &cli{stdout: &out, stderr: &errs, table: []command{reportCommand}}
	_, err = dispatch(t.Context(), c, append([]string{"report"}, args...))
	return out.String(), errs.String(), err
}

func TestReportRendersAndMerges(t *testing.T) {
	base := t.TempDir()
	a, b := filepath.Join(base, "a"), filepath.Join(base, "b")
	aRun(t, a)
	aRun(t, b)
	tests := []struct {
		name string
		args []string
		want string
		note string
	}{
		{"text", []string{a}, "verdict: pass\n", ""},
		{"text of both", []string{a, b}, "2 runs merged", "nudge report: note: the runs differ in scenario: a | b\n"},
		{"bench", []string{"--format", "bench", a}, "BenchmarkLogin 100 ", ""},
		{"log", []string{"--format=hlog", a}, "Tag=login.ramp,0.000,1.000,1.0", ""},
		{"json", []string{"--format", "json", a}, `"verdict": "pass"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, note, err := callReport(t, tt.args...)
			if err != nil || !strings.Contains(out, tt.want) || note != tt.note {
				t.Errorf("%v, stderr %q, stdout:\n%s", err, note, out)
			}
			for _, file := range []string{filepath.Join(base, "out"), filepath.Join(base, "out")} {
				if _, _, err := callReport(t, append([]string{"-o", file}, tt.args...)...); err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(file); err != nil || string(got) != out {
					t.Errorf("%v, in the file:\n%s", err, got)
				}
			}
		})
	}
	out, _, _ := callReport(t, "--format", "json", a, b)
	var s results.Summary
	if err := json.Unmarshal([]byte(out), &s); err != nil || s.Ops[0].Count != 200 {
		t.Errorf("%v: %+v", err, s.Ops)
	}
}

func TestReportSaysWhatIsWrong(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	aRun(t, dir)
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no directory", nil, "needs a run directory"},
		{"unknown format", []string{"--format", "txt", dir}, `did you mean "text"?`},
		{"not there", []string{dir + "x"}, "no such file"},
		{"no run in it", []string{filepath.Dir(dir)}, "run.json"},
		{"twice", []string{dir, dir}, "the same run directory"},
		{"nowhere to write", []string{"-o", dir + "/x/y", dir}, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, _, err := callReport(t, tt.args...)
			if err == nil || !strings.Contains(err.Error(), tt.want) || out != "" {
				t.Errorf("got %v and %q, want %s", err, out, tt.want)
			}
		})
	}
}
