package scenario

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp/msnptest"
)

// mangler changes what a server says on some connections.
type mangler struct {
	mu      sync.Mutex
	mangle  func(m *mangler, cmd *codec.Command, said *mangled)
	until   time.Time // when to stop, so that all that was done wrong is judged before the end
	made    int64     // faults
	seen    int       // commands of the kind that the fault is about
	stray   []byte    // a message of some conversation
	payload []byte    // and its payload
}

// mangled is one connection of a mangler.
type mangled struct {
	net.Conn
	m      *mangler
	out    []byte // what the client gets
	rest   []byte
	held   []byte
	sent   []byte // what the client says
	own    []byte // its last text, as others get it
	caller bool   // the connection is that of who has begun the conversation
}

func (m *mangler) wrap(c net.Conn) net.Conn { return &mangled{Conn: c, m: m} }

func (s *mangled) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	s.out = nil
	syntax := codec.Syntax{From: codec.FromServer}
	var cmd codec.Command
	for {
		n, err := syntax.Parse(&cmd, s.rest)
		if err != nil {
			break
		}
		s.caller = s.caller || cmd.Verb == codec.USR
		s.m.mu.Lock()
		if time.Now().Before(s.m.until) {
			s.m.mangle(s.m, &cmd, s)
		} else {
			s.out = append(s.out, cmd.Raw()...)
		}
		s.m.mu.Unlock()
		s.rest = s.rest[n:]
	}
	if len(s.out) > 0 {
		if _, err := s.Conn.Write(s.out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (s *mangled) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.sent = append(s.sent, p[:n]...)
	syntax := codec.Syntax{From: codec.FromClient}
	var cmd codec.Command
	for {
		n, err := syntax.Parse(&cmd, s.sent)
		if err != nil {
			break
		}
		if cmd.Verb == codec.MSG && string(cmd.Arg(0)) == "A" {
			s.own = fmt.Appendf(nil, "MSG me@example.com me %d\r\n%s", len(cmd.Payload()), cmd.Payload())
		}
		s.sent = s.sent[n:]
	}
	return n, err
}

// every reports whether a fault is to be made of one command of a kind, and counts.
func (m *mangler) every(n int) bool {
	if m.seen++; m.seen%n != 0 {
		return false
	}
	m.made++
	return true
}

// text mangles one text in so many.
func text(n int, f func(s *mangled, cmd *codec.Command)) func(*mangler, *codec.Command, *mangled) {
	return func(m *mangler, cmd *codec.Command, s *mangled) {
		if _, ok := parseWords(cmd.Payload()); cmd.Verb == codec.MSG && ok && m.every(n) {
			f(s, cmd)
			return
		}
		s.out = append(s.out, cmd.Raw()...)
	}
}

// verb mangles one command of a verb in so many.
func verb(v codec.Verb, n int, f func(s *mangled, cmd *codec.Command)) func(*mangler, *codec.Command, *mangled) {
	return func(m *mangler, cmd *codec.Command, s *mangled) {
		if cmd.Verb == v && m.every(n) {
			f(s, cmd)
			return
		}
		s.out = append(s.out, cmd.Raw()...)
	}
}

func drop(*mangled, *codec.Command)        {}
func twice(s *mangled, cmd *codec.Command) { s.out = append(append(s.out, cmd.Raw()...), cmd.Raw()...) }
func changed(s *mangled, old, now string, cmd *codec.Command) {
	s.out = append(s.out, bytes.Replace(cmd.Raw(), []byte(old), []byte(now), 1)...)
}

// toCaller has message m of every fifth conversation dealt with where it goes to
// the caller.
func toCaller(m int, f func(s *mangled, cmd *codec.Command)) func(*mangler, *codec.Command, *mangled) {
	return func(g *mangler, cmd *codec.Command, s *mangled) {
		w, ok := parseWords(cmd.Payload())
		switch {
		case cmd.Verb != codec.MSG || !ok || !s.caller:
			s.out = append(s.out, cmd.Raw()...)
		case w.m == m && g.every(5):
			f(s, cmd)
		default:
			s.out = append(append(s.out, cmd.Raw()...), s.held...)
			s.held = nil
		}
	}
}

// TestEveryFaultOfAConversationIsFound: each as often as it was made, and nothing
// else is.
func TestEveryFaultOfAConversationIsFound(t *testing.T) {
	for row, tt := range []struct {
		what   string
		groups float64
		ns     bool // on connections to the notification server
		mangle func(*mangler, *codec.Command, *mangled)
		want   []string          // violations, one each for each fault
		failed map[string]string // operation and class, one each for each fault
	}{
		{"a message that is lost", 0, false, text(30, drop), []string{"lost", "false-ack"}, map[string]string{"deliver": "lost", "iteration": "timeout"}},
		{"a message that one of several misses", 1, false, toCaller(2, drop), []string{"lost"}, map[string]string{"deliver": "lost", "iteration": "timeout"}},
		{"a message that comes twice", 0.5, false, text(20, twice), []string{"duplicate"}, nil},
		{"a message that comes late", 1, false, toCaller(2, func(s *mangled, cmd *codec.Command) { s.held = bytes.Clone(cmd.Raw()) }), []string{"reordered"}, nil},
		{"a text that is altered", 0.5, false, text(20, func(s *mangled, cmd *codec.Command) { changed(s, " by ", " bY ", cmd) }), []string{"altered"}, map[string]string{"deliver": "altered"}},
		{"a header that is altered", 0.5, false, text(20, func(s *mangled, cmd *codec.Command) { changed(s, "UTF-8", "UTF-9", cmd) }), []string{"altered"}, map[string]string{"deliver": "altered"}},
		{"a message of another", 0.5, false, text(20, func(s *mangled, cmd *codec.Command) {
			changed(s, "MSG user000", "MSG user001", cmd)
		}), []string{"sender"}, nil},
		{"a message of another conversation", 0.5, false, func(m *mangler, cmd *codec.Command, s *mangled) {
			w, ok := parseWords(cmd.Payload())
			if cmd.Verb == codec.MSG && ok {
				if m.stray == nil {
					m.stray = bytes.Clone(cmd.Raw())
				} else if w.number > 2 && m.every(20) {
					s.out = append(s.out, m.stray...)
				}
			}
			s.out = append(s.out, cmd.Raw()...)
		}, []string{"misdirected"}, nil},
		{"a message that comes back", 0.5, false, verb(codec.ACK, 20, func(s *mangled, cmd *codec.Command) {
			s.out = append(append(s.out, cmd.Raw()...), s.own...)
		}), []string{"misdirected"}, nil},
		{"NAK of what was read", 0.5, false, verb(codec.ACK, 20, func(s *mangled, cmd *codec.Command) { changed(s, "ACK", "NAK", cmd) }), []string{"false-nak"}, map[string]string{"msg": "nak"}},
		{"ACK that does not come", 0.5, false, verb(codec.ACK, 20, drop), nil, map[string]string{"msg": "timeout"}},
		{"ACK that comes twice", 0, false, verb(codec.ACK, 30, twice), []string{"answered twice"}, nil},
		{"NAK behind an ACK", 0.5, false, verb(codec.ACK, 20, func(s *mangled, cmd *codec.Command) {
			s.out = append(s.out, cmd.Raw()...)
			changed(s, "ACK", "NAK", cmd)
		}), nil, nil},
		{"NAK of who is typing", 0.5, false, verb(codec.ACK, 20, func(s *mangled, cmd *codec.Command) {
			s.out = fmt.Appendf(s.out, "NAK %d\r\n", cmd.TrID-1)
			s.out = append(s.out, cmd.Raw()...)
		}), nil, nil},
		{"a call that is lost", 0, true, verb(codec.RNG, 5, drop), []string{"lost"}, map[string]string{"iteration": "timeout"}},
		{"a call into a group that is lost", 1, true, verb(codec.RNG, 9, drop), []string{"lost"}, map[string]string{"iteration": "timeout"}},
		{"a call that comes twice", 0.5, true, verb(codec.RNG, 5, twice), []string{"duplicate"}, nil},
		{"JOI that is lost", 0, false, verb(codec.JOI, 5, drop), []string{"lost"}, map[string]string{"iteration": "timeout"}},
		{"JOI that comes twice", 0.5, false, verb(codec.JOI, 5, twice), []string{"duplicate"}, nil},
		{"BYE that is lost", 0, false, verb(codec.BYE, 5, drop), []string{"lost"}, nil},
		{"garbage", 0, false, text(30, func(s *mangled, cmd *codec.Command) { s.out = append(s.out, "\x16\x03\x01\r\n"...) }), []string{"syntax"}, nil},
		{"a TrID that was never sent", 0, false, verb(codec.ACK, 30, func(s *mangled, cmd *codec.Command) { s.out = append(s.out, "ACK 777\r\n"...) }), []string{"unknown TrID"}, nil},
	} {
		if !sampled(row) {
			continue
		}
		t.Run(tt.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParlour(t, &msnptest.Server{Accounts: 8})
				m := &mangler{mangle: tt.mangle, until: time.Now().Add(time.Minute)}
				if tt.ns {
					p.listen("ns.test:1863", func(c net.Conn) { p.srv.ServeConn(msnptest.Notification, m.wrap(c)) })
				} else {
					p.open = m.wrap
				}
				res := p.run(t, Config{Mix: []Part{{Behaviour: "chat", Groups: &tt.groups}}, Loops: 2, Clients: 8}, 80*time.Second)
				want := map[string]int64{}
				for _, kind := range tt.want {
					want[kind] = m.made
				}
				if m.made < 3 || !maps.Equal(res.Violations, want) {
					t.Errorf("%d faults: violations %v, want %v", m.made, res.Violations, want)
				}
				for op, class := range tt.failed {
					if got := errorsOf(res, op); got[class] != m.made || len(got) != 1 {
						t.Errorf("%d faults: %s failed by %v, want %s", m.made, op, got, class)
					}
				}
				broken := slices.ContainsFunc(tt.want, func(kind string) bool { return kind == "syntax" || strings.Contains(kind, " ") }) // and the connection with it
				for _, op := range res.Ops {
					excused := tt.failed[op.Name] != "" || op.Name == "iteration" && tt.failed != nil
					if op.Failed() != 0 && !excused && !broken {
						t.Errorf("%s failed by %v", op.Name, op.Errors)
					}
				}
				for _, e := range res.Events {
					if e.Kind == "violation" && (e.First.Client == "" || !strings.Contains(e.First.Text, "-") && e.Class != "syntax" && e.Class != "unknown TrID" && e.Class != "answered twice") {
						t.Errorf("says too little: %+v", e.First)
					}
				}
				if t.Failed() {
					t.Log(fmt.Sprintf("%+v", res.Events))
				}
			})
		})
	}
}
