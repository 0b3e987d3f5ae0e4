package scenario

import (
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
	"nudge/results"
)

// atNotification runs chat with what the notification server says mangled.
func atNotification(t *testing.T, mangle func(*mangler, *codec.Command, *mangled)) (*Result, *mangler) {
	t.Helper()
	p := newParlour(t, &msnptest.Server{Accounts: 8, PingInterval: 10 * time.Second})
	m := &mangler{mangle: mangle, until: time.Now().Add(time.Hour)}
	p.listen("ns.test:1863", func(c net.Conn) { p.srv.ServeConn(msnptest.Notification, m.wrap(c)) })
	return p.run(t, Config{Mix: pairs(4), Clients: 8, Loops: 2}, time.Minute), m
}

// eventsOf counts the events of each class.
func eventsOf(res *Result) map[string]int64 {
	count := map[string]int64{}
	for _, e := range res.Events {
		if e.Kind == "event" {
			count[e.Class] += e.Count
		}
	}
	return count
}

func TestSwitchboardsThatAreRefused(t *testing.T) {
	for class, reply := range map[string]string{"913": "913 %d\r\n", "protocol": "XFR %d SB sb.test:1865\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			res, m := atNotification(t, verb(codec.XFR, 4, func(s *mangled, cmd *codec.Command) { s.out = fmt.Appendf(s.out, reply, cmd.TrID) }))
			if got := errorsOf(res, "iteration"); got[class] != m.made || len(got) != 1 || len(res.Violations) != 0 {
				t.Errorf("%d times %q: iterations failed by %v, violations %v", m.made, reply, got, res.Violations)
			}
		})
	}
}

// TestCallsFromNowhere: what nobody of the run has meant for whom it reaches is told,
// and does no harm.
func TestCallsFromNowhere(t *testing.T) {
	for line, class := range map[string]string{
		"RNG 17 sb.test:1865 CKI 1.2.3 stranger@example.com S\r\n":  "stray",
		"RNG 17 sb.test:1865 CKI 1.2.3 user00001@example.com S\r\n": "gone",
		"RNG 17 nowhere:1865 CKI 1.2.3 user00008@example.com S\r\n": "gone",
		"RNG 17 nowhere:1865 CKI 1.2.3 user99999@example.com S\r\n": "stray",
	} {
		synctest.Test(t, func(t *testing.T) {
			res, m := atNotification(t, verb(codec.QNG, 3, func(s *mangled, cmd *codec.Command) {
				s.out = append(append(s.out, cmd.Raw()...), line...)
			}))
			if got := eventsOf(res)[class]; m.made < 5 || got != m.made {
				t.Errorf("%d times %q: events %v, want %s", m.made, line, eventsOf(res), class)
			}
			for _, op := range res.Ops {
				if op.Failed() != 0 {
					t.Errorf("%q: %s failed by %v", line, op.Name, op.Errors)
				}
			}
			if len(res.Violations) != 0 {
				t.Errorf("%q: violations %v", line, res.Violations)
			}
		})
	}
}

// TestAMessageFromTheNotificationServer has one of a conversation come there.
func TestAMessageFromTheNotificationServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		payload, _, err := (&words{caller: 3, number: 1, m: 2, n: 4, by: 1, at: 1}).append(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, m := atNotification(t, verb(codec.QNG, 3, func(s *mangled, cmd *codec.Command) {
			s.out = fmt.Appendf(append(s.out, cmd.Raw()...), "MSG user00004@example.com x %d\r\n%s", len(payload), payload)
		}))
		if m.made < 5 || res.Violations["misdirected"] != m.made || len(res.Violations) != 1 {
			t.Errorf("%d messages: violations %v", m.made, res.Violations)
		}
	})
}

// TestOneCallTooMany has a client called that sits in as many conversations as it
// may.
func TestOneCallTooMany(t *testing.T) {
	format, _ := ParseUserFormat(DefaultUserFormat)
	r := &run{accounts: newAccounts(format, "", nil, 2), chatters: make([]chatter, 2)}
	c := &client{run: r, email: "user00002@example.com"}
	for range maxSeats {
		c.seats = &seat{client: c, next: c.seats}
	}
	x := &chat{people: make([]person, 2)}
	x.people[1].client = 1
	x.holders.Store(2)
	res := recorded(t, func(rec *results.Recorder) {
		c.rec = rec
		c.answer(&msnp.Ring{Addr: "sb.test:1865"}, x, 1)
	})
	if got := eventsOf(res); got["busy"] != 1 || x.people[1].stage.Load() != gone || x.holders.Load() != 1 {
		t.Errorf("events %v, stage %d, %d seats in the conversation", got, x.people[1].stage.Load(), x.holders.Load())
	}
}
