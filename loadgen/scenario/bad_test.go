package scenario

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
)

// TestBadServers runs the login of one client against servers that do wrong.
func TestBadServers(t *testing.T) {
	hangUp := func(net.Conn) {}
	silence := func(c net.Conn) { io.Copy(io.Discard, c) }
	tests := []struct {
		what    string
		serve   func(net.Conn) // nil: nobody listens
		script  script         // instead of serve
		op      string         // that fails first
		class   string
		final   bool   // the client doesn't come back
		broken  string // kind of violation; "": none
		learned string // what the conversation of the failure shows
	}{
		{what: "nobody listens", op: "connect", class: "refused", learned: "connects to ns.test:1863"},
		{what: "hangs up at once", serve: hangUp, op: "ver", class: "closed", learned: "C: VER 1 MSNP10 MSNP9 CVR0\n"},
		{what: "never answers", serve: silence, op: "ver", class: "timeout", learned: "C: VER 1 MSNP10 MSNP9 CVR0\n"},
		{what: "answers garbage", script: except("VER", reply{text: "\x16\x03\x01garbage\r\n"}), op: "ver", class: "protocol",
			broken: "syntax", learned: `S: \x16\x03\x01garbage`},
		{what: "answers an endless line", script: except("VER", reply{text: strings.Repeat("x", 20<<10)}), op: "ver", class: "protocol",
			broken: "syntax", learned: "S: xxxx"},
		{what: "answers something never asked", script: except("CVR", reply{text: "CVR 77 a b c d e\r\n"}), op: "cvr", class: "protocol",
			broken: "unknown TrID", learned: "S: CVR 77"},
		{what: "knows no common dialect", script: except("VER", reply{text: "VER %t 0\r\n", hangUp: true}), op: "ver", class: "dialect",
			learned: "S: VER 1 0\n"},
		{what: "refuses the ticket", script: except("USRS", reply{text: "911 %t\r\n", hangUp: true}), op: "usr_s", class: "911", final: true,
			learned: "C: USR 4 TWN S ***\n"},
		{what: "is too busy", script: except("USRI", reply{text: "910 %t\r\n", hangUp: true}), op: "usr_i", class: "910", learned: "S: 910 3\n"},
		{what: "sends one round in circles", script: except("USRI", reply{text: "XFR %t NS ns.test:1863 0 ns.test:1863\r\n"}), op: "usr_i",
			class: "redirects", learned: "S: XFR 18 NS"},
		{what: "announces more contacts than it lists", script: except("SYN", reply{text: "SYN %t 1 0 2 0\r\nLST N=a@x 11\r\n"}), op: "syn",
			class: "timeout", learned: "S: LST N=a@x 11"},
		{what: "lists more contacts than it announces", script: except("SYN", reply{text: "SYN %t 1 0 1 0\r\nLST N=a@x 11\r\nLST N=b@x 11\r\n"}),
			op: "chg", class: "protocol", broken: "uncounted contact", learned: "S: LST N=b@x 11"},
		{what: "wants terms of use accepted", script: except("SYN", reply{text: "OUT TOU\r\n", hangUp: true}), op: "syn", class: "tou", final: true,
			learned: "S: OUT TOU"},
		{what: "was taken over elsewhere", script: except("CHG", reply{text: "OUT OTH\r\n", hangUp: true}), op: "chg", class: "oth", final: true,
			learned: "S: OUT OTH"},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newInner(t)
				var s said
				if tt.script != nil {
					tt.serve = serve(tt.script, &s)
				}
				if tt.serve != nil {
					n.listen("ns.test:1863", tt.serve)
				}
				began := time.Now()
				res := mustRun(t, n, Config{Scenario: "presence"}, 20*time.Second)
				if res.SignedIn != 0 {
					t.Errorf("%d clients signed in", res.SignedIn)
				}
				for _, op := range []string{tt.op, "login"} {
					got := errorsOf(res, op)
					delete(got, "unfinished") // a later attempt, when the run was over
					if got[tt.class] == 0 || len(got) != 1 {
						t.Errorf("%s failed by %v, want all %s", op, got, tt.class)
					}
				}
				f := res.FirstFailed
				if f == nil {
					t.Fatal("no sign-in failed")
				}
				if f.Op != tt.op || f.Class != tt.class || f.Client != "user00001@example.com" {
					t.Errorf("first failure: %v", f)
				}
				if !strings.Contains(f.Conversation, tt.learned) {
					t.Errorf("conversation lacks %q:\n%s", tt.learned, f.Conversation)
				}
				if tt.broken != "" && res.Violations[tt.broken] == 0 || tt.broken == "" && len(res.Violations) != 0 {
					t.Errorf("violations %v, want %q", res.Violations, tt.broken)
				}
				again := n.dials("ns.test:1863") > 1
				if tt.class != "redirects" && again == tt.final {
					t.Errorf("client came back: %v", again)
				}
				if took := time.Since(began); tt.final && took > 10*time.Second {
					t.Errorf("run went on for %v with no client left", took)
				}
			})
		})
	}
}

func TestPassportRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(polite, &s))
		n.listenHTTP("passport.test:80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("WWW-Authenticate", "Passport1.4 da-status=failed")
			w.WriteHeader(http.StatusUnauthorized)
		}))
		res := mustRun(t, n, Config{Scenario: "presence", LoginURL: "http://passport.test/login2.srf"}, 20*time.Second)
		if f := res.FirstFailed; f == nil || f.Op != "ticket" || f.Class != "401" {
			t.Fatalf("first failure: %v", f)
		}
		if got := errorsOf(res, "ticket"); got["401"] != 1 {
			t.Errorf("ticket failed by %v, want once 401: it is final", got)
		}
	})
}

func TestPassportIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("ns.test:1863", serve(polite, &s))
		n.listen("passport.test:80", func(c net.Conn) { io.Copy(io.Discard, c) })
		res := mustRun(t, n, Config{Scenario: "presence", LoginURL: "http://passport.test/login2.srf"}, 30*time.Second)
		if got := errorsOf(res, "ticket"); got["timeout"] == 0 {
			t.Errorf("ticket failed by %v, want timeout", got)
		}
		if d := latencyOf(res, "ticket").Max; d < 9990*time.Millisecond || d > 10010*time.Millisecond {
			t.Errorf("a timeout counts with %v, want 10 s", d)
		}
	})
}

// TestForbiddenAddressesAreNotDialled has a server and a Passport that send
// clients where they may not go.
func TestForbiddenAddressesAreNotDialled(t *testing.T) {
	permit := func(host string, _ netip.AddrPort) error {
		if host != "10.0.0.1" {
			return errors.New("not ours: " + host)
		}
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("10.0.0.1:1863", serve(except("USRI", reply{text: "XFR %t NS 203.0.113.9:1863 0 10.0.0.1:1863\r\n"}), &s))
		res := mustRun(t, n, Config{Scenario: "presence", Target: "10.0.0.1:1863", Permit: permit}, 5*time.Second)
		if n.dials("203.0.113.9:1863") != 0 {
			t.Error("a forbidden server was dialled")
		}
		if got := errorsOf(res, "redirect"); len(got) != 1 || got["forbidden"] == 0 {
			t.Errorf("redirect failed by %v, want forbidden", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		n.listen("10.0.0.1:1863", serve(polite, &s))
		n.listenHTTP("10.0.0.1:80", http.RedirectHandler("http://203.0.113.9/login2.srf", http.StatusFound))
		res := mustRun(t, n, Config{Scenario: "presence", Target: "10.0.0.1:1863", Permit: permit, LoginURL: "http://10.0.0.1/"}, 5*time.Second)
		if n.dials("203.0.113.9:80") != 0 {
			t.Error("a forbidden login server was dialled")
		}
		if got := errorsOf(res, "ticket"); len(got) != 1 || got["forbidden"] == 0 {
			t.Errorf("ticket failed by %v, want forbidden", got)
		}
	})
}

func TestReconnectAfterLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		var at []time.Duration
		began := time.Now()
		n.listen("ns.test:1863", func(c net.Conn) {
			at = append(at, time.Since(began))
			serve(except("PNG", reply{hangUp: true}), &s)(c)
		})
		res := mustRun(t, n, Config{Scenario: "idle"}, 10*time.Minute)
		if got := errorsOf(res, "png"); got["closed"] < 5 {
			t.Errorf("png failed by %v, want closed each time", got)
		}
		if len(at) < 6 {
			t.Fatalf("%d connections in ten minutes", len(at))
		}
		if res.SignedIn != 1 || len(res.Violations) != 0 {
			t.Errorf("%d signed in, violations %v", res.SignedIn, res.Violations)
		}
	})
}

func TestBackOffDoubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var at []time.Time
		n.listen("ns.test:1863", func(c net.Conn) { at = append(at, time.Now()) })
		mustRun(t, n, Config{Scenario: "presence"}, 5*time.Minute)
		want := time.Second
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < want*3/4 || d > want*5/4+time.Millisecond {
				t.Errorf("connection %d came after %v, want %v, a quarter more or less", i, d, want)
			}
			want = min(2*want, 30*time.Second)
		}
		if len(at) < 10 {
			t.Errorf("%d connections in 5 minutes", len(at))
		}
	})
}

// TestMigration is OUT MIG after the first CHG: the client comes back at once to
// the notification server, with a fresh ticket, and goes on counting (§8).
func TestMigration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInner(t)
		var s said
		sent := false
		n.listen("ds.test:1863", serve(except("USRI", reply{text: "XFR %t NS ns.test:1863 0 ds.test:1863\r\n"}), &s))
		n.listen("ns.test:1863", serve(func(c *codec.Command, email string) reply {
			r := polite(c, email)
			if c.Verb == codec.CHG && !sent {
				sent = true
				r.text += "OUT MIG\r\n"
				r.hangUp = true
			}
			return r
		}, &s))
		res := mustRun(t, n, Config{Scenario: "idle", Target: "ds.test:1863"}, 30*time.Second)
		if len(res.Violations) != 0 || res.SignedIn != 1 {
			t.Errorf("%d signed in, violations %v", res.SignedIn, res.Violations)
		}
		var want []string
		for _, from := range []int{1, 4, 10} {
			want = append(want, fmt.Sprintf("VER %d MSNP10 MSNP9 CVR0", from),
				fmt.Sprintf("CVR %d 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS user00001@example.com", from+1),
				fmt.Sprintf("USR %d TWN I user00001@example.com", from+2))
			if from > 1 {
				want = append(want, fmt.Sprintf("USR %d TWN S t=1", from+3), fmt.Sprintf("SYN %d 0 0", from+4),
					fmt.Sprintf("CHG %d NLN %d", from+5, mark((from+2)/6).clientID()))
			}
		}
		want = append(want, "OUT")
		got := s.timeless()["user00001@example.com"]
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("client wrote\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := n.dials("ds.test:1863"); got != 1 {
			t.Errorf("dispatch server was asked %d times", got)
		}
	})
}

// TestUnwritable has what cannot stand in a command: it fails at once, and is no
// server's doing.
func TestUnwritable(t *testing.T) {
	tests := []struct {
		what, op string
		cfg      Config
	}{
		{"an address with a space", "cvr", Config{Accounts: []Account{{Email: "a b@example.com", Ticket: "t"}}}},
		{"a ticket of an account", "usr_s", Config{Accounts: []Account{{Email: "a@example.com", Ticket: "t t"}}}},
		{"a ticket of a template", "ticket", Config{Ticket: "t t"}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			n := newInner(t)
			var s said
			n.listen("ns.test:1863", serve(polite, &s))
			tt.cfg.Scenario = "presence"
			res := mustRun(t, n, tt.cfg, 500*time.Millisecond)
			if got := errorsOf(res, tt.op); got["local"] != 1 || len(got) != 1 {
				t.Errorf("%s: %s failed by %v, want once local", tt.what, tt.op, got)
			}
			if len(res.Violations) != 0 || res.FirstFailed == nil {
				t.Errorf("%s: violations %v, first failure %v", tt.what, res.Violations, res.FirstFailed)
			}
		})
	}
}
