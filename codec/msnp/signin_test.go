package msnp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nudge/codec/msnp"
)

func TestVersionReply(t *testing.T) {
	tests := []struct {
		name    string
		offered []string
		reply   string
		dialect msnp.Dialect // 0: failed
	}{
		{"one dialect", nil, "MSNP10", msnp.MSNP10},
		{"the lower of two", nil, "MSNP9", msnp.MSNP9},
		{"the dialect with CVR0 behind it", nil, "MSNP10 CVR0", msnp.MSNP10},
		{"all common ones, the best last", nil, "CVR0 MSNP9 MSNP10", msnp.MSNP10},
		{"all common ones, MSNP8 preferred by us", []string{"MSNP8", "MSNP10"}, "MSNP10 MSNP9 MSNP8", msnp.MSNP8},
		{"zero", nil, "0", 0},
		{"zero and all the server knows", nil, "0 MSNP21 MSNP20 MSNP10 MSNP9", 0},
		{"CVR0 alone", nil, "CVR0", 0},
		{"a dialect that was not offered", []string{"MSNP9"}, "MSNP10", 0},
		{"a dialect that was offered but is not spoken here", []string{"MSNP12"}, "MSNP12", 0},
		{"another case than ours", nil, "msnp10", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlayer(t, &msnp.Software{Dialects: tt.offered})
			p.s.Open(0, nil)
			ev := p.event("VER 1 " + tt.reply)
			if p.s.Dialect() != tt.dialect {
				t.Errorf("dialect %v, want %v", p.s.Dialect(), tt.dialect)
			}
			if tt.dialect != 0 {
				if ev.Kind != msnp.KindAnswered {
					t.Errorf("%v (%v)", ev.Kind, ev.Why)
				}
				return
			}
			if ev.Kind != msnp.KindFailed || ev.Why != msnp.WhyDialect || ev.Code != 0 {
				t.Errorf("%v %v (%v)", ev.Kind, ev.Code, ev.Why)
			}
			p.state(msnp.StateFailed)
			p.advance()
			if p.s.Mode() != msnp.ModeUnknown {
				t.Errorf("mode %v", p.s.Mode())
			}
		})
	}
}

func TestVersionReplyWithoutArguments(t *testing.T) {
	p := newPlayer(t, nil)
	p.s.Open(0, nil)
	if ev := p.broken("VER 1", msnp.WhySyntax); ev.Step != msnp.StepVER {
		t.Errorf("step %v", ev.Step)
	}
	p.state(msnp.StateFailed)
}

func TestClientVersionReplyIsIgnored(t *testing.T) {
	for name, reply := range map[string]string{
		"the service's form":          "6.1.0211 6.1.0211 6.1.0155 http://a http://b",
		"what an unknown client gets": "1.0.0000 1.0.0000 1.0.0000 http://a http://b",
		"nothing at all":              "",
		"more than the page says":     "a b c d e f g",
	} {
		p := newPlayer(t, nil).upTo(msnp.StateClient)
		p.advance("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS alice@example.com")
		p.advance() // one command at a time
		p.answered("CVR 2 "+reply, msnp.StepCVR)
		if p.state(msnp.StateUser); t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestClientVersionArguments(t *testing.T) {
	p := newPlayer(t, &msnp.Software{Locale: "0x0407", OS: "linux", OSVersion: "2.6", Arch: "ppc", Client: "NUDGE", Version: "1.0", Brand: "X"})
	p.said(p.s.Open(0, nil), "VER 1 MSNP10 MSNP9 CVR0")
	p.answered("VER 1 MSNP10", msnp.StepVER)
	p.advance("CVR 2 0x0407 linux 2.6 ppc NUDGE 1.0 X alice@example.com")
}

func TestRedirect(t *testing.T) {
	tests := []struct{ name, args, want string }{
		{"the form of MSNP7 to 12", "NS 192.0.2.20:1864 0 192.0.2.10:1863", "192.0.2.20:1864"},
		{"no tail, as in MSNP2", "NS 192.0.2.20:1863", "192.0.2.20:1863"},
		{"a zero behind, as in MSNP3", "NS 192.0.2.20:1863 0", "192.0.2.20:1863"},
		{"U D behind, as in MSNP13", "NS 192.0.2.20:1863 U D", "192.0.2.20:1863"},
		{"a host without port", "NS ns.example.net 0 192.0.2.10:1863", "ns.example.net:1863"},
		{"an IPv6 address without port", "NS [2001:db8::1]", "[2001:db8::1]:1863"},
		{"an IPv6 address with port", "NS [2001:db8::1]:99", "[2001:db8::1]:99"},
		{"an IPv6 address that could be host and port", "NS 2001:db8::1", ""},
		{"a port that is none", "NS example.net:x", ""},
		{"port 0", "NS example.net:0", ""},
		{"a port beyond 65535", "NS example.net:70000", ""},
		{"no host", "NS :1863", ""},
		{"a host longer than any name", "NS " + strings.Repeat("a", 300), ""},
		{"a broken bracket", "NS [::1", ""},
		{"no address", "NS", ""},
		{"a switchboard", "SB 192.0.2.30:1863 CKI 17262740", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlayer(t, nil).upTo(msnp.StateUser)
			p.advance("USR 3 TWN I alice@example.com")
			if tt.want == "" {
				if ev := p.broken("XFR 3 "+tt.args, msnp.WhySyntax); ev.Step != msnp.StepUSRI {
					t.Errorf("step %v", ev.Step)
				}
				p.state(msnp.StateFailed)
				return
			}
			p.answered("XFR 3 "+tt.args, msnp.StepUSRI)
			p.state(msnp.StateRedirected)
			p.advance()
			if p.s.Redirect() != tt.want || p.s.Redirects() != 1 {
				t.Errorf("redirect %d to %q, want %q", p.s.Redirects(), p.s.Redirect(), tt.want)
			}
			p.said(p.s.Open(0, nil), "VER 4 MSNP10 MSNP9 CVR0")
		})
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	p := newPlayer(t, nil)
	for hop := range msnp.MaxRedirects + 1 {
		id := 3 * hop
		p.s.Open(0, nil)
		p.answered(fmt.Sprintf("VER %d MSNP10", id+1), msnp.StepVER)
		p.s.Advance(0, nil)
		p.answered(fmt.Sprintf("CVR %d", id+2), msnp.StepCVR)
		p.s.Advance(0, nil)
		ev := p.event(fmt.Sprintf("XFR %d NS 192.0.2.%d", id+3, hop))
		if last := hop == msnp.MaxRedirects; last != (ev.Kind == msnp.KindFailed) || last != (ev.Why == msnp.WhyRedirects) {
			t.Fatalf("redirect %d: %v (%v)", hop+1, ev.Kind, ev.Why)
		}
	}
	p.state(msnp.StateFailed)
	p.s.Open(0, nil)
	if p.s.Redirects() != 0 {
		t.Errorf("%d redirects counted at the start of another sign-in", p.s.Redirects())
	}
}

func TestSoftResetStartsAgainOnTheSameConnection(t *testing.T) {
	p := online(t)
	p.chg(msnp.NLN)
	p.expect("XFR 0 NS 0", msnp.KindMoved, msnp.StepNone)
	p.state(msnp.StateReset)
	if ev, ok := p.s.Abandon(); !ok || ev.Kind != msnp.KindAbandoned || ev.Step != msnp.StepCHG {
		t.Errorf("abandoned %v %v", ev.Kind, ev.Step)
	}
	p.broken("NLN NLN bob@example.com Bob 0", msnp.WhyEarly) // all that was signed in is void
	p.advance("VER 7 MSNP10 MSNP9 CVR0")
	p.state(msnp.StateVersion)
	p.advance()
	p.expect("CHG 6 NLN 536870948", msnp.KindLate, msnp.StepCHG) // it crossed the reset
	p.answered("VER 7 MSNP10", msnp.StepVER)
	p.broken("NLN NLN bob@example.com Bob 0", msnp.WhyEarly)
	p.state(msnp.StateClient)
}

func TestRedirectsAreCountedForEachSignIn(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateLogin)
	p.expect("XFR 0 NS 0", msnp.KindMoved, msnp.StepNone)
	p.advance("VER 5 MSNP10 MSNP9 CVR0")
	if p.s.Redirects() != 1 {
		t.Errorf("%d redirects after one", p.s.Redirects())
	}
	p.answered("VER 5 MSNP10", msnp.StepVER)
	p.s.Advance(0, nil)
	p.answered("CVR 6", msnp.StepCVR)
	p.s.Advance(0, nil)
	p.answered("USR 7 TWN S ct=2", msnp.StepUSRI)
	p.s.SetTicket("t=2")
	p.s.Advance(0, nil)
	p.answered("USR 8 OK alice@example.com 1 0", msnp.StepUSRS)
	if p.s.Redirects() != 0 {
		t.Errorf("%d redirects after the sign-in", p.s.Redirects())
	}
}

func TestSoftResetInReplyToUser(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateUser)
	p.advance("USR 3 TWN I alice@example.com")
	p.answered("XFR 3 NS 0", msnp.StepUSRI)
	p.state(msnp.StateReset)
	p.advance("VER 4 MSNP10 MSNP9 CVR0")
}

func TestServerMovesAClientThatIsOnline(t *testing.T) {
	p := online(t)
	p.expect("XFR 0 NS 192.0.2.21:1863 0 192.0.2.20:1863", msnp.KindMoved, msnp.StepNone)
	p.state(msnp.StateRedirected)
	if p.s.Redirect() != "192.0.2.21:1863" {
		t.Errorf("redirect %q", p.s.Redirect())
	}
	p.expect("NLN NLN bob@example.com Bob 0", msnp.KindPresence, msnp.StepNone) // until the connection is closed
	p.broken("XFR 0 NS", msnp.WhySyntax)
}

func TestServerShedsLoadAfterTheTicket(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateLogin)
	p.answered("XFR 4 NS 192.0.2.21:1863 0 192.0.2.20:1863", msnp.StepUSRS)
	p.state(msnp.StateRedirected)
}

func TestTicketIsWaitedFor(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateTicket)
	if p.s.Challenge() != challenge {
		t.Errorf("challenge %q", p.s.Challenge())
	}
	p.advance()
	if p.s.Deadline() != 0 {
		t.Errorf("deadline %v while the ticket is fetched", p.s.Deadline())
	}
	p.s.SetTicket("t=a&p=b")
	p.advance("USR 4 TWN S t=a&p=b")
	p.advance()
	if p.s.Challenge() != "" {
		t.Errorf("challenge %q after the ticket", p.s.Challenge())
	}
	p.s.SetTicket("again")
	p.advance()
}

func TestTicketOfAnEarlierConnectionIsIgnored(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateTicket)
	p.s.Open(0, nil)
	p.s.SetTicket("stale")
	p.answered("VER 4 MSNP10", msnp.StepVER)
	p.s.Advance(0, nil)
	p.answered("CVR 5", msnp.StepCVR)
	p.s.Advance(0, nil)
	p.answered("USR 6 TWN S ct=2", msnp.StepUSRI)
	p.advance()
}

func TestUserOK(t *testing.T) {
	tests := []struct {
		name, args           string
		email                string
		verified, restricted bool
	}{
		{"MSNP10: no name", "OK alice@example.com 1 0", "alice@example.com", true, false},
		{"with a name, as in MSNP9 and one mock server", "OK alice@example.com Testing 0 1", "alice@example.com", false, true},
		{"the canonical address", "OK Alice@Example.com 1 1", "Alice@Example.com", true, true},
		{"an address beyond the limit", "OK " + strings.Repeat("a", 130) + "@example.com 1 0", "alice@example.com", true, false},
		{"an address with a control character", "OK a\x00b@example.com 1 0", "alice@example.com", true, false},
		{"one flag of the two", "OK alice@example.com 1", "alice@example.com", false, false},
		{"flags left out", "OK alice@example.com", "alice@example.com", false, false},
		{"nothing but OK", "OK", "alice@example.com", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlayer(t, nil).upTo(msnp.StateLogin)
			p.answered("USR 4 "+tt.args, msnp.StepUSRS)
			if p.s.Email() != tt.email || p.s.Verified() != tt.verified || p.s.Restricted() != tt.restricted {
				t.Errorf("%q, verified %v, restricted %v", p.s.Email(), p.s.Verified(), p.s.Restricted())
			}
			p.advance("SYN 5 0 0")
			p.advance()
		})
	}
}

func TestServerWithoutTickets(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateUser)
	p.s.Advance(0, nil)
	p.answered("USR 3 OK alice@example.com 1 0", msnp.StepUSRI)
	p.state(msnp.StateSync)
	p.advance("SYN 4 0 0")
}

func TestUserRepliesThatMakeNoSense(t *testing.T) {
	for _, reply := range []string{"USR 3 MD5 S 1013928519", "USR 3 TWN S", "USR 3 TWN I x", "USR 3"} {
		p := newPlayer(t, nil).upTo(msnp.StateUser)
		p.s.Advance(0, nil)
		if ev := p.broken(reply, msnp.WhySyntax); ev.Step != msnp.StepUSRI {
			t.Errorf("%q: step %v", reply, ev.Step)
		}
		p.state(msnp.StateFailed)
	}
	p := newPlayer(t, nil).upTo(msnp.StateLogin)
	p.broken("USR 4 TWN S ct=2", msnp.WhySyntax)
	p.state(msnp.StateFailed)
}

func TestNumbersEndTheSignIn(t *testing.T) {
	for _, tt := range []struct {
		state msnp.State
		reply string
		step  msnp.Step
		code  int
	}{
		{msnp.StateVersion, "715 1", msnp.StepVER, 715},
		{msnp.StateClient, "420 2", msnp.StepCVR, 420},
		{msnp.StateUser, "931 3", msnp.StepUSRI, 931},
		{msnp.StateLogin, "911 4", msnp.StepUSRS, 911},
		{msnp.StateLogin, "928 4 further tokens", msnp.StepUSRS, 928},
		{msnp.StateSync, "201 5", msnp.StepSYN, 201},
	} {
		t.Run(tt.reply, func(t *testing.T) {
			p := newPlayer(t, nil)
			p.s.Open(0, nil)
			for p.s.State() != tt.state {
				p = newPlayer(t, nil).upTo(tt.state)
			}
			p.s.Advance(0, nil)
			ev := p.expect(tt.reply, msnp.KindFailed, tt.step)
			if ev.Code != tt.code {
				t.Errorf("code %d", ev.Code)
			}
			p.state(msnp.StateFailed)
			p.advance()
			if p.s.Deadline() != 0 {
				t.Errorf("deadline %v", p.s.Deadline())
			}
		})
	}
}

func TestSignInThatCannotBeWrittenFails(t *testing.T) {
	p := newPlayer(t, nil)
	p.s.Init(nil, "not an@address")
	p.s.Open(0, nil)
	p.answered("VER 1 MSNP10", msnp.StepVER)
	p.now = 5 * time.Second
	p.advance()
	p.state(msnp.StateFailed)
	if d := p.s.Deadline(); d != p.now {
		t.Errorf("deadline %v", d)
	}
	if ev, ok := p.s.Expire(p.now); !ok || ev.Kind != msnp.KindFailed || ev.Step != msnp.StepCVR || ev.Why != msnp.WhyArgument {
		t.Errorf("%v %v (%v)", ev.Kind, ev.Step, ev.Why)
	}
	if _, ok := p.s.Expire(p.now); ok {
		t.Error("told twice")
	}
	p.s.Init(&msnp.Software{Dialects: []string{"MSNP 10"}}, "a@example.com")
	p.said(p.s.Open(0, nil))
	if ev, ok := p.s.Expire(1); !ok || ev.Step != msnp.StepVER || ev.Why != msnp.WhyArgument {
		t.Errorf("%v %v (%v)", ev.Kind, ev.Step, ev.Why)
	}
	p.broken("715 1", msnp.WhyTrID)
}

func TestProfile(t *testing.T) {
	tests := []struct {
		name, content  string
		is, known, tou bool
	}{
		{"migrated", "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\nABCHMigrated: 1\r\n\r\n", true, true, false},
		{"not migrated, terms of use needed", "Content-Type: text/x-msmsgsprofile\r\nTOUNeeded: 1\r\nABCHMigrated: 0\r\n\r\n", false, true, true},
		{"other case, no spaces, no last line", "content-type:TEXT/X-MSMSGSPROFILE;charset=UTF-8\r\nabchmigrated:1", true, true, false},
		{"nothing said about it", "Content-Type: text/x-msmsgsprofile\r\nEmailEnabled: 0\r\n\r\n", false, false, false},
		{"an empty value", "Content-Type: text/x-msmsgsprofile\r\nABCHMigrated:\r\n\r\n", false, false, false},
		{"a message that is none", "Content-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nABCHMigrated: 1\r\n", false, false, false},
		{"no content", "", false, false, false},
		{"a line that is no header", "Content-Type: text/x-msmsgsprofile\r\nABCHMigrated 1\r\n\r\n", false, false, false},
	}
	for _, tt := range tests {
		for _, when := range []msnp.State{msnp.StateLogin, msnp.StateSync, msnp.StateOnline} {
			t.Run(fmt.Sprint(tt.name, " in state ", when), func(t *testing.T) {
				p := newPlayer(t, nil).upTo(when)
				ev := p.event(fmt.Sprintf("MSG Hotmail Hotmail %d\r\n%s", len(tt.content), tt.content))
				if ev.Kind == msnp.KindViolation {
					t.Errorf("%v (%v)", ev.Kind, ev.Why)
				}
				if is, known := p.s.Migrated(); is != tt.is || known != tt.known || p.s.TOUNeeded() != tt.tou {
					t.Errorf("migrated %v, known %v, terms of use %v", is, known, p.s.TOUNeeded())
				}
				if want := map[bool]msnp.Mode{false: msnp.ModeM0, true: msnp.ModeM1}[tt.is]; p.s.Mode() != want {
					t.Errorf("mode %v", p.s.Mode())
				}
				p.state(when)
			})
		}
	}
}

func TestProfileIsOfOneConnection(t *testing.T) {
	p := online(t)
	p.event("MSG Hotmail Hotmail 53\r\nContent-Type: text/x-msmsgsprofile\r\nABCHMigrated: 1\r\n")
	p.s.Open(0, nil)
	if _, known := p.s.Migrated(); known {
		t.Error("migrated is known before the profile")
	}
}

func TestLastProfileCounts(t *testing.T) {
	p := online(t)
	for _, migrated := range []bool{true, false, true} {
		p.event(fmt.Sprintf("MSG Hotmail Hotmail 53\r\nContent-Type: text/x-msmsgsprofile\r\nABCHMigrated: %d\r\n", map[bool]int{true: 1}[migrated]))
		if is, known := p.s.Migrated(); is != migrated || !known {
			t.Errorf("migrated %v, known %v after %v", is, known, migrated)
		}
	}
}

func TestModeOfMSNP9(t *testing.T) {
	p := newPlayer(t, &msnp.Software{Dialects: []string{"MSNP9"}}).upTo(msnp.StateOnline)
	p.event("MSG Hotmail Hotmail 53\r\nContent-Type: text/x-msmsgsprofile\r\nABCHMigrated: 1\r\n")
	if p.s.Mode() != msnp.ModeP9 {
		t.Errorf("mode %v", p.s.Mode())
	}
}

func TestRepliesThatCrossARedirectChangeNothing(t *testing.T) {
	for line, want := range map[string]msnp.State{"XFR 0 NS 0": msnp.StateReset, "XFR 0 NS 192.0.2.1": msnp.StateRedirected,
		"OUT SSD": msnp.StateOut} {
		p := newPlayer(t, nil).upTo(msnp.StateClient)
		p.s.Advance(0, nil)
		p.event(line)
		p.expect([]string{"CVR 2", "420 2"}[len(line)%2], msnp.KindLate, msnp.StepCVR)
		p.state(want)

		p = newPlayer(t, nil).upTo(msnp.StateLogin)
		p.event(line)
		if _, ok := p.s.Expire(time.Hour); !ok {
			t.Error("no timeout")
		}
		p.state(want)
	}
}

func TestServerCannotMoveWhoIsGone(t *testing.T) {
	p := online(t)
	p.s.Out(0, nil)
	p.expect("XFR 0 NS 192.0.2.1", msnp.KindUnasked, msnp.StepNone)
	p.state(msnp.StateOut)
}

func TestTrIDsGoOnCounting(t *testing.T) {
	p := online(t)
	p.said(p.s.Open(0, nil), "VER 6 MSNP10 MSNP9 CVR0")
	p.broken("CHG 5 NLN 0", msnp.WhyTrID) // of the connection before
	p.answered("VER 6 MSNP10", msnp.StepVER)
}
