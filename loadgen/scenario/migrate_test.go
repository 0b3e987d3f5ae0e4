package scenario

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// migrating runs migrate against a reference server whose lines to clients that came back pass through spoil.
func migrating(t *testing.T, srv *msnptest.Server, spoil func(line string) string, dialect string) *Result {
	n := newInner(t)
	n.listen("ns.test:1863", func(c net.Conn) {
		if spoil != nil {
			c = &spoiling{Conn: c, spoil: spoil}
		}
		srv.ServeConn(msnptest.Notification, c)
	})
	n.listen("ds.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Dispatch, c) })
	n.listenHTTP("passport.test:80", srv.Passport())
	srv.AnnounceNotification = "ns.test:1863"
	return mustRun(t, n, Config{
		Scenario: "migrate", Target: "ds.test:1863", Clients: 30, Dialects: []string{dialect}, LoginURL: "http://passport.test/login2.srf",
		Think: new(loadgen.Exponential(2 * time.Second)),
	}, 2*time.Minute)
}

// spoiling is a connection whose server's lines are changed on the way, as long as each stays one line.
type spoiling struct {
	net.Conn
	spoil func(line string) string
	back  bool // the client has come back: its profile says that it is migrated
}

func (s *spoiling) Write(p []byte) (int, error) {
	var out strings.Builder
	r := bufio.NewReader(strings.NewReader(string(p)))
	for {
		line, err := r.ReadString('\n')
		if strings.Contains(line, "ABCHMigrated: 1") {
			s.back = true
		}
		if s.back && strings.HasSuffix(line, "\r\n") {
			line = s.spoil(line)
		}
		out.WriteString(line)
		if err != nil {
			break
		}
	}
	_, err := s.Conn.Write([]byte(out.String()))
	return len(p), err
}

func TestMigrate(t *testing.T) {
	for _, dialect := range []string{"MSNP10", "MSNP9"} {
		synctest.Test(t, func(t *testing.T) {
			srv := &msnptest.Server{Accounts: 30, Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(0.5)}
			defer srv.Close()
			res := migrating(t, srv, nil, dialect)
			want := int64(30)
			if dialect == "MSNP9" { // which knows nothing of it
				want = 0
			}
			if m := opOf(res, "migrate"); m.Count != want || m.Failed() != 0 {
				t.Errorf("%s: %d migrations, errors %v, want %d", dialect, m.Count, m.Errors, want)
			}
			if len(res.Violations) != 0 || srv.Stats().Migrations != want {
				t.Errorf("%s: violations %v of %d migrations", dialect, res.Violations, srv.Stats().Migrations)
			}
			for _, op := range []string{"chg", "sbp", "prp", "adc", "rem"} {
				if o := opOf(res, op); o.Count < 50 || o.Failed() > 1 { // one may have been cut off by OUT MIG
					t.Errorf("%s: %d %s, errors %v", dialect, o.Count, op, o.Errors)
				}
			}
			if login := opOf(res, "login"); login.Count != 30+want || login.Failed() != 0 {
				t.Errorf("%s: %d logins, errors %v", dialect, login.Count, login.Errors)
			}
			if len(res.Events) != 0 {
				t.Errorf("%s: events %v", dialect, res.Events)
			}
		})
	}
}

// TestMigrationThatLoses: whatever one client finds changed is a violation that names it.
func TestMigrationThatLoses(t *testing.T) {
	row := -1
	for name, tt := range map[string]struct {
		from, to string
		want     string // in what is said
	}{
		"a contact's lists": {" C=", " C=", "contact user"},
		"a group":           {"LSG Friends ", "LSG Fiends ", "group Fiends: was not there, is there"},
		"a setting":         {"GTC A", "GTC N", `GTC: was "A", is "N"`},
		"the mode":          {"ABCHMigrated: 1", "ABCHMigrated: 0", "ABCHMigrated: 0"},
	} {
		if row++; !sampled(row) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := &msnptest.Server{Accounts: 30, Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(0.5)}
				defer srv.Close()
				res := migrating(t, srv, func(line string) string {
					if name == "a contact's lists" && strings.HasPrefix(line, "LST ") {
						return strings.Replace(line, " 11 ", " 13 ", 1)
					}
					return strings.Replace(line, tt.from, tt.to, 1)
				}, "MSNP10")
				if res.Violations["migration"] < 30 {
					t.Errorf("violations %v, want one for each client", res.Violations)
				}
				said := ""
				for _, e := range res.Events {
					said += e.First.Text + "\n"
				}
				if !strings.Contains(said, tt.want) {
					t.Errorf("%q is not in %s", tt.want, said)
				}
			})
		})
	}
}

// TestEveryFaultOfAMigrationIsFound: as many violations as contacts were lost or altered, and for each stale list one
// at least.
func TestEveryFaultOfAMigrationIsFound(t *testing.T) {
	for _, kind := range []msnptest.Fault{msnptest.Lose, msnptest.Alter, msnptest.Stale} {
		t.Run(kind.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := &msnptest.Server{
					Accounts: 30, Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(0.5),
					Faults: map[msnptest.Fault]float64{kind: 0.2},
				}
				defer srv.Close()
				res := migrating(t, srv, nil, "MSNP10")
				made, found := srv.Stats().Faults[kind], res.Violations["migration"]
				if made < 3 || found < made || kind != msnptest.Stale && found != made {
					t.Errorf("%d faults made, %d found", made, found)
				}
			})
		})
	}
}
