package scenario

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/results"
)

// TestServerThatLetsInWithoutTicket has a server that answers USR TWN I with OK.
func TestServerThatLetsInWithoutTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(except("USRI", reply{text: "USR %t OK user00001@example.com 1 0\r\n"}), &s))
		res := mustRun(t, n, Config{Scenario: "presence"}, time.Minute)
		if res.SignedIn != 1 || res.Verdict != results.Pass || opOf(res, "usr_s").Count != 0 {
			t.Errorf("%d signed in, %d USR S, verdict %s: %q", res.SignedIn, opOf(res, "usr_s").Count, res.Verdict, res.Reasons)
		}
	})
}

// TestSignInThatNeverEnds has a run that is shorter than the wait for an answer.
func TestSignInThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		n.listen("ns.test:1863", func(c net.Conn) { io.Copy(io.Discard, c) })
		res := mustRun(t, n, Config{Scenario: "presence", Clients: 3}, 5*time.Second)
		if got := errorsOf(res, "login")["unfinished"]; got != 3 {
			t.Errorf("%d sign-ins failed as unfinished, want all three", got)
		}
	})
}

// TestEveryClientSentAway has a server that ends all clients for good.
func TestEveryClientSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(except("PNG", reply{text: "OUT OTH\r\n", hangUp: true}), &s))
		res := mustRun(t, n, Config{Scenario: "idle", Clients: 2, Results: results.Config{Thresholds: results.DefaultThresholds(false)}}, time.Hour)
		if res.Verdict != results.Fail || !strings.Contains(strings.Join(res.Reasons, " "), "every client had ended for good") {
			t.Errorf("verdict %s: %q", res.Verdict, res.Reasons)
		}
		if res.Whole > 2*time.Minute {
			t.Errorf("went on for %v without clients", res.Whole)
		}
	})
}
