package scenario

import (
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/loadgen"
)

func TestSilenceCostsAnOperationATimeoutAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		first := true
		n.listen("ns.test:1863", serve(func(c *codec.Command, email string) reply {
			if c.Verb == codec.CHG && !first || c.Verb == codec.PNG {
				return reply{}
			}
			first = first && c.Verb != codec.CHG
			return polite(c, email)
		}, &s))
		think := loadgen.Constant(time.Second)
		res := mustRun(t, n, Config{Scenario: "presence", Think: &think}, 2*time.Minute)
		for _, name := range []string{"chg", "iteration", "png"} {
			if op := opOf(res, name); op.Errors["timeout"] == 0 || len(op.Errors) != 1 {
				t.Errorf("%s failed by %v, want timeout", name, op.Errors)
			}
		}
		if got := latencyOf(res, "png"); got.Min.Round(time.Second/10) != 10*time.Second || got.Max.Round(time.Second/10) != 10*time.Second {
			t.Errorf("timeouts count with %v to %v, want 10 s", got.Min, got.Max)
		}
		if n.dials("ns.test:1863") != 1 {
			t.Errorf("%d connections, want the one", n.dials("ns.test:1863"))
		}
	})
}

func TestRefusedCommandFailsItsIteration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		online := false
		n.listen("ns.test:1863", serve(func(c *codec.Command, email string) reply {
			if c.Verb == codec.CHG && online {
				return reply{text: "800 %t\r\n"}
			}
			online = online || c.Verb == codec.CHG
			return polite(c, email)
		}, &s))
		res := mustRun(t, n, Config{Scenario: "presence"}, 2*time.Minute)
		if got := opOf(res, "iteration"); got.Errors["800"] != got.Count || got.Count == 0 {
			t.Errorf("%d iterations, errors %v, want all 800", got.Count, got.Errors)
		}
		if n.dials("ns.test:1863") != 1 {
			t.Error("the connection was given up")
		}
	})
}

// TestServerMovesClients has XFR that nobody asked for, to another server and,
// as address 0, to the beginning (§2.1).
func TestServerMovesClients(t *testing.T) {
	for _, addr := range []string{"other.test:1863", "0"} {
		synctest.Test(t, func(t *testing.T) {
			n := newInner(t)
			var s said
			moved := false
			answer := func(c *codec.Command, email string) reply {
				r := polite(c, email)
				if c.Verb == codec.CHG && !moved {
					moved = true
					r.text += "XFR 0 NS " + addr + "\r\n"
				}
				return r
			}
			n.listen("ns.test:1863", serve(answer, &s))
			n.listen("other.test:1863", serve(answer, &s))
			res := mustRun(t, n, Config{Scenario: "idle"}, time.Minute)
			if login := opOf(res, "login"); login.Count != 2 || login.Failed() != 0 || len(res.Violations) != 0 {
				t.Errorf("to %s: %d logins, errors %v, violations %v", addr, login.Count, login.Errors, res.Violations)
			}
			if addr != "0" && n.dials(addr) != 1 {
				t.Errorf("%s was dialled %d times", addr, n.dials(addr))
			}
		})
	}
}

// TestSoftReset is XFR 0 as the answer to USR I: all again on the same connection.
func TestSoftReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		again := false
		n.listen("ns.test:1863", serve(func(c *codec.Command, email string) reply {
			if c.Verb == codec.USR && !again {
				again = true
				return reply{text: "XFR %t NS 0\r\n"}
			}
			return polite(c, email)
		}, &s))
		res := mustRun(t, n, Config{Scenario: "idle"}, 5*time.Second)
		if login := opOf(res, "login"); login.Count != 1 || login.Failed() != 0 || n.dials("ns.test:1863") != 1 {
			t.Errorf("%d logins on %d connections, errors %v", login.Count, n.dials("ns.test:1863"), login.Errors)
		}
		if ver := opOf(res, "ver"); ver.Count != 2 {
			t.Errorf("%d ver", ver.Count)
		}
	})
}

// TestOutBeforeItsTime ends clients that are online by each OUT of §7.3.
func TestOutBeforeItsTime(t *testing.T) {
	tests := []struct {
		out, class string
		back       bool
	}{
		{"OUT OTH", "oth", false}, {"OUT TOU", "tou", false}, {"OUT SSD", "ssd", true}, {"OUT", "out", true}, {"OUT RCT 1", "out", true},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			n := newInner(t)
			var s said
			n.listen("ns.test:1863", serve(except("PNG", reply{text: tt.out + "\r\n", hangUp: true}), &s))
			res := mustRun(t, n, Config{Scenario: "idle"}, 5*time.Minute)
			if got := errorsOf(res, "png"); got[tt.class] == 0 || len(got) != 1 {
				t.Errorf("%s: png failed by %v, want %s", tt.out, got, tt.class)
			}
			if back := n.dials("ns.test:1863") > 1; back != tt.back {
				t.Errorf("%s: client came back: %v", tt.out, back)
			}
			if res.FirstFailed != nil {
				t.Errorf("%s: counts as failed sign-in: %v", tt.out, res.FirstFailed)
			}
		})
	}
}
