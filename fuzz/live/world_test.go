package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// world is a reference server in memory: its addresses lead to connections in the bubble of the test. It is the
// process that a fuzzer watches as well, so that a panic of the server is a crash and not that of the test.
type world struct {
	make   func() *msnptest.Server
	tamper func(role msnptest.Role, said string) string // with each command that the server says; nil: nobody does

	mu     sync.Mutex
	server *msnptest.Server
	died   string     // the panic; "": it lives
	raised Trouble    // what it reported last, and goes on
	open   []net.Conn // its ends of the connections
	ours   []*wire    // the other ends, of all that there were
	starts int
	work   sync.WaitGroup
}

// roleAt are the addresses of the server.
var roleAt = map[string]msnptest.Role{
	"dispatch:1863":     msnptest.Dispatch,
	"notification:1863": msnptest.Notification,
	"switchboard:1863":  msnptest.Switchboard,
}

const ticketTemplate = "t=%s&p="

// newWorld starts a server. What is set of it is decided by adjust, which may be nil.
func newWorld(t *testing.T, adjust func(*msnptest.Server)) *world {
	w := &world{make: func() *msnptest.Server {
		s := &msnptest.Server{
			Accounts: 8, Contacts: -1, AnnounceNotification: "notification:1863", AnnounceSwitchboard: "switchboard:1863",
			TicketTemplate: ticketTemplate,
		}
		if adjust != nil {
			adjust(s)
		}
		return s
	}}
	w.server = w.make()
	t.Cleanup(w.stop)
	return w
}

// dial connects to the server.
func (w *world) dial(_ context.Context, _, addr string) (net.Conn, error) {
	role, ok := roleAt[addr]
	w.mu.Lock()
	defer w.mu.Unlock()
	if !ok || w.server == nil || w.died != "" {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := newWire()
	w.open, w.ours = append(w.open, server), append(w.ours, client)
	s := w.server
	w.work.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				w.die(fmt.Sprintf("panic: %v", p))
			}
			w.forget(server)
		}()
		s.ServeConn(role, server)
	})
	if w.tamper == nil {
		return client, nil
	}
	return w.between(role, client), nil
}

// between puts whoever tampers between the server and a client.
func (w *world) between(role msnptest.Role, server *wire) net.Conn {
	client, near := newWire()
	w.work.Go(func() {
		_, _ = io.Copy(server, near) // ends with either connection
		_ = server.CloseWrite()
	})
	w.work.Go(func() {
		defer near.Close()
		defer server.Close()
		var c codec.Command
		for dec := codec.NewDecoder(server, fromServer); dec.Decode(&c) == nil; {
			if _, err := io.WriteString(near, w.tamper(role, string(c.Raw()))); err != nil {
				return
			}
		}
	})
	return client
}

// die ends the process as a panic does: with all connections.
func (w *world) die(how string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.died = how
	for _, c := range w.open {
		_ = c.Close()
	}
}

func (w *world) forget(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = slices.DeleteFunc(w.open, func(o net.Conn) bool { return o == c })
}

// Trouble and Restart are those of a Process.
func (w *world) Trouble(wait time.Duration) (t Trouble, ok bool) {
	time.Sleep(wait) // of the bubble
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.died != "" {
		return Trouble{What: w.died, Ended: true}, true
	}
	t, ok = w.raised, w.raised != Trouble{}
	w.raised = Trouble{}
	return t, ok
}

func (w *world) Restart(context.Context) (string, error) {
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.server, w.died = w.make(), ""
	w.starts++
	return "dispatch:1863", nil
}

// stop ends the server and all of its connections.
func (w *world) stop() {
	w.mu.Lock()
	s := w.server
	w.server = nil
	w.mu.Unlock()
	if s != nil {
		_ = s.Close() // says nothing
	}
	w.work.Wait()
}

// fuzzer is one for the server, from seed 1. It sees no process.
func (w *world) fuzzer() *Fuzzer {
	return &Fuzzer{
		Addr: "dispatch:1863", DialContext: w.dial, Accounts: accounts(AccountsPerWorker), Seed: 1, Dialect: msnp.MSNP10,
		Ticket: func(_ context.Context, a Account, _ string) (string, error) {
			return "", errors.New("no ticket of " + a.Email)
		},
	}
}

// accounts are the first of those that servers have by rule, with their tickets.
func accounts(n int) (all []Account) {
	for i := range n {
		email := fmt.Sprintf("user%05d@example.com", i+1)
		all = append(all, Account{Number: i, Email: email, Password: "secret", Ticket: fmt.Sprintf(ticketTemplate, email)})
	}
	return all
}
