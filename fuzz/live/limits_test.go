package live

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// TestRunsEndAtTheirLimits has each limit end a run that nothing else would end.
func TestRunsEndAtTheirLimits(t *testing.T) {
	const many = 1 << 40
	for _, x := range []struct {
		name  string
		limit func(*Fuzzer)
		check func(*testing.T, *Report)
	}{
		{"sessions", func(f *Fuzzer) { f.Sessions = 40 }, func(t *testing.T, r *Report) {
			if r.Sessions != 40 || r.Commands < 100 || r.Bytes < 1000 {
				t.Errorf("%d sessions, %d commands, %d bytes", r.Sessions, r.Commands, r.Bytes)
			}
		}},
		{"sessions of two workers", func(f *Fuzzer) { f.Sessions, f.Workers = 40, 2 }, func(t *testing.T, r *Report) {
			if r.Sessions != 40 {
				t.Errorf("%d sessions", r.Sessions)
			}
		}},
		{"bytes", func(f *Fuzzer) { f.Sessions, f.MaxBytes = many, 50_000 }, func(t *testing.T, r *Report) {
			if r.Bytes > 60_000 || r.Bytes < 20_000 {
				t.Errorf("%d bytes", r.Bytes)
			}
		}},
		{"duration and rate", func(f *Fuzzer) { f.Duration, f.Rate = 10*time.Second, 4 }, func(t *testing.T, r *Report) {
			if r.Sessions != 40 || r.Elapsed != 10*time.Second {
				t.Errorf("%d sessions in %v", r.Sessions, r.Elapsed)
			}
		}},
		{"rate alone", func(f *Fuzzer) { f.Sessions, f.Rate = 101, 10 }, func(t *testing.T, r *Report) {
			if r.Elapsed < 10*time.Second || r.Elapsed > 10*time.Second+defaultTimeout {
				t.Errorf("%v", r.Elapsed)
			}
		}},
		{"one session", func(f *Fuzzer) { f.Only = Path{3, 77} }, func(t *testing.T, r *Report) {
			if r.Sessions != 1 {
				t.Errorf("%d sessions", r.Sessions)
			}
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				z := w.fuzzer()
				z.Accounts = accounts(2 * AccountsPerWorker)
				x.limit(z)
				report := w.run(t, z)
				x.check(t, report)
				nothingLeft(t, w)
				if len(report.Findings) > 0 {
					t.Errorf("found %v", &report.Findings[0].Verdict)
				}
			})
		})
	}
}

// nothingLeft checks that a run has closed what it opened.
func nothingLeft(t *testing.T, w *world) {
	t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	left := 0
	for _, c := range w.ours {
		if !c.closed() {
			left++
		}
	}
	if left > 0 {
		t.Errorf("%d connections of %d are left", left, len(w.ours))
	}
}

// TestFindingsEndARun has a server with a mistake that many sessions show in ways of their own.
func TestFindingsEndARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(s *msnptest.Server) { s.Faults = map[msnptest.Fault]float64{msnptest.TrID: 0.3} })
		z := w.fuzzer()
		z.Sessions, z.Findings, z.Minimize = 10_000, 3, -1
		var told []string
		z.Found = func(f *Finding) { told = append(told, f.Verdict.Key()) }
		report := w.run(t, z)
		if len(report.Findings) != 3 || len(told) != 3 || report.Sessions > 1000 {
			t.Errorf("%d findings, told of %d, in %d sessions", len(report.Findings), len(told), report.Sessions)
		}
		nothingLeft(t, w)
	})
}

// TestACancelledRunEnds ends the context at many moments of a run, against a server that works and one that hangs. Only
// the end of a process is waited for.
func TestACancelledRunEnds(t *testing.T) {
	for name, adjust := range map[string]func(*msnptest.Server){"sound": nil, "hanging": defect(msnptest.Deadlock, 0).adjust} {
		t.Run(name, func(t *testing.T) {
			for _, after := range []time.Duration{0, time.Millisecond, 500 * time.Millisecond, 3 * time.Second, 20 * time.Second} {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, adjust)
					z := w.fuzzer()
					z.Process, z.Duration, z.Rate, z.Timeout = w, time.Hour, 50, time.Minute
					ctx, cancel := context.WithTimeout(t.Context(), after)
					defer cancel()
					begin := time.Now()
					report, err := z.Run(ctx)
					if late := time.Since(begin) - after; report == nil || err != nil || late > endWait {
						t.Errorf("%v after %v: %v, %v", late, after, report, err)
					}
					nothingLeft(t, w)
				})
			}
		})
	}
}

// TestPausesBetweenWrites has a session pause for longer than its server is waited for: nothing is wrong with that, and
// the end of the context ends it.
func TestPausesBetweenWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		z := w.fuzzer()
		c, err := ParseCase("open ns\nns split=1 split=2 split=3 pause=2s \"VER {trid} MSNP10\\r\\n\"\n")
		if err != nil {
			t.Fatal(err)
		}
		finding := &Finding{Verdict: Verdict{Class: Hang}, Case: c}
		begin := time.Now()
		all, err := z.Replay(t.Context(), finding, 1)
		if err != nil || all[0].Verdict != nil || time.Since(begin) < 3*maxPause {
			t.Errorf("%v, %+v after %v", err, all, time.Since(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), maxPause/2)
		defer cancel()
		begin = time.Now()
		if _, err := z.Replay(ctx, finding, 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != maxPause/2 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		nothingLeft(t, w)
	})
}

func TestRunsThatCanNotBegin(t *testing.T) {
	for want, z := range map[string]*Fuzzer{
		"a worker needs 4": {Accounts: accounts(3), Sessions: 1},
		"no limit":         {Accounts: accounts(4)},
	} {
		if _, err := z.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestWorkersShareOneServer has several workers, whose callbacks come one at a time.
func TestWorkersShareOneServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(s *msnptest.Server) { s.Accounts = 4 * AccountsPerWorker })
		z := w.fuzzer()
		z.Accounts, z.Workers, z.Sessions = accounts(4*AccountsPerWorker), 4, 200
		var busy sync.Mutex
		played, last := 0, int64(0)
		alone := func() func() {
			if !busy.TryLock() {
				t.Error("two at a time")
				return func() {}
			}
			return busy.Unlock
		}
		z.Played = func(transcript string) {
			defer alone()()
			played++
			if !strings.Contains(transcript, " = ") {
				t.Errorf("no connection was opened:\n%s", transcript)
			}
		}
		z.Progress = func(p Progress) {
			defer alone()()
			if p.Sessions != last+1 || p.Commands <= 0 {
				t.Errorf("%+v behind %d sessions", p, last)
			}
			last = p.Sessions
		}
		report := w.run(t, z)
		if played != 200 || last != 200 || report.Sessions != 200 || len(report.Findings) > 0 {
			t.Errorf("%d transcripts, %d sessions told of, %d in the report", played, last, report.Sessions)
		}
		nothingLeft(t, w)
	})
}

// TestNoTicketIsAnError has Passport fail: that is not the server's doing that is fuzzed.
func TestNoTicketIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		z := w.fuzzer()
		z.Sessions, z.Accounts = 5, accounts(AccountsPerWorker)
		for i := range z.Accounts {
			z.Accounts[i].Ticket = ""
		}
		asked := 0
		z.Ticket = func(context.Context, Account, string) (string, error) { asked++; return "", net.ErrClosed }
		_, err := z.Run(t.Context())
		if !errors.Is(err, net.ErrClosed) || asked == 0 {
			t.Errorf("error %v, asked %d times", err, asked)
		}
		nothingLeft(t, w)
	})
}

// TestAServerThatEndsIsAFinding ends a server that is not ours amid a run.
func TestAServerThatEndsIsAFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		z := w.fuzzer()
		z.Sessions = 20
		z.Progress = func(p Progress) {
			if p.Sessions == 10 {
				w.die("killed")
			}
		}
		report := w.run(t, z)
		if len(report.Findings) != 1 || report.Findings[0].Verdict.Class != Refused || !report.Findings[0].Stable() || report.Sessions != 20 {
			t.Errorf("%d sessions, found %v", report.Sessions, report.Findings)
		}
		nothingLeft(t, w)
	})
}

// TestACleanClientThatIsRefusedIsAFinding has a server let nobody sign in any more but the account whose sessions are
// edited.
func TestACleanClientThatIsRefusedIsAFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		b := w.bench(t, msnp.MSNP10)
		b.stranger.hangUp()
		var mu sync.Mutex
		refusing := false
		w.tamper = func(_ msnptest.Role, said string) string {
			mu.Lock()
			defer mu.Unlock()
			switch verb := said[:3]; {
			case verb == "USR" && strings.Contains(said, " OK "):
				refusing = strings.Contains(said, "user00003@")
			case !refusing || verb == "QNG" || verb == "VER" || verb == "CVR" || verb == "USR":
				return said
			case verb != "SYN" && verb != "CHG":
				return ""
			}
			if !refusing {
				return said
			}
			return refused("500")(said)
		}
		v, err := b.try(t.Context(), talks(t))
		if err != nil || v == nil || v.Class != Sick || !strings.Contains(v.Detail, "user00003@example.com: the server answers 500") {
			t.Errorf("%v, %v\n%s", v, err, &b.script)
		}
	})
}
