package msnptest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// Server is the reference server. Its zero value serves 1,000 accounts by rule
// on free loopback ports. Set the fields before Start or the first ServeConn,
// and leave them alone afterwards.
type Server struct {
	Host     string // to listen on; "": 127.0.0.1
	PortBase int    // of dispatch; notification, switchboard, HTTP and HTTPS follow. 0: free ports

	// Accounts by rule: so many, numbered from 1, each with so many mutual
	// contacts on a ring (see the package comment).
	Accounts   int       // 0: 1,000, or none where there is Data; negative: none
	Contacts   int       // 0: 10; negative: none
	UserFormat string    // "": user%05d@example.com
	Password   string    // "": secret
	Migrated   Migration // which are in M1; zero: all

	MigrateWhen MigrateWhen // when the others are migrated; zero: never

	Data       *Data // accounts given one by one, beside those by rule
	NoRedirect bool  // dispatch lets clients sign in where they are

	// Announced in XFR and RNG instead of the addresses listened on, for
	// servers behind a proxy: host:port.
	AnnounceNotification, AnnounceSwitchboard string

	Challenge bool // sends CHL after the first CHG and demands the answer (§7.2)
	FullSync  bool // SYN is answered in full even if the client has the lists (§4.3)

	AppendCVR0       bool // VER is answered with the dialect and CVR0, for old third-party clients (§12.1)
	ListVersionsInM0 bool // GTC, BLP, PRP and BPR have the list version in M0, as some pages have it (§12.12)
	LoginRedirect    bool // the login server sends every request to another page first (§3.5)

	// DALoginScheme says whether the nexus writes the login server's URL with its
	// scheme (§3.5): always; never, for clients that put https:// before it; or
	// auto, never if asked over HTTPS and always if not. "": auto.
	DALoginScheme string

	PingInterval time.Duration // told in QNG; 0: 50 s
	SignInWait   time.Duration // longest until a connection has signed in; 0: 60 s
	IdleWait     time.Duration // longest silence of a client; 0: no limit
	TicketLife   time.Duration // 0: 5 minutes
	CookieLife   time.Duration // of switchboard cookies; 0: 2 minutes

	// Tickets made of it are good any number of times, for loads that are to do
	// without HTTP: see Template of msnp.Passport. "": none but those given out.
	TicketTemplate string

	SwitchboardIdle time.Duration // silence after which a conversation ends; 0: 5 minutes
	MaxUnread       int           // bytes that a client may leave unread, beside one answer; 0: 256 KiB
	WriteWait       time.Duration // longest that a client may take to read what it was sent; 0: 30 s
	MaxConns        int           // at once; 0: 100,000

	// What the server does wrong on purpose, each fault with its probability,
	// by chances that the seed decides.
	Faults     map[Fault]float64
	FaultSeed  uint64        // 0: 1
	FaultDelay time.Duration // longest Delay; 0: 2 s

	// The mistakes that the server has, in any order. nil: none.
	Defects []Defect

	// Log gets a line for each connection, sign-in and end (level info), each
	// client that is cut (warn) and each command (debug), without passwords,
	// tickets or payloads. nil: nothing is logged.
	Log *slog.Logger

	once    sync.Once
	initErr error
	verbose bool          // commands are logged
	forger  msnp.Passport // makes tickets of the template
	work    sync.WaitGroup
	cuts    atomic.Int64

	mu            sync.Mutex // guards the rest, and what conn says
	store         store
	faults        *faults  // nil: none are made
	defects       *defects // nil: there are none
	agenda        agenda
	lastMigration time.Time // that has its time
	conns         map[*conn]struct{}
	started       bool
	closed        bool
	stats         Stats
	addrs         Addrs
	listeners     []net.Listener
	web           []*http.Server
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

// Role is what a connection is accepted as (§2).
type Role uint8

const (
	Dispatch Role = iota
	Notification
	Switchboard
)

func (r Role) String() string {
	if r > Switchboard {
		return "unknown"
	}
	return [...]string{"dispatch", "notification", "switchboard"}[r]
}

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
		s.CookieLife = orDefault(s.CookieLife, 2*time.Minute)
		s.SwitchboardIdle = orDefault(s.SwitchboardIdle, 5*time.Minute)
		s.WriteWait = orDefault(s.WriteWait, 30*time.Second)
		if s.Log == nil {
			s.Log = slog.New(slog.DiscardHandler)
		}
		s.forger.Template = s.TicketTemplate
		s.verbose = s.Log.Enabled(context.Background(), slog.LevelDebug)
		if s.initErr = s.checkScheme(); s.initErr == nil {
			s.initErr = s.store.fill(s)
			s.faults, s.defects = newFaults(s), newDefects(s)
		}
		s.agenda.changed, s.agenda.over = make(chan struct{}, 1), make(chan struct{})
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
// listened on, or what is wrong with the accounts. A server starts once.
func (s *Server) Start() (Addrs, error) {
	if err := s.init(); err != nil {
		return Addrs{}, err
	}
	s.mu.Lock()
	started := s.started || s.closed
	s.started = true
	s.mu.Unlock()
	if started {
		return Addrs{}, ErrClosed
	}
	if err := s.listen(); err != nil {
		s.Close()
		return Addrs{}, err
	}
	return s.Addrs(), nil
}

// listen opens the five listeners and serves them.
func (s *Server) listen() error {
	var ports [5]net.Listener
	for i, what := range [...]string{"dispatch", "notification", "switchboard", "HTTP", "HTTPS"} {
		port := 0
		if s.PortBase != 0 {
			port = s.PortBase + i
		}
		ln, err := net.Listen("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
		if err != nil {
			for _, open := range ports[:i] {
				open.Close()
			}
			return fmt.Errorf("msnptest: %s: %w", what, err)
		}
		ports[i] = ln
	}
	certificate, caFile, err := s.authority()
	if err != nil {
		for _, open := range ports {
			open.Close()
		}
		return fmt.Errorf("msnptest: certificate: %w", err)
	}
	web, webTLS := "http://"+s.at(ports[3]), "https://"+s.at(ports[4])

	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = ports[:]
	s.addrs = Addrs{
		Dispatch: s.at(ports[0]), Notification: s.at(ports[1]), Switchboard: s.at(ports[2]),
		Nexus: web + nexusPath, Login: web + loginPath, NexusTLS: webTLS + nexusPath, LoginTLS: webTLS + loginPath,
		CAFile: caFile,
	}
	if s.closed {
		return ErrClosed // and Close, which Start calls, closes what is open
	}
	for role := Dispatch; role <= Switchboard; role++ {
		s.work.Go(func() { s.accept(role, ports[role]) })
	}
	s.serveWeb(ports[3])
	s.serveWeb(tls.NewListener(ports[4], &tls.Config{Certificates: []tls.Certificate{certificate}}))
	return nil
}

// at is where a listener is. Of all addresses it says what was asked for: 0.0.0.0
// listens on those of IPv6 as well, and would be called [::].
func (s *Server) at(ln net.Listener) string {
	if at, ok := ln.Addr().(*net.TCPAddr); ok && at.IP.IsUnspecified() {
		return net.JoinHostPort(s.Host, strconv.Itoa(at.Port))
	}
	return ln.Addr().String()
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

// ServeConn serves one connection, of whatever kind, until it is over and all
// that was sent has been read, and closes it. It is for tests that have no
// listener, such as those over net.Pipe. A connection in memory may have a method
// WriteAtOnce(b []byte) (n int, err error), which takes what it can without
// waiting: if it takes all, the server needs no goroutine to write to it, and
// has written what a command brings when it reads again.
func (s *Server) ServeConn(role Role, nc net.Conn) {
	defer nc.Close()
	if s.init() != nil {
		return
	}
	c := newConn(s, role, nc)
	if err := s.enter(c); err != nil {
		c.log("turned away", err)
		return
	}
	defer s.work.Done()
	c.log("connected", nil)
	c.readUntil(time.Now().Add(s.SignInWait))
	err := s.converse(c)
	s.leave(c)
	c.settle()
	c.log("closed", err)
}

// log writes a line of the log. What it needs of the stack is not to be held by
// thousands of readers that wait: hence it is never part of another function.
//
//go:noinline
func (c *conn) log(what string, err error) {
	switch what {
	case "connected":
		c.srv.Log.Info(what, "from", c.name(), "role", c.role.String())
	case "closed":
		c.srv.Log.Info(what, "from", c.name(), "account", c.email, "why", c.why(err))
	case "turned away":
		c.srv.Log.Warn(what, "from", c.name(), "error", err)
	default:
		c.srv.Log.Info(what, "from", c.name(), "account", c.email)
	}
}

// logCommand is log for one command.
//
//go:noinline
func (c *conn) logCommand(cmd *codec.Command) {
	c.srv.Log.Debug("command", "from", c.name(), "verb", cmd.Verb.String())
}

// fromClients is how clients are read.
var fromClients = codec.Syntax{From: codec.FromClient, Refuse: codec.StrayCR}

// converse does the commands of a connection until it is over. The error is the
// reader's.
func (s *Server) converse(c *conn) error {
	dec := codec.NewDecoder(c.nc, fromClients)
	var bad *badReader // reads instead; nil: there are no defects
	if s.defects != nil {
		bad = newBadReader(c)
	}
	var cmd codec.Command
	for was := fresh; ; {
		var err error
		if bad == nil {
			err = dec.Decode(&cmd)
		} else {
			err = bad.Decode(&cmd)
		}
		if err != nil {
			return err
		}
		if s.verbose {
			c.logCommand(&cmd)
		}
		now, goesOn := s.serve(c, &cmd)
		if now == signedIn && was != signedIn {
			c.log("signed in", nil)
		}
		if was = now; !goesOn {
			return nil
		}
		if now == signedIn {
			c.awaitNext()
		}
	}
}

// why says what ended a connection. It is for the log.
func (c *conn) why(err error) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.aborted:
		return "reset on purpose"
	case c.told:
		return "does not read"
	case err == nil && c.refused != 0:
		return "refused: " + strconv.Itoa(c.refused)
	case err == nil || errors.Is(err, net.ErrClosed):
		return "ended here"
	case err == io.EOF:
		return "ended there"
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return err.Error()
	case !c.answerBy.IsZero():
		return "challenge not answered"
	}
	return "silent too long"
}

// serve does one command. It reports how far the sign-in is then, and whether
// the connection goes on.
func (s *Server) serve(c *conn, cmd *codec.Command) (now stage, goesOn bool) {
	s.do(c, func(t *turn) {
		if s.defects == nil {
			goesOn = t.handle(cmd)
		} else {
			goesOn = t.handleBadly(cmd)
		}
		now = c.stage
	})
	return now, goesOn && !c.isOver()
}

// errFull is why a connection is turned away.
var errFull = errors.New("too many connections")

// enter counts a connection in. Close waits for those that are in.
func (s *Server) enter(c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if len(s.conns) >= s.MaxConns {
		return errFull
	}
	s.conns[c] = struct{}{}
	s.stats.Connections++
	s.work.Add(1)
	return nil
}

// leave takes a connection out: who was online on it goes offline. Who did not
// answer a challenge is told that it is over (§7.2).
func (s *Server) leave(c *conn) {
	s.do(c, func(t *turn) {
		delete(s.conns, c)
		t.signOut()
		t.unseat(c, false)
		if !c.answerBy.IsZero() && !time.Now().Before(c.answerBy) {
			t.line(codec.OUT)
			t.send(c)
		}
		t.end(c)
	})
}

// closeWait is the longest that Close waits for clients to read their last
// lines.
const closeWait = time.Second

// Close ends all connections, those that have signed in with OUT SSD, and waits
// until nothing of the server is left. Clients that do not read get a second.
func (s *Server) Close() error {
	if s.init() != nil {
		return nil
	}
	by := time.Now().Add(closeWait)
	var web []*http.Server
	s.do(nil, func(t *turn) {
		if !s.closed {
			close(s.agenda.over)
		}
		s.closed = true
		web = s.web
		for c := range s.conns {
			if c.account != nil {
				t.line(codec.OUT).Arg("SSD")
				t.send(c)
			}
			c.account = nil // nobody need be told who goes, as all do
			c.hurry(by)
			t.end(c)
		}
		for _, ln := range s.listeners {
			ln.Close()
		}
	})
	for _, w := range web {
		s.work.Go(func() { stopWeb(w, by) })
	}
	s.work.Wait()
	if file := s.Addrs().CAFile; file != "" {
		os.Remove(file)
	}
	return nil
}

// Addrs returns where the server is, once Start has returned.
func (s *Server) Addrs() Addrs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addrs
}
