package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// runIn plays a run into a directory and returns what it said at its end.
func runIn(t *testing.T, dir string, seed uint64, end End) *Summary {
	t.Helper()
	info := presenceRun
	info.Seed = seed
	return play(t, Config{Recorders: 2, Dir: dir, Run: info, Thresholds: thresholds(t, "login.errors<1%", "chg.p99<20ms")}, 5,
		func(r *Recorder, op func(string) Op) {
			r.Fail(op("chg"), "timeout", 10*time.Second)
			r.OpEvent(op("chg"), "timeout", "user00017@example.com", "no reply")
			r.Violation("lost", "user00001@example.com", "CHG 12 was not told")
			r.DroppedWait(2)
			r.Cut()
		}, end)
}

func asJSON(t *testing.T, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.JSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asText(t *testing.T, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Text(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestARunDirectoryGivesItsSummaryAgain(t *testing.T) {
	for _, end := range []End{{}, {Interrupted: true}, {Failures: []string{"no client ever signed in"}}, {HoldEnd: 4 * time.Second}} {
		dir := filepath.Join(t.TempDir(), "run")
		s := runIn(t, dir, 1, end)
		again, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := asJSON(t, again), asJSON(t, s); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if got, want := asText(t, again), asText(t, s); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if len(again.Notes) > 0 {
			t.Error(again.Notes)
		}
		file, err := os.ReadFile(filepath.Join(dir, summaryFile))
		if err != nil || string(file) != asJSON(t, s) {
			t.Errorf("%s differs from the summary: %v", summaryFile, err)
		}
	}
}

func TestTheSummaryHasTheKeysOfItsSchema(t *testing.T) {
	s := runIn(t, "", 1, End{})
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(asJSON(t, s)), &m); err != nil {
		t.Fatal(err)
	}
	var ops []map[string]json.RawMessage
	var latency map[string]json.RawMessage
	for _, err := range []error{json.Unmarshal(m["ops"], &ops), json.Unmarshal(ops[0]["latency_ok"], &latency)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		m    map[string]json.RawMessage
		want string
	}{
		{m, "clients cut dropped dropped_by duration_ns generator invalid lag nudge_version ops pulse reasons scenario schema_version seed service start target verdict violations wait"},
		{ops[0], "count errors latency latency_ok name rate_per_s"},
		{latency, "histogram max_ns mean_ns min_ns p50_ns p90_ns p999_ns p99_ns"},
	} {
		if got := strings.Join(sortedKeys(tt.m), " "); got != tt.want {
			t.Errorf("got %s\nwant %s", got, tt.want)
		}
	}
	for key, want := range map[string]string{
		"start": `"2000-01-01T00:00:00.000Z"`, "duration_ns": "3000000000", "verdict": `"fail"`, "dropped": "4", "cut": "2",
		"violations": "{\n\t\t\"lost\": 2\n\t}",
	} {
		if got := string(m[key]); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	if !strings.HasPrefix(string(latency["histogram"]), `"HISTF`) {
		t.Errorf("%s", latency["histogram"])
	}
}

// cutFile removes bytes from the end of a file.
func cutFile(t *testing.T, n int, elem ...string) {
	t.Helper()
	name := filepath.Join(elem...)
	b, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, b[:len(b)-n], 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lastLine is the length of a file's last line.
func lastLine(t *testing.T, elem ...string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return len(b) - 1 - bytes.LastIndexByte(b[:len(b)-1], '\n')
}

func TestARunThatWasKilledIsReported(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	runIn(t, dir, 1, End{})
	if err := os.Remove(filepath.Join(dir, summaryFile)); err != nil {
		t.Fatal(err)
	}
	cutFile(t, lastLine(t, dir, countersFile), dir, countersFile) // the end
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Verdict != Interrupted || !strings.Contains(strings.Join(s.Reasons, "\n"), "has not come to its end, or was killed: this is what it wrote until 5.00 s") {
		t.Errorf("%s: %q", s.Verdict, s.Reasons)
	}
	if s.Duration != 3*time.Second || s.Clients.PeakOnline != 1000 {
		t.Errorf("%v, %+v", s.Duration, s.Clients)
	}
	cutFile(t, lastLine(t, dir, countersFile)/2, dir, countersFile)
	s, err = Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(s.Notes, "\n")
	if !strings.Contains(notes, "counters.ndjson:5: line without an end: the last line is left out") ||
		!strings.Contains(notes, `has 2 failures less than latency.hlog; their class is "unknown"`) {
		t.Error(notes)
	}
	for _, o := range s.Ops {
		if o.Name == "chg" && (o.Count != 3002 || o.Errors[unknownClass] != 2) {
			t.Errorf("%+v", o)
		}
	}
	if s.Violations["lost"] != 2 {
		t.Errorf("%v", s.Violations)
	}
}

func TestACutLastLineIsToldAndACorruptOneIsAnError(t *testing.T) {
	for _, name := range []string{logFile, countersFile, eventsFile, generatorFile} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			runIn(t, dir, 1, End{})
			cutFile(t, 10, dir, name)
			s, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Notes) == 0 || !strings.Contains(s.Notes[0], name+":") || !strings.HasSuffix(s.Notes[0], "left out") {
				t.Errorf("%q", s.Notes)
			}
			file := filepath.Join(dir, name)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.SplitAfter(b, []byte("\n"))
			at := len(lines) - 2
			lines[at] = append([]byte("x"), lines[at]...)
			if err := os.WriteFile(file, bytes.Join(append(lines, []byte("\n{}\n")), nil), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err = Load(dir)
			var de *DataError
			if !errors.As(err, &de) || de.File != file || de.Line != at+1 || de.Unwrap() == nil {
				t.Errorf("got %v, want %s:%d", err, file, at+1)
			}
		})
	}
}

func TestWhatIsNoRunDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := Load(); err == nil {
		t.Error("no directory is enough")
	}
	for content, want := range map[string]string{
		"{":                    "unexpected end",
		`{"schema_version":7}`: "schema version 7, this program reads 1",
		`{"schema_version":1,"ops":[{"name":"a.b"}]}`: "operation name",
	} {
		if err := os.WriteFile(filepath.Join(dir, runFile), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := New(Config{Ops: testOps, Dir: dir}); err == nil || !strings.Contains(err.Error(), "holds a run already") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Config{Ops: testOps, Dir: filepath.Join(dir, runFile)}); err == nil {
		t.Error("a file is taken for a directory")
	}
}

func TestBadLinesOfALogAreNamed(t *testing.T) {
	for line, want := range map[string]string{
		"0.0,1.0,1.0,HISTF":                  "not a tagged line",
		"Tag=chg.hold,x,1.0,1.0,HISTF":       `"x" is not a time`,
		"Tag=chg.hold,0,NaN,1.0,HISTF":       `"NaN" is not a time`,
		"Tag=chg,0.0,1.0,1.0,HISTF":          `tag "chg"`,
		"Tag=other.hold,0.0,1.0,1.0,HISTF":   `operation "other" is not one of run.json`,
		"Tag=chg.hold,0.000,1.0,1.0,SGVsbG8": "",
	} {
		dir := filepath.Join(t.TempDir(), "run")
		runIn(t, dir, 1, End{})
		if err := os.WriteFile(filepath.Join(dir, logFile), []byte("#\n"+line+"\n#\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), logFile+":2: "+want) {
			t.Errorf("%s: got %v, want %s", line, err, want)
		}
	}
}

func TestADiskThatIsFullDoesNotStopTheRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c, r := started(t, Config{Dir: dir, Progress: func(k Tick) {
		if k.Err == nil {
			t.Error("progress does not say it")
		}
	}})
	if err := c.dir.log.f.Close(); err != nil {
		t.Fatal(err)
	}
	r.OK(opLogin, time.Millisecond)
	s, err := c.Finish(End{At: time.Second})
	if err == nil || !strings.Contains(err.Error(), logFile) || s.Ops[0].Count != 1 {
		t.Errorf("got %v and %+v", err, s)
	}
	again, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Notes) != 1 || !strings.Contains(again.Notes[0], "has 1 value less than were counted") {
		t.Errorf("%q", again.Notes)
	}
}

func TestTheLogIsReadByTheLibrary(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	s := runIn(t, dir, 1, End{})
	var out bytes.Buffer
	notes, err := WriteLog(&out, dir)
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	file, err := os.ReadFile(filepath.Join(dir, logFile))
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(file) {
		t.Error("the log of one run differs from its file")
	}
	r := hdrhistogram.NewHistogramLogReader(&out)
	counts := map[string]int64{}
	for {
		h, err := r.NextIntervalHistogram()
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			break
		}
		counts[h.Tag()] += h.TotalCount()
		if start := s.Start.UnixMilli(); h.StartTimeMs() < start || h.EndTimeMs() != h.StartTimeMs()+1000 || h.EndTimeMs() > start+5000 {
			t.Errorf("%s from %d to %d", h.Tag(), h.StartTimeMs(), h.EndTimeMs())
		}
	}
	for _, o := range s.Ops {
		if n := counts[o.Name+".hold"] + counts[o.Name+".hold.failed"] + counts[o.Name+".ramp"]; n != o.Count {
			t.Errorf("%s: %d in the log, %d in the summary", o.Name, n, o.Count)
		}
	}
}

func TestBenchFormat(t *testing.T) {
	s := runIn(t, "", 1, End{})
	var b bytes.Buffer
	if err := s.Bench(&b); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	for _, want := range []string{"\npkg: nudge\nscenario: presence\nclients: 1000\n", "\nBenchmarkUsr_i 1000 ", "\nBenchmarkChg 3002 ", " 10007609343 max-ns 1000 ops/s 0.0666223 error-%\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestARunThatDidNotStartLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c, err := New(Config{Ops: testOps, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := c.Finish(End{}); err == nil || s != nil {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is left: %v", err)
	}
}
