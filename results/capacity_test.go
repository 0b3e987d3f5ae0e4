package results

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const ms = time.Millisecond

// aStep is a step of a search for a rate, which is slower the higher it is.
func aStep(number int, level float64, outcome StepOutcome, reasons ...string) CapacityStep {
	x := time.Duration(level)
	return CapacityStep{
		Number: number, Level: level, Dir: "dir", Clients: 1000, PeakOnline: 1000, Hold: 10 * time.Second, Whole: 20 * time.Second, Rate: level,
		Response: Spread{x * time.Microsecond, 7 * x * time.Microsecond, time.Second}, Service: Spread{x * time.Microsecond, 6 * x * time.Microsecond, time.Second},
		Wait: Spread{0, x * time.Microsecond, time.Second}, Lag: Spread{50 * time.Microsecond, 900 * time.Microsecond, 5 * ms},
		MainOp: "chg", MainP99: 5 * x * time.Microsecond, CPU: x * ms, Outcome: outcome, Reasons: orEmpty(reasons),
	}
}

// aCapacity is a search with those steps that came to a verdict.
func aCapacity(verdict CapacityVerdict, steps ...CapacityStep) *Capacity {
	c := NewCapacity(RunInfo{NudgeVersion: "v0.1.0", Scenario: "presence", Seed: 1, Target: "127.0.0.1:1863"}, time.Unix(946684800, 0).UTC())
	c.Duration, c.LevelUnit, c.Clients, c.From, c.Precision = 187*time.Second, LevelRate, 1000, 100, 0.1
	c.Thresholds, c.Conditions = []string{"chg.p99<20ms"}, []string{"the rate", "every client online"}
	c.Verdict, c.Steps = verdict, append(c.Steps, steps...)
	for _, s := range steps {
		if s.Outcome == StepKept {
			c.HighestKept = max(c.HighestKept, s.Level)
		}
	}
	return c
}

// found gives a search its interval.
func (c *Capacity) found(low, level, high float64) *Capacity {
	c.Low, c.Level, c.High, c.Precise = low, level, high, true
	return c
}

var broke = []string{"threshold chg.p99<20ms: measured 31.2 ms", "the server fell behind"}

// lateStep is a step in which the generator was.
func lateStep(number int, level float64) CapacityStep {
	s := aStep(number, level, StepInvalid, "the generator was late: p99 of lag 27.6 ms in the median second, limit 2.00 ms")
	s.Remedy = "more CPU"
	return s
}

func TestCapacityIsTold(t *testing.T) {
	longer := aStep(1, 100, StepKept)
	longer.Hold, longer.LongerFor = 20*time.Second, "chg.p99<20ms"
	few := aStep(2, 200, StepKept)
	few.Hold, few.FewFor = time.Minute, "iteration.p999<1s"
	for name, c := range map[string]*Capacity{
		"capacity_server.txt": aCapacity(CapacityServer, longer, few, aStep(3, 1600, StepKept), aStep(4, 3200, StepBroken, broke...), lateStep(5, 2250),
			aStep(6, 2250, StepKept), aStep(7, 2700, StepUnable, "no client ever signed in: user00001@example.com: connect: refused: dial")).found(2251, 2342, 2408),
		"capacity_generator.txt": aCapacity(CapacityGenerator, aStep(1, 100, StepKept), lateStep(2, 200), lateStep(3, 200), aStep(4, 140, StepKept)).found(140, 150.4, 200),
	} {
		var b bytes.Buffer
		if err := c.Text(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

func TestCapacityAnswers(t *testing.T) {
	clients := aCapacity(CapacityGenerator, aStep(1, 100, StepKept))
	clients.LevelUnit, clients.Clients, clients.ToReason = LevelClients, 0, "ports of this address"
	wide := aCapacity(CapacityServer, aStep(1, 100, StepKept), aStep(2, 200, StepBroken, broke...)).found(100, 140, 200)
	wide.Precise = false
	waited := aStep(2, 200, StepBroken, broke...)
	waited.Wait.P99 = waited.Response.P99
	for _, tt := range []struct {
		name string
		c    *Capacity
		want string // the whole answer
	}{
		{"server", aCapacity(CapacityServer, aStep(1, 100, StepKept), aStep(2, 200, StepBroken, broke...)).found(100, 140, 200),
			"capacity: 140/s, 95 % interval 100 to 200\nthe server gave out: at 200/s, threshold chg.p99<20ms: measured 31.2 ms"},
		{"server, imprecise", wide,
			"capacity: 140/s, 95 % interval 100 to 200\nthe server gave out: at 200/s, threshold chg.p99<20ms: measured 31.2 ms\n" +
				"the interval is wider than the 10.0 % asked for (--precision) after 2 steps: more (--max-steps) or longer ones (--step) narrow it"},
		{"server, waited for clients", aCapacity(CapacityServer, aStep(1, 100, StepKept), waited).found(100, 140, 200),
			"capacity: 140/s, 95 % interval 100 to 200\nthe server gave out: at 200/s, threshold chg.p99<20ms: measured 31.2 ms\n" +
				"iterations waited for one of the 1,000 clients to be free, 1.40 ms in the p99: if the server is not busy, give more (--clients)"},
		{"generator", aCapacity(CapacityGenerator, aStep(1, 100, StepKept), lateStep(2, 200), lateStep(3, 200)).found(100, 140, 200),
			"capacity: at least 100/s; the generator's own limit is 140/s, 95 % interval 100 to 200\n" +
				"the generator gave out first: at 200/s, the generator was late: p99 of lag 27.6 ms in the median second, limit 2.00 ms\nwhat to do: more CPU"},
		{"generator from the beginning", aCapacity(CapacityGenerator, lateStep(1, 100), lateStep(2, 100)),
			"no capacity: no step at 100/s could be measured; a lower --from may do\n" +
				"the generator gave out first: at 100/s, the generator was late: p99 of lag 27.6 ms in the median second, limit 2.00 ms\nwhat to do: more CPU"},
		{"the machine", clients, "capacity: at least 100 clients\nno higher level could be tried: ports of this address"},
		{"above", aCapacity(CapacityAbove, aStep(1, 100, StepKept)), "capacity: at least 100/s, the highest that was asked for (--to)\nneither server nor generator gave out"},
		{"below", aCapacity(CapacityBelow, aStep(1, 100, StepBroken, broke...)),
			"capacity: below 100/s, where the search began: give a lower --from\nthe server gave out: at 100/s, threshold chg.p99<20ms: measured 31.2 ms"},
		{"wrong", aCapacity(CapacityWrong, aStep(1, 100, StepKept), aStep(2, 200, StepWrong, "violation lost: once by the server")),
			"no capacity: the server was wrong, which no load excuses\nthe server was wrong: at 200/s, violation lost: once by the server\nkept so far: 100/s; none was broken"},
		{"unable", aCapacity(CapacityUnable, aStep(1, 100, StepUnable, "no client ever signed in")), "no capacity: nobody could sign in\nno client ever signed in"},
		{"unfinished", aCapacity(CapacityUnfinished, aStep(1, 100, StepBroken, broke...)), "no capacity: 1 step did not do (--max-steps)\nno level was kept so far"},
		{"interrupted", aCapacity(CapacityInterrupted, aStep(1, 100, StepKept), aStep(2, 200, StepBroken, broke...), aStep(3, 140, StepInterrupted)).found(100, 140, 200),
			"the search did not come to its end\nso far the capacity is 100 to 200/s (95 %); the highest that was kept is 100/s"},
		{"killed", aCapacity(CapacitySearching), "the search did not come to its end\nno level was kept so far"},
	} {
		if got := strings.Join(tt.c.Answer(), "\n"); got != tt.want {
			t.Errorf("%s:\n%s\nwant:\n%s", tt.name, got, tt.want)
		}
	}
}

func TestWhoGaveOutIsTheMoreFrequentNearTheCapacity(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    *Capacity
		want int // number of the step; 0: nobody
	}{
		{"nobody", aCapacity(CapacityAbove, aStep(1, 100, StepKept), aStep(2, 200, StepInterrupted)), 0},
		{"nearest above", aCapacity(CapacityServer, aStep(1, 400, StepBroken), aStep(2, 150, StepBroken), aStep(3, 210, StepBroken)).found(100, 200, 220), 3},
		{"none above", aCapacity(CapacityServer, aStep(1, 120, StepBroken), aStep(2, 150, StepBroken)).found(100, 200, 220), 2},
		{"far away late, near broken", aCapacity(CapacityServer, lateStep(1, 400), lateStep(2, 400), aStep(3, 210, StepBroken)).found(100, 200, 220), 3},
		{"twice late is once", aCapacity(CapacityServer, lateStep(1, 210), lateStep(2, 210), aStep(3, 215, StepBroken)).found(100, 200, 220), 3},
		{"more often late", aCapacity(CapacityServer, lateStep(1, 210), lateStep(2, 215), aStep(3, 205, StepBroken)).found(100, 200, 220), 1},
		{"late, then kept", aCapacity(CapacityServer, lateStep(1, 210), aStep(2, 210, StepKept), aStep(3, 400, StepBroken)).found(100, 200, 220), 3},
	} {
		got := 0
		if s := tt.c.GaveOut(); s != nil {
			got = s.Number
		}
		if got != tt.want {
			t.Errorf("%s: step %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestCapacityIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadCapacity(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v of an empty directory", err)
	}
	c := aCapacity(CapacityServer, aStep(1, 100, StepKept), aStep(2, 200, StepBroken, broke...)).found(100, 140, 200)
	for range 2 { // it is written over
		if err := c.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	got, err := LoadCapacity(dir)
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%v, got  %+v\nwant %+v", err, got, c)
	}
	for text, want := range map[string]string{"{": "capacity.json: unexpected end", `{"schema_version":7}`: "schema version 7, this program reads 1"} {
		if err := os.WriteFile(filepath.Join(dir, CapacityFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadCapacity(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if err := c.Write(filepath.Join(dir, "gone")); err == nil {
		t.Error("written where nothing is")
	}
}

func TestStepTakesWhatItsRunMeasured(t *testing.T) {
	sum := &Summary{
		Clients: Clients{5, 4}, Dropped: 3, Wait: Spread{1, 2, 3}, Lag: Spread{4, 5, 6}, Whole: 2 * time.Second, Generator: Generator{CPU: time.Second},
		Service: Latency{P50: 7, P99: 8, Max: 9},
		Ops:     []OpSummary{{Name: "chg", Latency: Latency{P99: 10}}, {Name: "iteration", Rate: 11, Latency: Latency{P50: 12, P99: 13, Max: 14}}},
	}
	var s CapacityStep
	s.Tell(sum, "chg")
	want := CapacityStep{
		PeakOnline: 4, Dropped: 3, Wait: Spread{1, 2, 3}, Lag: Spread{4, 5, 6}, Whole: 2 * time.Second, CPU: time.Second, MainOp: "chg", MainP99: 10,
		Rate: 11, Response: Spread{12, 13, 14}, Service: Spread{7, 8, 9},
	}
	if !reflect.DeepEqual(s, want) || s.Cores() != 0.5 || new(CapacityStep).Cores() != 0 {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}
