package scenario

import (
	"math"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// mixed runs a mix against the reference server.
func mixed(t *testing.T, cfg Config, d time.Duration) *Result {
	t.Helper()
	n := newInner(t)
	srv := &msnptest.Server{Accounts: 40, Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(1)}
	defer srv.Close()
	n.listen("ns.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Notification, c) })
	n.listenHTTP("passport.test:80", srv.Passport())
	cfg.Clients, cfg.LoginURL = 40, "http://passport.test/login2.srf"
	return mustRun(t, n, cfg, d)
}

func TestMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		think := loadgen.Constant(10 * time.Second)
		quick := loadgen.Constant(time.Second)
		res := mixed(t, Config{Scenario: "office", Mix: []Part{
			{Behaviour: "presence", Weight: 2, Think: &think}, {Behaviour: "roster", Think: &quick}, {Behaviour: "idle"},
		}}, 100*time.Second)
		if res.Scenario != "office" || len(res.Violations) != 0 || res.SignedIn != 40 {
			t.Errorf("%s, %d signed in, violations %v", res.Scenario, res.SignedIn, res.Violations)
		}
		// 20 clients that change their status every 10 s, 10 that edit every second, 10 that do nothing; and all are migrated,
		// which costs whoever it happens to a little.
		chg, edits := opOf(res, "chg").Count-80, int64(0)
		for _, op := range []string{"adg", "gtc", "blp", "prp", "sbp"} {
			edits += opOf(res, op).Count
		}
		if it := opOf(res, "iteration").Count; chg < 160 || chg > 200 || edits == 0 || it-chg < 900 || it-chg > 1000 {
			t.Errorf("%d iterations, %d CHG but the first ones, %d edits", it, chg, edits)
		}
		for _, op := range res.Ops {
			if op.Failed() != 0 && op.Errors["mig"] != op.Failed() {
				t.Errorf("%s failed by %v", op.Name, op.Errors)
			}
		}
	})
}

// TestMixOfTheOpenModel demands the weights of the iterations.
func TestMixOfTheOpenModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		res := mixed(t, Config{
			Rate: loadgen.Rate{Stages: []loadgen.Stage{{Target: 20}}},
			Mix:  []Part{{Behaviour: "presence", Weight: 3}, {Behaviour: "idle", Weight: 4}, {Behaviour: "login", Weight: 1}},
		}, 100*time.Second)
		logins := opOf(res, "login").Count - 35 - 40 // the first ones, and those after OUT MIG
		if it := opOf(res, "iteration").Count; it != 2000 || math.Abs(float64(logins-500)) > 6 {
			t.Errorf("%d iterations, of them %d logins, want a quarter", it, logins)
		}
	})
}

func TestMixesThatCannotBe(t *testing.T) {
	for want, mix := range map[string][]Part{
		"there are login":              {{Behaviour: "lunch"}},
		"idle gets none of 1 clients":  {{Behaviour: "presence", Weight: 9}, {Behaviour: "idle", Weight: 1}},
		"a mix of 65 parts: there may": make([]Part, 65),
	} {
		for i := range mix {
			if mix[i].Behaviour == "" {
				mix[i].Behaviour = "idle"
			}
		}
		if _, err := Run(t.Context(), Config{Target: "ns.test:1863", Ticket: "t", Mix: mix}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
}

func TestOfferedIsWhatThinkTimesLeaveRoomFor(t *testing.T) {
	think := func(s string) *loadgen.Dist {
		d, err := loadgen.ParseDist(s)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	for _, tt := range []struct {
		name string
		cfg  Config
		want float64
	}{
		{"the behaviour's", Config{Clients: 50}, 5},
		{"the run's", Config{Clients: 50, Think: think("uniform:1s,3s")}, 25},
		{"a mix", Config{Clients: 80, Mix: []Part{
			{Behaviour: "presence", Weight: 2, Think: think("10s")}, {Behaviour: "roster", Think: think("exp:2s")}, {Behaviour: "idle"},
		}}, 14},
		{"none", Config{Clients: 50, Scenario: "login"}, 0},
		{"open", Config{Clients: 50, Rate: loadgen.Rate{Stages: []loadgen.Stage{{Target: 5}, {Duration: time.Second, Target: 30}}}}, 30},
		{"log-normal", Config{Clients: 100, Think: think("lognormal:10s,0")}, 10},
	} {
		if got := tt.cfg.Offered(); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
