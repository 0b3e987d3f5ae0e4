package scenario

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// parlour is a reference server whose switchboard is reached through a proxy that
// a test may spoil.
type parlour struct {
	*inner
	srv  *msnptest.Server
	open func(net.Conn) net.Conn // of switchboard connections; nil: as they are
}

func newParlour(t *testing.T, srv *msnptest.Server) *parlour {
	p := &parlour{inner: newInner(t), srv: srv}
	srv.AnnounceSwitchboard, srv.AnnounceNotification = "sb.test:1865", "ns.test:1863"
	t.Cleanup(func() { srv.Close() })
	p.listen("ns.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Notification, c) })
	p.listen("sb.test:1865", func(c net.Conn) {
		if p.open != nil {
			c = p.open(c)
		}
		srv.ServeConn(msnptest.Switchboard, c)
	})
	p.listenHTTP("passport.test:80", srv.Passport())
	return p
}

// run runs chat, unless the configuration has something else, for d.
func (p *parlour) run(t *testing.T, cfg Config, d time.Duration) *Result {
	t.Helper()
	cfg.LoginURL = "http://passport.test/login2.srf"
	if cfg.Scenario == "" {
		cfg.Scenario = "chat"
	}
	if cfg.Clients == 0 {
		cfg.Clients = 20
	}
	return mustRun(t, p.inner, cfg, d)
}

// pairs is chat without groups.
func pairs(messages int) []Part {
	return []Part{{Behaviour: "chat", Messages: messages, Groups: new(0.0)}}
}

// faultless demands that nothing went wrong.
func faultless(t *testing.T, res *Result) {
	t.Helper()
	for _, op := range res.Ops {
		if op.Failed() != 0 {
			t.Errorf("%s failed by %v", op.Name, op.Errors)
		}
	}
	if len(res.Violations) != 0 {
		t.Errorf("violations %v", res.Violations)
	}
	for _, e := range res.Events {
		if e.Class != "nobody" {
			t.Errorf("event %+v", e)
		}
	}
}

func TestChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, &msnptest.Server{Accounts: 20})
		res := p.run(t, Config{Mix: pairs(7), Loops: 2}, 2*time.Minute)
		faultless(t, res)
		talks := p.srv.Stats().Conversations
		if talks < 200 {
			t.Errorf("%d conversations, want some 240", talks)
		}
		for op, want := range map[string]int64{"xfr_sb": 1, "usr_sb": 1, "cal": 1, "ans": 1, "msg": 7, "deliver": 7, "iteration": 1} {
			if got := opOf(res, op).Count; got != want*talks {
				t.Errorf("%d %s in %d conversations, want %d in each", got, op, talks, want)
			}
		}
		if res.Whole > 2*time.Minute+2*time.Second {
			t.Errorf("took %v to end", res.Whole)
		}
	})
}

func TestGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, &msnptest.Server{Accounts: 20})
		res := p.run(t, Config{Mix: []Part{{Behaviour: "chat", Messages: 12, Groups: new(1.0)}}, Loops: 2}, 2*time.Minute)
		faultless(t, res)
		talks := p.srv.Stats().Conversations
		calls := opOf(res, "cal").Count
		if per := float64(calls) / float64(talks); per < 2.8 || per > 3.2 {
			t.Errorf("%v called in a conversation, want 2 to 4", per)
		}
		if got := opOf(res, "msg").Count; got != 12*talks {
			t.Errorf("%d msg in %d conversations", got, talks)
		}
		if got := opOf(res, "deliver").Count; got != 12*calls {
			t.Errorf("%d deliver, want one for each of %d called and of 12 messages", got, calls)
		}
	})
}

// TestChatAmongOthers has people of other habits called as well, and migrated in
// the middle of a conversation.
func TestChatAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, &msnptest.Server{Accounts: 20, Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(0.2)})
		quick := loadgen.Exponential(time.Second)
		res := p.run(t, Config{Mix: []Part{
			{Behaviour: "chat", Think: &quick}, {Behaviour: "presence"}, {Behaviour: "roster"}, {Behaviour: "migrate"}, {Behaviour: "login", Think: &quick},
		}}, 90*time.Second)
		if len(res.Violations) != 0 {
			t.Errorf("violations %v", res.Violations)
		}
		for _, op := range []string{"usr_sb", "ans", "msg", "deliver"} {
			if o := opOf(res, op); o.Count < 100 || o.Failed() != 0 {
				t.Errorf("%d %s, errors %v", o.Count, op, o.Errors)
			}
		}
		for _, e := range res.Events {
			t.Logf("%+v", e)
		}
	})
}

func TestTraceOfAConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParlour(t, &msnptest.Server{Accounts: 4})
		var b bytes.Buffer
		p.run(t, Config{Mix: pairs(2), Clients: 4, Trace: 1, TraceTo: &b}, time.Minute)
		text := b.String()
		for _, want := range []string{
			"user00001@example.com (1-1) -- connects to sb.test:1865\n",
			"user00001@example.com (1-1) C: CAL 2 user0000",
			"user00001@example.com (1-1) C: MSG 3 U 94\n",
			"user00001@example.com (1-1) C: MSG 4 A ",
			"           | nudge 1-1: 1/2 by 1 at ",
			"user00001@example.com (1-1) S: ACK 4\n",
			"user00001@example.com (1-1) C: OUT\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("trace lacks %q:\n%s", want, text)
			}
		}
	})
}

func TestPartsThatChat(t *testing.T) {
	f, err := ReadFile(strings.NewReader("version = 1\n[[mix]]\nbehaviour = \"chat\"\nmessages = 25\ngroups = 0\n[[mix]]\nbehaviour = \"chat\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p := f.Mix[0]; p.Messages != 25 || p.Groups == nil || *p.Groups != 0 {
		t.Errorf("%+v", p)
	}
	if p := f.Mix[1].withDefaults(); p.Messages != 10 || *p.Groups != 0.1 {
		t.Errorf("%+v", p)
	}
	for want, p := range map[string]Part{
		"messages 1001: want":   {Behaviour: "chat", Messages: 1001},
		"groups 2: want":        {Behaviour: "chat", Groups: new(2.0)},
		"messages for presence": {Behaviour: "presence", Messages: 3},
	} {
		cfg := Config{Target: "ns.test:1863", Ticket: "t", Mix: []Part{p}}
		if _, err := Run(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
}
