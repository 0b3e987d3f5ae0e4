package msnptest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen/yardstick"
)

// rawConn is a socket without anything of package net, so that what a client
// costs is not counted with the server's.
type rawConn int

func rawDial(tb testing.TB, addr string) rawConn {
	tb.Helper()
	to := netip.MustParseAddrPort(addr)
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err == nil {
		err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
	}
	if err != nil {
		tb.Fatal(err)
	}
	return rawConn(fd)
}

func (c rawConn) Read(b []byte) (int, error) {
	n, err := syscall.Read(int(c), b)
	if n == 0 && err == nil {
		return 0, io.EOF
	}
	return max(n, 0), err
}

func (c rawConn) Write(b []byte) (int, error) { return syscall.Write(int(c), b) }

// ask writes and reads until what came ends with want.
func (c rawConn) ask(tb testing.TB, say, want string) {
	tb.Helper()
	io.WriteString(c, say)
	var got []byte
	for buf := make([]byte, 8192); !bytes.HasSuffix(got, []byte(want)); {
		n, err := c.Read(buf)
		if err != nil {
			tb.Fatalf("%q, %v", got, err)
		}
		got = append(got, buf[:n]...)
	}
}

// rawOnline signs in, synchronises and sets the status.
func rawOnline(tb testing.TB, srv *Server, addr string, n int) rawConn {
	tb.Helper()
	c := rawDial(tb, addr)
	c.ask(tb, "VER 1 MSNP10 MSNP9 CVR0\r\n", "VER 1 MSNP10\r\n")
	c.ask(tb, "CVR 2 "+cvr+"\r\n", "example.net\r\n")
	c.ask(tb, "USR 3 TWN I "+user(n)+"\r\n", "\r\n")
	c.ask(tb, "USR 4 TWN S "+srv.Ticket(user(n))+"\r\n", "\r\n\r\n")
	c.ask(tb, "SYN 5 0 0\r\nPNG\r\n", "QNG 50\r\n")
	c.ask(tb, "CHG 6 NLN 536870948\r\nPNG\r\n", "QNG 50\r\n")
	return c
}

func startedFor(b *testing.B, srv *Server) Addrs {
	b.Helper()
	addrs, err := srv.Start()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { srv.Close() })
	return addrs
}

// BenchmarkSignIn is a whole sign-in over loopback: dispatch, redirect, ticket
// over HTTP, USR OK, SYN, first CHG with ten contacts online, OUT. The client's
// part is in it.
func BenchmarkSignIn(b *testing.B) {
	srv := &Server{Accounts: 1000}
	addrs := startedFor(b, srv)
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	defer transport.CloseIdleConnections()
	passport := &msnp.Passport{Client: &http.Client{Transport: transport}, LoginURL: addrs.Login}
	start := time.Now()
	var next sync.Mutex
	n := 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			next.Lock()
			n++
			email := user(n%1000 + 1)
			next.Unlock()
			ds := rawDial(b, addrs.Dispatch)
			ds.ask(b, "VER 1 MSNP10 MSNP9 CVR0\r\nCVR 2 "+cvr+"\r\nUSR 3 TWN I "+email+"\r\n", addrs.Dispatch+"\r\n")
			syscall.Close(int(ds))
			ns := rawDial(b, addrs.Notification)
			ns.ask(b, "VER 4 MSNP10 MSNP9 CVR0\r\nCVR 5 "+cvr+"\r\nUSR 6 TWN I "+email+"\r\n", "\r\n")
			ticket, err := passport.Ticket(b.Context(), email, "secret", "lc=1033")
			if err != nil {
				b.Fatal(err)
			}
			ns.ask(b, "USR 7 TWN S "+ticket+"\r\nSYN 8 0 0\r\nCHG 9 NLN 536870948\r\nOUT\r\n", "OUT\r\n")
			syscall.Close(int(ns))
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "sign-ins/s")
}

// BenchmarkMemory is what a signed-in client with ten contacts costs the
// server: heap and stacks in use, all that the runtime has from the system, and
// no sockets' buffers. The first figure of a process counts: later ones reuse what
// the first has left.
func BenchmarkMemory(b *testing.B) {
	const clients = 3000
	for b.Loop() {
		srv := &Server{Accounts: clients, NoRedirect: true}
		addrs, err := srv.Start()
		if err != nil {
			b.Fatal(err)
		}
		rawOnline(b, srv, addrs.Dispatch, clients)
		before := inUse()
		var conns []rawConn
		for n := range clients - 1 {
			conns = append(conns, rawOnline(b, srv, addrs.Dispatch, n+1))
		}
		after := inUse()
		b.ReportMetric(float64(after.HeapInuse-before.HeapInuse)/(clients-1), "heap-B/client")
		b.ReportMetric(float64(after.StackInuse-before.StackInuse)/(clients-1), "stack-B/client")
		b.ReportMetric(float64(after.Sys-before.Sys)/(clients-1), "sys-B/client")
		for _, c := range conns {
			syscall.Close(int(c))
		}
		srv.Close()
	}
}

func inUse() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}

const (
	fanClients = 100
	fanOut     = 10
	fanTrips   = 4000 // of a slice
	fanReply   = "CHG 7 BSY 536870948\r\n"
	fanLine    = "NLN BSY user00001@example.com user00001 536870948\r\n"
)

// BenchmarkFigureFanOut is the server's CPU for a CHG that ten others are told of.
// Its yardstick is a plain server that reads a line and writes the same bytes to
// the same connections. The clients are another process.
func BenchmarkFigureFanOut(b *testing.B) {
	ours, plain := fanClientsOf(b), plainFanOut(b)
	var pairs yardstick.Pairs
	for b.Loop() {
		var c, y float64
		pairs.Take(func() { c = fan(b, ours) }, func() { y = fan(b, plain) })
		pairs.Ratio("cpu", "cpu-ns/chg", c, y)
	}
	pairs.Report(b)
}

// fanClientsOf are clients of the reference server.
func fanClientsOf(b *testing.B) (files []*os.File) {
	srv := &Server{Accounts: fanClients, Contacts: fanOut, NoRedirect: true}
	addrs := startedFor(b, srv)
	var conns []rawConn
	for n := range fanClients {
		conns = append(conns, rawOnline(b, srv, addrs.Dispatch, n+1))
	}
	for _, c := range conns {
		c.ask(b, "PNG\r\n", "QNG 50\r\n")
	}
	return filesOf(b, conns)
}

// plainFanOut are those of the yardstick.
func plainFanOut(b *testing.B) []*os.File {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	var conns []rawConn
	var served []*plainConn
	for range fanClients {
		conns = append(conns, rawDial(b, ln.Addr().String()))
		nc, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		served = append(served, &plainConn{Conn: nc})
	}
	var work sync.WaitGroup
	for i, c := range served {
		work.Go(func() { c.serve(served, i) })
	}
	b.Cleanup(func() {
		for _, c := range served {
			c.Close()
		}
		work.Wait()
	})
	return filesOf(b, conns)
}

func filesOf(b *testing.B, conns []rawConn) (files []*os.File) {
	for i, c := range conns {
		f := os.NewFile(uintptr(c), fmt.Sprint("client ", i))
		files = append(files, f)
		b.Cleanup(func() { f.Close() })
	}
	return files
}

// plainConn is a connection of the yardstick.
type plainConn struct {
	net.Conn
	mu sync.Mutex
}

func (c *plainConn) write(b []byte) {
	c.mu.Lock()
	c.Write(b)
	c.mu.Unlock()
}

func (c *plainConn) serve(all []*plainConn, at int) {
	reply, line := []byte(fanReply), []byte(fanLine)
	for r := bufio.NewReader(c); ; {
		if _, err := r.ReadSlice('\n'); err != nil {
			return
		}
		c.write(reply)
		for _, i := range ringOf[at] {
			all[i].write(line)
		}
	}
}

// ring are the contacts of a client, counted from 0.
func ring(at int) (around [fanOut]int) {
	for i, n := range neighbours(at+1, fanClients, fanOut) {
		around[i] = n - 1
	}
	return around
}

// fan has a process play the clients on the connections, and returns the CPU of
// this one for a CHG, in nanoseconds.
func fan(b *testing.B, files []*os.File) float64 {
	b.Helper()
	clients := yardstick.StartWith(b, files, "fan", fanTrips)
	before := yardstick.CPU()
	clients.Next()
	used := yardstick.CPU() - before
	clients.End()
	return float64(used) / fanTrips
}

// fanClient is that process: each client in turn sends CHG, reads the reply, and
// its contacts read what they are told.
func fanClient(c yardstick.Child) error {
	n, err := strconv.Atoi(c.Words[0])
	if err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "begins")
	buf := make([]byte, 256)
	for i := range n {
		at := i % fanClients
		io.WriteString(rawConn(3+at), fanReply)
		for _, to := range append(ringOf[at][:], -1) {
			from, want := rawConn(3+at), len(fanReply)
			if to >= 0 {
				from, want = rawConn(3+to), len(fanLine)
			}
			if _, err := io.ReadFull(from, buf[:want]); err != nil || buf[want-1] != '\n' {
				return fmt.Errorf("client %d: %q, %v", at, buf[:want], err)
			}
		}
	}
	fmt.Fprintln(c.Out, "done")
	return nil
}

func init() { roles["fan"] = fanClient }

var ringOf = func() (r [fanClients][fanOut]int) {
	for at := range r {
		r[at] = ring(at)
	}
	return r
}()
