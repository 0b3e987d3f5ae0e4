package msnp_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

func TestEveryStepOfTheSignInTimesOut(t *testing.T) {
	for i, st := range []msnp.State{msnp.StateVersion, msnp.StateClient, msnp.StateUser, msnp.StateLogin, msnp.StateSync} {
		p := newPlayer(t, &msnp.Software{Timeout: 2 * time.Second})
		p.s.Open(0, nil)
		if st != msnp.StateVersion {
			p = newPlayer(t, &msnp.Software{Timeout: 2 * time.Second}).upTo(st)
			if st != msnp.StateLogin {
				p.s.Advance(0, nil)
			}
		}
		step := []msnp.Step{msnp.StepVER, msnp.StepCVR, msnp.StepUSRI, msnp.StepUSRS, msnp.StepSYN}[i]
		if p.s.Deadline() != 2*time.Second {
			t.Fatalf("%v: deadline %v", step, p.s.Deadline())
		}
		if ev, ok := p.s.Expire(2*time.Second - 1); ok {
			t.Fatalf("%v: %v %v before the deadline", step, ev.Kind, ev.Step)
		}
		ev, ok := p.s.Expire(2 * time.Second)
		if !ok || ev.Kind != msnp.KindTimedOut || ev.Step != step || ev.Sent != 0 {
			t.Fatalf("%v: %v %v", step, ev.Kind, ev.Step)
		}
		if _, ok = p.s.Expire(time.Hour); ok || p.s.Deadline() != 0 {
			t.Fatalf("%v timed out twice", step)
		}
		p.state(msnp.StateFailed)
		p.advance()
		// An answer after all changes nothing.
		late := []string{"VER 1 MSNP10", "CVR 2", "USR 3 TWN S x", "USR 4 OK alice@example.com 1 0", "SYN 5 1 0"}[i]
		p.expect(late, msnp.KindLate, step)
		p.state(msnp.StateFailed)
		p.broken(late, msnp.WhyTwice)
	}
}

func TestTimedOutStatusChangesCostNothingElse(t *testing.T) {
	p := online(t)
	for i := range 2 {
		p.now = time.Duration(i) * time.Minute
		p.chg(msnp.BSY)
		if ev, ok := p.s.Expire(p.now + 10*time.Second); !ok || ev.Step != msnp.StepCHG || ev.Sent != p.now || int(ev.TrID) != 6+i {
			t.Fatalf("%v %v", ev.Kind, ev.Step)
		}
	}
	p.state(msnp.StateOnline)
	p.chg(msnp.NLN)
	if ev := p.expect("CHG 6 BSY 536870948", msnp.KindLate, msnp.StepCHG); ev.Sent != 0 {
		t.Errorf("sent %v", ev.Sent)
	}
	if ev := p.expect("800 7", msnp.KindLate, msnp.StepCHG); ev.Code != 800 {
		t.Errorf("code %d", ev.Code)
	}
	p.answered("CHG 8 NLN 536870948", msnp.StepCHG)
	p.state(msnp.StateOnline)
}

func TestLateRepliesAreKnownForALongTime(t *testing.T) {
	p := online(t)
	for i := range 100 { // far more than there is room for
		p.now = time.Duration(i) * time.Minute
		p.chg(msnp.BSY)
		if _, ok := p.s.Expire(p.now + 10*time.Second); !ok {
			t.Fatal("no timeout")
		}
	}
	for id := 6; id < 106; id++ {
		if ev := p.event(fmt.Sprintf("CHG %d BSY 536870948", id)); ev.Kind != msnp.KindLate {
			t.Fatalf("TrID %d: %v (%v)", id, ev.Kind, ev.Why)
		}
	}
	if ev := p.event("800 7"); ev.Kind != msnp.KindLate || ev.Code != 800 {
		t.Errorf("%v %d", ev.Kind, ev.Code)
	}
	p.broken("CHG 106 BSY 0", msnp.WhyTrID)
	p.broken("CHG 105 BSY 0", msnp.WhyTwice)
}

func TestLateRepliesAreForgottenOldestFirst(t *testing.T) {
	for _, backwards := range []bool{false, true} {
		p := online(t)
		for i := range msnp.MaxOutstanding { // TrIDs 6 to 11
			p.now = time.Duration(i) * time.Second
			if backwards {
				p.now = time.Minute - p.now
			}
			p.chg(msnp.BSY)
		}
		for range msnp.MaxOutstanding {
			p.s.Expire(time.Hour)
		}
		p.now = time.Hour
		for range 4 { // two find a free place, two take that of a late one: of 6 and 7, or 11 and 10
			p.chg(msnp.NLN)
		}
		forgotten := 7
		if backwards {
			forgotten = 11 // and all before it are in doubt
		}
		for id := 6; id <= 11; id++ {
			known := id >= 8
			if backwards {
				known = id <= 9
			}
			ev := p.event(fmt.Sprintf("CHG %d BSY 0", id))
			if ev.Kind != msnp.KindLate || known != (ev.Step == msnp.StepCHG) {
				t.Errorf("backwards %v, TrID %d: %v %v", backwards, id, ev.Kind, ev.Step)
			}
			if again := p.event(fmt.Sprintf("CHG %d BSY 0", id)); (again.Kind == msnp.KindLate) != (id <= forgotten) {
				t.Errorf("backwards %v, TrID %d again: %v", backwards, id, again.Kind)
			}
		}
	}
}

func TestTooManyOutstanding(t *testing.T) {
	p := online(t)
	for range msnp.MaxOutstanding - 1 {
		p.chg(msnp.BSY)
	}
	if _, err := p.s.Png(0, nil); err != nil {
		t.Fatal(err)
	}
	buf := []byte("before ")
	for name, ask := range map[string]func() ([]byte, error){
		"Chg": func() ([]byte, error) { return p.s.Chg(msnp.NLN, 0, 0, buf) },
		"Png": func() ([]byte, error) { return p.s.Png(0, buf) },
		"Ask": func() ([]byte, error) { return p.s.Ask(msnp.StepURL, 0, buf, "INBOX") },
		"SYN": func() ([]byte, error) { return p.s.Ask(msnp.StepSYN, 0, buf) },
	} {
		if b, err := ask(); !errors.Is(err, msnp.ErrFull) || string(b) != "before " {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if ev, out := p.hear("CHL 0 1"); ev.Kind != msnp.KindNone || len(out) == 0 {
		t.Errorf("a challenge finds no room: %v", ev.Kind)
	}
	p.answered("CHG 8 BSY 536870948", msnp.StepCHG) // in any order
	p.answered("CHG 6 BSY 536870948", msnp.StepCHG)
	p.chg(msnp.NLN)
	p.answered("CHG 12 NLN 536870948", msnp.StepCHG)
}

func TestTimeoutsComeInTheirOrder(t *testing.T) {
	p := online(t)
	for i := range 3 {
		p.now = time.Duration(3-i) * time.Second // the last sent is due first: the caller's clock went back
		p.chg(msnp.BSY)
	}
	for i := range 3 {
		if d := p.s.Deadline(); d != time.Duration(11+i)*time.Second {
			t.Errorf("deadline %v", d)
		}
		if ev, ok := p.s.Expire(time.Hour); !ok || ev.Sent != time.Duration(i+1)*time.Second {
			t.Errorf("timeout %d: sent %v", i, ev.Sent)
		}
	}
}

func TestTimeoutAtTheEndOfTime(t *testing.T) {
	p := newPlayer(t, &msnp.Software{Timeout: math.MaxInt64}).upTo(msnp.StateOnline)
	p.now = time.Hour
	p.chg(msnp.NLN)
	if p.s.Deadline() != math.MaxInt64 {
		t.Errorf("deadline %v", p.s.Deadline())
	}
}

func TestAbandon(t *testing.T) {
	p := online(t)
	p.chg(msnp.NLN)
	p.s.Png(time.Second, nil)
	for _, want := range []msnp.Step{msnp.StepCHG, msnp.StepPNG} {
		if ev, ok := p.s.Abandon(); !ok || ev.Kind != msnp.KindAbandoned || ev.Step != want {
			t.Errorf("%v %v", ev.Kind, ev.Step)
		}
	}
	if _, ok := p.s.Abandon(); ok || p.s.Deadline() != 0 {
		t.Error("something is left")
	}
	p.chg(msnp.NLN)
	p.s.Open(0, nil)
	if ev, ok := p.s.Expire(time.Hour); !ok || ev.Step != msnp.StepVER {
		t.Errorf("on the new connection: %v %v", ev.Kind, ev.Step)
	}
}

func TestRepliesOutOfPlace(t *testing.T) {
	p := online(t)
	for line, why := range map[string]msnp.Why{
		"CHG 99 NLN 0":        msnp.WhyTrID, // never sent
		"911 99":              msnp.WhyTrID,
		"QRY 99":              msnp.WhyTrID,
		"USR 4 OK a@b.c 1 0":  msnp.WhyTwice, // answered before
		"SYN 5 1 0":           msnp.WhyTwice,
		"VER 0 MSNP10":        msnp.WhyTrID,
		"SYN 0 1 0":           msnp.WhyTrID,
		"USR 0 OK":            msnp.WhyTrID,
		"JOI bob@example.com": msnp.WhyVerb, // a switchboard's
		"PNG":                 msnp.WhyVerb, // a client's
	} {
		p.broken(line, why)
	}
	// What is in no table is a later dialect's or the server's own; a number behind it is no TrID of ours.
	for _, line := range []string{"FOO", "FOO 0 1", "FOO 1 bar", "FOO 99 bar", "FOO bar"} {
		p.expect(line, msnp.KindUnasked, msnp.StepNone)
	}
	p.chg(msnp.NLN)
	if ev := p.broken("PRP 6 MFN x", msnp.WhyReply); ev.Step != msnp.StepCHG {
		t.Errorf("step %v", ev.Step)
	}
	p.s.Ask(msnp.StepXFR, 0, nil, "SB")
	if ev := p.broken("XFR 7 NS 192.0.2.1:1863", msnp.WhyReply); ev.Step != msnp.StepXFR {
		t.Errorf("step %v", ev.Step)
	}
	p.state(msnp.StateOnline)
	early := newPlayer(t, nil)
	early.broken("VER 1 MSNP10", msnp.WhyTrID)
	early.broken("CHL 0 1", msnp.WhyEarly)
	early.expect("QNG 50", msnp.KindNone, msnp.StepNone)
	early.state(msnp.StateClosed)
	early.advance()
}

func TestWhatServersSayUnasked(t *testing.T) {
	p := online(t)
	for line, code := range map[string]int{
		"SBS 0 null":   0,
		"NOT 3\r\nabc": 0,
		"500 0":        500, // belongs to no command
		"500":          500,
		"911 4":        911, // an error line may come for any TrID, answered or not
		"715 3 x":      715,
	} {
		if ev := p.expect(line, msnp.KindUnasked, msnp.StepNone); ev.Code != code {
			t.Errorf("%q: code %d", line, ev.Code)
		}
	}
	p.state(msnp.StateOnline)
}

func TestAskIsRefusedOutOfPlace(t *testing.T) {
	p := online(t)
	for _, step := range []msnp.Step{msnp.StepNone, msnp.StepVER, msnp.StepUSRS, msnp.StepPNG, msnp.StepQRY, 200} {
		if b, err := p.s.Ask(step, 0, nil); err != msnp.ErrState || b != nil {
			t.Errorf("%v: %q, %v", step, b, err)
		}
	}
	if b, err := p.s.Ask(msnp.StepPRP, 0, nil, "MFN", "two words"); err == nil || len(b) != 0 {
		t.Errorf("an argument with a space: %q, %v", b, err)
	}
	if b, err := p.s.Chg(msnp.StatusUnknown, 0, 0, nil); err == nil || len(b) != 0 {
		t.Errorf("no status: %q, %v", b, err)
	}
	if p.s.Deadline() != 0 {
		t.Errorf("deadline %v: something is waited for that was not sent", p.s.Deadline())
	}
	p.chg(msnp.NLN)
	p.answered("CHG 6 NLN 536870948", msnp.StepCHG) // no TrID was used up
	early := newPlayer(t, nil).upTo(msnp.StateSync)
	if _, err := early.s.Ask(msnp.StepCHG, 0, nil, "NLN"); err != msnp.ErrState {
		t.Errorf("CHG before the SYN answer: %v", err)
	}
	if _, err := early.s.Png(0, nil); err != msnp.ErrState {
		t.Errorf("PNG before the SYN answer: %v", err)
	}
}

func TestAskForEveryStep(t *testing.T) {
	for step := msnp.StepCHL; step < msnp.StepUSRSB; step++ {
		p := online(t)
		args, reply := []string{"SB"}, "SB 1 2 3"
		if step == msnp.StepADC || step == msnp.StepREM {
			args, reply = []string{"AL", "N=a@b.c"}, "AL N=a@b.c"
		}
		b, err := p.s.Ask(step, 0, nil, args...)
		if step == msnp.StepSDC || step == msnp.StepPGD || step == msnp.StepPAG {
			// SDC was once written without its length. See TestAskPayload for how they are.
			if err != codec.ErrForm || b != nil || p.s.Deadline() != 0 {
				t.Errorf("%v without a payload: %q, %v, deadline %v", step, b, err, p.s.Deadline())
			}
			continue
		}
		if err != nil {
			t.Fatalf("%v: %v", step, err)
		}
		verb := string(b[:3])
		p.said(b, verb+" 6 "+strings.Join(args, " "))
		ev, _ := p.hear(verb + " 6 " + reply)
		if ev.Kind != msnp.KindAnswered || ev.Step != step {
			t.Errorf("%v: %v %v", step, ev.Kind, ev.Step)
		}
	}
}
