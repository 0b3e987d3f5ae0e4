package scenario

import (
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// journal notes what each account writes: on its notification connection, and, of
// its own conversations, who is called and how many messages it says there.
type journal struct{ said }

// notification notes lines as of the account that signs in.
func (j *journal) notification(c net.Conn) net.Conn {
	email := ""
	return &tap{Conn: c, hears: func(line string) {
		if words := strings.Fields(line); words[0] == "USR" && words[3] == "I" {
			email = words[4]
		}
		if email != "" && line != "PNG" && line != "OUT" {
			j.add(email, line)
		}
	}}
}

func (j *journal) switchboard(c net.Conn) net.Conn {
	email, calls := "", false
	return &tap{Conn: c, hears: func(line string) {
		words := strings.Fields(line)
		switch words[0] {
		case "USR":
			email, calls = words[2], true
		case "CAL", "OUT":
			if calls {
				j.add(email, line)
			}
		case "MSG":
			if calls {
				j.add(email, strings.Join(words[:3], " ")) // the length depends on the time
			}
		}
	}}
}

// TestSameSeedSameConversations plays the same chats on both drivers.
func TestSameSeedSameConversations(t *testing.T) {
	think := loadgen.Constant(250 * time.Millisecond)
	cfg := Config{Mix: []Part{{Behaviour: "chat", Messages: 5, Groups: new(0.4), Think: &think}}, Clients: 6, Seed: 7, Target: "ns.test:1863"}
	tickets := func(srv *msnptest.Server) (all []Account) {
		format, _ := ParseUserFormat(DefaultUserFormat)
		for i := range 6 {
			all = append(all, Account{Email: format.Email(i + 1), Ticket: srv.Ticket(format.Email(i + 1))})
		}
		return all
	}
	var portable, fast journal
	synctest.Test(t, func(t *testing.T) {
		srv := &msnptest.Server{Accounts: 6, AnnounceSwitchboard: "sb.test:1865"}
		defer srv.Close()
		n := newInner(t)
		n.listen("ns.test:1863", func(c net.Conn) { srv.ServeConn(msnptest.Notification, portable.notification(c)) })
		n.listen("sb.test:1865", func(c net.Conn) { srv.ServeConn(msnptest.Switchboard, portable.switchboard(c)) })
		cfg.Accounts = tickets(srv)
		faultless(t, mustRun(t, n, cfg, 3*time.Second))
	})
	srv := new(msnptest.Server)
	srv.Accounts = 6
	srv.AnnounceSwitchboard = mustListen(t, func(c net.Conn) { srv.ServeConn(msnptest.Switchboard, fast.switchboard(c)) })
	cfg.Target = mustListen(t, func(c net.Conn) { srv.ServeConn(msnptest.Notification, fast.notification(c)) })
	defer srv.Close()
	// Whom a client calls depends on who is online: a busy machine must not come to the end, where all leave, sooner
	// than the bubble did.
	cfg.Accounts, cfg.Loops, cfg.Load = tickets(srv), 2, loadgen.Ramp(6, 0, 6*time.Second)
	res, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	faultless(t, res)
	for _, a := range cfg.Accounts {
		same(t, a.Email, unticketed(portable.of(a.Email)), unticketed(fast.of(a.Email)))
	}
}

// unticketed is what was said without the tickets, which differ.
func unticketed(lines []string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, " TWN S ") })
}

// same demands that two beginnings are the same, as far as both go.
func same(t *testing.T, email string, a, b []string) {
	t.Helper()
	n := min(len(a), len(b))
	calls := 0
	for _, line := range a[:n] {
		if strings.HasPrefix(line, "CAL ") {
			calls++
		}
	}
	if calls < 5 {
		t.Errorf("%s: only %d lines with %d calls to compare", email, n, calls)
	}
	if !slices.Equal(a[:n], b[:n]) {
		t.Errorf("%s wrote on the portable driver\n%s\nand on the other\n%s", email, strings.Join(a[:n], "\n"), strings.Join(b[:n], "\n"))
	}
}
