package live

import (
	"regexp"
	"testing"
	"testing/synctest"

	"nudge/codec"
	"nudge/codec/msnp"
)

// TestOneSessionIsTheSameAlone plays many sessions, and then each alone to the same server: as long as it says the
// same, the same bytes are sent.
func TestOneSessionIsTheSameAlone(t *testing.T) {
	const many = 300
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		b := w.bench(t, msnp.MSNP10)
		m := newMaker(b.f.Seed, b.f.dialect(), b.peer.mode)
		var all [many][]line
		for n := range uint64(many) {
			all[n] = b.played(t, m, Path{n})
		}
		b.close()
		commands, sessions := 0, 0
		for n := range uint64(many) {
			alone := w.bench(t, msnp.MSNP10)
			alone.f.Only = Path{n}
			got, want := alone.played(t, m, alone.f.Only), all[n]
			for len(got) > 0 && len(want) > 0 && got[0] == want[0] {
				if got[0].did == didSend {
					commands++
				}
				got, want = got[1:], want[1:]
			}
			alone.close()
			switch {
			case len(got) == 0 && len(want) == 0:
				sessions++
			case len(got) == 0 || len(want) == 0 || got[0].did != didHear && want[0].did != didHear:
				t.Errorf("session %d: at first %q, alone %q", n, texts(want), texts(got))
			}
		}
		if commands < 1000 || sessions < 20 {
			t.Errorf("%d commands compared, %d sessions to their end", commands, sessions)
		}
	})
}

// line is an entry of a transcript without its time.
type line struct {
	on   place
	did  did
	text string
}

// played plays the session of a path as a run does, and returns what there was on the connections of its account.
func (b *bench) played(t *testing.T, m *maker, p Path) (all []line) {
	t.Helper()
	if err := b.f.session(t.Context(), b, m, p); err != nil {
		t.Fatalf("session %v: %v", p, err)
	}
	for i := range b.script.entries {
		if e := &b.script.entries[i]; e.who == b.main.name {
			all = append(all, line{e.on, e.did, handedOut(e.did, b.script.text(e))})
		}
	}
	return all
}

// cookie is one of the reference server's.
var cookie = regexp.MustCompile(`\d+\.\d{9,10}\.\d+`)

// handedOut is what was said with names in the place of what the server makes up by itself. Marks are the client's.
func handedOut(d did, b []byte) string {
	if d == didHear {
		return normal(codec.FromServer, b)
	}
	b = cookie.ReplaceAll(b, []byte("{cookie}"))
	for _, m := range masks {
		if m.name != "{mark}" {
			b = m.what.ReplaceAll(b, []byte(m.name))
		}
	}
	return string(b)
}

func texts(all []line) (texts []string) {
	for _, l := range all {
		texts = append(texts, l.text)
	}
	return texts
}
