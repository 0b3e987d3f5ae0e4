package msnpcheck

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// inner is a server without sockets, as a Config sees it.
type inner struct {
	srv  *msnptest.Server
	work sync.WaitGroup
	wrap func(conn net.Conn, role msnptest.Role) net.Conn // what a broken server does to a connection; nil: nothing
	lax  bool                                             // Passport takes wrong passwords
	web  func(answer *http.Response)                      // what a broken Passport does to its answers; nil: nothing
}

// roles are the addresses that the server announces.
var roles = map[string]msnptest.Role{
	"ds.test:1863": msnptest.Dispatch, "ns.test:1863": msnptest.Notification, "sb.test:1865": msnptest.Switchboard,
}

// withPort is a connection from the port that the server takes those over pipes to
// be from.
type withPort struct{ net.Conn }

func (withPort) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1863} }

func (n *inner) dial(_ context.Context, _, addr string) (net.Conn, error) {
	role, ok := roles[addr]
	if !ok {
		return nil, fmt.Errorf("dial %s: nobody is there", addr)
	}
	pipe, theirs := net.Pipe()
	ours := withPort{pipe}
	n.work.Go(func() { n.srv.ServeConn(role, theirs) })
	if n.wrap != nil {
		return n.wrap(ours, role), nil
	}
	return ours, nil
}

// RoundTrip asks the server's Passport.
func (n *inner) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.lax {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "-wrong", "", 1))
	}
	w := httptest.NewRecorder()
	n.srv.Passport().ServeHTTP(w, r)
	answer, header := w.Result(), http.Header{}
	for name, values := range answer.Header {
		header[http.CanonicalHeaderKey(name)] = values // as a client of HTTP has it
	}
	answer.Header = header
	if n.web != nil {
		n.web(answer)
	}
	return answer, nil
}

// serve makes a server of 30 accounts that do not know each other.
func serve(srv *msnptest.Server) *inner {
	srv.Accounts, srv.Contacts = 30, -1
	srv.AnnounceNotification, srv.AnnounceSwitchboard = "ns.test:1863", "sb.test:1865"
	return &inner{srv: srv}
}

// config checks that server.
func (n *inner) config(only ...string) Config {
	cfg := Config{
		Addr: "ds.test:1863", Only: only, DialContext: n.dial,
		Passport: &msnp.Passport{Client: &http.Client{Transport: n}, NexusURL: "http://passport.test/rdr/pprdr.asp"},
	}
	for i := range 30 {
		cfg.Accounts = append(cfg.Accounts, Account{Email: fmt.Sprintf("user%05d@example.com", i+1), Password: "secret"})
	}
	return cfg
}

// run makes the checks in a bubble.
func (n *inner) run(t *testing.T, cfg Config) *Report {
	t.Helper()
	rep, err := Run(t.Context(), cfg)
	n.srv.Close()
	n.work.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// modesOf are the three modes, as a server and a dialect make them.
var modesOf = []modeOf{
	{P9, msnp.MSNP9, func() *msnptest.Server { return &msnptest.Server{} }},
	{M0, msnp.MSNP10, func() *msnptest.Server { return &msnptest.Server{Migrated: msnptest.MigratedNone} }},
	{M1, msnp.MSNP10, func() *msnptest.Server { return &msnptest.Server{} }},
}

type modeOf struct {
	mode    Mode
	dialect msnp.Dialect
	srv     func() *msnptest.Server
}

// TestTheReferenceServerPasses makes all checks in all modes.
func TestTheReferenceServerPasses(t *testing.T) {
	for _, m := range modesOf {
		t.Run(string(m.mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := serve(m.srv())
				cfg := n.config()
				cfg.Dialect = m.dialect
				cfg.Migration, cfg.Await = time.Minute, func(string) { n.srv.MigrateNow() }
				rep := n.run(t, cfg)
				if rep.Mode != m.mode {
					t.Errorf("mode %s", rep.Mode)
				}
				for _, c := range rep.Checks {
					if c.Status == Pass || c.Status == Skip && !has(fmt.Sprint(c.Modes), string(m.mode)) {
						continue
					}
					t.Errorf("%s %s (%s): %s\n on %s sent %s\n want %s\n got %s\n %s %s", c.Status, c.Name, c.Section, c.Says, c.On, c.Sent, c.Want, c.Got, c.Why, c.Missing)
					for _, s := range c.Conversation {
						t.Logf("%v %s %s %s", s.Since, s.On, s.By, s.Text)
					}
				}
				for _, c := range rep.Changed {
					t.Error(c)
				}
				t.Logf("%+v in %v", rep.Counts, rep.Duration)
			})
		})
	}
}
