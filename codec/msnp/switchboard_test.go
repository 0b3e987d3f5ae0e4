package msnp_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unsafe"

	"nudge/codec"
	"nudge/codec/msnp"
)

// talker is one side of a conversation in a test.
type talker struct {
	t   *testing.T
	b   msnp.Switchboard
	now time.Duration
}

func newTalker(t *testing.T) *talker {
	k := &talker{t: t}
	k.b.Init(&msnp.Software{Timeout: 5 * time.Second}, "alice@example.com")
	return k
}

// says demands what the client wrote.
func (k *talker) says(b []byte, err error, want string) {
	k.t.Helper()
	if err != nil || string(b) != want {
		k.t.Fatalf("client wrote %q, %v, want %q", b, err, want)
	}
}

// hears gives the server's command and demands an event.
func (k *talker) hears(line string, kind msnp.Kind, step msnp.Step) msnp.Event {
	k.t.Helper()
	if !strings.HasPrefix(line, "MSG ") {
		line += "\r\n"
	}
	syntax := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	if n, err := syntax.Parse(&c, []byte(line)); err != nil || n != len(line) {
		k.t.Fatalf("%q: %v", line, err)
	}
	ev := k.b.Handle(&c)
	if ev.Kind != kind || ev.Step != step {
		k.t.Fatalf("%q made %v %v (%v), want %v %v", line, ev.Kind, ev.Step, ev.Why, kind, step)
	}
	return ev
}

// calling is a caller whose conversation has begun; the next TrID is 2.
func calling(t *testing.T) *talker {
	t.Helper()
	k := newTalker(t)
	b, err := k.b.Call("17262740.1088004000.31577", 0, nil)
	k.says(b, err, "USR 1 alice@example.com 17262740.1088004000.31577\r\n")
	k.hears("USR 1 OK alice@example.com Alice%20A.", msnp.KindAnswered, msnp.StepUSRSB)
	if !k.b.Open() {
		t.Fatal("not open")
	}
	return k
}

// TestCallerOfThePage is §13.8 from Alice's side.
func TestCallerOfThePage(t *testing.T) {
	k := calling(t)
	b, err := k.b.Invite("bob@example.com", time.Second, nil)
	k.says(b, err, "CAL 2 bob@example.com\r\n")
	if ev := k.hears("CAL 2 RINGING 11752013", msnp.KindAnswered, msnp.StepCAL); ev.Sent != time.Second {
		t.Errorf("sent %v", ev.Sent)
	}
	if ev := k.hears("JOI bob@example.com Bobby", msnp.KindJoined, msnp.StepNone); string(ev.Email) != "bob@example.com" {
		t.Errorf("%q joined", ev.Email)
	}
	for _, x := range []struct{ letter, want string }{{"U", "MSG 3 U 2\r\nhi"}, {"N", "MSG 4 N 2\r\nhi"}, {"A", "MSG 5 A 2\r\nhi"}, {"D", "MSG 6 D 2\r\nhi"}, {"S", "MSG 7 S 2\r\nhi"}} {
		b, err := k.b.Say(x.letter[0], []byte("hi"), 2*time.Second, nil)
		k.says(b, err, x.want)
		if id := k.b.LastTrID(); id != uint32(x.want[4]-'0') {
			t.Errorf("%q has TrID %d", x.want, id)
		}
	}
	if ev := k.hears("MSG bob@example.com Bobby 4\r\nYes!", msnp.KindMessage, msnp.StepNone); string(ev.Email) != "bob@example.com" {
		t.Errorf("from %q", ev.Email)
	}
	k.hears("ACK 5", msnp.KindAnswered, msnp.StepMSG)
	if ev := k.hears("NAK 4", msnp.KindFailed, msnp.StepMSG); ev.Why != msnp.WhyNobody || ev.TrID != 4 {
		t.Errorf("%+v", ev)
	}
	if ev := k.hears("282 6", msnp.KindFailed, msnp.StepMSG); ev.Code != 282 {
		t.Errorf("%+v", ev)
	}
	if ev := k.hears("NAK 7", msnp.KindFailed, msnp.StepMSG); ev.Why != msnp.WhyNobody || ev.Sent != 2*time.Second {
		t.Errorf("%+v", ev)
	}
	k.b.Invite("carol@example.com", 0, nil)
	if ev := k.hears("217 8", msnp.KindFailed, msnp.StepCAL); ev.Code != 217 || !k.b.Open() {
		t.Errorf("%+v", ev)
	}
	k.hears("BYE bob@example.com 1", msnp.KindLeft, msnp.StepNone)
	if b := k.b.Out(nil); string(b) != "OUT\r\n" || k.b.Open() {
		t.Errorf("%q", b)
	}
}

// TestAnswersInEitherOrder is §9.3 and §12.37: ANS is over with its OK and the last IRO.
func TestAnswersInEitherOrder(t *testing.T) {
	for name, lines := range map[string][]string{
		"alone":            {"ANS 1 OK!"},
		"IRO first":        {"IRO 1 1 2 bob@example.com Bob", "IRO 1 2 2 carol@example.com Carol", "ANS 1 OK!"},
		"OK between":       {"IRO 1 1 2 bob@example.com Bob", "ANS 1 OK", "IRO 1 2 2 carol@example.com Carol!"},
		"JOI for oneself":  {"JOI Alice@Example.com Alice", "IRO 1 1 1 bob@example.com Bob", "ANS 1 OK!"},
		"a later token":    {"IRO 1 1 1 bob@example.com Bob 536870948", "ANS 1 OK!"},
		"OK before an IRO": {"ANS 1 OK!", "IRO 1 1 1 bob@example.com Bob"},
	} {
		k := newTalker(t)
		b, err := k.b.Answer("849102291.520491932", "11752013", 0, nil)
		k.says(b, err, "ANS 1 alice@example.com 849102291.520491932 11752013\r\n")
		ended := false
		for _, line := range lines {
			line, ends := strings.CutSuffix(line, "!")
			kind, step := msnp.KindJoined, msnp.StepNone
			switch {
			case strings.HasPrefix(line, "ANS") && ends:
				kind, step = msnp.KindAnswered, msnp.StepANS
			case strings.HasPrefix(line, "ANS"):
				kind, step = msnp.KindNone, msnp.StepANS
			case ends:
				step = msnp.StepANS
			case strings.HasPrefix(line, "JOI"):
				kind = msnp.KindNone
			}
			k.hears(line, kind, step)
			if ended = ended || ends; k.b.Open() != ended {
				t.Errorf("%s: after %q open is %v", name, line, k.b.Open())
			}
		}
	}
}

func TestConversationsThatDoNotBegin(t *testing.T) {
	k := newTalker(t)
	if _, err := k.b.Invite("b@c.d", 0, nil); err != msnp.ErrState {
		t.Errorf("CAL before USR: %v", err)
	}
	if _, err := k.b.Say('A', nil, 0, nil); err != msnp.ErrState {
		t.Errorf("MSG before USR: %v", err)
	}
	if _, err := k.b.Call("two words", 0, nil); !errors.Is(err, codec.ErrWord) {
		t.Errorf("a cookie of two words: %v", err)
	}
	k.b.Call("1.2.3", 0, nil)
	if _, err := k.b.Call("1.2.3", 0, nil); err != msnp.ErrState {
		t.Errorf("USR twice: %v", err)
	}
	if ev := k.hears("911 1", msnp.KindFailed, msnp.StepUSRSB); ev.Code != 911 || k.b.Open() {
		t.Errorf("%+v", ev)
	}
	late := newTalker(t)
	late.b.Answer("1.2.3", "4", time.Second, nil)
	if d := late.b.Deadline(); d != 6*time.Second {
		t.Errorf("deadline %v", d)
	}
	if ev, ok := late.b.Expire(6 * time.Second); !ok || ev.Kind != msnp.KindTimedOut || ev.Step != msnp.StepANS {
		t.Errorf("%+v, %v", ev, ok)
	}
	late.hears("ANS 1 OK", msnp.KindLate, msnp.StepANS)
	if late.b.Open() || late.b.Deadline() != 0 {
		t.Error("open, though too late")
	}
	gone := calling(t)
	gone.b.Say('A', []byte("x"), 0, nil)
	if ev, ok := gone.b.Abandon(); !ok || ev.Kind != msnp.KindAbandoned || ev.Step != msnp.StepMSG {
		t.Errorf("%+v, %v", ev, ok)
	}
	if _, ok := gone.b.Abandon(); ok {
		t.Error("abandoned twice")
	}
	gone.hears("OUT", msnp.KindSignedOut, msnp.StepNone)
}

func TestWhatSwitchboardsDoWrong(t *testing.T) {
	for _, tt := range []struct {
		line string
		kind msnp.Kind
		step msnp.Step
		why  msnp.Why
	}{
		{"ACK 1", msnp.KindViolation, 0, msnp.WhyTwice},
		{"ACK 9", msnp.KindViolation, 0, msnp.WhyTrID},
		{"217 9", msnp.KindViolation, 0, msnp.WhyTrID},
		{"500 0", msnp.KindUnasked, 0, 0},
		{"500 1", msnp.KindUnasked, 0, 0},
		{"CAL 2 RINGING 1", msnp.KindViolation, msnp.StepMSG, msnp.WhyReply},
		{"JOI", msnp.KindViolation, 0, msnp.WhySyntax},
		{"IRO 1 2 1 a@b.c A", msnp.KindViolation, 0, msnp.WhySyntax},
		{"IRO 9 1 1 a@b.c A", msnp.KindViolation, 0, msnp.WhyTrID},
		{"NLN NLN a@b.c A 0", msnp.KindViolation, 0, msnp.WhyVerb},
		{"ZZZ 1", msnp.KindUnasked, 0, 0},
	} {
		k := calling(t)
		k.b.Say('A', []byte("x"), 0, nil)
		if ev := k.hears(tt.line, tt.kind, tt.step); ev.Why != tt.why {
			t.Errorf("%q: %v, want %v", tt.line, ev.Why, tt.why)
		}
	}
	early := newTalker(t)
	early.hears("JOI a@b.c A", msnp.KindViolation, msnp.StepNone)
}

func TestMessagesThatAreNotSent(t *testing.T) {
	k := calling(t)
	for letter, payload := range map[byte]string{'X': "x", 'a': "x", 'A': strings.Repeat("x", msnp.MaxMessage+1)} {
		if b, err := k.b.Say(letter, []byte(payload), 0, nil); err != msnp.ErrMessage || b != nil {
			t.Errorf("%c, %d bytes: %q, %v", letter, len(payload), b, err)
		}
	}
	for range msnp.MaxOutstanding {
		if _, err := k.b.Say('A', []byte("x"), 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.b.Say('A', []byte("x"), 0, nil); err != msnp.ErrFull {
		t.Errorf("one more: %v", err)
	}
	if _, err := k.b.Say('N', []byte("x"), 0, nil); err != nil {
		t.Errorf("one that waits for nothing: %v", err)
	}
}

func TestRings(t *testing.T) {
	p := online(t)
	if ev := p.expect("RNG 11752013 192.0.2.30 CKI 849102291.520491932 alice@example.com Alice%20A.", msnp.KindRing, msnp.StepNone); string(ev.Email) != "alice@example.com" {
		t.Errorf("%q rings", ev.Email)
	}
	for _, line := range []string{"RNG 1 192.0.2.30 CKI 2 a@b.c", "RNG 1 : CKI 2 a@b.c A", "RNG 1 192.0.2.30 KEY 2 a@b.c A"} {
		p.broken(line, msnp.WhySyntax)
	}
	var r msnp.Ring
	if err := msnp.ParseRing(parsed(t, "RNG 11752013 192.0.2.30 CKI 8.5 alice@example.com Alice%20A. U messenger.msn.com"), &r); err != nil ||
		r.Addr != "192.0.2.30:1863" || string(r.Session) != "11752013" || string(r.Cookie) != "8.5" || string(r.Caller) != "alice@example.com" || string(r.Name) != "Alice%20A." {
		t.Errorf("%+v, %v", r, err)
	}
	if addr, cookie, err := msnp.ParseTransfer(parsed(t, "XFR 60 SB 192.0.2.30:1864 CKI 17262740.1088004000.31577")); err != nil || addr != "192.0.2.30:1864" || string(cookie) != "17262740.1088004000.31577" {
		t.Errorf("%q %q %v", addr, cookie, err)
	}
	for _, line := range []string{"XFR 60 NS 192.0.2.30:1864 0 x", "XFR 60 SB 192.0.2.30:1864", "XFR 60 SB : CKI x", "XFR 60 SB a:1 KEY x"} {
		if _, _, err := msnp.ParseTransfer(parsed(t, line)); err != msnp.ErrMalformed {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestConversationsAreSmallAndAllocateNothing(t *testing.T) {
	if n := unsafe.Sizeof(msnp.Switchboard{}); n > 184 {
		t.Errorf("a Switchboard has %d bytes", n)
	}
	k := calling(t)
	ack, heard := parsed(t, "ACK 2"), parsedPayload(t, "MSG bob@example.com Bobby 2\r\nhi")
	buf, payload := make([]byte, 0, 256), []byte("hi")
	if n := testing.AllocsPerRun(100, func() {
		k.b.Say('A', payload, 0, buf)
		k.b.Handle(ack)
		k.b.Handle(heard)
		ack.TrID++
	}); n != 0 {
		t.Errorf("%v allocations for a message", n)
	}
}

func parsedPayload(t *testing.T, text string) *codec.Command {
	t.Helper()
	syntax := codec.Syntax{From: codec.FromServer}
	c := new(codec.Command)
	if _, err := syntax.Parse(c, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return c
}
