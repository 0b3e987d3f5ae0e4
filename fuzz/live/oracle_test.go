package live

import (
	"strings"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// tampered are mistakes that the reference server can't be given: what becomes of one command of it, and what that
// has to be found as.
var tampered = []struct {
	name  string
	verb  string // whose first occurrence becomes something else
	into  func(said string) string
	class Class
}{
	{"a reply has too many arguments", "CHG", behindLine(" 1 2 3 4"), Grammar},
	{"a reply has too few arguments", "CHG", func(said string) string { return strings.Join(strings.Fields(said)[:2], " ") + "\r\n" }, Grammar},
	{"a verb that no server has", "QNG", inFront("XQZ 1\r\n"), Grammar},
	{"a verb that went before MSNP10", "QNG", inFront("REA 0 1 a@example.com b\r\n"), Grammar},
	{"a number that is not in the page", "CHG", refused("998"), Grammar},
	{"a number with words behind it", "CHG", refused("219", "because"), Grammar},
	{"bytes that are no command", "CHG", inFront("\xff\xfe\x00\r\n"), Grammar},
	{"a line end without CR", "CHG", func(said string) string { return strings.ReplaceAll(said, "\r", "") }, Grammar},
	{"a length that is none", "QNG", inFront("MSG Hotmail Hotmail -1\r\n"), Grammar},
	{"a length above all others", "QNG", inFront("MSG Hotmail Hotmail 4294967295\r\n"), Grammar},
	{"an endless line", "CHG", inFront(strings.Repeat("x", 2<<20)), Grammar},
	{"more than any answer needs", "CHG", inFront(strings.Repeat("NLN NLN user00002@example.com B 0\r\n", maxHeard+1)), Grammar},
	{"more bytes than any answer needs", "CHG", inFront(strings.Repeat("MSG Hotmail Hotmail 60000\r\n"+strings.Repeat("x", 60_000), 600)), Grammar},
	{"malformed presence", "QNG", inFront("NLN XXX nobody 0\r\n"), Grammar},
	{"a TrID that was never sent", "CHG", func(said string) string { return strings.Replace(said, "CHG ", "CHG 77", 1) }, TrID},
	{"a TrID of 0", "VER", func(said string) string { return "VER 0 MSNP10\r\n" }, TrID},
	{"a reply of another verb", "CHG", func(said string) string { return "URL " + trid(said) + " /a /b 2\r\n" }, Reply},
	{"a reply that comes twice", "CHG", func(said string) string { return said + said }, Reply},
	{"more answers than PNGs", "CHG", inFront("QNG 50\r\nQNG 50\r\n"), Reply},
	{"a reply that never comes", "VER", func(string) string { return "" }, Hang},
	{"a PNG without an answer", "QNG", func(string) string { return "" }, Hang},
	{"a mark of another account", "CHG", inFront("URL 0 " + newMark(2, 1) + " b c\r\n"), Leak},
	{"somebody who is on no list", "QNG", inFront("NLN NLN nobody@example.com Nobody 0\r\n"), Leak},
	{"the peer in another state", "NLN", func(said string) string { return strings.Replace(said, " NLN ", " BSY ", 1) }, Presence},
	{"a call that never comes", "RNG", func(string) string { return "" }, Presence},
	{"a message with another text", "MSG", func(said string) string { return strings.Replace(said, "Hello", "hello", 1) }, Message},
	{"a message that never comes", "MSG", func(string) string { return "" }, Message},
}

func behindLine(more string) func(string) string {
	return func(said string) string { return strings.TrimSuffix(said, "\r\n") + more + "\r\n" }
}

func inFront(of string) func(string) string { return func(said string) string { return of + said } }

// refused makes a refusal of a reply.
func refused(words ...string) func(string) string {
	return func(said string) string {
		return strings.Join(append([]string{words[0], trid(said)}, words[1:]...), " ") + "\r\n"
	}
}

func trid(said string) string { return strings.Fields(said)[1] }

// TestEveryOracleBites has one kind of command of the server become something else, on the connections of the account
// whose sessions are played and of the clean ones alike.
func TestEveryOracleBites(t *testing.T) {
	for _, x := range tampered {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				b := w.bench(t, msnp.MSNP10) // clean clients are online before
				b.peer.hangUp()
				b.stranger.hangUp()
				w.tamper = func(role msnptest.Role, said string) string {
					if !strings.HasPrefix(said, x.verb+" ") || x.verb == "MSG" && role != msnptest.Switchboard {
						return said
					}
					return x.into(said)
				}
				c := talks(t)
				v, err := b.try(t.Context(), c)
				if err != nil || v == nil || v.Class != x.class {
					t.Errorf("want %s, got %v, %v\n%s", x.class, v, err, &b.script)
				}
				t.Log(v)
				if again, err := b.try(t.Context(), c); err != nil || again == nil || again.Key() != v.Key() {
					t.Errorf("first %v, then %v, %v", v, again, err)
				}
			})
		})
	}
}

// talks is the script of that name.
func talks(t *testing.T) *Case {
	for _, s := range allScripts() {
		if s.name == "talks" {
			c := (&Case{steps: s.steps}).clone()
			c.first = len(c.steps)
			return c
		}
	}
	t.Fatal("there is no such script")
	return nil
}
