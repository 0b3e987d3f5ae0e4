package scenario

import (
	"bufio"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// without is a connection on which the lines that begin with a verb are lost.
type without struct {
	net.Conn
	verb string
	in   *bufio.Reader
	rest []byte
}

func (w *without) Read(p []byte) (int, error) {
	for len(w.rest) == 0 {
		line, err := w.in.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		if !strings.HasPrefix(string(line), w.verb+" ") {
			w.rest = line
		}
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// listsOf signs in and returns the answer to SYN but for its first line, in an order of its own.
func listsOf(t *testing.T, srv *msnptest.Server, email string) []string {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	go srv.ServeConn(msnptest.Notification, theirs)
	said := strings.Join([]string{"VER 1 MSNP10 CVR0", "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS " + email,
		"USR 3 TWN I " + email, "USR 4 TWN S " + srv.Ticket(email), "SYN 5 0 0", "OUT", ""}, "\r\n")
	go io.WriteString(ours, said)
	all, err := io.ReadAll(ours)
	if err != nil {
		t.Fatal(err)
	}
	_, answer, ok := strings.Cut(string(all), "\r\nSYN 5 ")
	if !ok {
		t.Fatalf("%s: %q", email, all)
	}
	return slices.Sorted(slices.Values(strings.Split(answer, "\r\n")[1:]))
}

// edited runs roster for a while against the reference server, with one verb of the clients' lost on the way.
func edited(t *testing.T, srv *msnptest.Server, lost string, dialect string) *Result {
	n := newInner(t)
	n.listen("ns.test:1863", func(c net.Conn) {
		if lost != "" {
			c = &without{Conn: c, verb: lost, in: bufio.NewReader(c)}
		}
		srv.ServeConn(msnptest.Notification, c)
	})
	n.listenHTTP("passport.test:80", srv.Passport())
	return mustRun(t, n, Config{Scenario: "roster", Clients: 30, Dialects: []string{dialect}, LoginURL: "http://passport.test/login2.srf"}, 5*time.Minute)
}

// TestEditsAreUndone demands that a run of roster leaves all lists as it found them.
func TestEditsAreUndone(t *testing.T) {
	row := -1
	for _, dialect := range []string{"MSNP10", "MSNP9", "MSNP8"} {
		for _, migrated := range []msnptest.Migration{msnptest.MigratedNone, msnptest.MigratedAll} {
			if row++; !sampled(row) {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				fresh := &msnptest.Server{Accounts: 30, Migrated: migrated}
				srv := &msnptest.Server{Accounts: 30, Migrated: migrated}
				defer fresh.Close()
				defer srv.Close()
				if it := opOf(edited(t, srv, "", dialect), "iteration"); it.Count < 500 || it.Failed() != 0 {
					t.Errorf("%s: of %d iterations failed %v", dialect, it.Count, it.Errors)
				}
				for _, email := range []string{"user00001@example.com", "user00015@example.com", "user00030@example.com"} {
					if got, want := listsOf(t, srv, email), listsOf(t, fresh, email); !slices.Equal(got, want) {
						t.Errorf("%s: %s has\n%q, want\n%q", dialect, email, got, want)
					}
				}
			})
		}
	}
}

// TestIgnoredEditCostsATimeoutAlone: the commands around the one that is lost go on being answered, and what was
// done before it is undone.
func TestIgnoredEditCostsATimeoutAlone(t *testing.T) {
	row := -1
	for verb, op := range map[string]string{"REG": "reg", "SBP": "sbp", "GTC": "gtc", "ADC": "adc"} {
		if row++; !sampled(row) {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			srv := &msnptest.Server{Accounts: 30}
			defer srv.Close()
			res := edited(t, srv, verb, "MSNP10")
			for _, o := range res.Ops {
				switch {
				case o.Name == "iteration":
				case o.Name == op && (o.Count == 0 || o.Errors["timeout"] != o.Count):
					t.Errorf("%s is lost: of %d %s failed %v", verb, o.Count, o.Name, o.Errors)
				case o.Name == "rem" && verb == "ADC": // what was not added is not there to be removed
				case o.Name != op && o.Failed() != 0:
					t.Errorf("%s is lost: of %d %s failed %v", verb, o.Count, o.Name, o.Errors)
				}
			}
			if len(res.Violations) != 0 || opOf(res, "login").Count != 30 {
				t.Errorf("%s is lost: violations %v, %d logins", verb, res.Violations, opOf(res, "login").Count)
			}
			if it := opOf(res, "iteration"); it.Errors["timeout"] == 0 || it.Errors["timeout"] == it.Count || it.Failed() != it.Errors["timeout"] {
				t.Errorf("%s is lost: of %d iterations failed %v", verb, it.Count, it.Errors)
			}
		})
	}
}

// TestWhatIsNotAnsweredAtTheEndCounts: a run that is shorter than the timeout ends after it, and tells of a command that
// is ignored.
func TestWhatIsNotAnsweredAtTheEndCounts(t *testing.T) {
	for _, rate := range []loadgen.Rate{{}, {Stages: []loadgen.Stage{{Target: 2}}}} {
		synctest.Test(t, func(t *testing.T) {
			n := newInner(t)
			srv := &msnptest.Server{Accounts: 3}
			defer srv.Close()
			n.listen("ns.test:1863", func(c net.Conn) {
				srv.ServeConn(msnptest.Notification, &without{Conn: c, verb: "PRP", in: bufio.NewReader(c)})
			})
			n.listenHTTP("passport.test:80", srv.Passport())
			cfg := Config{Scenario: "migrate", Clients: 3, LoginURL: "http://passport.test/login2.srf", Rate: rate}
			if rate.IsZero() {
				cfg.Think = new(loadgen.Constant(time.Second))
			}
			res := mustRun(t, n, cfg, 8*time.Second)
			if prp := opOf(res, "prp"); prp.Count != 3 || prp.Errors["timeout"] != 3 {
				t.Errorf("%d PRP, errors %v, want 3 timeouts", prp.Count, prp.Errors)
			}
			if it := opOf(res, "iteration"); it.Errors["timeout"] != 3 {
				t.Errorf("of %d iterations failed %v", it.Count, it.Errors)
			}
		})
	}
}
