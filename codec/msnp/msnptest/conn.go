package msnptest

import (
	"net"
	"syscall"
	"time"
)

// conn is one connection. Its reader is the goroutine in ServeConn.
type conn struct {
	srv  *Server
	role Role
	nc   net.Conn

	// The reader's own. Fields below are written in its turns alone.
	readBy   time.Time // the read deadline that is set; zero: none
	answerBy time.Time // a challenge must be answered by then; zero: none is out
	refused  int       // number of the last refusal

	// Guarded by Server.mu.
	stage     stage
	synced    bool  // SYN has been answered
	announced bool  // the first CHG has been done
	uninvited bool  // IMS OFF: no switchboards (§7.7)
	touched   bool  // is in turn.touched of the turn that is on
	dialect   uint8 // 8, 9, 10; 0: not chosen
	email     string
	account   *account // once signed in; nil again once it has signed out
	challenge string   // sent and not answered
	held      *held    // a notification that is to be overtaken; nil: there is none
	fresh     bool     // held was put there just now

	// On a switchboard.
	seat  *account // who talks here; nil: nobody yet
	board *board   // the conversation; nil: none, or no more

	outbox
}

// stage is how far a connection has signed in.
type stage uint8

const (
	fresh      stage = iota // nothing yet
	versioned               // VER
	checkOnly               // VER CVR0: CVQ and nothing else
	redirected              // XFR NS: nothing but OUT
	named                   // USR I: awaits a ticket
	signedIn                // USR OK
	ended                   // is being closed
)

func newConn(s *Server, role Role, nc net.Conn) *conn {
	c := &conn{srv: s, role: role, nc: nc}
	if sc, ok := nc.(syscall.Conn); ok && canWriteAtOnce {
		if raw, err := sc.SyscallConn(); err == nil {
			c.raw = raw
		}
	}
	return c
}

// name is where the client is, for the log.
func (c *conn) name() string {
	if c.nc.RemoteAddr() == nil {
		return "nowhere"
	}
	return c.nc.RemoteAddr().String()
}

// awaitNext sets the read deadline for what comes next: how long the client may
// be silent, and a challenge unanswered.
func (c *conn) awaitNext() {
	var by time.Time
	if c.srv.IdleWait > 0 {
		by = time.Now().Add(c.srv.IdleWait)
	}
	if !c.answerBy.IsZero() && (by.IsZero() || c.answerBy.Before(by)) {
		by = c.answerBy
	}
	c.readUntil(by)
}

func (c *conn) readUntil(by time.Time) {
	if !by.Equal(c.readBy) {
		c.readBy = by
		c.nc.SetReadDeadline(by)
	}
}
