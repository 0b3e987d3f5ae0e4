package msnp_test

import (
	"slices"
	"strings"
	"testing"

	"nudge/codec/msnp"
	"nudge/corpus"
)

// pagePlayer plays examples of the page to a session: what the page's client
// says the session must say, and what its server says must be right to it.
type pagePlayer struct {
	*player
	said  []byte // by the session on its own
	kinds []msnp.Kind
}

// play plays one block, or of one with several connections the named one.
func (p *pagePlayer) play(conn, block string) {
	p.t.Helper()
	for _, x := range corpus.Read(block) {
		switch {
		case x.Conn != conn:
		case x.Who == 'C' && p.said != nil:
			if want := x.Text + "\r\n" + x.Payload; string(p.said) != want {
				p.t.Errorf("the session says %q, want %q", p.said, want)
			}
			p.said = nil
		case x.Who == 'C':
			p.repeat(x.Text)
		default:
			text := x.Text
			if x.Payload != "" {
				text += "\r\n" + x.Payload
			}
			ev, out := p.hear(text)
			if p.kinds = append(p.kinds, ev.Kind); ev.Kind == msnp.KindViolation || ev.Kind == msnp.KindLate {
				p.t.Errorf("%q made %v (%v)", x.Text, ev.Kind, ev.Why)
			}
			if len(out) > 0 {
				p.said = out
			}
		}
	}
	if p.said != nil {
		p.t.Errorf("the session says %q, want nothing", p.said)
	}
}

// has counts the events of a kind so far.
func (p *pagePlayer) has(k msnp.Kind, n int) {
	p.t.Helper()
	got := 0
	for _, has := range p.kinds {
		if has == k {
			got++
		}
	}
	if got != n {
		p.t.Errorf("%d events %v, want %d: %v", got, k, n, p.kinds)
	}
}

func pageBlock(t *testing.T, section string, i int) string {
	return strings.Join(pageBlocks(t, section+" ")[i], "\n") + "\n"
}

func newPagePlayer(t *testing.T, email string) *pagePlayer {
	p := &pagePlayer{player: newPlayer(t, nil)}
	p.s.Init(&msnp.Software{KeepVersions: true}, email)
	return p
}

func TestSignInThroughDispatchAsThePageShowsIt(t *testing.T) {
	p := newPagePlayer(t, "alice@example.com")
	p.play("", pageBlock(t, "13.1", 0))
	p.state(msnp.StateRedirected)
	if p.s.Redirect() != "192.0.2.20:1863" {
		t.Errorf("redirected to %q", p.s.Redirect())
	}
	p.play("", pageBlock(t, "13.1", 1))
	p.state(msnp.StateTicket)
	p.play("", pageBlock(t, "13.1", 3)) // 2 is the login in HTTP
	p.state(msnp.StateOnline)
	if list, settings := p.s.Versions(); p.s.Mode() != msnp.ModeM1 ||
		list != "2004-07-15T05:59:26.8770000-07:00" || settings != "2004-06-24T02:30:09.5170000-07:00" {
		t.Errorf("mode %v, versions %q %q", p.s.Mode(), list, settings)
	}
	p.has(msnp.KindContact, 2) // the third completes the answer
	p.has(msnp.KindPresence, 1)
	p.has(msnp.KindAnswered, 3+3+4)
}

func TestSignInAndMigrationAsThePageShowsThem(t *testing.T) {
	p := newPagePlayer(t, "bob@example.com")
	block := pageBlock(t, "13.2", 0)
	p.play("", strings.TrimSuffix(block, "C: OUT\nS: OUT\n"))
	p.state(msnp.StateOnline)
	if list, settings := p.s.Versions(); p.s.Mode() != msnp.ModeM0 || list != "41" || settings != "0" {
		t.Errorf("mode %v, versions %q %q", p.s.Mode(), list, settings)
	}
	p.s.SetVersions(p.s.Versions())
	p.play("", pageBlock(t, "13.4", 0))
	p.state(msnp.StateOut)
	p.play("", pageBlock(t, "13.4", 1)) // with SYN 0 0, whatever was known
	if p.state(msnp.StateOnline); p.s.Mode() != msnp.ModeM1 {
		t.Errorf("mode %v after the migration", p.s.Mode())
	}
	p.has(msnp.KindSignedOut, 1)
	p.play("", "C: OUT\nS: OUT\n")
}

func TestShortSynAsThePageShowsIt(t *testing.T) {
	p := newPagePlayer(t, "alice@example.com")
	p.s.SetVersions("41", "0")
	p.upTo(msnp.StateLogin)
	p.answered("USR 4 OK alice@example.com 1 0", msnp.StepUSRS)
	p.play("", pageBlock(t, "13.2", 1))
	p.has(msnp.KindAnswered, 2)
	p.state(msnp.StateOnline)
}

func TestFallingBackAsThePageShowsIt(t *testing.T) {
	p := newPagePlayer(t, "bob@example.com")
	p.play("", pageBlock(t, "13.3", 0))
	if p.s.Mode() != msnp.ModeP9 {
		t.Errorf("mode %v", p.s.Mode())
	}
	p.has(msnp.KindAnswered, 7)

	p = newPagePlayer(t, "bob@example.com")
	p.s.Init(&msnp.Software{Dialects: []string{"MSNP7", "MSNP6"}}, "bob@example.com")
	p.play("", pageBlock(t, "13.3", 1))
	p.has(msnp.KindFailed, 1)
	p.state(msnp.StateFailed)
}

func TestPresenceAsThePageShowsIt(t *testing.T) {
	block := pageBlock(t, "13.7", 0)
	b := &pagePlayer{player: online(t)}
	b.countTo("30")
	b.play("B", block)
	b.has(msnp.KindFailed, 1)
	b.state(msnp.StateOut)

	sw := &msnp.Software{ProductID: "PROD0038W!61ZTF9", ProductKey: "VT6PX?UQTM4WM%YR"}
	a := &pagePlayer{player: newPlayer(t, sw).upTo(msnp.StateOnline)}
	a.countTo("50")
	a.play("A", block)
	a.has(msnp.KindPresence, strings.Count(block, "A S: NLN")+strings.Count(block, "A S: FLN"))
	a.has(msnp.KindSetting, 1)
	a.play("", pageBlock(t, "13.7", 1))
	a.has(msnp.KindAnswered, 2)
}

func TestEndsAndMailAsThePageShowsThem(t *testing.T) {
	p := &pagePlayer{player: newPlayer(t, nil).upTo(msnp.StateTicket)}
	p.play("", pageBlock(t, "13.9", 0))
	p.has(msnp.KindFailed, 1)
	p.state(msnp.StateFailed)
	for i, want := range map[int]struct {
		unasked int
		reason  msnp.Reason
	}{1: {0, msnp.ReasonOTH}, 2: {1, msnp.ReasonSSD}} {
		p := &pagePlayer{player: online(t)}
		block := pageBlock(t, "13.9", i)
		at := strings.Index(block, "S: OUT")
		p.play("", block[:at])
		p.has(msnp.KindUnasked, want.unasked)
		if ev := p.event(strings.TrimSpace(block[at+3:])); ev.Reason != want.reason {
			t.Errorf("OUT %v, want %v", ev.Reason, want.reason)
		}
		p.state(msnp.StateOut)
	}
	p = &pagePlayer{player: online(t)}
	p.play("", pageBlock(t, "13.10", 0))
	if !slices.Equal(p.kinds, []msnp.Kind{msnp.KindUnasked}) {
		t.Errorf("mail made %v", p.kinds)
	}
}
