package msnptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"nudge/codec"
)

// Server is the reference server. Its zero value serves 1,000 accounts by rule
// on free loopback ports. Set the fields before Start or the first ServeConn,
// and leave them alone afterwards.
type Server struct {
	Host     string // to listen on; "": 127.0.0.1
	PortBase int    // of dispatch; notification, switchboard, HTTP and HTTPS follow. 0: free ports

	// Accounts by rule: so many, numbered from 1, each with so many mutual
	// contacts on a ring (see the package comment).
	Accounts   int       // 0: 1,000; negative: none
	Contacts   int       // 0: 10; negative: none
	UserFormat string    // "": user%05d@example.com
	Password   string    // "": secret
	Migrated   Migration // which are in M1; zero: all

	Data       *Data // accounts given one by one, beside those by rule
	NoRedirect bool  // dispatch lets clients sign in where they are

	// Announced in XFR and RNG instead of the addresses listened on, for
	// servers behind a proxy: host:port.
	AnnounceNotification, AnnounceSwitchboard string

	Challenge bool // sends CHL after the first CHG and demands the answer (§7.2)

	PingInterval time.Duration // told in QNG; 0: 50 s
	SignInWait   time.Duration // longest until a connection has signed in; 0: 60 s
	IdleWait     time.Duration // longest silence of a client; 0: no limit
	TicketLife   time.Duration // 0: 5 minutes
	MaxUnread    int           // bytes kept for a client that does not read; 0: 256 KiB
	MaxConns     int           // at once; 0: 100,000

	Log *slog.Logger // nil: nothing is logged

	once    sync.Once
	mu      sync.Mutex // guards the store and all sessions' state
	store   store
	conns   map[*conn]struct{}
	closed  bool
	initErr error

	addrs     Addrs
	listeners []net.Listener
	web       []*http.Server
	work      sync.WaitGroup
	stats     Stats
}

// Addrs says where a server is: host:port, and URLs for Passport. Its JSON is
// the line that nudge serve prints.
type Addrs struct {
	Dispatch     string `json:"dispatch"`
	Notification string `json:"notification"`
	Switchboard  string `json:"switchboard"`
	Nexus        string `json:"nexus"`
	Login        string `json:"login"`
	NexusTLS     string `json:"nexus_tls"`
	LoginTLS     string `json:"login_tls"`
	CAFile       string `json:"ca_file"` // certificate to trust, PEM; removed by Close
}

// Stats counts what a server has done.
type Stats struct {
	Connections   int64 // accepted
	SignIns       int64 // that ended in USR OK
	Notifications int64 // NLN, FLN and ILN sent
	Cut           int64 // connections ended since the client did not read
}

// Role is what a connection is accepted as (§2).
type Role uint8

const (
	Dispatch Role = iota
	Notification
	Switchboard
)

func (r Role) String() string { return [...]string{"dispatch", "notification", "switchboard"}[r] }

// Defaults of Server.
const (
	defaultHost     = "127.0.0.1"
	defaultFormat   = "user%05d@example.com"
	defaultPassword = "secret"
	defaultUnread   = 256 << 10
	defaultConns    = 100_000
)

// ErrClosed is returned by what needs a server that is not closed.
var ErrClosed = errors.New("msnptest: server closed")

func (s *Server) init() error {
	s.once.Do(func() {
		s.conns = make(map[*conn]struct{})
		if s.Host == "" {
			s.Host = defaultHost
		}
		if s.UserFormat == "" {
			s.UserFormat = defaultFormat
		}
		if s.Password == "" {
			s.Password = defaultPassword
		}
		if s.MaxUnread <= 0 {
			s.MaxUnread = defaultUnread
		}
		if s.MaxConns <= 0 {
			s.MaxConns = defaultConns
		}
		s.PingInterval = orDefault(s.PingInterval, 50*time.Second)
		s.SignInWait = orDefault(s.SignInWait, time.Minute)
		s.TicketLife = orDefault(s.TicketLife, 5*time.Minute)
		if s.Log == nil {
			s.Log = slog.New(slog.DiscardHandler)
		}
		s.initErr = s.store.fill(s)
	})
	return s.initErr
}

func orDefault(d, def time.Duration) time.Duration {
	if d <= 0 {
		return def
	}
	return d
}

// Check says what is wrong with the settings, as Start would.
func (s *Server) Check() error { return s.init() }

// Start listens, and serves until Close. The error says what could not be
// listened on, or what is wrong with the accounts.
func (s *Server) Start() (Addrs, error) {
	if err := s.init(); err != nil {
		return Addrs{}, err
	}
	if err := s.listen(); err != nil {
		s.Close()
		return Addrs{}, err
	}
	return s.addrs, nil
}

func (s *Server) listen() error {
	var ports [5]net.Listener
	for i, what := range [...]string{"dispatch", "notification", "switchboard", "HTTP", "HTTPS"} {
		port := 0
		if s.PortBase != 0 {
			port = s.PortBase + i
		}
		ln, err := net.Listen("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
		if err != nil {
			return fmt.Errorf("msnptest: %s: %w", what, err)
		}
		ports[i] = ln
		s.listeners = append(s.listeners, ln)
	}
	s.addrs = Addrs{
		Dispatch: ports[0].Addr().String(), Notification: ports[1].Addr().String(), Switchboard: ports[2].Addr().String(),
		Nexus: "http://" + ports[3].Addr().String() + nexusPath, Login: "http://" + ports[3].Addr().String() + loginPath,
		NexusTLS: "https://" + ports[4].Addr().String() + nexusPath, LoginTLS: "https://" + ports[4].Addr().String() + loginPath,
	}
	if err := s.serveWeb(ports[3], ports[4]); err != nil {
		return err
	}
	for role, ln := range map[Role]net.Listener{Dispatch: ports[0], Notification: ports[1], Switchboard: ports[2]} {
		s.work.Go(func() { s.accept(role, ln) })
	}
	return nil
}

// accept serves a listener until it is closed. An error that passes, such as no
// more open files, costs a pause and not the listener.
func (s *Server) accept(role Role, ln net.Listener) {
	for pause := 5 * time.Millisecond; ; {
		nc, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.Log.Warn("accept", "role", role.String(), "error", err)
			time.Sleep(pause)
			pause = min(2*pause, time.Second)
			continue
		}
		pause = 5 * time.Millisecond
		s.work.Go(func() { s.ServeConn(role, nc) })
	}
}

// ServeConn serves one connection, of whatever kind, until it is over, and
// closes it. It is for tests that have no listener, such as those over net.Pipe.
func (s *Server) ServeConn(role Role, nc net.Conn) {
	defer nc.Close()
	if s.init() != nil {
		return
	}
	c := newConn(s, role, nc)
	if !s.enter(c) {
		return
	}
	defer c.drained.Wait()
	defer s.leave(c)
	nc.SetReadDeadline(time.Now().Add(s.SignInWait))
	dec := codec.NewDecoder(nc, codec.Syntax{From: codec.FromClient, Refuse: codec.StrayCR})
	var cmd codec.Command
	for {
		err := dec.Decode(&cmd)
		if err != nil {
			if err != io.EOF {
				s.Log.Debug("read", "from", c.name(), "error", err)
			}
			return
		}
		s.Log.Debug("command", "from", c.name(), "verb", cmd.Verb.String())
		if !s.serve(c, &cmd) {
			return
		}
		if c.account != nil {
			c.awaitNext()
		}
	}
}

// serve does one command, sends what came of it to all concerned, and reports
// whether the connection goes on.
func (s *Server) serve(c *conn, cmd *codec.Command) bool {
	t := turnPool.Get().(*turn)
	defer t.put()
	s.mu.Lock()
	t.begin(s, c)
	goesOn := t.handle(cmd)
	s.mu.Unlock()
	t.flush()
	return goesOn && !c.isOver()
}

// enter counts a connection in; false: there are too many, or the server is
// closed.
func (s *Server) enter(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= s.MaxConns {
		return false
	}
	s.conns[c] = struct{}{}
	s.stats.Connections++
	return true
}

// leave takes a connection out: who was online on it goes offline.
func (s *Server) leave(c *conn) {
	t := turnPool.Get().(*turn)
	defer t.put()
	s.mu.Lock()
	t.begin(s, c)
	delete(s.conns, c)
	t.signOut()
	s.mu.Unlock()
	t.flush()
	c.finish()
}

// Close ends all connections, those that have signed in with OUT SSD, and waits
// until nothing of the server is left.
func (s *Server) Close() error {
	if err := s.init(); err != nil {
		return nil
	}
	s.mu.Lock()
	s.closed = true
	t := turnPool.Get().(*turn)
	t.begin(s, nil)
	var all []*conn
	for c := range s.conns {
		if c.account != nil {
			t.line(codec.OUT).Arg("SSD")
			t.send(c)
		}
		c.account = nil // nobody need be told who goes, as all do
		all = append(all, c)
	}
	s.mu.Unlock()
	t.flush()
	t.put()
	for _, ln := range s.listeners {
		ln.Close()
	}
	for _, c := range all {
		c.finish()
	}
	for _, w := range s.web {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if w.Shutdown(ctx) != nil {
			w.Close()
		}
		cancel()
	}
	s.work.Wait()
	if s.addrs.CAFile != "" {
		os.Remove(s.addrs.CAFile)
	}
	return nil
}

// Stats returns what the server has done so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Addrs returns where the server is, once Start has returned.
func (s *Server) Addrs() Addrs { return s.addrs }
