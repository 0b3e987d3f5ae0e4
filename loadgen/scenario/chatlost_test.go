package scenario

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// slowly has every notification come late, so that conversations last.
func slowly(accounts int) *msnptest.Server {
	return &msnptest.Server{Accounts: accounts, Faults: map[msnptest.Fault]float64{msnptest.Delay: 1}, FaultDelay: time.Second}
}

// cutter closes connections when told.
type cutter struct {
	mu  sync.Mutex
	all []net.Conn
}

func (k *cutter) wrap(c net.Conn) net.Conn {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, c)
	return c
}

func (k *cutter) cut() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.all {
		c.Close()
	}
	k.all = nil
}

// TestConversationsOutliveTheNotificationServer: what was begun goes on to its
// end (§9.5).
func TestConversationsOutliveTheNotificationServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, slowly(12))
		var k cutter
		p.listen("ns.test:1863", func(c net.Conn) { p.srv.ServeConn(msnptest.Notification, k.wrap(c)) })
		time.AfterFunc(time.Minute, k.cut)
		res := p.run(t, Config{Mix: pairs(10), Clients: 12, Loops: 2}, 3*time.Minute)
		if login := opOf(res, "login"); login.Count != 24 || login.Failed() != 0 {
			t.Errorf("%d logins, errors %v: want each client to have come back", login.Count, login.Errors)
		}
		for _, op := range []string{"usr_sb", "cal", "ans", "msg", "deliver"} {
			if o := opOf(res, op); o.Count == 0 || o.Failed() != 0 {
				t.Errorf("%d %s, errors %v", o.Count, op, o.Errors)
			}
		}
		talks, whole := opOf(res, "usr_sb").Count, opOf(res, "msg").Count/10
		if whole < talks-8 || len(res.Violations) != 0 { // some were called and never read it, some were on at the end
			t.Errorf("%d of %d conversations came to their end, violations %v", whole, talks, res.Violations)
		}
	})
}

// TestLostConnectionsAccuseNobody: what was on the way may be lost with them.
func TestLostConnectionsAccuseNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, slowly(12))
		var k cutter
		p.open = k.wrap
		for i := range 6 {
			time.AfterFunc(time.Duration(i+1)*20*time.Second, k.cut)
		}
		res := p.run(t, Config{Mix: pairs(10), Clients: 12, Loops: 2}, 150*time.Second)
		if it := opOf(res, "iteration"); it.Errors["closed"]+it.Errors["bye"] == 0 || it.Count == it.Failed() {
			t.Errorf("%d iterations, errors %v", it.Count, it.Errors)
		}
		if len(res.Violations) != 0 {
			t.Errorf("violations %v: %+v", res.Violations, res.Events)
		}
	})
}

// TestFaultsThatBreakNoPromise: a server may be slow, and connections may break.
func TestFaultsThatBreakNoPromise(t *testing.T) {
	for row, faults := range []map[msnptest.Fault]float64{
		{msnptest.Delay: 0.2}, {msnptest.Split: 0.5}, {msnptest.Reset: 0.01}, {msnptest.Delay: 0.1, msnptest.Reset: 0.02, msnptest.Split: 0.1},
	} {
		if !sampled(row) {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			p := newParlour(t, &msnptest.Server{Accounts: 8, Faults: faults})
			res := p.run(t, Config{Mix: pairs(10), Clients: 8, Loops: 2}, time.Minute)
			if len(res.Violations) != 0 || opOf(res, "deliver").Count < 150 {
				t.Errorf("%v: violations %v, %d deliver", faults, res.Violations, opOf(res, "deliver").Count)
			}
			if faults[msnptest.Reset] == 0 {
				faultless(t, res)
			}
		})
	}
}

// TestInterruptedConversations: all hang up, at once and in order, and nobody is to
// blame.
func TestInterruptedConversations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, slowly(12))
		var open, outs atomic.Int64
		p.listen("sb.test:1865", func(c net.Conn) {
			open.Add(1)
			p.srv.ServeConn(msnptest.Switchboard, &tap{Conn: c, hears: func(line string) {
				if line == "OUT" {
					outs.Add(1)
				}
			}})
			open.Add(-1)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		var during int64
		time.AfterFunc(45*time.Second-1, func() { during = open.Load(); outs.Store(0) })
		res, err := Run(ctx, Config{
			Mix: pairs(10), Target: "ns.test:1863", LoginURL: "http://passport.test/login2.srf", Clients: 12, Loops: 2,
			Load: loadgen.Ramp(12, 0, time.Hour), DialContext: p.DialContext,
		})
		if err != nil {
			t.Fatal(err)
		}
		if during < 6 || outs.Load() < during-1 || open.Load() != 0 {
			t.Errorf("%d connections to the switchboard when it was interrupted, then %d OUT, %d are left", during, outs.Load(), open.Load())
		}
		if len(res.Violations) != 0 || res.Whole > 48*time.Second {
			t.Errorf("violations %v, over after %v", res.Violations, res.Whole)
		}
	})
}

// tap hears the lines of a client.
type tap struct {
	net.Conn
	hears func(line string)
	rest  []byte
}

func (s *tap) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.rest = append(s.rest, p[:n]...)
	syntax := codec.Syntax{From: codec.FromClient}
	var cmd codec.Command
	for {
		n, err := syntax.Parse(&cmd, s.rest)
		if err != nil {
			break
		}
		s.hears(string(cmd.Line()))
		s.rest = s.rest[n:]
	}
	return n, err
}

// TestAGeneratorThatStandsStillAccusesNobody: what has come meanwhile is read before
// anything is judged.
func TestAGeneratorThatStandsStillAccusesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, slowly(8))
		began, stalls := time.Now(), 0
		res := p.run(t, Config{Mix: pairs(10), Clients: 8, Loops: 1, Trace: 8, TraceTo: writer(func(b []byte) {
			if stalls < 3 && time.Since(began) > time.Duration(stalls+1)*time.Minute {
				stalls++
				time.Sleep(30 * time.Second)
			}
		})}, 4*time.Minute)
		if len(res.Violations) != 0 || stalls != 3 {
			t.Errorf("%d stalls: violations %v", stalls, res.Violations)
		}
	})
}

type writer func(b []byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

// TestConversationsAtTheEndOfTheLoad: those who are called stay as long as their
// callers talk.
func TestConversationsAtTheEndOfTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, slowly(12))
		res := p.run(t, Config{Mix: pairs(3), Clients: 12, Loops: 2, GracefulStop: 20 * time.Second}, time.Minute)
		faultless(t, res)
		if res.Cut != 0 || opOf(res, "msg").Count != 3*opOf(res, "usr_sb").Count {
			t.Errorf("%d cut, %d msg in %d conversations", res.Cut, opOf(res, "msg").Count, opOf(res, "usr_sb").Count)
		}
	})
}

// TestAFallingLoad has half of the clients leave, and come again.
func TestAFallingLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, &msnptest.Server{Accounts: 12})
		load, err := loadgen.ParseStages("0s:12,20s:12,5s:4,10s:4,5s:12,10s:12")
		if err != nil {
			t.Fatal(err)
		}
		quick := loadgen.Exponential(time.Second)
		res, err := Run(t.Context(), Config{
			Scenario: "chat", Target: "ns.test:1863", LoginURL: "http://passport.test/login2.srf", Load: load, Think: &quick, Loops: 2, DialContext: p.DialContext,
		})
		if err != nil {
			t.Fatal(err)
		}
		faultless(t, res)
		if login := opOf(res, "login"); login.Count != 20 || opOf(res, "iteration").Count < 300 {
			t.Errorf("%d logins, %d iterations", login.Count, opOf(res, "iteration").Count)
		}
	})
}

// TestSwitchboardsThatDoNotWork says what each failure counts as.
func TestSwitchboardsThatDoNotWork(t *testing.T) {
	answers := func(script func(cmd *codec.Command) string) func(net.Conn) {
		return func(c net.Conn) {
			dec := codec.NewDecoder(c, codec.Syntax{From: codec.FromClient})
			var cmd codec.Command
			for dec.Decode(&cmd) == nil {
				text := script(&cmd)
				if text == "" {
					continue
				}
				if _, err := io.WriteString(c, strings.ReplaceAll(text, "%t", strconv.FormatUint(uint64(cmd.TrID), 10))); err != nil || strings.HasPrefix(text, "911") {
					return
				}
			}
		}
	}
	greets := func(cal string) func(net.Conn) {
		return answers(func(cmd *codec.Command) string {
			switch cmd.Verb {
			case codec.USR:
				return "USR %t OK a@b c\r\n"
			case codec.CAL:
				return cal
			}
			return ""
		})
	}
	for _, tt := range []struct {
		what      string
		serve     func(net.Conn) // the switchboard; nil: nobody listens
		permit    loadgen.PermitFunc
		op, class string // that fails
		violation string
	}{
		{what: "nobody listens", op: "usr_sb", class: "refused"},
		{what: "an address that is not permitted", serve: greets(""), op: "usr_sb", class: "forbidden", permit: func(host string, _ netip.AddrPort) error {
			if host == "sb.test" {
				return errors.New("not ours")
			}
			return nil
		}},
		{what: "hangs up", serve: func(net.Conn) {}, op: "usr_sb", class: "closed"},
		{what: "never answers", serve: func(c net.Conn) { io.Copy(io.Discard, c) }, op: "usr_sb", class: "timeout"},
		{what: "knows no such cookie", serve: answers(func(*codec.Command) string { return "911 %t\r\n" }), op: "usr_sb", class: "911"},
		{what: "somebody offline", serve: greets("217 %t\r\n"), op: "cal", class: "217"},
		{what: "somebody who does not want to", serve: greets("216 %t\r\n"), op: "cal", class: "216"},
		{what: "too many calls", serve: greets("713 %t\r\n"), op: "cal", class: "713"},
		{what: "calls nobody", serve: greets(""), op: "cal", class: "timeout"},
		{what: "says that it called", serve: greets("CAL %t RINGING 17\r\n"), op: "iteration", class: "timeout", violation: "lost"},
		{what: "says OUT", serve: greets("OUT\r\n"), op: "cal", class: "out"},
		{what: "answers garbage", serve: greets("\x16\x03\r\n"), op: "cal", class: "protocol", violation: "syntax"},
		{what: "announces a reset", serve: greets("500 0\r\nXYZ 1 2\r\n217 %t\r\n"), op: "cal", class: "217"},
		{what: "lets strangers in", serve: greets("JOI stranger@example.com S\r\nBYE stranger@example.com\r\nMSG s@x s 2\r\nhi217 %t\r\n"), op: "cal", class: "217", violation: "altered"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParlour(t, &msnptest.Server{Accounts: 4})
				p.listen("sb.test:1865", tt.serve)
				res := p.run(t, Config{Clients: 4, Permit: tt.permit}, time.Minute)
				if got := errorsOf(res, tt.op); got[tt.class] < 5 || len(got) != 1 {
					t.Errorf("%s failed by %v, want %s", tt.op, got, tt.class)
				}
				if it := opOf(res, "iteration"); it.Errors[tt.class] < 5 || len(it.Errors) != 1 {
					t.Errorf("iterations failed by %v, want %s", it.Errors, tt.class)
				}
				if tt.violation == "" && len(res.Violations) != 0 || tt.violation != "" && (res.Violations[tt.violation] == 0 || len(res.Violations) != 1) {
					t.Errorf("violations %v, want %q", res.Violations, tt.violation)
				}
			})
		})
	}
}
