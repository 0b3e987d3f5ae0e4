package msnp_test

import (
	"strings"
	"testing"
	"time"

	"nudge/codec/msnp"
)

func p9() *msnp.Software { return &msnp.Software{Dialects: []string{"MSNP9"}, KeepVersions: true} }

func TestSyncAnswerForms(t *testing.T) {
	const stamp = "2000-01-01T00:00:00.0-00:00"
	m10 := &msnp.Software{KeepVersions: true}
	tests := []struct {
		name, args     string
		sw             *msnp.Software
		list, settings string
		contacts       int // that must come before the answer is complete
	}{
		{"M1, two timestamps", "2004-07-15T05:59:26.8770000-07:00 2004-06-24T02:30:09.5170000-07:00 2 1", m10,
			"2004-07-15T05:59:26.8770000-07:00", "2004-06-24T02:30:09.5170000-07:00", 2},
		{"the opaque timestamps of Escargot", stamp + " " + stamp + " 3 2", m10, stamp, stamp, 3},
		{"M0, a number and zero", "41 0 2 2", m10, "41", "0", 2},
		{"a server that echoes the versions sent", "0 0 2 0", m10, "0", "0", 2},
		{"a fresh account", "1 0 0 0", m10, "1", "0", 0},
		{"the short form", "41 0", m10, "41", "0", 0},
		{"the short form with one version", "41", m10, "41", "", 0},
		{"tokens behind the counts", "41 0 2 2 1 0", m10, "41", "0", 2},
		{"the form of MSNP9 in MSNP10", "41 2 2", m10, "41", "", 2},
		{"MSNP9", "41 2 1", p9(), "41", "", 2},
		{"MSNP9 with a token behind", "41 2 1 0", p9(), "41", "", 2},
		{"MSNP9, short", "41", p9(), "41", "", 0},
		{"MSNP9, short, with the second version of MSNP10", "41 0", p9(), "41", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlayer(t, tt.sw).upTo(msnp.StateSync)
			p.s.Advance(0, nil)
			if tt.contacts == 0 {
				p.answered("SYN 5 "+tt.args, msnp.StepSYN)
			} else {
				p.expect("SYN 5 "+tt.args, msnp.KindNone, msnp.StepSYN)
			}
			for i := range tt.contacts {
				p.state(msnp.StateSync)
				ev := p.event("LST N=bob@example.com 8")
				if last := i == tt.contacts-1; last != (ev.Kind == msnp.KindAnswered) || string(ev.Email) != "bob@example.com" {
					t.Fatalf("contact %d made %v of %q", i+1, ev.Kind, ev.Email)
				}
			}
			p.state(msnp.StateOnline)
			if list, settings := p.s.Versions(); list != tt.list || settings != tt.settings {
				t.Errorf("versions %q %q", list, settings)
			}
			p.broken("LST N=bob@example.com 8", msnp.WhyCount)
		})
	}
}

func TestSyncAnswersThatMakeNoSense(t *testing.T) {
	for _, reply := range []string{"SYN 5", "SYN 5 41 0 x 2", "SYN 5 41 0 -1 2", "SYN 5 41 0 99999999999 2", "SYN 5 a b c"} {
		p := newPlayer(t, nil).upTo(msnp.StateSync)
		p.s.Advance(0, nil)
		if ev := p.broken(reply, msnp.WhySyntax); ev.Step != msnp.StepSYN {
			t.Errorf("%q: step %v", reply, ev.Step)
		}
		p.state(msnp.StateFailed)
	}
}

func TestSyncEndsWithTheLastContactWhateverStandsBetween(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.advance("SYN 5 0 0")
	p.now = time.Second
	p.expect("SYN 5 41 0 2 9", msnp.KindNone, msnp.StepSYN) // of the nine groups two will come
	for _, line := range []string{"GTC A", "BLP AL", "PRP MFN Alice%20A.", "PRP PHM", "PRP MBE N"} {
		p.expect(line, msnp.KindSetting, msnp.StepNone)
	}
	p.expect("LSG Friends 0", msnp.KindGroup, msnp.StepNone)
	p.expect("LST N=bob@example.com F=Bob C=bob@example.com 11 0", msnp.KindContact, msnp.StepNone)
	p.expect("BPR MOB Y", msnp.KindSetting, msnp.StepNone)
	p.expect("MSG Hotmail Hotmail 15\r\nContent-Type: x", msnp.KindUnasked, msnp.StepNone)
	p.expect("ADC 0 RL N=frank@example.com F=Frank", msnp.KindEdit, msnp.StepNone)
	p.expect("NLN NLN bob@example.com Bob 0", msnp.KindPresence, msnp.StepNone)
	p.expect("LSG Work 1", msnp.KindGroup, msnp.StepNone)
	p.state(msnp.StateSync)
	ev := p.answered("LST N=carol@example.com 13", msnp.StepSYN)
	if ev.Sent != 0 || ev.TrID != 5 {
		t.Errorf("sent %v, TrID %d", ev.Sent, ev.TrID)
	}
	p.expect("BPR PHH 1%20(222)", msnp.KindSetting, msnp.StepNone) // the last contact's
	if ev := p.expect("BPR bob@example.com PHH 1", msnp.KindSetting, msnp.StepNone); string(ev.Email) != "bob@example.com" {
		t.Errorf("BPR of %q", ev.Email)
	}
	if p.s.Deadline() != 0 {
		t.Errorf("deadline %v", p.s.Deadline())
	}
}

func TestSyncLinesAfterAnAnswerWithoutContacts(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.advance("SYN 5 0 0")
	p.answered("SYN 5 1 0 0 1", msnp.StepSYN)
	p.expect("GTC A", msnp.KindSetting, msnp.StepNone)
	p.expect("LSG Other%20Contacts 0", msnp.KindGroup, msnp.StepNone)
}

func TestSyncVersionsThatAreSent(t *testing.T) {
	p := newPlayer(t, nil)
	p.s.SetVersions("41", "")
	p.upToSync("SYN 5 41 0", "SYN 5 41 0")
	if list, _ := p.s.Versions(); list != "" {
		t.Errorf("version %q kept without KeepVersions", list)
	}
	b, err := p.s.Ask(msnp.StepSYN, 0, nil, "7", "8")
	if p.said(b, "SYN 6 7 8"); err != nil {
		t.Fatal(err)
	}
	if b, err = p.s.Ask(msnp.StepSYN, 0, nil); err != msnp.ErrBusy || len(b) != 0 {
		t.Errorf("a second SYN at a time: %q, %v", b, err)
	}
	p.answered("SYN 6 7 8", msnp.StepSYN)
	if b, err = p.s.Ask(msnp.StepSYN, 0, nil); err != nil {
		t.Fatal(err)
	}
	p.said(b, "SYN 7 41 0")

	p = newPlayer(t, nil)
	p.s.SetVersions("2004-07-15T05:59:26.8770000-07:00", "2004-06-24T02:30:09.5170000-07:00")
	p.upToSync("SYN 5 2004-07-15T05:59:26.8770000-07:00 2004-06-24T02:30:09.5170000-07:00", "SYN 5 1 0")
	p.s.SetVersions("", "")

	p = newPlayer(t, p9())
	p.s.SetVersions("41", "9")
	p.upToSync("SYN 5 41", "SYN 5 41")
}

// upToSync signs in with a SYN of its own.
func (p *player) upToSync(syn, reply string) {
	p.t.Helper()
	p.upTo(msnp.StateSync)
	p.advance(syn)
	p.answered(reply, msnp.StepSYN)
}

func TestLongVersionsAreNotKept(t *testing.T) {
	p := newPlayer(t, &msnp.Software{KeepVersions: true}).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	p.answered("SYN 5 "+strings.Repeat("1", 200)+" 0", msnp.StepSYN)
	if list, settings := p.s.Versions(); list != "" || settings != "" {
		t.Errorf("versions %q %q", list, settings)
	}
}

func TestMigrationVoidsTheVersions(t *testing.T) {
	p := newPlayer(t, nil)
	p.s.SetVersions("41", "0")
	p.upToSync("SYN 5 41 0", "SYN 5 41 0")
	if ev := p.expect("OUT MIG", msnp.KindSignedOut, msnp.StepNone); ev.Reason != msnp.ReasonMIG {
		t.Errorf("reason %v", ev.Reason)
	}
	p.s.Open(0, nil)
	p.answered("VER 6 MSNP10", msnp.StepVER)
	p.s.Advance(0, nil)
	p.answered("CVR 7", msnp.StepCVR)
	p.s.Advance(0, nil)
	p.answered("USR 8 TWN S ct=2", msnp.StepUSRI)
	p.s.SetTicket("t=2")
	p.s.Advance(0, nil)
	p.answered("USR 9 OK alice@example.com 1 0", msnp.StepUSRS)
	p.advance("SYN 10 0 0")
}

func TestMalformedContactBreaksTheAnswer(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	p.event("SYN 5 41 0 3 0")
	p.event("LST N=bob@example.com 8")
	if ev := p.broken("LST N=carol@example.com", msnp.WhySyntax); ev.Step != msnp.StepSYN {
		t.Errorf("step %v", ev.Step)
	}
	p.state(msnp.StateFailed)
	p.expect("LST N=dave@example.com 8", msnp.KindLate, msnp.StepSYN)
	p.broken("LST N=erin@example.com 8", msnp.WhyCount)

	p = newPlayer(t, nil).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	p.event("SYN 5 41 0 1 0")
	if ev := p.broken("LST 8", msnp.WhySyntax); ev.Step != msnp.StepSYN {
		t.Errorf("step %v", ev.Step)
	}
	p.broken("LST N=erin@example.com 8", msnp.WhyCount)
}

func TestSyncLinesThatMakeNoSense(t *testing.T) {
	p := online(t)
	for _, line := range []string{"LSG Friends", "LSG", "BPR", "BPR XYZ 1", "GTC", "BLP", "PRP"} {
		if ev := p.broken(line, msnp.WhySyntax); ev.Step != msnp.StepNone {
			t.Errorf("%q: step %v", line, ev.Step)
		}
	}
	p.state(msnp.StateOnline)
	early := newPlayer(t, nil).upTo(msnp.StateUser)
	for _, line := range []string{"LST N=bob@example.com 8", "LSG Friends 1", "BPR MOB Y", "GTC A", "PRP MFN x"} {
		early.broken(line, msnp.WhyEarly)
	}
}

func TestSecondSynLineIsAViolation(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	p.event("SYN 5 41 0 2 0")
	p.broken("SYN 5 41 0 2 0", msnp.WhyTwice)
	p.event("LST N=bob@example.com 8")
	p.answered("LST N=carol@example.com 8", msnp.StepSYN)
	p.broken("SYN 5 41 0 2 0", msnp.WhyTwice)
}

func TestErrorInTheMiddleOfTheLists(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	p.event("SYN 5 41 0 2 0")
	if ev := p.expect("500 5", msnp.KindFailed, msnp.StepSYN); ev.Code != 500 {
		t.Errorf("code %d", ev.Code)
	}
	p.state(msnp.StateFailed)
	p.broken("LST N=bob@example.com 8", msnp.WhyCount)
}

func TestSyncThatComesTooLate(t *testing.T) {
	p := newPlayer(t, nil).upTo(msnp.StateSync)
	p.s.Advance(0, nil)
	ev, ok := p.s.Expire(10 * time.Second)
	if !ok || ev.Kind != msnp.KindTimedOut || ev.Step != msnp.StepSYN {
		t.Fatalf("%v %v", ev.Kind, ev.Step)
	}
	p.state(msnp.StateFailed)
	p.expect("SYN 5 41 0 1 0", msnp.KindNone, msnp.StepSYN)
	p.expect("LST N=bob@example.com 8", msnp.KindLate, msnp.StepSYN)
	p.state(msnp.StateFailed)
}

func TestLateSyncWithAMalformedContact(t *testing.T) {
	p := online(t)
	p.s.Ask(msnp.StepSYN, 0, nil)
	p.s.Expire(10 * time.Second)
	b, err := p.s.Ask(msnp.StepSYN, p.now, nil) // the late one doesn't stand in its way
	if p.said(b, "SYN 7 0 0"); err != nil {
		t.Fatal(err)
	}
	p.event("SYN 6 41 0 1 0")
	if ev := p.broken("LST x", msnp.WhySyntax); ev.Step != msnp.StepNone {
		t.Errorf("step %v of a SYN that was over", ev.Step)
	}
	p.answered("SYN 7 41 0", msnp.StepSYN)
}

func TestLaterSyncThatTimesOutCostsNothingElse(t *testing.T) {
	p := online(t)
	if _, err := p.s.Ask(msnp.StepSYN, 0, nil); err != nil {
		t.Fatal(err)
	}
	p.event("SYN 6 41 0 2 0")
	p.event("LST N=bob@example.com 8")
	if ev, ok := p.s.Expire(10 * time.Second); !ok || ev.Step != msnp.StepSYN {
		t.Fatalf("%v %v", ev.Kind, ev.Step)
	}
	p.state(msnp.StateOnline)
	p.expect("LST N=carol@example.com 8", msnp.KindLate, msnp.StepSYN)
	b, err := p.s.Ask(msnp.StepSYN, p.now, nil)
	if p.said(b, "SYN 7 0 0"); err != nil {
		t.Fatal(err)
	}
	p.answered("SYN 7 41 0", msnp.StepSYN)
}
