package scenario

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/loadgen"
	"nudge/results"
)

// mustRun runs one client, unless the configuration has more, for d in the
// network n, with tickets from a template unless it names a source.
func mustRun(t *testing.T, n *inner, cfg Config, d time.Duration) *Result {
	t.Helper()
	if cfg.Target == "" {
		cfg.Target = "ns.test:1863"
	}
	if cfg.NexusURL == "" && cfg.LoginURL == "" && cfg.Ticket == "" {
		cfg.Ticket = "t=%d"
	}
	cfg.Load = loadgen.Ramp(max(cfg.Clients, 1), 0, d)
	cfg.DialContext = n.DialContext
	res, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// opOf returns the figures of an operation, empty ones if it was not recorded.
func opOf(res *Result, name string) results.OpSummary {
	for _, op := range res.Ops {
		if op.Name == name {
			return op
		}
	}
	return results.OpSummary{}
}

func errorsOf(res *Result, name string) map[string]int64 { return opOf(res, name).Errors }

func latencyOf(res *Result, name string) results.Latency { return opOf(res, name).Latency }

// mustListen serves connections on a loopback port until the test is over.
func mustListen(t testing.TB, serve func(net.Conn)) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		wg.Wait()
	})
	return ln.Addr().String()
}

func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		o := newOffice(5)
		n.listen("ns.test:1863", o.serve)
		res := mustRun(t, n, Config{Scenario: "presence", Clients: 5}, 10*time.Minute)
		chg, heard := opOf(res, "chg"), opOf(res, "presence")
		if chg.Count < 200 || chg.Failed() != 0 {
			t.Errorf("%d CHG in ten minutes, errors %v, want some 300", chg.Count, chg.Errors)
		}
		if want := 4 * (chg.Count - 5); heard.Count < want || heard.Count > want+20 || heard.Failed() != 0 {
			t.Errorf("presence of %d changes, errors %v, want that of each CHG but the first ones by four contacts, %d", heard.Count, heard.Errors, want)
		}
		if it := opOf(res, "iteration"); it.Count != chg.Count-5 || it.Failed() != 0 {
			t.Errorf("%d iterations, want one for each CHG but the first ones", it.Count)
		}
		if login := opOf(res, "login"); login.Count != 5 || login.Failed() != 0 || res.SignedIn != 5 || res.Clients.PeakOnline != 5 {
			t.Errorf("%d logins, %d signed in, %d online", login.Count, res.SignedIn, res.Clients.PeakOnline)
		}
		if png := opOf(res, "png"); png.Count < 55 || png.Count > 65 {
			t.Errorf("%d PNG in ten minutes of five clients every 50 s", png.Count)
		}
		if res.Verdict != results.Pass {
			t.Errorf("verdict %s: %q", res.Verdict, res.Reasons)
		}
	})
}

func TestLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ds.test:1863", serve(except("USRI", reply{text: "XFR %t NS ns.test:1863 0 ds.test:1863\r\n"}), &s))
		n.listen("ns.test:1863", serve(polite, &s))
		think := loadgen.Constant(time.Second)
		res := mustRun(t, n, Config{Scenario: "login", Target: "ds.test:1863", Think: &think}, 10*time.Second)
		for _, name := range []string{"login", "redirect", "usr_s", "syn", "iteration"} {
			if op := opOf(res, name); op.Count < 9 || op.Count > 10 || op.Failed() != 0 {
				t.Errorf("%d %s, errors %v, want one a second", op.Count, name, op.Errors)
			}
		}
		if op := opOf(res, "usr_i"); op.Count != 2*opOf(res, "usr_s").Count {
			t.Errorf("%d usr_i, want two for each usr_s", op.Count)
		}
		lines := s.of("user00001@example.com")
		if got := lines[len(lines)-1]; got != "OUT" {
			t.Errorf("last line is %q", got)
		}
		if res.Verdict != results.Pass {
			t.Errorf("verdict %s: %q", res.Verdict, res.Reasons)
		}
	})
}

// TestLoginGoesOnAfterFailures has a server that refuses every other sign-in.
func TestLoginGoesOnAfterFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		count := 0
		n.listen("ns.test:1863", serve(func(c *codec.Command, email string) reply {
			if c.Verb == codec.SYN {
				if count++; count%2 == 1 {
					return reply{text: "500 %t\r\n", hangUp: true}
				}
			}
			return polite(c, email)
		}, &s))
		think := loadgen.Constant(time.Second)
		res := mustRun(t, n, Config{Scenario: "login", Think: &think}, time.Minute)
		it := opOf(res, "iteration")
		if it.Errors["500"] < 5 || it.Count-it.Failed() < 5 {
			t.Errorf("%d iterations, errors %v", it.Count, it.Errors)
		}
	})
}

// TestSameSeedSameCommands plays the same run on both drivers.
func TestSameSeedSameCommands(t *testing.T) {
	think := loadgen.Constant(5 * time.Millisecond)
	cfg := Config{Scenario: "presence", Clients: 3, Seed: 7, Think: &think, Ticket: "t=%d"}
	portable, fast := newOffice(3), newOffice(3)
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		n.listen("ns.test:1863", portable.serve)
		mustRun(t, n, cfg, 500*time.Millisecond)
	})
	cfg.Target, cfg.Loops = mustListen(t, fast.serve), 2
	cfg.Load = loadgen.Ramp(3, 0, 500*time.Millisecond)
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	a, b := portable.timeless(), fast.timeless()
	if len(a) != 3 || len(b) != 3 {
		t.Fatalf("%d and %d accounts wrote something, want 3", len(a), len(b))
	}
	for email := range a {
		n := min(len(a[email]), len(b[email])) - 1 // the last is OUT, which is bound to time
		if n < 10 {
			t.Errorf("%s: only %d lines to compare", email, n)
		}
		if n > 0 && !slices.Equal(a[email][:n], b[email][:n]) {
			t.Errorf("%s wrote on the portable driver\n%s\nand on the other\n%s", email, strings.Join(a[email], "\n"), strings.Join(b[email], "\n"))
		}
	}
}

func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(polite, &s))
		var b bytes.Buffer
		mustRun(t, n, Config{Scenario: "presence", Clients: 3, Trace: 2, TraceTo: &b}, time.Minute)
		text := b.String()
		for _, want := range []string{
			"user00001@example.com -- connects to ns.test:1863\n",
			"user00001@example.com C: VER 1 MSNP10 MSNP9 CVR0\n",
			"user00002@example.com S: USR 3 TWN S ct=1,id=1\n",
			"user00002@example.com C: USR 4 TWN S ***\n",
			"user00001@example.com C: OUT\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("trace lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "user00003") || strings.Contains(text, " t=") {
			t.Errorf("trace has what it should not have:\n%s", text)
		}
	})
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		o := newOffice(2)
		n.listen("ns.test:1863", o.serve)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		res, err := Run(ctx, Config{Target: "ns.test:1863", Ticket: "t", Clients: 2, Load: loadgen.Ramp(2, 0, time.Hour), DialContext: n.DialContext})
		if err != nil {
			t.Fatal(err)
		}
		if !res.Interrupted || res.Verdict != results.Interrupted || opOf(res, "chg").Count == 0 {
			t.Errorf("interrupted %v, verdict %s, %d CHG", res.Interrupted, res.Verdict, opOf(res, "chg").Count)
		}
		lines := o.of("user00001@example.com")
		if lines[len(lines)-1] != "OUT" {
			t.Errorf("last line is %q, want OUT", lines[len(lines)-1])
		}
	})
}

// TestUnfinishedSignIn is a run that is over before its sign-ins are.
func TestUnfinishedSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		n.listen("ns.test:1863", func(c net.Conn) { io.Copy(io.Discard, c) })
		res := mustRun(t, n, Config{Scenario: "presence"}, 2*time.Second)
		if f := res.FirstFailed; f == nil || f.Op != "ver" || f.Class != "unfinished" || !strings.Contains(f.Conversation, "C: VER 1") {
			t.Errorf("first failure: %+v", f)
		}
		if res.Verdict != results.Fail || len(res.Reasons) == 0 || !strings.HasPrefix(res.Reasons[0], "no client ever signed in: ") {
			t.Errorf("verdict %s: %q", res.Verdict, res.Reasons)
		}
	})
}

// TestClientsLeaveAndComeBack follows a load that falls and rises.
func TestClientsLeaveAndComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		o := newOffice(4)
		n.listen("ns.test:1863", o.serve)
		load, err := loadgen.ParseStages("0s:4,1m:4,10s:1,1m:1,10s:4,1m:4")
		if err != nil {
			t.Fatal(err)
		}
		res, err := Run(t.Context(), Config{Target: "ns.test:1863", Ticket: "t", Load: load, DialContext: n.DialContext})
		if err != nil {
			t.Fatal(err)
		}
		if login := opOf(res, "login"); login.Count != 7 || login.Failed() != 0 || res.Clients.PeakOnline != 4 {
			t.Errorf("%d logins, errors %v, %d online at most; want 7 and 4", login.Count, login.Errors, res.Clients.PeakOnline)
		}
		if op := opOf(res, "presence"); op.Count == 0 || op.Failed() != 0 {
			t.Errorf("presence: %d, errors %v", op.Count, op.Errors)
		}
		lines := o.of("user00002@example.com")
		again := slices.Index(lines, "OUT")
		if again < 0 || !slices.Contains(lines[again:], "PNG") {
			t.Errorf("a client that left and came back sent no PNG:\n%s", strings.Join(lines, "\n"))
		}
	})
}

func TestTicketsOfAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(polite, &s))
		accounts := []Account{{Email: "alice@example.com", Ticket: "t=alice"}, {Email: "bob@example.com", Password: "p"}}
		n.listenHTTP("passport.test:80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Authentication-Info", "Passport1.4 da-status=success,from-PP='t=bob'")
		}))
		res := mustRun(t, n, Config{Scenario: "idle", Clients: 2, Accounts: accounts, LoginURL: "http://passport.test/login2.srf"}, 5*time.Second)
		if res.SignedIn != 2 || opOf(res, "ticket").Count != 1 {
			t.Errorf("%d signed in, %d tickets asked for", res.SignedIn, opOf(res, "ticket").Count)
		}
		for _, name := range []string{"alice", "bob"} {
			if lines := s.of(name + "@example.com"); !slices.Contains(lines, "USR 4 TWN S t="+name) {
				t.Errorf("%s wrote %q", name, lines)
			}
		}
	})
}

func TestRunRefusesBadConfigurations(t *testing.T) {
	tests := []struct {
		what string
		cfg  Config
		want string
	}{
		{"an unknown scenario", Config{Scenario: "lunch", Target: "a:1", Ticket: "t"}, `scenario "lunch": there are login, presence, roster, migrate, chat, idle`},
		{"no port", Config{Target: "a", Ticket: "t"}, "target"},
		{"no source of tickets", Config{Target: "a:1"}, "tickets"},
		{"too few accounts", Config{Target: "a:1", Clients: 2, Accounts: []Account{{Email: "a@x", Ticket: "t"}}}, "1 accounts are too few for 2 clients"},
	}
	for _, tt := range tests {
		if _, err := Run(t.Context(), tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.what, err, tt.want)
		}
	}
}

func TestBehavioursAreDescribed(t *testing.T) {
	for i, a := range Behaviours() {
		if a.Name != Names()[i] || a.Text == "" || a.MainOp == "" || a.Conns < 1 || a.Iterates != (a.Name != "idle") {
			t.Errorf("%+v", a)
		}
	}
	cfg := Config{Mix: []Part{{Behaviour: "migrate"}, {Behaviour: "lunch"}}}
	if all := cfg.Describe(); len(all) != 1 || all[0].Name != "migrate" || !all[0].Migrates {
		t.Errorf("%+v", all)
	}
}
