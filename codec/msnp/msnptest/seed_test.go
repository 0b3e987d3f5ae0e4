package msnptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"nudge/corpus"
)

// page is the session of the protocol's page, as connections of lines.
type pageLine struct {
	client bool
	text   string
	body   string // payload
}

// readPage takes the page's session apart: a list of lines for each connection.
func readPage(t *testing.T) (connections [][]pageLine) {
	t.Helper()
	text := strings.ReplaceAll(corpus.SeedPage(), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\n.. ", " ")
	lines := strings.Split(text[strings.Index(text, "C: VER 1"):], "\n")
	connections = append(connections, nil)
	payload := false
	for _, l := range lines {
		last := len(connections) - 1
		who, rest, ok := strings.Cut(l, ": ")
		switch {
		case strings.HasPrefix(l, "Client opens a connection"):
			connections = append(connections, nil)
			payload = false
		case ok && (who == "C" || who == "S"):
			connections[last] = append(connections[last], pageLine{client: who == "C", text: rest})
			payload = strings.HasPrefix(rest, "MSG Hotmail")
		case payload:
			x := &connections[last][len(connections[last])-1]
			x.body += l + "\r\n"
			payload = l != ""
		}
	}
	return connections
}

// differs are what may differ from the page: times, tickets, addresses, GUIDs
// that are not of the data, and with them the length of the profile.
var differs = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?m)^(LoginTime|MSPAuth|ClientIP|ClientPort): .*$`), "$1: *"},
	{regexp.MustCompile(`^(MSG Hotmail Hotmail) \d+`), "$1 *"},
	{regexp.MustCompile(`^(XFR \d+ NS) \S+ 0 \S+`), "$1 * 0 *"},
}

func masked(s string) string {
	for _, d := range differs {
		s = d.what.ReplaceAllString(s, d.with)
	}
	return s
}

func TestTheSessionOfThePageWorksLineForLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data, err := ReadData(strings.NewReader(corpus.SeedData()))
		if err != nil {
			t.Fatal(err)
		}
		srv := &Server{Data: data}
		defer srv.Close()
		roles := []Role{Dispatch, Notification, Notification}
		connections := readPage(t)
		if len(connections) != len(roles) {
			t.Fatalf("the page has %d connections", len(connections))
		}
		lines := 0
		for i, conversation := range connections {
			ours, theirs := net.Pipe()
			go srv.ServeConn(roles[i], theirs)
			r := bufio.NewReader(ours)
			for _, l := range conversation {
				if l.client {
					text := l.text
					if strings.Contains(text, "$(pp14response") {
						text = text[:strings.Index(text, "$(")] + srv.Ticket("example@hotmail.com")
					}
					if _, err := fmt.Fprintf(ours, "%s\r\n", text); err != nil {
						t.Fatalf("connection %d, %s: %v", i+1, text, err)
					}
					continue
				}
				lines++
				got := expectLine(t, r, l)
				want := l.text + "\r\n" + l.body
				if masked(got) != masked(want) {
					t.Errorf("connection %d:\ngot  %q\nwant %q", i+1, masked(got), masked(want))
				}
			}
			if i > 0 {
				if rest, err := io.ReadAll(r); err != nil || len(rest) != 0 {
					t.Errorf("connection %d ended with %q, %v", i+1, rest, err)
				}
			}
			ours.Close()
		}
		if lines != 33 {
			t.Errorf("%d lines of the server compared", lines)
		}
	})
}

// expectLine reads one command, with the payload if the page's has one, whose
// length must be that of the bytes that come.
func expectLine(t *testing.T, r *bufio.Reader, l pageLine) string {
	t.Helper()
	got, err := r.ReadString('\n')
	if err != nil {
		t.Fatalf("instead of %q: %v", l.text, err)
	}
	if l.body == "" {
		return got
	}
	words := strings.Fields(got)
	n, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		t.Fatalf("%q has no length", got)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		t.Fatal(err)
	}
	return got + string(body)
}
