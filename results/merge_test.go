package results

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rank is the value at a percentile of sorted samples: the nearest rank, rounded to the nearest.
func rank(sorted []time.Duration, p float64) time.Duration {
	i := int(p/100*float64(len(sorted)) + 0.5)
	return sorted[min(max(i, 1), len(sorted))-1]
}

func TestMergingLosesNothing(t *testing.T) {
	base := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		var dirs []string
		var samples []time.Duration
		var failed int64
		for i := range rapid.IntRange(1, 4).Draw(t, "runs") {
			dir := filepath.Join(base, string(rune('a'+i)), time.Duration(n).String())
			c, err := New(Config{Ops: testOps, Recorders: rapid.IntRange(1, 3).Draw(t, "loops"), Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			c.Start(time.Unix(int64(1000*i), 0))
			values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
				return time.Duration(rapid.Int64Range(1, 1<<rapid.IntRange(1, 41).Draw(t, "bits")).Draw(t, "ns"))
			}), 1, 200).Draw(t, "values")
			for j, d := range values {
				r := c.Recorder(j % len(c.recorders))
				if d%5 == 0 {
					r.Fail(opLogin, "timeout", d)
					failed++
				} else {
					r.OK(opLogin, d)
				}
				r.Tick(time.Duration(j) * 100 * time.Millisecond)
			}
			if _, err := c.Finish(End{At: 30 * time.Second}); err != nil {
				t.Fatal(err)
			}
			dirs = append(dirs, dir)
			samples = append(samples, values...)
		}
		s, err := Load(dirs...)
		if err != nil {
			t.Fatal(err)
		}
		o := s.Ops[0]
		if o.Count != int64(len(samples)) || o.Errors["timeout"] != failed || s.Whole != time.Duration(len(dirs))*30*time.Second {
			t.Fatalf("%d of %d, %d of %d failed, %v", o.Count, len(samples), o.Errors["timeout"], failed, s.Whole)
		}
		slices.Sort(samples)
		for _, p := range []float64{1, 50, 90, 99, 99.9, 100} {
			want, got := rank(samples, p), o.Latency.Percentile(p)
			if got < want || float64(got) > float64(want)*1.001 {
				t.Fatalf("p%v: got %d, want %d", p, got, want)
			}
		}
		if o.Latency.Min > samples[0] || o.Latency.Max != o.Latency.Percentile(100) {
			t.Fatalf("min %d, max %d", o.Latency.Min, o.Latency.Max)
		}
	})
}

func TestMergedRunsThatDifferAreTold(t *testing.T) {
	base := t.TempDir()
	dirs := []string{filepath.Join(base, "a"), filepath.Join(base, "b")}
	one := runIn(t, dirs[0], 1, End{})
	c, err := New(Config{Ops: append([]OpInfo{{"adc", false, false}}, presenceOps...), Dir: dirs[1], Run: RunInfo{Scenario: "roster", Clients: 7}})
	if err != nil {
		t.Fatal(err)
	}
	c.Start(one.Start.Add(2 * time.Second))
	r := c.Recorder(0)
	r.Online(7)
	r.OK(1, time.Second)   // connect
	r.Wait(42 * time.Hour) // outside
	finish(t, c, End{At: 4 * time.Second, Interrupted: true})

	s, err := Load(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(s.Notes, "\n")
	for _, want := range []string{"differ in version", "differ in scenario: presence | roster", "differ in target", "differ in thresholds"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in %s", want, notes)
		}
	}
	if s.Runs != 2 || s.Whole != 6*time.Second || s.Clients != (Clients{1007, 1007}) || s.Ops[0].Count != one.Ops[0].Count+1 || s.Verdict != Interrupted {
		t.Errorf("%d runs, %v, %+v, %d, %s", s.Runs, s.Whole, s.Clients, s.Ops[0].Count, s.Verdict)
	}
	if !strings.Contains(strings.Join(s.Reasons, "\n"), "1 value was outside") || !strings.Contains(asText(t, s), "2 runs merged") {
		t.Errorf("%q", s.Reasons)
	}
	if _, err := Load(dirs[0], dirs[1], base+"/./a"); err == nil || !strings.Contains(err.Error(), "the same run directory") {
		t.Errorf("got %v", err)
	}

	var b bytes.Buffer
	if _, err := WriteLog(&b, dirs[1], dirs[0]); err != nil {
		t.Fatal(err)
	}
	last := -1.0
	for l := range strings.Lines(b.String()) {
		line, ok, err := parseLogLine(strings.TrimSuffix(l, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if ok && line.at.Seconds() < last {
			t.Errorf("%v after %v", line.at, last)
		}
		if ok {
			last = line.at.Seconds()
		}
	}
	if !strings.Contains(b.String(), "Tag=connect.ramp,2.000,4.000,1000.") {
		t.Error("the second run does not begin where it should")
	}
}
