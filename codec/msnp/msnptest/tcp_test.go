package msnptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"nudge/codec/msnp"
	"nudge/corpus"
)

// TestTheSessionOfThePageOverSockets plays it as a client would: from dispatch
// to where XFR sends it, with tickets from the nexus, and back to the stored
// server after OUT MIG.
func TestTheSessionOfThePageOverSockets(t *testing.T) {
	data, err := ReadData(strings.NewReader(corpus.SeedData()))
	if err != nil {
		t.Fatal(err)
	}
	srv := &Server{Data: data}
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	p := pageClient{passport: &msnp.Passport{NexusURL: addrs.Nexus}, next: addrs.Dispatch}
	for i, conversation := range readPage(t) {
		rest := p.play(t, conversation)
		if i > 0 && rest != "" {
			t.Errorf("connection %d ended with %q", i+1, rest)
		}
	}
	if p.next != addrs.Notification || p.lines != 33 {
		t.Errorf("%d lines of the server compared; the client was sent to %s, want %s", p.lines, p.next, addrs.Notification)
	}
}

// pageClient is the client of the page's session.
type pageClient struct {
	passport  *msnp.Passport
	next      string // where it connects to
	challenge string
	lines     int // of the server, compared
}

// play plays one connection and returns what comes behind the page's last line.
func (p *pageClient) play(t *testing.T, conversation []pageLine) (rest string) {
	t.Helper()
	nc, err := net.Dial("tcp", p.next)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	r := bufio.NewReader(nc)
	redirected := false
	for _, l := range conversation {
		if l.client {
			fmt.Fprintf(nc, "%s\r\n", p.filledIn(t, l.text))
			continue
		}
		p.lines++
		got := expectLine(t, r, l)
		if want := l.text + "\r\n" + l.body; masked(got) != masked(want) {
			t.Errorf("got  %q\nwant %q", masked(got), masked(want))
		}
		switch words := strings.Fields(got); {
		case words[0] == "XFR":
			p.next, redirected = words[3], true
		case words[0] == "USR" && words[3] == "S":
			p.challenge = words[4]
		case l.body != "":
			port := nc.LocalAddr().(*net.TCPAddr).Port
			if want := fmt.Sprintf("\r\nClientPort: %d\r\n", port>>8|port&0xff<<8); !strings.Contains(got, want) {
				t.Errorf("port %d: %q lacks %q", port, got, want)
			}
		}
	}
	if redirected {
		return "" // the server waits for the client to go
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// filledIn puts a ticket where the page has none.
func (p *pageClient) filledIn(t *testing.T, text string) string {
	i := strings.Index(text, "$(")
	if i < 0 {
		return text
	}
	ticket, err := p.passport.Ticket(t.Context(), "example@hotmail.com", "secret", p.challenge)
	if err != nil {
		t.Fatal(err)
	}
	return text[:i] + ticket
}
