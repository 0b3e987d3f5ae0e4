package msnptest

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// peer is a client over a pipe, in a bubble: it hears all that the server says.
type peer struct {
	t   *testing.T
	srv *Server
	nc  net.Conn

	mu     sync.Mutex
	heard  strings.Builder
	closed bool
}

// bubble runs a test against a server, in a bubble.
func bubble(t *testing.T, srv *Server, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		defer srv.Close()
		f(t)
	})
}

func (s *Server) dial(t *testing.T, role Role) *peer {
	ours, theirs := net.Pipe()
	p := &peer{t: t, srv: s, nc: ours}
	go s.ServeConn(role, theirs)
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := ours.Read(buf)
			p.mu.Lock()
			p.heard.Write(buf[:n])
			p.closed = err != nil
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { ours.Close() })
	synctest.Wait() // until it is in, or turned away
	return p
}

// say sends lines, whether or not the server still listens.
func (p *peer) say(lines ...string) *peer {
	io.WriteString(p.nc, strings.Join(lines, "\r\n")+"\r\n")
	return p
}

// hear returns what has come since the last call, once all are at rest.
func (p *peer) hear() string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.heard.String()
	p.heard.Reset()
	return s
}

// hears demands what has come.
func (p *peer) hears(want ...string) {
	p.t.Helper()
	if got := p.hear(); got != lines(want...) {
		p.t.Errorf("heard %q, want %q", got, lines(want...))
	}
}

func lines(l ...string) string {
	if len(l) == 0 {
		return ""
	}
	return strings.Join(l, "\r\n") + "\r\n"
}

// over reports whether the server has closed the connection.
func (p *peer) over() bool {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

const cvr = "0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS a@example.com"

// signIn signs in with the dialect, up to and with the profile.
func (p *peer) signIn(email, dialect string) *peer {
	p.t.Helper()
	p.say("VER 1 "+dialect+" CVR0", "CVR 2 "+cvr, "USR 3 TWN I "+email, "USR 4 TWN S "+p.srv.Ticket(email))
	if got := p.hear(); !strings.Contains(got, "USR 4 OK "+email) || !strings.HasSuffix(got, "\r\n\r\n") {
		p.t.Fatalf("signing in as %s: %q", email, got)
	}
	return p
}

// client signs in on a connection of its own.
func (s *Server) client(t *testing.T, email, dialect string) *peer {
	t.Helper()
	return s.dial(t, Notification).signIn(email, dialect)
}

// online is client, with a status.
func (s *Server) online(t *testing.T, email, dialect, status string) *peer {
	t.Helper()
	p := s.client(t, email, dialect).say("CHG 9 " + status + " 536870948")
	if got := p.hear(); !strings.HasPrefix(got, "CHG 9 "+status+" 536870948\r\n") {
		t.Fatalf("%s: CHG: %q", email, got)
	}
	return p
}

func user(n int) string { return fmt.Sprintf("user%05d@example.com", n) }

func data(t *testing.T, toml string) *Data {
	t.Helper()
	d, err := ReadData(strings.NewReader("version = 1\n" + toml))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
