package scenario

import (
	"testing"
	"time"

	"nudge/codec/msnp"
)

func TestMarkIsInTheClientID(t *testing.T) {
	for _, m := range []mark{1, 2, 255, 0x8000, 0xffff} {
		id := m.clientID()
		if got := markIn(id); got != m {
			t.Errorf("mark %d comes back as %d", m, got)
		}
		if id&^uint32(markMask) != msnp.DefaultClientID&^uint32(markMask) {
			t.Errorf("mark %d makes client id %#x, which is none of a client 6.1", m, id)
		}
		if got := markIn(id | 0xc0); got != m {
			t.Errorf("mark %d reads as %d once the server has set bits of its own", m, got)
		}
	}
	if m := markIn(msnp.DefaultClientID); m != 0 {
		t.Errorf("a plain client 6.1 bears mark %d", m)
	}
}

func TestMarksGoRound(t *testing.T) {
	for n, want := range map[uint64]mark{1: 1, 2: 2, marks: marks, marks + 1: 1, 2*marks + 5: 5} {
		if got := markOf(n); got != want {
			t.Errorf("mark of change %d is %d, want %d", n, got, want)
		}
	}
	tests := []struct {
		what string
		m, n mark
		want bool
	}{
		{"the first after none", 1, 0, true},
		{"none after none", 0, 0, false},
		{"none after some", 0, 7, false},
		{"the same", 7, 7, false},
		{"an older one", 6, 7, false},
		{"a newer one", 9, 7, true},
		{"the first of the next round", 1, marks, true},
		{"the last of the round before", marks, 1, false},
	}
	for _, tt := range tests {
		if got := tt.m.after(tt.n); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
}

func TestSentFindsChanges(t *testing.T) {
	var s sent
	if _, ok := s.find(1, 0); ok {
		t.Error("found a change before the first")
	}
	for i := range 20 {
		s.note(time.Duration(i+1)*time.Second, i == 19)
	}
	now := 30 * time.Second
	tests := []struct {
		what string
		m    mark
		want change
		ok   bool
	}{
		{"the last, an OUT", 20, change{ago: 10 * time.Second, exact: true, gone: true}, true},
		{"the one before", 19, change{ago: 11 * time.Second, exact: true}, true},
		{"the oldest that is kept", 13, change{ago: 17 * time.Second, exact: true}, true},
		{"one overtaken by all that are kept", 12, change{ago: 17 * time.Second}, true},
		{"the first", 1, change{ago: 17 * time.Second}, true},
		{"one to come", 21, change{}, false},
		{"one of another run", 5000, change{}, false},
		{"none", 0, change{}, false},
	}
	for _, tt := range tests {
		if got, ok := s.find(tt.m, now); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %+v, %v, want %+v, %v", tt.what, got, ok, tt.want, tt.ok)
		}
	}
}

func TestSentInTheSecondRound(t *testing.T) {
	var s sent
	for i := range uint64(marks + 3) {
		s.note(time.Duration(i), false)
	}
	if m := s.upcoming(); m != 4 {
		t.Fatalf("mark to come is %d, want 4", m)
	}
	if got, ok := s.find(2, marks+10); !ok || !got.exact || got.ago != 9 {
		t.Errorf("mark 2 of the second round: %+v, %v", got, ok)
	}
	if got, ok := s.find(marks, marks+10); !ok || !got.exact || got.ago != 11 {
		t.Errorf("last mark of the first round: %+v, %v", got, ok)
	}
}

func TestSentOverTheEndOfTheClock(t *testing.T) {
	var s sent
	s.note(1<<timeBits-5, false)
	if got, _ := s.find(1, 1<<timeBits+5); got.ago != 10 {
		t.Errorf("10 ns ago is %v", got.ago)
	}
}

func TestRoster(t *testing.T) {
	var r roster
	for _, n := range []uint32{5, 1, 9, 5, 3} {
		r.add(n)
	}
	if len(r) != 4 {
		t.Fatalf("%d contacts, want 4", len(r))
	}
	for _, n := range []uint32{1, 3, 5, 9} {
		if x := r.find(n); x == nil || x.client != n {
			t.Errorf("contact %d: %v", n, x)
		}
	}
	if x := r.find(4); x != nil {
		t.Errorf("found stranger %v", x)
	}
	for n := range uint32(2 * maxRoster) {
		r.add(n)
	}
	if len(r) != maxRoster {
		t.Errorf("%d contacts, at most %d are kept", len(r), maxRoster)
	}
}
