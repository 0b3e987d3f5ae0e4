package msnptest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// deaf is a client that has signed in and reads nothing any more.
func deaf(t *testing.T, srv *Server, email string) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	go srv.ServeConn(Notification, theirs)
	t.Cleanup(func() { ours.Close() })
	said := lines("VER 1 MSNP10", "USR 2 TWN I "+email, "USR 3 TWN S "+srv.Ticket(email), "CHG 4 NLN 0")
	go io.WriteString(ours, said)
	r := bufio.NewReader(ours)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "CHG 4") {
			return ours
		}
	}
}

// syncBuffer is a log that tests read.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestAClientThatDoesNotReadIsCutAndHoldsUpNobody(t *testing.T) {
	var log syncBuffer
	srv := &Server{Accounts: 3, Contacts: 2, MaxUnread: 2000, Log: slog.New(slog.NewTextHandler(&log, nil))}
	bubble(t, srv, func(t *testing.T) {
		start := time.Now()
		deaf(t, srv, user(1))
		talker, listener := srv.online(t, user(2), "MSNP10", "NLN"), srv.online(t, user(3), "MSNP10", "NLN")
		talker.hear()
		sent, told := 0, ""
		for ; srv.Stats().Cut == 0; sent++ {
			if sent == 60 {
				t.Fatal("nobody is cut")
			}
			listener.hear()
			told += strings.TrimPrefix(talker.say("CHG 7 BSY 7").hear(), "CHG 7 BSY 7\r\n")
			if got := listener.hear(); !strings.HasPrefix(got, "NLN BSY user00002") {
				t.Fatalf("the listener heard %q", got)
			}
		}
		if sent < 2000/60 {
			t.Errorf("cut after %d lines", sent)
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("others waited %v", waited)
		}
		if told += talker.hear(); told != "FLN user00001@example.com\r\n" {
			t.Errorf("the talker heard %q", told)
		}
		if len(srv.conns) != 2 || srv.Stats().Cut != 1 {
			t.Errorf("%d connections, %d cut", len(srv.conns), srv.Stats().Cut)
		}
		if got := log.String(); strings.Count(got, "cut: does not read") != 1 || !strings.Contains(got, `why="does not read"`) {
			t.Errorf("log: %s", got)
		}
	})
}

func TestAClientThatTakesTooLongToReadIsCut(t *testing.T) {
	srv := &Server{Accounts: 3, WriteWait: 20 * time.Second}
	bubble(t, srv, func(t *testing.T) {
		deaf(t, srv, user(1))
		other := srv.online(t, user(2), "MSNP10", "NLN")
		time.Sleep(19 * time.Second)
		other.hears()
		time.Sleep(time.Second)
		other.hears("FLN user00001@example.com")
		if srv.Stats().Cut != 1 {
			t.Errorf("%d cut", srv.Stats().Cut)
		}
	})
}

// lastDeadline remembers the write deadline.
type lastDeadline struct {
	net.Conn
	mu sync.Mutex
	by time.Time
}

func (c *lastDeadline) SetWriteDeadline(by time.Time) error {
	c.mu.Lock()
	c.by = by
	c.mu.Unlock()
	return c.Conn.SetWriteDeadline(by)
}

func TestAClientThatWasSlowOnceIsNotCutForIt(t *testing.T) {
	srv := &Server{Accounts: 1}
	bubble(t, srv, func(t *testing.T) {
		ours, theirs := net.Pipe()
		spy := &lastDeadline{Conn: theirs}
		go srv.ServeConn(Notification, spy)
		go io.Copy(io.Discard, ours)
		io.WriteString(ours, "VER 1 MSNP10\r\n")
		synctest.Wait()
		spy.mu.Lock()
		if !spy.by.IsZero() {
			t.Errorf("a write deadline is left: %v", spy.by)
		}
		spy.mu.Unlock()
		ours.Close()
	})
}

func TestCloseSaysSoAndDoesNotWaitForTheDeaf(t *testing.T) {
	srv := &Server{Accounts: 4}
	bubble(t, srv, func(t *testing.T) {
		deaf(t, srv, user(1))
		in, before := srv.online(t, user(2), "MSNP10", "NLN"), srv.dial(t, Notification).say("VER 1 MSNP10")
		in.hear()
		before.hear()
		start := time.Now()
		srv.Close()
		if waited := time.Since(start); waited > closeWait {
			t.Errorf("waited %v", waited)
		}
		in.hears("OUT SSD")
		if before.hears(); !in.over() || !before.over() {
			t.Error("connections go on")
		}
		if late := srv.dial(t, Notification); !late.over() {
			t.Error("a closed server serves")
		}
		if _, err := srv.Start(); err != ErrClosed {
			t.Errorf("Start: %v", err)
		}
		srv.Close()
	})
}

func TestSilence(t *testing.T) {
	srv := &Server{Accounts: 2, SignInWait: 10 * time.Second, IdleWait: 30 * time.Second}
	bubble(t, srv, func(t *testing.T) {
		quiet, in := srv.dial(t, Notification).say("VER 1 MSNP10"), srv.client(t, user(1), "MSNP10")
		time.Sleep(9 * time.Second)
		quiet.say("CVR 2 " + cvr).hear()
		if time.Sleep(time.Second); !quiet.over() {
			t.Error("a connection that does not sign in stays")
		}
		time.Sleep(19 * time.Second)
		in.say("PNG").hears("QNG 50")
		if time.Sleep(29 * time.Second); in.over() {
			t.Error("a client that pings is closed")
		}
		if time.Sleep(time.Second); !in.over() {
			t.Error("a silent client stays")
		}
	})
}

func TestConnectionsAreBounded(t *testing.T) {
	srv := &Server{Accounts: 2, MaxConns: 2}
	bubble(t, srv, func(t *testing.T) {
		first, second := srv.dial(t, Dispatch), srv.dial(t, Dispatch)
		if third := srv.dial(t, Dispatch); !third.over() || first.over() || second.over() {
			t.Error("not the third is turned away")
		}
		first.nc.Close()
		synctest.Wait()
		if fourth := srv.dial(t, Dispatch); fourth.over() {
			t.Error("the place of one that went is not free")
		}
	})
}

// TestOverTCP is what pipes do not have: writes at once, half-closed
// connections, and peers that never read.
func TestOverTCP(t *testing.T) {
	srv := &Server{Accounts: 3, Contacts: 2, MaxUnread: 4 << 10, NoRedirect: true}
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	dial := func(n int, more string) *net.TCPConn {
		nc, err := net.Dial("tcp", addrs.Dispatch)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		nc.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(nc, "VER 1 MSNP10 MSNP9 CVR0\r\nCVR 2 %s\r\nUSR 3 TWN I %s\r\nUSR 4 TWN S %s\r\n%s", cvr, user(n), srv.Ticket(user(n)), more)
		return nc.(*net.TCPConn)
	}
	t.Run("who closes its half hears the rest", func(t *testing.T) {
		nc := dial(1, "SYN 5 0 0\r\nPNG\r\n")
		nc.CloseWrite()
		got, err := io.ReadAll(nc)
		if err != nil || !strings.HasSuffix(string(got), "\r\nQNG 50\r\n") {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("who never reads is cut while others go on", func(t *testing.T) {
		silent := dial(2, "CHG 5 NLN 0\r\n")
		silent.SetReadBuffer(1 << 10)
		go io.Copy(silent, endless("SYN 6 0 0\r\n"))
		nc := dial(3, "CHG 5 NLN 0\r\n")
		r := bufio.NewReader(nc)
		for srv.Stats().Cut == 0 {
			io.WriteString(nc, "PNG\r\n")
			for line := ""; line != "QNG 50\r\n"; {
				if line, err = r.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	t.Run("and Close ends all", func(t *testing.T) {
		nc := dial(1, "PNG\r\n")
		r := bufio.NewReader(nc)
		for line := ""; line != "QNG 50\r\n"; {
			if line, err = r.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		srv.Close()
		if rest, err := io.ReadAll(r); err != nil || string(rest) != "OUT SSD\r\n" {
			t.Errorf("%q, %v", rest, err)
		}
	})
}

// endless repeats itself.
type endless string

func (e endless) Read(b []byte) (int, error) {
	n := 0
	for n+len(e) <= len(b) {
		n += copy(b[n:], e)
	}
	return n, nil
}

func TestCloseWhileClientsConnect(t *testing.T) {
	srv := &Server{Accounts: 50}
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	served := make(chan struct{}, 100)
	for n := range 20 {
		clients.Go(func() {
			for {
				nc, err := net.Dial("tcp", addrs.Notification)
				if err != nil {
					return
				}
				fmt.Fprintf(nc, "VER 1 MSNP10\r\nUSR 2 TWN I %s\r\nUSR 3 TWN S %s\r\nCHG 4 NLN 0\r\nOUT\r\n", user(n+1), srv.Ticket(user(n+1)))
				io.Copy(io.Discard, nc)
				nc.Close()
				select {
				case served <- struct{}{}:
				default:
				}
			}
		})
	}
	for range cap(served) / 2 {
		<-served
	}
	srv.Close()
	clients.Wait()
}
