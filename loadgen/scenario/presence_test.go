package scenario

import (
	"testing"
	"time"

	"nudge/codec/msnp"
	"nudge/results"
)

// TestHeard has client 0 read the presence of client 1, its contact.
func TestHeard(t *testing.T) {
	const s = time.Second
	// By the time of the tests client 1 has sent CHG at 1 s, 2 s and 5 s (marks 1 to
	// 3) and OUT at 6 s (mark 4); client 0 is online since 3 s.
	nln := func(m mark) msnp.Event {
		return msnp.Event{Kind: msnp.KindPresence, Status: msnp.BSY, ClientID: m.clientID(), Email: []byte("user00002@example.com")}
	}
	iln := func(m mark) msnp.Event {
		ev := nln(m)
		ev.TrID = 9
		return ev
	}
	fln := msnp.Event{Kind: msnp.KindPresence, Status: msnp.FLN, Email: []byte("user00002@example.com")}
	from := func(email string, ev msnp.Event) msnp.Event {
		ev.Email = []byte(email)
		return ev
	}
	tests := []struct {
		what  string
		reads []msnp.Event
		want  []time.Duration // latencies, reading at 7 s
	}{
		{"a change while online", []msnp.Event{iln(2), nln(3)}, []time.Duration{2 * s}},
		{"the same twice", []msnp.Event{nln(3), nln(3)}, []time.Duration{2 * s}},
		{"an older one after it", []msnp.Event{nln(3), nln(2)}, []time.Duration{2 * s}},
		{"what was before", []msnp.Event{nln(1), nln(2)}, nil},
		{"the list of who is online", []msnp.Event{iln(3), nln(3)}, nil},
		{"signing out", []msnp.Event{nln(3), fln}, []time.Duration{2 * s, s}},
		{"signing out twice", []msnp.Event{iln(3), fln, fln}, []time.Duration{s}},
		{"gone without OUT", []msnp.Event{iln(2), fln}, nil},
		{"gone, never seen", []msnp.Event{fln}, nil},
		{"a mark that was not sent", []msnp.Event{nln(77)}, nil},
		{"a client that bears no mark", []msnp.Event{nln(0)}, nil},
		{"somebody not on the roster", []msnp.Event{from("user00003@example.com", nln(3))}, nil},
		{"somebody not in the run", []msnp.Event{from("mum@example.com", nln(3))}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			r := &run{sent: make([]sent, 3)}
			format, err := ParseUserFormat(DefaultUserFormat)
			if err != nil {
				t.Fatal(err)
			}
			r.accounts = newAccounts(format, "", nil, 3)
			for i, at := range []time.Duration{1 * s, 2 * s, 5 * s, 6 * s} {
				r.sent[1].note(at, i == 3)
			}
			c := &client{run: r, onlineAt: 3 * s}
			c.roster.add(1)
			got := recorded(t, func(rec *results.Recorder) {
				c.rec = rec
				for _, ev := range tt.reads {
					c.heard(&ev, 7*s)
				}
			})
			op := opOf(got, "presence")
			if int(op.Count) != len(tt.want) || op.Failed() != 0 {
				t.Fatalf("%d latencies, %v failed, want %v", op.Count, op.Errors, tt.want)
			}
			if len(tt.want) > 0 && (op.Latency.Max.Round(s/100) != tt.want[0] || op.Latency.Min.Round(s/100) != tt.want[len(tt.want)-1]) {
				t.Errorf("from %v to %v, want %v", op.Latency.Min, op.Latency.Max, tt.want)
			}
		})
	}
}

func TestHeardTooLate(t *testing.T) {
	r := &run{sent: make([]sent, 2)}
	format, _ := ParseUserFormat(DefaultUserFormat)
	r.accounts = newAccounts(format, "", nil, 2)
	for i := range 40 {
		r.sent[1].note(time.Duration(i+1)*time.Second, false)
	}
	c := &client{run: r, onlineAt: 1}
	c.roster.add(1)
	got := recorded(t, func(rec *results.Recorder) {
		c.rec = rec
		c.heard(&msnp.Event{Status: msnp.NLN, ClientID: mark(3).clientID(), Email: []byte("user00002@example.com")}, 50*time.Second)
	})
	if op := opOf(got, "presence"); op.Errors["overtaken"] != 1 || op.Latency.Max.Round(time.Second) != 17*time.Second {
		t.Errorf("errors %v, latency %v; want overtaken with at least the 17 s since the oldest change that is known", op.Errors, op.Latency.Max)
	}
}

// recorded returns what f records.
func recorded(t *testing.T, f func(*results.Recorder)) *Result {
	t.Helper()
	collector, err := results.New(results.Config{Ops: operations[:], Recorders: 1})
	if err != nil {
		t.Fatal(err)
	}
	collector.Start(time.Now())
	rec := collector.Recorder(0)
	rec.Phase(results.Hold)
	f(rec)
	s, err := collector.Finish(results.End{At: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return &Result{Summary: s}
}

func TestHeardDoesNotAllocate(t *testing.T) {
	r := &run{sent: make([]sent, 2)}
	format, _ := ParseUserFormat(DefaultUserFormat)
	r.accounts = newAccounts(format, "", nil, 2)
	c := &client{run: r, onlineAt: 1}
	c.roster.add(1)
	email := []byte("user00002@example.com")
	recorded(t, func(rec *results.Recorder) {
		c.rec = rec
		rec.OK(opPresence, 1)
		at := time.Second
		if n := testing.AllocsPerRun(1000, func() {
			id := r.sent[1].upcoming().clientID()
			r.sent[1].note(at, false)
			at += time.Millisecond
			c.heard(&msnp.Event{Status: msnp.NLN, ClientID: id, Email: email}, at)
		}); n != 0 {
			t.Errorf("%v allocations for a notification", n)
		}
	})
}
