package scenario

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"nudge/codec"
)

// inner is a network in memory: what listens at which address, and who dialled.
type inner struct {
	t       *testing.T
	mu      sync.Mutex
	servers map[string]func(net.Conn)
	dialled []string
	wg      sync.WaitGroup
}

func newInner(t *testing.T) *inner {
	n := &inner{t: t, servers: map[string]func(net.Conn){}}
	t.Cleanup(n.wg.Wait)
	return n
}

// listen gives each connection to addr to serve, in a goroutine of its own, and
// closes it afterwards.
func (n *inner) listen(addr string, serve func(net.Conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.servers[addr] = serve
}

func (n *inner) DialContext(_ context.Context, network, addr string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dialled = append(n.dialled, addr)
	serve := n.servers[addr]
	if serve == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	ours, theirs := net.Pipe()
	n.wg.Go(func() {
		defer theirs.Close()
		serve(theirs)
	})
	return ours, nil
}

// dials returns how often addr was dialled.
func (n *inner) dials(addr string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := 0
	for _, d := range n.dialled {
		if d == addr {
			count++
		}
	}
	return count
}

// listenHTTP serves HTTP at addr.
func (n *inner) listenHTTP(addr string, h http.Handler) {
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: h}
	n.wg.Go(func() { srv.Serve(l) })
	n.t.Cleanup(func() { srv.Close() })
	n.listen(addr, func(c net.Conn) {
		held := &heldConn{Conn: c, closed: make(chan struct{})}
		select {
		case l.conns <- held:
			<-held.closed
		case <-l.done:
		}
	})
}

// heldConn says when it is closed.
type heldConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *heldConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

type pipeListener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// said is what clients wrote, by account, in order.
type said struct {
	mu    sync.Mutex
	lines map[string][]string
}

// add notes a line of an account. Lines before USR TWN I come with it.
func (s *said) add(email string, lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines == nil {
		s.lines = map[string][]string{}
	}
	s.lines[email] = append(s.lines[email], lines...)
}

// of returns what an account wrote.
func (s *said) of(email string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines[email])
}

// timeless returns all lines by account but PNG, which is bound to time.
func (s *said) timeless() map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := maps.Clone(s.lines)
	for email, lines := range m {
		m[email] = slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return l == "PNG" })
	}
	return m
}

// reply is what a script answers to a command: text, in which %t stands for the
// TrID and %e for the address, and whether to hang up afterwards.
type reply struct {
	text   string
	hangUp bool
}

// script answers a command of an account, which is "" before USR TWN I.
type script func(c *codec.Command, email string) reply

// polite is a notification server for one, without contacts.
func polite(c *codec.Command, _ string) reply {
	switch c.Verb {
	case codec.VER:
		return reply{text: "VER %t MSNP10\r\n"}
	case codec.CVR:
		return reply{text: "CVR %t 6.1.0211 6.1.0211 6.1.0155 http://a/ http://b/\r\n"}
	case codec.USR:
		if string(c.Arg(1)) == "I" {
			return reply{text: "USR %t TWN S ct=1,id=1\r\n"}
		}
		return reply{text: "USR %t OK %e 1 0\r\n"}
	case codec.SYN:
		return reply{text: "SYN %t 1 0 0 0\r\n"}
	case codec.PNG:
		return reply{text: "QNG 50\r\n"}
	case codec.CHG:
		return reply{text: fmt.Sprintf("CHG %%t %s %s\r\n", c.Arg(0), c.Arg(1))}
	case codec.OUT:
		return reply{hangUp: true}
	}
	return reply{}
}

// except is polite but for the commands of one verb, or of USR with I or S.
func except(verb string, r reply) script {
	return func(c *codec.Command, email string) reply {
		name := c.Verb.String()
		if c.Verb == codec.USR {
			name += string(c.Arg(1))
		}
		if name == verb {
			return r
		}
		return polite(c, email)
	}
}

// serve answers the commands of a connection by a script and notes them.
func serve(answer script, s *said) func(net.Conn) {
	return func(conn net.Conn) {
		dec := codec.NewDecoder(conn, codec.Syntax{From: codec.FromClient})
		var c codec.Command
		var early []string
		email := ""
		for dec.Decode(&c) == nil {
			line := string(c.Line())
			if c.Verb == codec.USR && string(c.Arg(1)) == "I" {
				email = string(c.Arg(2))
				s.add(email, early...)
			}
			if email == "" {
				early = append(early, line)
			} else {
				s.add(email, line)
			}
			r := answer(&c, email)
			text := strings.NewReplacer("%t", fmt.Sprint(c.TrID), "%e", email).Replace(r.text)
			if _, err := io.WriteString(conn, text); err != nil || r.hangUp {
				return
			}
		}
	}
}

// office is a notification server for colleagues who all have each other on
// their forward lists, and tells each of the presence of the others.
type office struct {
	said
	mu     sync.Mutex
	staff  int
	online map[string]*desk
}

// desk is the connection of somebody who is online.
type desk struct {
	mu     sync.Mutex
	conn   net.Conn
	status string // and client id
}

func (d *desk) write(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	io.WriteString(d.conn, s) // an error is the reader's to find
}

func newOffice(staff int) *office { return &office{staff: staff, online: map[string]*desk{}} }

func (o *office) serve(conn net.Conn) {
	d := &desk{conn: conn}
	self := ""
	serve(func(c *codec.Command, email string) reply {
		self = email
		switch c.Verb {
		case codec.SYN:
			return reply{text: o.list(email)}
		case codec.CHG:
			d.write(fmt.Sprintf("CHG %d %s %s\r\n", c.TrID, c.Arg(0), c.Arg(1)))
			o.changed(d, email, fmt.Sprintf("%s %s", c.Arg(0), c.Arg(1)), c.TrID)
			return reply{}
		}
		return polite(c, email)
	}, &o.said)(lockedConn{conn, d})
	o.gone(d, self)
}

// lockedConn writes between the presence of others.
type lockedConn struct {
	net.Conn
	d *desk
}

func (c lockedConn) Write(b []byte) (int, error) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	return c.Conn.Write(b)
}

// list is the answer to SYN.
func (o *office) list(self string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SYN %%t 1 0 %d 0\r\n", o.staff-1)
	format, _ := ParseUserFormat(DefaultUserFormat)
	for i := range o.staff {
		if email := format.Email(i + 1); email != self {
			fmt.Fprintf(&b, "LST N=%s F=x C=%s 11\r\n", email, email)
		}
	}
	return b.String()
}

// changed tells of a CHG, and to somebody who comes in who is there.
func (o *office) changed(d *desk, email, status string, trID uint32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.online[email] == d
	o.online[email] = d
	d.status = status
	for other, at := range o.online {
		if other == email {
			continue
		}
		at.write(presenceLine("NLN ", status, email))
		if !known {
			d.write(presenceLine(fmt.Sprintf("ILN %d ", trID), at.status, other))
		}
	}
}

func presenceLine(verb, status, email string) string {
	status, id, _ := strings.Cut(status, " ")
	return fmt.Sprintf("%s%s %s x %s\r\n", verb, status, email, id)
}

func (o *office) gone(d *desk, email string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.online[email] != d {
		return
	}
	delete(o.online, email)
	for _, at := range o.online {
		at.write("FLN " + email + "\r\n")
	}
}
