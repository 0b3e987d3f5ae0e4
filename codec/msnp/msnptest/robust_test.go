package msnptest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"nudge/codec"
	"nudge/corpus"
)

// anyLines are lines as a client might say them, or might not.
func anyLines() *rapid.Generator[[]string] {
	var verbs []string
	for r := range codec.Rules() {
		verbs = append(verbs, r.Verb.String())
	}
	word := rapid.SampledFrom([]string{
		"0", "1", "4294967295", "4294967296", "-1", "x", "MSNP10", "MSNP9", "MSNP8", "CVR0", "TWN", "I", "S", user(1), user(2), user(3), "NLN", "HDN", "FLN",
		"AWY", "SB", "FL", "AL", "N=" + user(3), "C=" + user(3), "msmsgs@msnmsgr.com", "32", "ON", "OFF", "INBOX", "MOBILE", "0x0409", "MSMSGS", "X", "%20", "%", "é", "\x00", "\r", "", "TICKET", strings.Repeat("a", 400),
	})
	line := rapid.Custom(func(t *rapid.T) string {
		verb := rapid.OneOf(rapid.SampledFrom(verbs), rapid.SampledFrom([]string{"CHG", "SYN", "QRY", "XYZ", "out", ""})).Draw(t, "verb")
		words := append([]string{verb}, rapid.SliceOfN(word, 0, 9).Draw(t, "words")...)
		return strings.Join(words, " ") + rapid.SampledFrom([]string{"\r\n", "\n", "\r\n\r\n", "", "\r"}).Draw(t, "end")
	})
	return rapid.SliceOfN(line, 1, 12)
}

// TestNoLineDisturbsOthers has a client say anything, and another go on beside it.
func TestNoLineDisturbsOthers(t *testing.T) {
	said := anyLines()
	dialects := []string{"", "MSNP8", "MSNP9", "MSNP10"}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(said.Draw(rt, "said"), "")
		dialect := rapid.SampledFrom(dialects).Draw(rt, "dialect")
		role := rapid.SampledFrom([]Role{Dispatch, Notification, Switchboard}).Draw(rt, "role")
		srv := &Server{Accounts: 3, Contacts: 2, Challenge: rapid.Bool().Draw(rt, "challenge")}
		bubble(t, srv, func(t *testing.T) {
			good := srv.online(t, user(1), "MSNP10", "NLN")
			good.hear()
			var wild *peer
			if dialect != "" {
				wild = srv.client(t, user(2), dialect)
			} else {
				wild = srv.dial(t, role)
			}
			text := strings.ReplaceAll(text, "TICKET", srv.Ticket(user(2)))
			io.WriteString(wild.nc, text)
			wild.nc.Close()
			synctest.Wait()
			if left := len(srv.conns); left != 1 {
				rt.Fatalf("%d connections are left after %q", left, text)
			}
			got := good.hear()
			for l := range strings.Lines(got) {
				if v := l[:3]; v != "NLN" && v != "FLN" && v != "CHL" || !strings.HasSuffix(l, "\r\n") {
					rt.Fatalf("the other one heard %q after %q", got, text)
				}
			}
			if strings.Count(got, "FLN ") > 0 != strings.Contains(got, "NLN ") {
				rt.Fatalf("the other one heard %q: not both comings and goings", got)
			}
			if good.say("PNG"); good.hear() != "QNG 50\r\n" {
				rt.Fatalf("the other one has no answer after %q", text)
			}
		})
	})
}

// recorded returns what the client of a connection of a recording said, as lines.
func recorded(name, connection string) (said []string) {
	for _, x := range corpus.Read(corpus.Transcript(name)) {
		if x.Who == 'C' && x.Conn == connection {
			said = append(said, x.Text)
		}
	}
	return said
}

// TestTheRecordedClientsSignIn plays a third-party client of that time: it must sign in, synchronise and set its
// status, and every later command must have an answer.
func TestTheRecordedClientsSignIn(t *testing.T) {
	for n, connection := range map[int]string{10: "NS1", 11: "NS2"} {
		said := recorded("jml-msnp10-vs-escargot", connection)
		if len(said) < 8 {
			t.Fatalf("%s has %q", connection, said)
		}
		srv := &Server{Accounts: 60, UserFormat: "user%04d@example.com"}
		bubble(t, srv, func(t *testing.T) {
			email := fmt.Sprintf("user%04d@example.com", n)
			p := srv.dial(t, Notification)
			for _, line := range said {
				words := strings.Fields(line)
				if words[0] == "USR" && words[3] == "S" {
					words[4] = srv.Ticket(email)
				}
				got := p.say(strings.Join(words, " ")).hear()
				want := words[0] + " " + words[1] + " "
				switch {
				case words[0] == "USR" && words[3] == "I":
					want += "TWN S "
				case words[0] == "USR":
					want += "OK " + email + " 1 0\r\nMSG Hotmail Hotmail "
				case words[0] == "CHG":
					want += strings.Join(words[2:], " ") + "\r\n"
				}
				answered := strings.HasPrefix(got, want)
				if !answered && !slices.Contains([]string{"VER", "CVR", "USR", "SYN", "CHG"}, words[0]) {
					answered = len(got) > 4 && got[3:] == " "+words[1]+"\r\n" // a number
				}
				if !answered {
					t.Errorf("%s, %s: %q", connection, line, got)
				}
				if words[0] == "SYN" && (strings.Count(got, "\nLST ") != 10 || strings.Count(got, "\nLSG ") != 2) {
					t.Errorf("%s, %s: %q", connection, line, got)
				}
			}
			if p.over() {
				t.Error("the connection is closed")
			}
		})
	}
}
