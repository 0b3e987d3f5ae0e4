package live

import (
	"context"
	"net"
	"testing"
	"time"

	"nudge/codec/msnp/msnptest"
)

// TestNothingIsFoundOverTCP plays sessions over loopback, where half-closes and resets are those of TCP.
func TestNothingIsFoundOverTCP(t *testing.T) {
	s := &msnptest.Server{Accounts: 8, Contacts: -1, TicketTemplate: ticketTemplate}
	addrs, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	half := &closes{}
	z := &Fuzzer{Addr: addrs.Dispatch, Accounts: accounts(AccountsPerWorker), Seed: 1, Sessions: 150, Timeout: time.Minute}
	z.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &countedConn{c.(*net.TCPConn), half}, nil
	}
	report, err := z.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("session %v: %v, %d of %d\n%s\n%s", f.Path, &f.Verdict, f.Reproduced, f.Replays, f.Case.Text(), f.Transcript)
	}
	if half.halves == 0 || half.resets == 0 {
		t.Errorf("%d half-closes, %d resets", half.halves, half.resets)
	}
}

// closes are how connections were closed. One goroutine opens and closes them all.
type closes struct{ halves, resets int }

// countedConn is a connection whose ends are counted.
type countedConn struct {
	*net.TCPConn
	of *closes
}

func (c *countedConn) CloseWrite() error       { c.of.halves++; return c.TCPConn.CloseWrite() }
func (c *countedConn) SetLinger(sec int) error { c.of.resets++; return c.TCPConn.SetLinger(sec) }
