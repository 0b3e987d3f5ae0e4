package msnptest

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen/yardstick"
)

const (
	ackTalks = 50   // conversations of two
	ackTrips = 4000 // messages of a slice
)

// BenchmarkFigureMessage is the CPU, of clients and server together, for a message
// that another client reads and that is acknowledged: the switchboard, and for
// each client the Switchboard of package msnp. Its yardstick is a plain relay of
// the same bytes in the same writes, with clients that count bytes.
func BenchmarkFigureMessage(b *testing.B) {
	ours, plain := startTalks(b), startRelay(b)
	var pairs yardstick.Pairs
	for b.Loop() {
		var c, y float64
		pairs.Take(func() { c = costOf(func() { ours.trips(b) }) }, func() { y = costOf(func() { plain.trips(b) }) })
		pairs.Ratio("cpu", "cpu-ns/message", c, y)
	}
	pairs.Report(b)
}

func costOf(f func()) float64 {
	before := yardstick.CPU()
	f()
	return float64(yardstick.CPU()-before) / ackTrips
}

// speaker is a client in a conversation.
type speaker struct {
	rawConn
	board  msnp.Switchboard
	buf    []byte
	syntax codec.Syntax
	cmd    codec.Command
}

// talks are the conversations at the reference server.
type talks [][2]*speaker

var ackText = []byte("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" +
	"X-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; CS=0; PF=22\r\n\r\nHello, this is one line of a conversation.")

func startTalks(b *testing.B) talks {
	srv := &Server{Accounts: 2 * ackTalks, NoRedirect: true}
	addrs := startedFor(b, srv)
	var all talks
	for i := range ackTalks {
		var pair [2]*speaker
		var online [2]rawConn
		for j := range pair {
			online[j] = rawOnline(b, srv, addrs.Dispatch, 2*i+j+1)
			pair[j] = &speaker{rawConn: rawDial(b, addrs.Switchboard), buf: make([]byte, 0, 4096)}
			pair[j].board.Init(nil, user(2*i+j+1))
			b.Cleanup(func() { syscall.Close(int(online[j])); syscall.Close(int(pair[j].rawConn)) })
		}
		caller, callee := pair[0], pair[1]
		xfr := fields(b, online[0], "XFR 7 SB\r\n", "XFR")
		caller.do(b, func(now time.Duration) ([]byte, error) { return caller.board.Call(xfr[5], now, nil) }, msnp.KindAnswered)
		caller.do(b, func(now time.Duration) ([]byte, error) { return caller.board.Invite(user(2*i+2), now, nil) }, msnp.KindAnswered)
		ring := fields(b, online[1], "", "RNG")
		callee.do(b, func(now time.Duration) ([]byte, error) { return callee.board.Answer(ring[4], ring[1], now, nil) }, msnp.KindAnswered)
		caller.hear(b, msnp.KindJoined)
		all = append(all, pair)
	}
	return all
}

// fields asks and returns the words of the line with a verb.
func fields(b *testing.B, c rawConn, say, verb string) []string {
	b.Helper()
	c.Write([]byte(say))
	var got []byte
	for buf := make([]byte, 4096); ; {
		n, err := c.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		got = append(got, buf[:n]...)
		for line := range bytes.Lines(got) {
			if words := bytes.Fields(line); bytes.HasSuffix(line, []byte("\r\n")) && string(words[0]) == verb {
				var all []string
				for _, w := range words {
					all = append(all, string(w))
				}
				return all
			}
		}
	}
}

// do says something and waits for what it comes to.
func (s *speaker) do(b *testing.B, say func(now time.Duration) ([]byte, error), kind msnp.Kind) {
	b.Helper()
	out, err := say(1)
	if err != nil {
		b.Fatal(err)
	}
	s.Write(out)
	s.hear(b, kind)
}

// hear reads until a kind of event has come.
func (s *speaker) hear(b *testing.B, kind msnp.Kind) {
	for {
		n, err := s.syntax.Parse(&s.cmd, s.buf)
		if err == codec.ErrShort {
			n, err := s.Read(s.buf[len(s.buf):cap(s.buf)])
			if err != nil {
				b.Fatal(err)
			}
			s.buf = s.buf[:len(s.buf)+n]
			continue
		}
		if err != nil {
			b.Fatal(err)
		}
		ev := s.board.Handle(&s.cmd)
		s.buf = s.buf[:copy(s.buf, s.buf[n:])]
		switch ev.Kind {
		case kind:
			return
		case msnp.KindNone, msnp.KindJoined:
		default:
			b.Fatalf("%+v %s", ev, s.cmd.Line())
		}
	}
}

func (t talks) trips(b *testing.B) {
	var out []byte
	for i := range ackTrips {
		pair := t[i%len(t)]
		var err error
		if out, err = pair[0].board.Say('A', ackText, time.Duration(i+1), out[:0]); err != nil {
			b.Fatal(err)
		}
		pair[0].Write(out)
		pair[1].hear(b, msnp.KindMessage)
		pair[0].hear(b, msnp.KindAnswered)
	}
}

// relay is the yardstick: pairs of connections to it.
type relay [][2]rawConn

var (
	relaySaid  = fmt.Appendf(nil, "MSG 1000 A %d\r\n%s", len(ackText), ackText)
	relayHeard = fmt.Appendf(nil, "MSG user00001@example.com user00001 %d\r\n%s", len(ackText), ackText)
	relayACK   = []byte("ACK 1000\r\n")
)

func startRelay(b *testing.B) relay {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var work sync.WaitGroup
	var served []net.Conn
	accept := func() net.Conn {
		nc, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		served = append(served, nc)
		return nc
	}
	var all relay
	for range ackTalks {
		var pair [2]rawConn
		pair[0] = rawDial(b, ln.Addr().String())
		from := accept()
		pair[1] = rawDial(b, ln.Addr().String())
		to := accept()
		all = append(all, pair)
		work.Go(func() { pass(from, to) })
	}
	b.Cleanup(func() {
		for i, nc := range served {
			nc.Close()
			syscall.Close(int(all[i/2][i%2]))
		}
		ln.Close()
		work.Wait()
	})
	return all
}

// pass reads messages by their length, writes each to the other and says ACK.
func pass(from, to net.Conn) {
	buf := make([]byte, 4096)
	for n := 0; ; {
		k, err := from.Read(buf[n:])
		if err != nil {
			return
		}
		if n += k; n < len(relaySaid) {
			continue
		}
		n = 0
		to.Write(relayHeard)
		from.Write(relayACK)
	}
}

func (r relay) trips(b *testing.B) {
	buf := make([]byte, 4096)
	read := func(c rawConn, want int) {
		for n := 0; n < want; {
			k, err := c.Read(buf)
			if err != nil {
				b.Fatal(err)
			}
			n += k
		}
	}
	for i := range ackTrips {
		pair := r[i%len(r)]
		pair[0].Write(relaySaid)
		read(pair[1], len(relayHeard))
		read(pair[0], len(relayACK))
	}
}
