package live

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
)

// strangers are servers that are none of MSNP: what they do with a connection, and what the first finding has to be,
// or the error if nothing could be judged.
var strangers = []struct {
	name  string
	serve func(net.Conn)
	class Class  // of the first finding; "": there is none
	err   string // a part of the error; "": there is none
}{
	{"closes at once", func(net.Conn) {}, Closed, ""},
	{"reads and says nothing", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, Hang, ""},
	{"does not read", hold, Hang, ""},
	{"talks HTTP", answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "", "no MSNP server answers there"},
	{"greets as mail servers do", func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example.com ESMTP\r\n"); hold(c) }, Grammar, ""},
	{"echoes", func(c net.Conn) { _, _ = io.Copy(c, c) }, Grammar, ""},
	{"says anything", func(c net.Conn) { _, _ = io.Copy(c, io.LimitReader(noise{rand.New(rand.NewPCG(1, 1))}, 1<<20)) }, "", "no MSNP server answers there"},
	{"says nothing but zeros", func(c net.Conn) { _, _ = io.Copy(c, io.LimitReader(zeros{}, 4<<20)) }, "", "no MSNP server answers there"},
	{"knows no dialect", answer("VER 1 0\r\n"), "", "another dialect"},
	{"speaks another dialect", answer("VER 1 MSNP2\r\n"), Closed, ""},
	{"is full", answer("911 1\r\n"), "", "the server answers 911"},
	{"sends everybody to itself", func(c net.Conn) { sendOn(c) }, "", `sends it on to "other:1"`},
}

// hold leaves a connection as it is until it ends. It does not read.
func hold(c net.Conn) { c.(*wire).awaitEnd() }

// answer reads once, answers, and closes.
func answer(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1<<10))
		_, _ = io.WriteString(c, text)
	}
}

// sendOn answers a sign-in with the address of another server, which does as well.
func sendOn(c net.Conn) {
	for _, reply := range []string{"VER 1 MSNP10\r\n", "CVR 2 1 1 1 a b\r\n", "XFR 3 NS other:1 0 b\r\n"} {
		if n, err := c.Read(make([]byte, 1<<10)); n == 0 || err != nil {
			return
		}
		_, _ = io.WriteString(c, reply)
	}
}

type noise struct{ *rand.Rand }

func (n noise) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(n.Uint32())
	}
	return len(b), nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// towards does something with a fuzzer of what serve does.
func towards(serve func(net.Conn), do func(*Fuzzer)) {
	var work sync.WaitGroup
	defer work.Wait()
	z := &Fuzzer{Addr: "server:1863", Accounts: accounts(AccountsPerWorker), Sessions: 3, Minimize: -1}
	z.DialContext = func(context.Context, string, string) (net.Conn, error) {
		client, server := newWire()
		work.Go(func() {
			defer server.Close()
			serve(server)
		})
		return client, nil
	}
	do(z)
}

func TestServersThatAreNone(t *testing.T) {
	for _, x := range strangers {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var report *Report
				var err error
				towards(x.serve, func(z *Fuzzer) { report, err = z.Run(t.Context()) })
				switch {
				case x.err != "":
					if err == nil || !strings.Contains(err.Error(), x.err) {
						t.Errorf("want the error %q, got %v, %+v", x.err, err, report)
					}
				case err != nil:
					t.Errorf("error %v", err)
				case len(report.Findings) == 0:
					t.Error("nothing was found")
				case report.Findings[0].Verdict.Class != x.class:
					t.Errorf("want %s, got %v", x.class, &report.Findings[0].Verdict)
				}
			})
		})
	}
}

// TestReplaysToServersThatAreNone plays a finding to each: there is an error, or something else shows.
func TestReplaysToServersThatAreNone(t *testing.T) {
	c, err := ParseCase("open ns\nns \"VER {trid} MSNP10\\r\\n\"\n")
	if err != nil {
		t.Fatal(err)
	}
	finding := &Finding{Verdict: Verdict{Class: Reply, State: "online", Verb: "CHG"}, Case: c}
	for _, x := range strangers {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var all []Replay
				var err error
				towards(x.serve, func(z *Fuzzer) { all, err = z.Replay(t.Context(), finding, 1) })
				switch {
				case x.err != "" && (err == nil || !strings.Contains(err.Error(), x.err)):
					t.Errorf("want the error %q, got %v, %+v", x.err, err, all)
				case err == nil && all[0].Verdict == nil, err == nil && all[0].Same:
					t.Errorf("replayed as if nothing was wrong: %+v", all[0])
				}
			})
		})
	}
}

func TestNobodyListens(t *testing.T) {
	z := &Fuzzer{Addr: "server:1863", Accounts: accounts(AccountsPerWorker), Sessions: 3}
	z.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	_, err := z.Run(t.Context())
	if !errors.Is(err, errSetup) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("error %v", err)
	}
}
