package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestRunDirsOfOneSecondHaveNumbers(t *testing.T) {
	t.Chdir(t.TempDir())
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	var got []string
	for range 3 {
		dir, err := newRunDir("", "presence", now)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.ReplaceAll(dir, `\`, "/"))
	}
	want := []string{"runs/20260102T020405Z-presence", "runs/20260102T020405Z-presence-2", "runs/20260102T020405Z-presence-3"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestArgumentsAreKeptWithoutSecrets(t *testing.T) {
	var r runFlags
	fs := pflag.NewFlagSet("run", pflag.ContinueOnError)
	fs.SortFlags = false
	r.declare(fs)
	if err := fs.Parse([]string{"-c", "5", "--threshold", "chg.p99<1s", "--threshold=png.p99<1s", "-q", "--password", "hush", "127.0.0.1:1863"}); err != nil {
		t.Fatal(err)
	}
	want := []string{"run", "--clients=5", "--threshold=chg.p99<1s", "--threshold=png.p99<1s", "--quiet", "--password=…", "127.0.0.1:1863"}
	if got := arguments(fs, fs.Args()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if s := string(settings(fs)); strings.Contains(s, "hush") || !strings.Contains(s, `"clients":"5"`) {
		t.Errorf("settings = %s", s)
	}
}
