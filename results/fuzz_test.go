package results

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// secondsOf are as many seconds of a run as there are p99s in ms; the generator was that late in each of them.
func secondsOf(late time.Duration, p99s ...int) (all []fuzzSecond) {
	for i, ms := range p99s {
		p99 := time.Duration(ms) * time.Millisecond
		all = append(all, fuzzSecond{from: time.Duration(i) * time.Second, to: time.Duration(i+1) * time.Second, p50: p99 / 2, p99: p99, late: late})
	}
	return all
}

// windowOf is a window of such seconds in which something failed.
func windowOf(seconds []fuzzSecond, errors, lost, violations map[string]int64) *FuzzWindow {
	w := newFuzzWindow(time.Duration(len(seconds)) * time.Second)
	addCounts(w.Errors, errors)
	addCounts(w.Lost, lost)
	addCounts(w.Violations, violations)
	w.seconds = seconds
	w.tell()
	return w
}

func TestWhatClientsNoticed(t *testing.T) {
	const late = 100 * time.Microsecond
	quiet := secondsOf(late, 5, 4, 6, 5)
	same := secondsOf(late, 5, 6, 4, 5, 5, 6, 4, 5, 7, 5, 4, 6)
	count := func(class string, n int64) map[string]int64 { return map[string]int64{class: n} }
	for _, tt := range []struct {
		name           string
		before, during *FuzzWindow
		want           string // the reasons; "": not noticed
		unknown        bool   // nothing can be said of latencies
	}{
		{"nothing", windowOf(quiet, nil, nil, nil), windowOf(same, nil, nil, nil), "", false},
		{"one failure where there was none", windowOf(quiet, nil, nil, nil), windowOf(same, count("timeout", 1), nil, nil),
			"failed operations, timeout: 1, before none", false},
		{"a connection lost", windowOf(quiet, nil, nil, nil), windowOf(same, nil, count("reset", 2), nil),
			"lost connections, reset: 2, before none", false},
		{"a violation", windowOf(quiet, nil, nil, nil), windowOf(same, nil, nil, count("duplicate", 1)),
			"violations, duplicate: 1, before none", false},
		{"as many failures per second as before", windowOf(quiet, count("911", 10), nil, nil), windowOf(same, count("911", 30), nil, nil), "", false},
		{"a few more, as chance has it", windowOf(quiet, count("911", 10), nil, nil), windowOf(same, count("911", 40), nil, nil), "", false},
		{"many more", windowOf(quiet, count("911", 10), nil, nil), windowOf(same, count("911", 90), nil, nil),
			"failed operations, 911: 90, before 10", false},
		{"another class beside one that was there", windowOf(quiet, count("911", 10), nil, nil), windowOf(same, map[string]int64{"911": 31, "closed": 1}, nil, nil),
			"failed operations, closed: 1, before none", false},
		{"failures before alone", windowOf(quiet, count("timeout", 3), count("reset", 3), nil), windowOf(same, nil, nil, nil), "", false},
		{"three times as slow all the time", windowOf(quiet, nil, nil, nil), windowOf(secondsOf(late, 15, 14, 16, 15, 15, 14, 15, 13, 16), nil, nil, nil),
			"p99 of service time: 15.0 ms in the median second, before 5.00 ms", false},
		{"slower, but not by a factor", windowOf(quiet, nil, nil, nil), windowOf(secondsOf(late, 9, 8, 9, 9, 8, 9, 8, 9, 9), nil, nil, nil), "", false},
		{"three times as slow, which no person and hardly a machine tells", windowOf(secondsOf(late, 0, 1, 1, 1), nil, nil, nil), windowOf(secondsOf(late, 2, 2, 2, 2, 2, 2, 2, 2, 2), nil, nil, nil), "", false},
		{"slow in few seconds", windowOf(quiet, nil, nil, nil), windowOf(secondsOf(late, 5, 90, 4, 5, 6, 90, 4, 5, 6, 5), nil, nil, nil), "", false},
		{"slow now and then, as before", windowOf(secondsOf(late, 5, 90, 5, 90), nil, nil, nil), windowOf(secondsOf(late, 90, 90, 4, 90, 90, 90, 4, 90, 90, 5), nil, nil, nil), "", false},
		{"slow as the whole machine is", windowOf(quiet, nil, nil, nil), windowOf(secondsOf(8*time.Millisecond, 25, 24, 26, 25, 25, 24, 25, 23, 26), nil, nil, nil), "", false},
		{"one second that stood still", windowOf(quiet, nil, nil, nil), windowOf(secondsOf(late, 5, 4, 6, 5, 2100, 5, 4, 6, 5), nil, nil, nil),
			"p99 of service time: 2.10 s in the slowest second, before 6.00 ms", false},
		{"one second that stood still with all of the machine", windowOf(quiet, nil, nil, nil), windowOf(append(secondsOf(time.Second, 2100), same...), nil, nil, nil), "", false},
		{"seconds stood still before", windowOf(secondsOf(late, 5, 1900, 6, 5), nil, nil, nil), windowOf(append(secondsOf(late, 2100), same...), nil, nil, nil), "", false},
		{"too short to tell latencies", windowOf(secondsOf(late, 5, 5, 5), nil, nil, nil), windowOf(secondsOf(late, 50, 50, 50, 50, 50), nil, nil, nil), "", true},
		{"no iterations", windowOf(nil, nil, nil, nil), windowOf(nil, nil, nil, nil), "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := notice(tt.before, tt.during, true)
			if got := strings.Join(append(n.Errors, n.Latency...), "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if n.Any() != (tt.want != "") || (n.Unknown != "") != tt.unknown {
				t.Errorf("any %v, unknown %q", n.Any(), n.Unknown)
			}
		})
	}
}

func TestTimesOfAnInvalidMeasurementAreNotJudged(t *testing.T) {
	before := windowOf(secondsOf(0, 5, 4, 6, 5), nil, nil, nil)
	during := windowOf(secondsOf(0, 2500, 2400, 2600, 2500, 2500, 2400, 2500, 2300, 2600), map[string]int64{"timeout": 1}, nil, nil)
	if n := notice(before, during, true); len(n.Errors) != 1 || len(n.Latency) != 2 || n.Unknown != "" {
		t.Errorf("valid: %+v", n)
	}
	if n := notice(before, during, false); len(n.Errors) != 1 || len(n.Latency) != 0 || n.Unknown == "" {
		t.Errorf("not valid: %+v", n)
	}
}

func TestARunIsCutWhereSessionsBegin(t *testing.T) {
	const s = time.Second
	var seconds []fuzzSecond
	for i := range 20 {
		seconds = append(seconds, fuzzSecond{
			from: time.Duration(i) * s, to: time.Duration(i+1) * s, p50: s, p99: time.Duration(i+1) * s,
			errors: map[string]int64{"timeout": 1, ClassPorts: 1}, events: map[string]int64{"reset": 2, "nobody": 1}, violations: map[string]int64{"lost": 3},
		})
	}
	fuzz := Fuzz{Clean: 2 * s, From: 5 * s, To: 10 * s}
	for _, tt := range []struct {
		name           string
		run            extent
		before, during int64 // seconds in which errors count
		lasts          time.Duration
	}{
		{"to the end of the run, times to that of the load", extent{end: 20 * s, holds: []span{{s, 10 * s}}}, 3, 15, 5 * s},
		{"to the next stage", extent{end: 20 * s, holds: []span{{s, 10 * s}, {12 * s, 20 * s}}}, 3, 7, 5 * s},
		{"all clients ended before", extent{end: 8 * s, holds: []span{{s, 8 * s}}}, 3, 3, 3 * s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := fuzzed{fuzz, seconds, tt.run}
			before, during := f.windows()
			before.tell()
			during.tell()
			if got := before.Errors["timeout"]; got != tt.before || before.Slowest != 5*s || before.Duration != 3*s {
				t.Errorf("before: %d errors, slowest %v, %v long", got, before.Slowest, before.Duration)
			}
			if got := during.Errors["timeout"]; got != tt.during || during.Duration != tt.lasts || during.Slowest != 5*s+tt.lasts {
				t.Errorf("during: %d errors in %v, slowest second %v; want %d in %v, slowest %v", got, during.Duration, during.Slowest, tt.during, tt.lasts, 5*s+tt.lasts)
			}
			if len(during.Errors)+len(during.Lost)+len(during.Violations) != 3 || during.Lost["reset"] != 2*tt.during || during.Violations["lost"] != 3*tt.during {
				t.Errorf("during: errors %v, lost %v, violations %v", during.Errors, during.Lost, during.Violations)
			}
		})
	}
}

func TestChances(t *testing.T) {
	for _, tt := range []struct {
		n, k int64
		p    float64
		want float64
	}{{10, 10, 0.5, 1.0 / 1024}, {10, 0, 0.5, 1}, {2, 1, 0.75, 15.0 / 16}, {4, 4, 0.75, 81.0 / 256}, {1000, 750, 0.75, 0.51699}, {5, 3, 1, 1}} {
		if got := binomialTail(tt.n, tt.k, tt.p); got < tt.want*0.999 || got > tt.want*1.001 {
			t.Errorf("%d or more of %d at %v: %v, want %v", tt.k, tt.n, tt.p, got, tt.want)
		}
	}
	if zChance < 2.326 || zChance > 2.327 {
		t.Errorf("deviation %v, want 2.326", zChance)
	}
}

// fuzzBeside plays a run of ten seconds, at full load from the second on, with sessions beside it, of which there is one
// until its end; in the last second something fails.
func fuzzBeside(t *testing.T, dir string, fuzz Fuzz, fails bool, end End) *Summary {
	t.Helper()
	cfg := Config{Recorders: 2, Dir: dir, Run: presenceRun, Thresholds: thresholds(t, "login.errors<1%")}
	cfg.Fuzz = func(over bool) *Fuzz {
		f := fuzz
		if !over {
			f.Sessions = 1
		}
		return &f
	}
	return play(t, cfg, 10, func(r *Recorder, op func(string) Op) {
		if fails {
			r.Fail(op("chg"), "timeout", 10*time.Second)
			r.Event("reset", "user00001@example.com", "connection lost")
		}
	}, end)
}

func TestSessionsBesideARunAreInItsDirectory(t *testing.T) {
	finding := FuzzFinding{Verdict: "crash in online after ADC: panic: index out of range", Number: "17/40", Reproduced: 1, Replays: 3, File: "01-crash.finding"}
	for _, tt := range []struct {
		name    string
		fuzz    Fuzz
		fails   bool
		end     End
		verdict Verdict
		text    string
	}{
		{"noticed", Fuzz{Clean: 2 * time.Second, From: 3 * time.Second, To: 10 * time.Second, Rate: 1, Sessions: 7, Commands: 90}, true, End{}, Fail, "noticed: yes, because of failed operations, timeout: 2"},
		{"not noticed", Fuzz{Clean: 2 * time.Second, From: 5 * time.Second, To: 10 * time.Second, Rate: 1, Sessions: 5}, false, End{}, Pass, "noticed: no"},
		{"a finding", Fuzz{Clean: 2 * time.Second, From: 5 * time.Second, To: 10 * time.Second, Sessions: 1, Findings: []FuzzFinding{finding}}, false, End{}, Fail, "finding 1: crash in online"},
		{"nothing played", Fuzz{Clean: 2 * time.Second, From: 5 * time.Second, To: 10 * time.Second, Error: "no clean session"}, false, End{}, Fail, "no session was played"},
		{"interrupted", Fuzz{Clean: 2 * time.Second, From: 5 * time.Second, To: 10 * time.Second, Sessions: 1}, true, End{Interrupted: true}, Interrupted, "0 findings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			s := fuzzBeside(t, dir, tt.fuzz, tt.fails, tt.end)
			if got := asText(t, s); s.Verdict != tt.verdict || !strings.Contains(got, tt.text) {
				t.Errorf("verdict %s, want %s with %q in\n%s", s.Verdict, tt.verdict, tt.text, got)
			}
			if s.Fuzz.Sessions != tt.fuzz.Sessions {
				t.Errorf("%d sessions, want %d", s.Fuzz.Sessions, tt.fuzz.Sessions)
			}
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
		})
	}
}

func TestRunsWithSessionsBesideThemMerge(t *testing.T) {
	fuzz := Fuzz{Clean: 2 * time.Second, From: 5 * time.Second, To: 10 * time.Second, Rate: 1, Sessions: 5, Commands: 60}
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	one := fuzzBeside(t, a, fuzz, false, End{})
	fuzzBeside(t, b, fuzz, false, End{})
	s, err := Load(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if s.Fuzz.Sessions != 10 || s.Fuzz.Before.Duration != 6*time.Second || s.Fuzz.During.Duration != 10*time.Second || s.Fuzz.Before.P99 != one.Fuzz.Before.P99 {
		t.Errorf("two runs: %+v, before %+v, during %+v", s.Fuzz.Fuzz, s.Fuzz.Before, s.Fuzz.During)
	}
}
