package msnp_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// words are what hostile lines are made of, TrIDs that are in use among them.
var words = strings.Fields(`0 1 2 3 4 5 6 7 8 9 99 4294967295 99999999999 -1 TWN I S OK NS SB CKI MSNP10 MSNP9 CVR0 NLN FLN
	BSY HDN XXX a@example.com N=a@example.com F=A C=1 PHH MOB MFN FL RL OTH MIG A AL [::1 host host:1 :0 % %3Cmsnobj%2F%3E =`)

var verbs = strings.Fields(`VER CVR USR XFR SYN GTC BLP PRP LSG LST BPR CHG ILN NLN FLN ADC ADD REM ADG REG RMG SBP PGD
	QNG CHL QRY OUT RNG URL IMS SBS JOI BYE FOO 200 500 715 911 999 000`)

// likely are lines that make a session do something.
var likely = []string{"SYN 5 1 0 3 1", "SYN 6 1 0 2 1", "SYN 7 1 0 2 1", "LST N=a@example.com 8", "LST N=a@example.com",
	"XFR 0 NS 0", "XFR 0 NS 192.0.2.1", "CHL 0 1", "VER 1 MSNP10", "CVR 2", "USR 3 TWN S c", "USR 4 OK a@example.com 1 0",
	"ADC 0 RL N=a@example.com F=A", "REM 0 RL a@example.com",
	"RNG 1 192.0.2.1 CKI 2 a@example.com A"}

// TestAnythingFromTheServer plays random lines at random moments to sessions
// that go on as a client would, and checks what must hold whatever comes.
func TestAnythingFromTheServer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[msnp.Kind]int{}
	for round := range 2000 {
		var s msnp.Session
		s.Init(nil, "a@example.com")
		h := &hostile{t: t, s: &s, r: r, seen: seen}
		s.Open(0, nil)
		if round%2 == 0 {
			h.signIn()
		}
		for range 60 {
			h.step()
		}
		for n := 0; ; n++ {
			if _, ok := s.Expire(1 << 62); !ok {
				break
			}
			if n > 8 {
				t.Fatal("timeouts without end")
			}
		}
		if s.Deadline() != 0 {
			t.Fatalf("deadline %v with nothing awaited", s.Deadline())
		}
	}
	for k := msnp.KindAnswered; k <= msnp.KindViolation; k++ {
		if seen[k] == 0 && k != msnp.KindAbandoned && (k < msnp.KindJoined || k > msnp.KindMessage) {
			t.Errorf("no event was %v: the test has no bite", k)
		}
	}
}

type hostile struct {
	t    *testing.T
	s    *msnp.Session
	r    *rand.Rand
	now  time.Duration
	seen map[msnp.Kind]int
}

func (h *hostile) signIn() {
	for _, line := range []string{"VER 1 MSNP10", "CVR 2", "USR 3 TWN S c", "USR 4 OK a@example.com 1 0", []string{"SYN 5 1 0", "SYN 5 1 0 3 1"}[h.r.IntN(2)]} {
		h.hear(line)
		h.s.SetTicket("t")
		h.s.Advance(h.now, nil)
	}
}

func (h *hostile) hear(line string) {
	c := parsed2(line)
	if c == nil {
		return
	}
	before := h.s.State()
	ev, out := h.s.Handle(c, h.now, nil)
	h.seen[ev.Kind]++
	if len(out) > 0 && c.Verb != codec.CHL {
		h.t.Fatalf("%q was answered with %q", line, out)
	}
	if ev.Kind == msnp.KindNone && ev.Step == msnp.StepNone && h.s.State() != before {
		h.t.Fatalf("%q made state %v of %v without an event", line, h.s.State(), before)
	}
	if over(before) && !over(h.s.State()) {
		h.t.Fatalf("%q made state %v of %v", line, h.s.State(), before)
	}
	if ev.Kind == msnp.KindLate && h.s.State() != before {
		h.t.Fatalf("%q, late, made state %v of %v", line, h.s.State(), before)
	}
}

func (h *hostile) step() {
	h.now += time.Duration(h.r.IntN(4)) * time.Second
	switch h.r.IntN(12) {
	case 0:
		h.s.SetTicket("t")
		h.s.Advance(h.now, nil)
	case 1:
		h.s.Chg(msnp.NLN, 1, h.now, nil)
	case 2:
		h.s.Png(h.now, nil)
	case 3:
		h.s.Ask(msnp.Step(h.r.IntN(30)), h.now, nil, "SB")
		h.s.AskPayload(msnp.Step(h.r.IntN(40)), []byte("x"), h.now, nil, "a@example.com", "1")
	case 4:
		if ev, ok := h.s.Expire(h.now); ok {
			h.seen[ev.Kind]++
		}
	case 5:
		switch h.r.IntN(40) {
		case 0, 1:
			h.s.Open(h.now, nil)
		case 2:
			h.s.Out(h.now, nil)
		}
	default:
		if h.r.IntN(4) == 0 {
			h.hear(likely[h.r.IntN(len(likely))])
			return
		}
		line := verbs[h.r.IntN(len(verbs))]
		for range h.r.IntN(6) {
			line += " " + words[h.r.IntN(len(words))]
		}
		h.hear(line)
	}
}

// over reports whether only the client itself can leave the state.
func over(st msnp.State) bool {
	switch st {
	case msnp.StateClosed, msnp.StateFailed, msnp.StateOut, msnp.StateRedirected, msnp.StateReset:
		return true
	}
	return false
}

// parsed2 is one command of a server, nil if the codec refuses it.
func parsed2(line string) *codec.Command {
	syntax := codec.Syntax{From: codec.FromServer}
	c := new(codec.Command)
	if _, err := syntax.Parse(c, fmt.Appendf(nil, "%s\r\n", line)); err != nil {
		return nil
	}
	return c
}
