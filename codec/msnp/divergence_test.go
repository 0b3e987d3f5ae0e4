package msnp_test

import (
	"maps"
	"os"
	"regexp"

	"strings"
	"testing"

	"nudge/codec/msnp"
)

// notForUs are entries with nothing to advise a client.
var notForUs = map[string]string{
	"12.38": "what servers refuse",
}

// TestDivergences puts the client's advice of each entry of §12 to the test:
// whatever form a source shows, a session takes it for what it means.
func TestDivergences(t *testing.T) {
	divergences := maps.Clone(signInDivergences)
	maps.Copy(divergences, listDivergences)
	maps.Copy(divergences, boardDivergences)
	page, err := os.ReadFile("../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	entries := regexp.MustCompile(`(?m)^\*\*(12\.\d+) `).FindAllStringSubmatch(string(page), -1)
	if len(entries) < 48 {
		t.Fatalf("the page has %d divergences", len(entries))
	}
	for _, e := range entries {
		f, ok := divergences[e[1]]
		if _, other := notForUs[e[1]]; ok == other {
			t.Errorf("§%s: tested %v, said to be for others %v", e[1], ok, other)
			continue
		}
		if ok {
			t.Run(e[1], f)
		}
	}
}

// each gives commands one by one, each to a client that has just come online and
// has asked for something with TrID 6; nothing may be wrong with them.
func each(t *testing.T, ask func(p *player), kind msnp.Kind, commands ...string) {
	t.Helper()
	for _, text := range commands {
		p := online(t)
		ask(p)
		if ev := p.event(text); ev.Kind != kind {
			t.Errorf("%q made %v %v (%v), want %v", text, ev.Kind, ev.Step, ev.Why, kind)
		}
		p.state(msnp.StateOnline)
	}
}

// ask is Ask, which must go.
func ask(step msnp.Step, args ...string) func(p *player) {
	return func(p *player) {
		p.t.Helper()
		if _, err := p.s.Ask(step, 0, nil, args...); err != nil {
			p.t.Fatal(err)
		}
	}
}

func nothing(*player) {}

var signInDivergences = map[string]func(t *testing.T){
	"12.1": func(t *testing.T) { // VER reply
		for reply, want := range map[string]msnp.Dialect{
			"MSNP10": 10, "MSNP10 CVR0": 10, "MSNP10 MSNP9 CVR0": 10, "MSNP9 MSNP10": 10, "CVR0 MSNP9": 9,
			"0": 0, "0 MSNP21 MSNP20 MSNP10 MSNP9 MSNP2": 0, "CVR0": 0,
		} {
			p := newPlayer(t, nil).upTo(msnp.StateVersion)
			if ev := p.event("VER 1 " + reply); p.s.Dialect() != want || (ev.Kind == msnp.KindFailed) != (want == 0) {
				t.Errorf("VER 1 %s: %v, dialect %v, want %v", reply, ev.Kind, p.s.Dialect(), want)
			}
		}
	},
	"12.2": func(t *testing.T) { // order: one command at a time, and 715 is the end
		p := newPlayer(t, nil)
		p.said(p.s.Open(0, nil), "VER 1 MSNP10 MSNP9 CVR0")
		p.advance()
		p.answered("VER 1 MSNP10", msnp.StepVER)
		p.advance("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS alice@example.com")
		p.advance()
		p.expect("715 2", msnp.KindFailed, msnp.StepCVR)
		p.state(msnp.StateFailed)
	},
	"12.3": func(t *testing.T) { // CVR reply
		for _, reply := range []string{
			"6.2.0137 6.2.0137 6.0.0268 http://d http://i", "1.0.0000 1.0.0000 1.0.0000 http://d http://i", "6.1.0211 6.1.0211 9.9.9999 x y", "",
		} {
			p := newPlayer(t, nil).upTo(msnp.StateClient)
			p.advance("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS alice@example.com")
			p.answered(strings.TrimSpace("CVR 2 "+reply), msnp.StepCVR)
			p.state(msnp.StateUser)
		}
	},
	"12.4": func(t *testing.T) { // XFR tail, and no dispatch server at all
		for _, tail := range []string{"", " 0", " 0 192.0.2.1:1863", " U D", " 0 192.0.2.1:1863 x"} {
			p := newPlayer(t, nil).upTo(msnp.StateUser)
			p.advance("USR 3 TWN I alice@example.com")
			p.answered("XFR 3 NS 192.0.2.9:1863"+tail, msnp.StepUSRI)
			if p.state(msnp.StateRedirected); p.s.Redirect() != "192.0.2.9:1863" {
				t.Errorf("XFR with %q: to %q", tail, p.s.Redirect())
			}
		}
		newPlayer(t, nil).upTo(msnp.StateTicket)
	},
	"12.5": func(t *testing.T) { // USR OK with and without name
		for _, reply := range []string{"1 1", "Testing 1 1"} {
			p := newPlayer(t, nil).upTo(msnp.StateLogin)
			p.answered("USR 4 OK alice@example.com "+reply, msnp.StepUSRS)
			if p.state(msnp.StateSync); !p.s.Verified() || !p.s.Restricted() {
				t.Errorf("USR OK %q: verified %v, restricted %v", reply, p.s.Verified(), p.s.Restricted())
			}
		}
	},
	"12.6": func(t *testing.T) { // profile: none, in any order and case, after SBS
		profile := func(headers string) string {
			body := "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n" + headers + "\r\n"
			return "MSG Hotmail Hotmail " + itoa(len(body)) + "\r\n" + body
		}
		for headers, want := range map[string]msnp.Mode{
			"ABCHMigrated: 1\r\nPreferredEmail: a@example.com\r\n": msnp.ModeM1,
			"preferredEmail:\r\nabchmigrated:1\r\n":                msnp.ModeM1,
			"ABCHMigrated: 0\r\nClientPort: 44380\r\n":             msnp.ModeM0,
			"MPOPEnabled: 0\r\n":                                   msnp.ModeM0,
		} {
			p := online(t)
			p.expect("SBS 0 null", msnp.KindUnasked, 0)
			if ev := p.event(profile(headers)); ev.Kind != msnp.KindNone || p.s.Mode() != want {
				t.Errorf("%q: %v, mode %v, want %v", headers, ev.Kind, p.s.Mode(), want)
			}
		}
		if p := online(t); p.s.Mode() != msnp.ModeM0 {
			t.Errorf("without a profile: mode %v", p.s.Mode())
		}
	},
	"12.7": func(t *testing.T) { // SYN versions are strings
		for _, versions := range [][2]string{
			{"16", "0"}, {"255", "255"}, {"2004-07-15T05:59:26.8770000-07:00", "2004-06-24T02:30:09.5170000-07:00"},
			{"2000-01-01T00:00:00.0-00:00", "2000-01-01T00:00:00.0-00:00"}, {"0", "0"}, {"x", "y"},
		} {
			p := syncing(t)
			p.answered("SYN 5 "+versions[0]+" "+versions[1]+" 0 0", msnp.StepSYN)
			if list, settings := p.s.Versions(); list != versions[0] || settings != versions[1] {
				t.Errorf("versions %q %q, want %q", list, settings, versions)
			}
		}
	},
	"12.8": func(t *testing.T) { // the short form ends SYN
		p := syncing(t)
		p.answered("SYN 5 41 0", msnp.StepSYN)
		p.state(msnp.StateOnline)
		p.broken("LST N=bob@example.com 11", msnp.WhyCount)
	},
	"12.14": func(t *testing.T) { // OUT answered or not
		for _, answer := range []string{"", "OUT"} {
			p := online(t)
			p.said(p.s.Out(0, nil), "OUT")
			if p.state(msnp.StateOut); p.s.Deadline() != 0 {
				t.Errorf("waits for an answer until %v", p.s.Deadline())
			}
			if answer != "" {
				p.event(answer)
			}
			p.state(msnp.StateOut)
		}
	},
	"12.33": func(t *testing.T) { // QNG with seconds, without, unasked
		p := online(t)
		for reply, want := range map[string]string{"QNG": "50s", "QNG 60": "1m0s", "QNG 50": "50s"} {
			q := online(t)
			q.s.Png(0, nil)
			q.answered(reply, msnp.StepPNG)
			if got := q.s.PingEvery().String(); got != want {
				t.Errorf("%s: ping every %s, want %s", reply, got, want)
			}
		}
		p.expect("QNG 60", msnp.KindNone, 0)
	},
	"12.34": func(t *testing.T) { // the algorithm of MSNP10, by the page's vectors
		p := online(t)
		_, out := p.hear("CHL 0 15570131571988941333")
		if string(out) != "QRY 6 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e" {
			t.Errorf("answered %q", out)
		}
		p.expect("540 6", msnp.KindFailed, msnp.StepQRY)
	},
	"12.40": func(t *testing.T) { // OUT OTH before or after the other's USR OK: it ends this session
		p := online(t)
		if ev := p.event("OUT OTH"); ev.Reason != msnp.ReasonOTH {
			t.Errorf("OUT %v", ev.Reason)
		}
		p.state(msnp.StateOut)
		for _, code := range []string{"205", "207"} {
			q := newPlayer(t, nil).upTo(msnp.StateLogin)
			q.expect(code+" 4", msnp.KindFailed, msnp.StepUSRS)
		}
	},
	"12.41": func(t *testing.T) { // unknown verbs of later dialects
		each(t, nothing, msnp.KindUnasked, "FOO 9 bar", "UBX b@example.com 0", "SBS 0 null", "RFS", "GCF 0 x 0")
	},
	"12.42": func(t *testing.T) { // TrIDs of ours only
		p := online(t)
		p.broken("CHG 99 NLN 0", msnp.WhyTrID)
		p.broken("GTC 4294967295 A", msnp.WhyTrID)
	},
	"12.44": func(t *testing.T) { TestNexusAnswers(t); TestTicketFromLoginAnswer(t) },
	"12.45": func(t *testing.T) { // any port is taken as it is given
		for _, at := range []string{"192.0.2.9:1863", "192.0.2.9:1864", "192.0.2.9:1865", "127.0.0.1:1"} {
			p := newPlayer(t, nil).upTo(msnp.StateUser)
			p.advance("USR 3 TWN I alice@example.com")
			if p.answered("XFR 3 NS "+at, msnp.StepUSRI); p.s.Redirect() != at {
				t.Errorf("XFR NS %s: to %s", at, p.s.Redirect())
			}
		}
		each(t, ask(msnp.StepXFR, "SB"), msnp.KindAnswered, "XFR 6 SB 127.0.0.1:1864 CKI abc")
	},
}

// syncing has sent its SYN, with TrID 5, and keeps versions.
func syncing(t *testing.T) *player {
	t.Helper()
	p := newPlayer(t, &msnp.Software{KeepVersions: true}).upTo(msnp.StateSync)
	p.advance("SYN 5 0 0")
	return p
}
