package msnp

import (
	"testing"
	"unsafe"

	"nudge/codec"
)

func TestSessionIsCompact(t *testing.T) {
	if n := unsafe.Sizeof(Session{}); n > 240 { // what doc.go says
		t.Errorf("a session has %d bytes", n)
	}
	if n := unsafe.Sizeof(Event{}); n > 80 {
		t.Errorf("an event has %d bytes", n)
	}
}

// steady is what a client hears and says while it is online, in one round.
var steady = []struct {
	name string
	line string
	ask  func(s *Session, buf []byte) ([]byte, error)
}{
	{"CHG", "CHG 6 BSY 536870948", func(s *Session, b []byte) ([]byte, error) { return s.Chg(BSY, DefaultClientID, 1, b) }},
	{"PNG", "QNG 60", func(s *Session, b []byte) ([]byte, error) { return s.Png(1, b) }},
	{"PRP", "PRP 6 MFN Alice", func(s *Session, b []byte) ([]byte, error) { return s.Ask(StepPRP, 1, b, "MFN", "Alice") }},
	{"SDC", "SDC 6 OK", func(s *Session, b []byte) ([]byte, error) {
		return s.AskPayload(StepSDC, invitation, 1, b, "erin@example.com", "0x0409", "MSMSGS", "MSMSGS", "X", "X", "Alice")
	}},
	{"ADC FL", "ADC 6 FL N=erin@example.com F=Erin%20E. C=0b5d", func(s *Session, b []byte) ([]byte, error) {
		return s.AddContact("erin@example.com", "Erin E.", 1, b)
	}},
	{"ADC FL group", "ADC 6 FL C=0b5d 2", func(s *Session, b []byte) ([]byte, error) { return s.AddToGroup("0b5d", "Erin", "2", 1, b) }},
	{"ADC AL", "ADC 6 AL N=erin@example.com", func(s *Session, b []byte) ([]byte, error) { return s.AddTo(AL, "erin@example.com", 1, b) }},
	{"REM", "REM 6 FL 0b5d 2", func(s *Session, b []byte) ([]byte, error) { return s.Remove(FL, "0b5d", "2", 1, b) }},
	{"ADG", "ADG 6 Chess%20club 2", func(s *Session, b []byte) ([]byte, error) { return s.AddGroup("Chess club", 1, b) }},
	{"REG", "REG 6 2 Chess", func(s *Session, b []byte) ([]byte, error) { return s.RenameGroup("2", "Chess", 1, b) }},
	{"RMG", "RMG 6 2", func(s *Session, b []byte) ([]byte, error) { return s.RemoveGroup("2", 1, b) }},
	{"SBP", "SBP 6 0b5d MFN Erin%20E.", func(s *Session, b []byte) ([]byte, error) { return s.SetContact("0b5d", "MFN", "Erin E.", 1, b) }},
	{"PRP MFN", "PRP 6 MFN Alice%20A.", func(s *Session, b []byte) ([]byte, error) { return s.SetProperty("MFN", "Alice A.", 1, b) }},
	{"GTC", "GTC 6 N", func(s *Session, b []byte) ([]byte, error) { return s.SetGTC("N", 1, b) }},
	{"BLP", "BLP 6 BL", func(s *Session, b []byte) ([]byte, error) { return s.SetBLP("BL", 1, b) }},
	{"ADC 0", "ADC 0 RL N=frank@example.com F=Frank", nil},
	{"REM 0", "REM 0 RL frank@example.com", nil},
	{"NLN", "NLN AWY bob@example.com Bob%20B. 268435488 %3Cmsnobj%2F%3E", nil},
	{"FLN", "FLN bob@example.com", nil},
	{"BPR", "BPR bob@example.com PHH 1%20(222)", nil},
	{"LST", "LST N=bob@example.com F=Bob C=c1b7 11 3f6a", nil},
}

var invitation = []byte("Come in")

// bench is an online session whose next TrID is always 6.
func bench() *Session {
	s := new(Session)
	s.Init(nil, "alice@example.com")
	s.Open(0, nil)
	s.waits = [len(s.waits)]wait{}
	s.state, s.dialect, s.next = StateOnline, MSNP10, 6
	s.flags |= signedIn
	return s
}

func (s *Session) rewind() { s.next, s.contactsLeft = 6, 9 }

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	s, buf, syntax := bench(), make([]byte, 0, 256), codec.Syntax{From: codec.FromServer}
	for _, x := range steady {
		line := []byte(x.line + "\r\n")
		n := testing.AllocsPerRun(100, func() {
			s.rewind()
			if x.ask != nil {
				if _, err := x.ask(s, buf[:0]); err != nil {
					t.Fatal(err)
				}
			}
			var c codec.Command
			if _, err := syntax.Parse(&c, line); err != nil {
				t.Fatal(err)
			}
			ev, _ := s.Handle(&c, 1, buf[:0])
			if ev.Kind == KindViolation || ev.Kind == KindNone {
				t.Fatalf("%s: %v (%v)", x.name, ev.Kind, ev.Why)
			}
			s.Expire(2)
		})
		if n > 0 {
			t.Errorf("%s: %v allocations", x.name, n)
		}
	}
	chl := []byte("CHL 0 15570131571988941333\r\n")
	var c codec.Command
	syntax.Parse(&c, chl)
	if n := testing.AllocsPerRun(100, func() {
		s.rewind()
		s.waits = [len(s.waits)]wait{}
		if _, out := s.Handle(&c, 1, buf[:0]); len(out) == 0 {
			t.Fatal("no QRY")
		}
	}); n > 0 {
		t.Errorf("CHL: %v allocations", n)
	}
}

// BenchmarkSession measures a command and its reply, or a notification, from
// bytes to event.
func BenchmarkSession(b *testing.B) {
	for _, x := range steady {
		b.Run(x.name, func(b *testing.B) {
			s, buf, syntax := bench(), make([]byte, 0, 256), codec.Syntax{From: codec.FromServer}
			line := []byte(x.line + "\r\n")
			var c codec.Command
			b.ReportAllocs()
			for b.Loop() {
				s.rewind()
				if x.ask != nil {
					x.ask(s, buf[:0])
				}
				syntax.Parse(&c, line)
				if ev, _ := s.Handle(&c, 1, buf[:0]); ev.Kind == KindViolation {
					b.Fatal(ev.Why)
				}
			}
		})
	}
}

// TestTrIDsWrapAround: 0 is left out, and what was sent before the end of the 32
// bits is known after it.
func TestTrIDsWrapAround(t *testing.T) {
	s := bench()
	s.next = 1<<32 - 1
	s.base = s.next
	for range 2 {
		if _, err := s.Chg(NLN, 0, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	var c codec.Command
	syntax := codec.Syntax{From: codec.FromServer}
	for line, kind := range map[string]Kind{"CHG 4294967295 NLN 0\r\n": KindAnswered, "CHG 1 NLN 0\r\n": KindAnswered,
		"CHG 2 NLN 0\r\n": KindViolation, "CHG 4294967294 NLN 0\r\n": KindViolation} {
		if _, err := syntax.Parse(&c, []byte(line)); err != nil {
			t.Fatal(err)
		}
		if ev, _ := s.Handle(&c, 0, nil); ev.Kind != kind {
			t.Errorf("%q: %v", line, ev.Kind)
		}
	}
}
