package msnp_test

import (
	"strings"
	"testing"
	"time"

	"nudge/codec/msnp"
)

func TestChgReply(t *testing.T) {
	for _, tt := range []struct{ name, reply string }{
		{"an echo", "CHG 6 BSY 536870948"},
		{"without the client id", "CHG 6 BSY"},
		{"with 0 appended", "CHG 6 BSY 536870948 0"},
		{"with the object spelt otherwise", "CHG 6 BSY 536870948 %3Cmsnobj%20Creator%3D%22a%40b%22%2F%3E"},
	} {
		p := online(t)
		b, err := p.s.Chg(msnp.BSY, msnp.DefaultClientID, 0, nil)
		if p.said(b, "CHG 6 BSY 536870948"); err != nil {
			t.Fatal(err)
		}
		if ev := p.answered(tt.reply, msnp.StepCHG); ev.Status != msnp.BSY || ev.TrID != 6 {
			t.Errorf("%s: status %v, TrID %d", tt.name, ev.Status, ev.TrID)
		}
	}
}

func TestPresenceLines(t *testing.T) {
	tests := []struct {
		name, line string
		status     msnp.Status
		email      string
		id         uint32
	}{
		{"NLN", "NLN AWY bob@example.com Bob 536870948", msnp.AWY, "bob@example.com", 536870948},
		{"NLN with an object", "NLN BSY bob@example.com Bob 268435488 %3Cmsnobj%2F%3E", msnp.BSY, "bob@example.com", 268435488},
		{"NLN without client id, below MSNP8", "NLN IDL bob@example.com Bob", msnp.IDL, "bob@example.com", 0},
		{"NLN without a name", "NLN PHN bob@example.com", msnp.PHN, "bob@example.com", 0},
		{"a name that isn't ASCII or has a stray percent sign", "NLN LUN bob@example.com Me%20%%20é 1", msnp.LUN, "bob@example.com", 1},
		{"tokens of later dialects behind", "NLN BRB bob@example.com Bob 1 0 1 2", msnp.BRB, "bob@example.com", 1},
		{"FLN", "FLN bob@example.com", msnp.FLN, "bob@example.com", 0},
		{"FLN with tokens behind", "FLN bob@example.com 1 x", msnp.FLN, "bob@example.com", 0},
		{"ILN with the TrID of CHG", "ILN 6 NLN bob@example.com Bob 536870948", msnp.NLN, "bob@example.com", 536870948},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := online(t)
			p.chg(msnp.NLN)
			p.answered("CHG 6 NLN 536870948", msnp.StepCHG)
			for range 2 { // duplicates are normal
				ev := p.expect(tt.line, msnp.KindPresence, msnp.StepNone)
				if ev.Status != tt.status || string(ev.Email) != tt.email || ev.ClientID != tt.id {
					t.Errorf("%v %q %d", ev.Status, ev.Email, ev.ClientID)
				}
			}
		})
	}
}

func TestPresenceThatMakesNoSense(t *testing.T) {
	p := online(t)
	for _, line := range []string{"NLN", "NLN NLN", "NLN XXX bob@example.com Bob 0", "NLN nln bob@example.com Bob 0",
		"NLN HDN bob@example.com Bob 0", "NLN FLN bob@example.com Bob 0", "NLN NLN bob@example.com Bob x", "FLN"} {
		p.broken(line, msnp.WhySyntax)
	}
	p.broken("ILN 99 NLN bob@example.com Bob 0", msnp.WhyTrID)
	early := newPlayer(t, nil).upTo(msnp.StateLogin)
	early.broken("NLN NLN bob@example.com Bob 0", msnp.WhyEarly)
}

func TestParsePresenceObject(t *testing.T) {
	for line, want := range map[string]string{
		"NLN NLN bob@example.com Bob 1":                                  "",
		"NLN NLN bob@example.com Bob 1 0":                                "",
		"NLN NLN bob@example.com Bob 1 %3Cmsnobj%2F%3E":                  "",
		"NLN NLN bob@example.com Bob 1 %3Cmsnobj%20Type%3D%223%22%2F%3E": "%3Cmsnobj%20Type%3D%223%22%2F%3E",
	} {
		var x msnp.Presence
		if err := msnp.ParsePresence(parsed(t, line), &x); err != nil || string(x.Object) != want || string(x.Name) != "Bob" {
			t.Errorf("%q: %q of %q, %v", line, x.Object, x.Name, err)
		}
	}
	var x msnp.Presence
	if msnp.ParsePresence(parsed(t, "QNG 50"), &x) == nil {
		t.Error("QNG taken for presence")
	}
}

func TestAnotherStatusThanAskedFor(t *testing.T) {
	p := online(t)
	p.chg(msnp.NLN)
	if ev := p.broken("CHG 6 AWY 536870948", msnp.WhyReply); ev.Step != msnp.StepCHG {
		t.Errorf("step %v", ev.Step)
	}
}

func TestServerForcesOffline(t *testing.T) {
	p := online(t)
	if ev := p.expect("CHG 0 FLN", msnp.KindUnasked, msnp.StepNone); ev.Status != msnp.FLN {
		t.Errorf("status %v", ev.Status)
	}
	p.state(msnp.StateOnline)
}

func TestPing(t *testing.T) {
	p := online(t)
	if p.s.PingEvery() != 50*time.Second {
		t.Errorf("ping every %v before QNG", p.s.PingEvery())
	}
	p.expect("QNG 20", msnp.KindNone, msnp.StepNone) // nobody asked
	for i := range 2 {
		b, err := p.s.Png(time.Duration(i+1), nil)
		if p.said(b, "PNG"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 {
		if ev := p.answered("QNG 60", msnp.StepPNG); ev.Sent != time.Duration(i+1) {
			t.Errorf("QNG %d answers the PNG of %v", i+1, ev.Sent)
		}
	}
	p.s.Png(3, nil)
	p.s.Png(4, nil)
	p.answered("QNG 60", msnp.StepPNG)
	p.s.Png(5, nil)
	for _, want := range []time.Duration{4, 5} {
		if ev := p.answered("QNG 60", msnp.StepPNG); ev.Sent != want {
			t.Errorf("QNG answers the PNG of %v, want %v", ev.Sent, want)
		}
	}
	for line, want := range map[string]time.Duration{
		"QNG 45": 45 * time.Second, "QNG": 45 * time.Second, "QNG 0": 45 * time.Second, "QNG x": 45 * time.Second,
		"QNG 4000000000": 65535 * time.Second,
	} {
		p.expect("QNG 45", msnp.KindNone, msnp.StepNone)
		p.expect(line, msnp.KindNone, msnp.StepNone)
		if p.s.PingEvery() != want {
			t.Errorf("%q: ping every %v", line, p.s.PingEvery())
		}
	}
}

func TestLatePongCannotBeTold(t *testing.T) {
	p := online(t)
	p.s.Png(0, nil)
	if ev, ok := p.s.Expire(10 * time.Second); !ok || ev.Step != msnp.StepPNG || ev.Kind != msnp.KindTimedOut {
		t.Fatalf("%v %v", ev.Kind, ev.Step)
	}
	p.expect("QNG 50", msnp.KindNone, msnp.StepNone)
	p.s.Png(20*time.Second, nil)
	if ev := p.answered("QNG 50", msnp.StepPNG); ev.Sent != 20*time.Second {
		t.Errorf("sent %v", ev.Sent)
	}
}

func TestOut(t *testing.T) {
	for line, want := range map[string]msnp.Event{
		"OUT":                {Reason: msnp.ReasonNone},
		"OUT OTH":            {Reason: msnp.ReasonOTH},
		"OUT SSD":            {Reason: msnp.ReasonSSD},
		"OUT SDH":            {Reason: msnp.ReasonSSD},
		"OUT MIG":            {Reason: msnp.ReasonMIG},
		"OUT TOU":            {Reason: msnp.ReasonTOU},
		"OUT RCT 5":          {Reason: msnp.ReasonRCT, Code: 5},
		"OUT RCT":            {Reason: msnp.ReasonRCT},
		"OUT RCT 4000000000": {Reason: msnp.ReasonRCT, Code: 1440},
		"OUT something else": {Reason: msnp.ReasonOther},
	} {
		p := online(t)
		if ev := p.expect(line, msnp.KindSignedOut, msnp.StepNone); ev.Reason != want.Reason || ev.Code != want.Code {
			t.Errorf("%q: reason %v, code %d", line, ev.Reason, ev.Code)
		}
		p.state(msnp.StateOut)
		p.advance()
		if _, err := p.s.Chg(msnp.NLN, 0, 0, nil); err != msnp.ErrState {
			t.Errorf("CHG after OUT: %v", err)
		}
	}
}

func TestOwnOutIsNotWaitedFor(t *testing.T) {
	p := online(t)
	p.said(p.s.Out(0, nil), "OUT")
	p.state(msnp.StateOut)
	if p.s.Deadline() != 0 {
		t.Errorf("deadline %v", p.s.Deadline())
	}
	p.expect("NLN NLN bob@example.com Bob 0", msnp.KindPresence, msnp.StepNone) // it crossed OUT
	p.expect("OUT", msnp.KindSignedOut, msnp.StepNone)
}

func TestChallenges(t *testing.T) {
	for _, tt := range []struct{ challenge, id, key, md5 string }{
		{"15570131571988941333", "", "", "8f2f5a91b72102cd28355e9fc9000d6e"},
		{"15570131571988941333", "PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR", "ca90e6a7c94a14aae7b3ae0f6018433e"},
		{"12345678901234567890", "msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5", "8ba1bb9d6dbf624fee31a2053af5fdd0"},
		{"29409134351025259292", "PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR", "0a92b938ee214352d5e1f93b0acd1552"},
	} {
		p := newPlayer(t, &msnp.Software{ProductID: tt.id, ProductKey: tt.key}).upTo(msnp.StateOnline)
		p.now = 3 * time.Second
		ev, out := p.hear("CHL 0 " + tt.challenge)
		id := tt.id
		if id == "" {
			id = "msmsgs@msnmsgr.com"
		}
		if want := "QRY 6 " + id + " 32\r\n" + tt.md5; string(out) != want || ev.Kind != msnp.KindNone {
			t.Fatalf("%v, %q, want %q", ev.Kind, out, want)
		}
		if p.s.Deadline() != 13*time.Second {
			t.Errorf("deadline %v", p.s.Deadline())
		}
		if ev := p.answered("QRY 6", msnp.StepQRY); ev.Sent != p.now {
			t.Errorf("sent %v", ev.Sent)
		}
	}
}

func TestWrongChallengeAnswer(t *testing.T) {
	p := online(t)
	p.hear("CHL 0 1")
	if ev := p.expect("540 6", msnp.KindFailed, msnp.StepQRY); ev.Code != 540 {
		t.Errorf("code %d", ev.Code)
	}
	p.hear("CHL 0 1")
	if ev, ok := p.s.Expire(10 * time.Second); !ok || ev.Step != msnp.StepQRY || ev.Kind != msnp.KindTimedOut {
		t.Errorf("%v %v", ev.Kind, ev.Step)
	}
	p.expect("QRY 7", msnp.KindLate, msnp.StepQRY)
}

func TestChallengeThatWasAskedFor(t *testing.T) {
	p := online(t)
	b, err := p.s.Ask(msnp.StepCHL, 0, nil)
	if p.said(b, "CHL 6"); err != nil {
		t.Fatal(err)
	}
	ev, out := p.hear("CHL 6 12345678901234567890")
	if ev.Kind != msnp.KindAnswered || ev.Step != msnp.StepCHL ||
		string(out) != "QRY 7 msmsgs@msnmsgr.com 32\r\n8ba1bb9d6dbf624fee31a2053af5fdd0" {
		t.Errorf("%v %v, %q", ev.Kind, ev.Step, out)
	}
	p.broken("CHL 99 1", msnp.WhyTrID)
	p.s.Ask(msnp.StepCHL, 0, nil)
	p.s.Expire(10 * time.Second)
	p.s.Expire(10 * time.Second)
	if ev, out = p.hear("CHL 8 1"); ev.Kind != msnp.KindLate || !strings.HasPrefix(string(out), "QRY 9 ") {
		t.Errorf("a late challenge: %v, %q", ev.Kind, out)
	}
}

func TestChallengesThatAreNotAnswered(t *testing.T) {
	p := online(t)
	p.broken("CHL 0", msnp.WhySyntax)
	for range 2 {
		p.hear("CHL 0 1")
	}
	p.broken("CHL 0 1", msnp.WhyChallenges)
	newPlayer(t, nil).upTo(msnp.StateLogin).broken("CHL 0 1", msnp.WhyEarly)
	p = newPlayer(t, &msnp.Software{ProductID: "a b"}).upTo(msnp.StateOnline)
	p.expect("CHL 0 1", msnp.KindNone, msnp.StepNone)
	if ev, ok := p.s.Expire(1); !ok || ev.Step != msnp.StepQRY || ev.Why != msnp.WhyArgument {
		t.Errorf("%v %v (%v)", ev.Kind, ev.Step, ev.Why)
	}
}
