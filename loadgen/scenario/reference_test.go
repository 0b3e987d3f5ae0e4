package scenario

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
	"nudge/results"
)

// sampled is a quarter of a table's rows where time is short, as under the race
// detector, and all of them otherwise.
func sampled(row int) bool { return !testing.Short() || row%4 == 0 }

// TestReferenceServer runs each behaviour against the reference server with all
// that it has: dispatch, redirect, nexus, login, contacts, in both modes.
func TestReferenceServer(t *testing.T) {
	row := -1
	for _, name := range Names() {
		for _, dialects := range [][]string{nil, {"MSNP9"}, {"MSNP8"}} {
			for _, migrated := range []msnptest.Migration{msnptest.MigratedNone, msnptest.MigratedAll} {
				if row++; !sampled(row) {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					n := newInner(t)
					srv := &msnptest.Server{Accounts: 20, Migrated: migrated, AnnounceNotification: "ns.test:1863", AnnounceSwitchboard: "sb.test:1865"}
					defer srv.Close()
					n.listen("ds.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Dispatch, c) })
					n.listen("ns.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Notification, c) })
					n.listen("sb.test:1865", func(c net.Conn) { srv.ServeConn(msnptest.Switchboard, c) })
					n.listenHTTP("passport.test:80", srv.Passport())
					var think *loadgen.Dist // the clock of a bubble stands still without
					if name == "login" {
						think = new(loadgen.Constant(5 * time.Second))
					}
					res := mustRun(t, n, Config{
						Scenario: name, Think: think, Target: "ds.test:1863", Clients: 20, NexusURL: "http://passport.test/rdr/pprdr.asp",
						Dialects: dialects, Trace: 1, TraceTo: t.Output(),
					}, time.Minute)
					checkReference(t, res, name, 20)
				})
			}
		}
	}
}

// TestReferenceServerOnLoopback is the same over sockets, by the driver that
// the system is best at.
func TestReferenceServerOnLoopback(t *testing.T) {
	srv := &msnptest.Server{Accounts: 50}
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	think := loadgen.Exponential(100 * time.Millisecond)
	res, err := Run(t.Context(), Config{
		Target: addrs.Dispatch, Clients: 50, Loops: 2, NexusURL: addrs.Nexus, Think: &think,
		Load: loadgen.Ramp(50, 200*time.Millisecond, time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	checkReference(t, res, "presence", 50)
}

// checkReference checks that all went well.
func checkReference(t *testing.T, res *Result, name string, clients int) {
	t.Helper()
	if res.SignedIn != clients || res.FirstFailed != nil || len(res.Violations) != 0 {
		t.Errorf("%s: %d signed in, violations %v, first failure %+v", name, res.SignedIn, res.Violations, res.FirstFailed)
	}
	for _, op := range res.Ops {
		if op.Failed() != 0 {
			t.Errorf("%s: %s failed by %v", name, op.Name, op.Errors)
		}
	}
	want := map[string][]string{
		"login":    {"connect", "ver", "cvr", "usr_i", "ticket", "usr_s", "syn", "redirect", "login", "iteration"},
		"presence": {"connect", "ticket", "redirect", "login", "chg", "presence", "iteration"},
		"roster":   {"login", "adc", "rem", "adg", "reg", "rmg", "sbp", "prp", "gtc", "blp", "iteration"},
		"migrate":  {"login", "chg", "sbp", "prp", "adc", "rem", "iteration"},
		"chat":     {"login", "xfr_sb", "usr_sb", "cal", "ans", "msg", "deliver", "iteration"},
		"idle":     {"connect", "ticket", "redirect", "login", "png"},
	}
	for _, op := range want[name] {
		if opOf(res, op).Count == 0 {
			t.Errorf("%s: nothing was measured of %s", name, op)
		}
	}
	if res.Verdict == results.Fail {
		t.Errorf("%s: verdict %s: %q", name, res.Verdict, res.Reasons)
	}
	if name == "presence" {
		iterations := opOf(res, "iteration").Count
		if heard := opOf(res, "presence").Count; heard < 8*iterations {
			t.Errorf("%d changes were read of %d iterations with 10 contacts each", heard, iterations)
		}
	}
}
