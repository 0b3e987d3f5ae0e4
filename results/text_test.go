package results

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "writes the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}

var presenceOps = []OpInfo{
	{"connect", true, false}, {"ver", true, false}, {"cvr", true, false}, {"usr_i", true, false}, {"ticket", true, false}, {"usr_s", true, false},
	{"syn", true, false}, {"redirect", true, false}, {"login", true, false}, {"chg", false, false}, {"png", false, false}, {"presence", false, false}, {"iteration", false, false},
}

// play records a run of some seconds like that of a server under load: latencies are drawn around a median for each operation.
// finish is called when the load is over. dir may be "".
func play(t *testing.T, cfg Config, seconds int, extra func(r *Recorder, op func(string) Op), end End) (s *Summary) {
	t.Helper()
	cfg.Ops = presenceOps
	op := func(name string) Op {
		for i, o := range cfg.Ops {
			if o.Name == name {
				return Op(i)
			}
		}
		t.Fatalf("no operation %q", name)
		return 0
	}
	synctest.Test(t, func(t *testing.T) {
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		c.machine.read = func() generatorLine {
			at := time.Since(began)
			return generatorLine{
				CPU: 3210 * time.Millisecond, MaxRSS: 84_213_760, RunQueue: at / 4, Steal: at / 50,
				Pressure: map[string]time.Duration{"cpu": at / 2, "io": 0, "memory": 0},
			}
		}
		c.Start(began)
		rnd := rand.New(rand.NewPCG(cfg.Run.Seed, 0))
		draw := func(median time.Duration) time.Duration {
			d := float64(median) * (1 + rnd.ExpFloat64()/3)
			if rnd.IntN(200) == 0 {
				d *= 10
			}
			return time.Duration(d)
		}
		for at := range seconds {
			for i := range max(cfg.Recorders, 1) {
				r := c.Recorder(i)
				if at < 2 {
					for range 250 {
						for j, o := range cfg.Ops[:9] {
							r.OK(Op(j), draw(time.Duration(j+1)*300*time.Microsecond))
							_ = o
						}
						r.Online(1)
					}
				} else {
					r.Phase(Hold)
					for range 500 {
						r.OK(op("chg"), draw(430*time.Microsecond))
						lag, service := draw(30*time.Microsecond), draw(410*time.Microsecond)
						r.OK(op("iteration"), lag+service)
						r.Wait(0)
						r.Lag(lag)
						r.Service(service)
						for range 10 {
							r.OK(op("presence"), draw(time.Millisecond))
						}
					}
				}
				if extra != nil && at == seconds-1 {
					extra(r, op)
				}
			}
			time.Sleep(time.Second)
			for i := range max(cfg.Recorders, 1) {
				c.Recorder(i).Tick(time.Duration(at+1) * time.Second)
			}
			synctest.Wait()
		}
		end.At = time.Duration(seconds) * time.Second
		if s, err = c.Finish(end); err != nil {
			t.Fatal(err)
		}
	})
	return s
}

func thresholds(t *testing.T, exprs ...string) (ts []Threshold) {
	t.Helper()
	for _, e := range exprs {
		th, err := ParseThreshold(e)
		if err != nil {
			t.Fatal(err)
		}
		ts = append(ts, th)
	}
	return ts
}

var presenceRun = RunInfo{NudgeVersion: "v0.1.0", Scenario: "presence", Seed: 1, Target: "127.0.0.1:1863", Clients: 1000}

func TestTextReadsWell(t *testing.T) {
	failing := func(r *Recorder, op func(string) Op) {
		for range 12 {
			r.Fail(op("chg"), "timeout", 10*time.Second)
			r.Fail(op("iteration"), "timeout", 10*time.Second)
			r.OpEvent(op("chg"), "timeout", "user00017@example.com", "no reply to CHG 12 in 10 s")
		}
		r.Fail(op("login"), "911", 3*time.Millisecond)
		r.OpEvent(op("usr_s"), "911", "user00042@example.com",
			"> USR 9 TWN S t=*** p=***\r\n< 911 9\r\n\x1b[31mred\xff\r\n")
		r.Violation("misdirected", "user00003@example.com", "NLN NLN user00099@example.com: not a contact")
		r.Event("retry", "user00042@example.com", "signs in again after 1 s")
		r.DroppedWait(1234)
		r.Cut()
	}
	tests := []struct {
		name       string
		run        RunInfo
		extra      func(r *Recorder, op func(string) Op)
		end        End
		thresholds []string
	}{
		{name: "pass", run: presenceRun, thresholds: []string{"login.errors<1%", "iteration.errors<1%"}},
		{
			name: "fail", run: presenceRun, extra: failing,
			thresholds: []string{"login.errors<1%", "iteration.errors < 1%", "chg.p99<2ms", "iteration.rate>=4500/s", "png.p50<1s", "dropped==0"},
		},
		{
			name: "invalid", run: presenceRun, thresholds: []string{"login.errors<1%"},
			extra: func(r *Recorder, op func(string) Op) {
				r.OK(op("chg"), 2*time.Hour)
				r.Fail(op("chg"), ClassFiles, time.Millisecond)
				r.DroppedLag(300)
				for range 1000 {
					r.Lag(40 * time.Millisecond)
				}
			},
		},
		{name: "interrupted", run: presenceRun, thresholds: []string{"login.errors<1%", "chg.p99<1us"}, end: End{Interrupted: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, Config{Recorders: 2, Run: tt.run, Thresholds: thresholds(t, tt.thresholds...)}, 12, tt.extra, tt.end)
			var b bytes.Buffer
			if err := s.Text(&b); err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(b.Bytes()) {
				if n := utf8.RuneCount(line) - 1; n > 100 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			golden(t, tt.name+".txt", b.Bytes())
		})
	}
}
