package msnptest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/corpus"
)

// A script is a conversation in the notation of the page (§0): what clients say
// and what they must be told, no more and no less. Events are
//
//	## data NAME             accounts of testdata/NAME.toml, which has no version; before all else
//	## server FIELD …        switches of Server; likewise
//	## A connects EMAIL [dispatch]
//	                      the sign-in follows; without EMAIL it is of no client of ours
//	## A in EMAIL MODE       signs in up to the profile; the mode is MSNP8, MSNP9, M0 or M1
//	## A on EMAIL MODE       and sends SYN, and CHG NLN
//	## A bad in …, bad on …  the same for what no client of ours would say
//	## A B closed            by the server; all: all; unless it is said, it must not be
//	## 60s                   passes
//	## do WHAT …             see player.do
//
// {x} stands for what cannot be known, up to a space; the same name later stands for
// the same. {ticket EMAIL} is a ticket, {n*61} is n, 61 times.
//
// Both ends are real: what a client says must also be what a session of package
// msnp says when it is asked to, and what the server says must be acceptable to it.

// player plays one script.
type player struct {
	t     *testing.T
	srv   *Server
	conns map[string]*party
	known map[string]string // what {x} stands for
	line  int               // of the script
	file  string

	serverSide, clientSide map[use]bool
}

// use is a command, who sent it, and in which mode.
type use struct {
	verb string
	from codec.Side
	mode msnp.Mode
}

// party is one connection.
type party struct {
	nc      net.Conn
	session *msnp.Session // nil: by hand, for what no session would say
	trids   map[string]string
	used    []use // mode not yet known
	mode    msnp.Mode

	contacts, groups int // that a SYN answer still owes

	mu     sync.Mutex
	heard  []byte
	closed bool
	over   bool // the script has said so
}

// pipe is a connection with the addresses of the page.
type pipe struct {
	net.Conn
	local, remote string
}

func (p pipe) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(netipMust(p.local)) }
func (p pipe) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netipMust(p.remote)) }

func (p *player) errorf(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf(p.file+":%d: "+format, append([]any{p.line}, args...)...)
}

func (p *player) fatalf(format string, args ...any) {
	p.t.Helper()
	p.errorf(format, args...)
	p.t.FailNow()
}

// play plays a script from its text, in a bubble. The settings of the server are
// those of srv and of the script.
func play(t *testing.T, srv *Server, file, text string) (p *player) {
	t.Helper()
	p = &player{t: t, srv: srv, file: file, conns: map[string]*party{}, known: map[string]string{},
		serverSide: map[use]bool{}, clientSide: map[use]bool{}}
	synctest.Test(t, func(t *testing.T) {
		p.t = t
		defer srv.Close()
		for _, x := range corpus.Read(text) {
			p.line = x.Line
			switch x.Who {
			case '#':
				p.event(strings.Fields(x.Text))
			case 'C':
				p.quiet()
				p.say(x)
			case 'S':
				p.hear(x)
			}
		}
		p.quiet()
		for _, c := range p.conns {
			c.settle(p)
			c.nc.Close()
		}
	})
	return p
}

// event does what stands behind ##.
func (p *player) event(words []string) {
	switch {
	case words[0] == "data":
		text, err := os.ReadFile(filepath.Join("testdata", words[1]+".toml"))
		if err != nil {
			p.fatalf("%v", err)
		}
		p.srv.Data = data(p.t, string(text))
		p.srv.Accounts = -1
		return
	case words[0] == "server":
		for _, w := range words[1:] {
			p.setting(w)
		}
		return
	}
	if words[len(words)-1] == "closed" {
		for _, at := range words[:len(words)-1] {
			if c := p.conns[at]; c != nil {
				c.over = true
			}
		}
		for at, c := range p.conns {
			c.over = c.over || words[0] == "all" || len(words) == 1 && at == ""
		}
	}
	p.quiet()
	switch d, err := time.ParseDuration(words[0]); {
	case words[len(words)-1] == "closed":
	case words[0] == "do":
		p.do(words[1:])
	case err == nil:
		time.Sleep(d)
	default:
		p.connect(words)
	}
}

// name is that of a connection, which may be left out.
func name(words []string) string {
	if len(words[0]) == 1 {
		return words[0]
	}
	return ""
}

func (p *player) setting(w string) {
	switch w {
	case "Challenge":
		p.srv.Challenge = true
	case "FullSync":
		p.srv.FullSync = true
	case "AppendCVR0":
		p.srv.AppendCVR0 = true
	case "ListVersionsInM0":
		p.srv.ListVersionsInM0 = true
	case "NoRedirect":
		p.srv.NoRedirect = true
	default:
		p.fatalf("the server has no switch %q", w)
	}
}

// do has the server itself do something.
func (p *player) do(words []string) {
	var err error
	switch rest := strings.Join(words[min(2, len(words)):], " "); words[0] {
	case "announce":
		p.srv.Announce(5)
	case "notify":
		err = p.srv.Notify(words[1], rest)
	case "page":
		err = p.srv.Page(words[1], rest)
	case "mail":
		err = p.srv.Mail(words[1], Mail{From: "Bob", FromAddr: "bob@example.com", Subject: rest})
	case "moved":
		err = p.srv.Mail(words[1], Mail{Moved: 2, Folder: "trAsH"})
	case "migrate":
		p.srv.MigrateNow()
	case "shutdown":
		err = p.srv.Close()
	case "clock": // stands at the Unix time
		seconds, _ := strconv.ParseInt(words[1], 10, 64)
		time.Sleep(time.Until(time.Unix(seconds, 0)))
	case "ticket": // of that value is given out
		p.srv.do(nil, func(t *turn) {
			tickets := &p.srv.store.tickets
			if tickets.live == nil {
				tickets.live = make(map[string]ticket)
			}
			tickets.live[rest] = ticket{account: p.srv.store.known(words[1]), expires: time.Now().Add(1e9 * time.Second)}
		})
	case "challenge": // is sent, that one
		p.srv.do(nil, func(t *turn) {
			c := p.srv.store.known(words[1]).session
			c.challenge = rest
			t.line(codec.CHL).TrID(0).Arg(rest)
			t.send(c)
		})
	default:
		p.fatalf("the player cannot %q", words)
	}
	if err != nil {
		p.fatalf("%v", err)
	}
}

// connect is a new connection, perhaps signed in.
func (p *player) connect(words []string) {
	at := name(words)
	rest := words
	if at != "" {
		rest = words[1:]
	}
	bad := rest[0] == "bad"
	if bad {
		rest = rest[1:]
	}
	role, local := Notification, "192.0.2.20:1863"
	if rest[len(rest)-1] == "dispatch" {
		role, local = Dispatch, "192.0.2.10:1863"
	}
	ours, theirs := net.Pipe()
	c := &party{nc: ours, trids: map[string]string{}}
	if old := p.conns[at]; old != nil {
		old.settle(p)
		old.nc.Close()
		if c.session = old.session; bad {
			c.session = nil
		}
	}
	p.conns[at] = c
	go p.srv.ServeConn(role, pipe{theirs, local, "198.51.100.7:1863"})
	go c.read()
	synctest.Wait()
	if len(rest) > 1 && strings.Contains(rest[1], "@") && c.session == nil {
		c.session = new(msnp.Session)
		c.session.Init(&msnp.Software{}, rest[1])
	}
	if rest[0] == "connects" {
		return
	}
	p.signIn(at, c, rest[1], rest[2], rest[0] == "on")
	if bad {
		c.session = nil
	}
}

// signIn signs a connection in, and checks that its mode is as wanted.
func (p *player) signIn(at string, c *party, email, mode string, on bool) {
	dialects, syn := "MSNP10", "SYN 5 0 0"
	if strings.HasPrefix(mode, "MSNP") {
		dialects, syn, mode = mode, "SYN 5 0", "P9"
	}
	said := []string{"VER 1 " + dialects + " CVR0", "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS " + email,
		"USR 3 TWN I " + email, "USR 4 TWN S {ticket " + email + "}"}
	if on {
		said = append(said, syn, "CHG 6 NLN 536870948")
	}
	for _, line := range said {
		p.say(corpus.Said{Line: p.line, Conn: at, Who: 'C', Text: line})
		synctest.Wait()
		for _, got, ok := c.next(p); ok; _, got, ok = c.next(p) {
			if got[0] <= '9' {
				p.fatalf("signing in as %s: %q answered %q", email, line, got)
			}
		}
	}
	c.used = nil // what was not compared does not count
	if c.mode.String() != mode {
		p.fatalf("%s is in mode %v, want %s", email, c.mode, mode)
	}
}
