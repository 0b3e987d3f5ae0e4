package msnp_test

import (
	"strings"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/corpus"
)

// player is a session in memory, with a server that says what the test wants.
type player struct {
	t   *testing.T
	s   msnp.Session
	now time.Duration
}

func newPlayer(t *testing.T, sw *msnp.Software) *player {
	p := &player{t: t}
	p.s.Init(sw, "alice@example.com")
	return p
}

// said checks that the client's bytes are the given lines.
func (p *player) said(got []byte, lines ...string) {
	p.t.Helper()
	want := ""
	for _, l := range lines {
		want += l + "\r\n"
	}
	if string(got) != want {
		p.t.Fatalf("client wrote %q, want %q", got, want)
	}
}

// hear gives one command to the session and returns the event and what the
// client appended to it. Its views are of memory that is kept.
func (p *player) hear(text string) (msnp.Event, []byte) {
	p.t.Helper()
	b := []byte(text)
	if !strings.HasPrefix(text, "MSG ") && !strings.HasPrefix(text, "NOT ") {
		b = append(b, "\r\n"...)
	}
	syntax := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	n, err := syntax.Parse(&c, b)
	if err != nil || n != len(b) {
		p.t.Fatalf("server's command %q: %d bytes read of %d, error %v", text, n, len(b), err)
	}
	return p.s.Handle(&c, p.now, nil)
}

// event is hear for commands to which nothing is appended.
func (p *player) event(text string) msnp.Event {
	p.t.Helper()
	ev, out := p.hear(text)
	p.said(out)
	return ev
}

// expect gives one command and wants an event of a kind and step.
func (p *player) expect(text string, kind msnp.Kind, step msnp.Step) msnp.Event {
	p.t.Helper()
	ev := p.event(text)
	if ev.Kind != kind || ev.Step != step {
		p.t.Fatalf("%q made %v %v (%v), want %v %v", text, ev.Kind, ev.Step, ev.Why, kind, step)
	}
	return ev
}

// answered gives a reply and wants the step answered.
func (p *player) answered(text string, step msnp.Step) msnp.Event {
	p.t.Helper()
	return p.expect(text, msnp.KindAnswered, step)
}

// broken gives a command and wants a violation.
func (p *player) broken(text string, why msnp.Why) msnp.Event {
	p.t.Helper()
	ev := p.event(text)
	if ev.Kind != msnp.KindViolation || ev.Why != why {
		p.t.Fatalf("%q made %v (%v), want a violation (%v)", text, ev.Kind, ev.Why, why)
	}
	return ev
}

func (p *player) state(want msnp.State) {
	p.t.Helper()
	if got := p.s.State(); got != want {
		p.t.Fatalf("state %v, want %v", got, want)
	}
}

// advance wants Advance to write the lines.
func (p *player) advance(lines ...string) {
	p.t.Helper()
	p.said(p.s.Advance(p.now, nil), lines...)
}

// upTo signs in until a state is reached, on a first connection: TrIDs 1 to 5.
func (p *player) upTo(st msnp.State) *player {
	p.t.Helper()
	ver, d := "VER 1 MSNP10 MSNP9 CVR0", "MSNP10"
	if ds := p.s.Software().Dialects; ds != nil {
		ver, d = "VER 1 "+strings.Join(ds, " ")+" CVR0", ds[0]
	}
	p.said(p.s.Open(p.now, nil), ver)
	steps := []func(){
		func() { p.answered("VER 1 "+d, msnp.StepVER) },
		func() {
			p.advance("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS alice@example.com")
			p.answered("CVR 2 6.1.0211 6.1.0211 6.1.0155 http://d.example.net/setup.exe http://www.example.net", msnp.StepCVR)
		},
		func() {
			p.advance("USR 3 TWN I alice@example.com")
			p.answered("USR 3 TWN S "+challenge, msnp.StepUSRI)
		},
		func() {
			p.s.SetTicket("t=1&p=2")
			p.advance("USR 4 TWN S t=1&p=2")
		},
		func() { p.answered("USR 4 OK alice@example.com 1 0", msnp.StepUSRS) },
		func() {
			syn, reply := "SYN 5 0 0", "SYN 5 41 0 0 0"
			if d != "MSNP10" {
				syn, reply = "SYN 5 0", "SYN 5 41 0 0"
			}
			p.advance(syn)
			p.answered(reply, msnp.StepSYN)
		},
	}
	for _, step := range steps {
		if p.s.State() == st {
			return p
		}
		step()
	}
	p.state(st)
	return p
}

// online is a session that signed in without contacts. The next TrID is 6.
func online(t *testing.T) *player { t.Helper(); return newPlayer(t, nil).upTo(msnp.StateOnline) }

// chg sends a status; its TrID is the next.
func (p *player) chg(status msnp.Status) {
	p.t.Helper()
	if _, err := p.s.Chg(status, msnp.DefaultClientID, p.now, nil); err != nil {
		p.t.Fatal(err)
	}
}

// spoken is one command of a recording.
type spoken struct {
	client bool
	text   string // without line end, but with the payload
}

// recording reads a transcript: what was said on each connection to a server
// of the protocol, in the order of the file.
func recording(file string) (names []string, by map[string][]spoken) {
	by = map[string][]spoken{}
	for _, x := range corpus.Read(corpus.Transcript(file)) {
		if x.Who == '#' {
			continue
		}
		if by[x.Conn] == nil {
			names = append(names, x.Conn)
		}
		text := x.Text
		if x.Payload != "" {
			text += "\r\n" + x.Payload
		}
		by[x.Conn] = append(by[x.Conn], spoken{x.Who == 'C', text})
	}
	return names, by
}

// parsed is one command of a server.
func parsed(t testing.TB, line string) *codec.Command {
	t.Helper()
	syntax := codec.Syntax{From: codec.FromServer}
	c := new(codec.Command)
	if _, err := syntax.Parse(c, []byte(line+"\r\n")); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return c
}
