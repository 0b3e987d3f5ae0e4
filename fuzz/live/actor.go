package live

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// actor is an account with its connections: the one whose session is edited, or one of the clean ones beside it.
type actor struct {
	b *bench
	Account
	name           string // in transcripts
	peer, stranger string // addresses
	mark           string // in what it writes

	learned
	links  [numPlaces]*link
	last   *sent   // never nil
	former []*link // that a later one took the place of
	mode   msnp.Mode

	roster   msnp.Roster  // as SYN told it and edits left it
	known    bool         // it is what the next SYN should tell
	form     msnp.Dialect // in which it was told
	was      msnp.Roster  // before the SYN that is being answered
	compare  bool         // was is to be held against it
	toCome   int          // LST lines that the answer to SYN still owes
	synced   int          // answers to SYN on this connection
	presence []presence   // heard of others, and not looked at
	told     presence     // the last that it heard of its peer
	messages [][]byte     // payloads heard, and not looked at
	rings    []ring       // heard, and not answered
	sees     string       // its peer, while it is told that it is online
	restored bool         // the lists were put in order in this case
	cut      bool         // the server has ended a connection in this case
}

// presence is a line that told of somebody.
type presence struct {
	verb     codec.Verb
	email    string
	status   string
	clientID uint32
}

func (p presence) String() string {
	return fmt.Sprintf("%s %s %d of %s", p.verb, p.status, p.clientID, p.email)
}

// ring is a call.
type ring struct{ board, call, cookie string }

// link is the connection at a place; nil: none was opened.
func (a *actor) link(on place) *link { return a.links[on] }

// open opens a connection. That it can't be is told by the error of the dial, in gone.
func (a *actor) open(ctx context.Context, on place) *link {
	if l := a.links[on]; l != nil {
		a.former = append(a.former, l)
	}
	addr := a.b.addrs[on]
	if on == onBoard && a.board != "" {
		addr = a.board
	}
	l := &link{on: on, stage: stageFresh, in: a.b.buffer()}
	a.links[on] = l
	if on == onNotification {
		a.synced, a.challenge = 0, ""
	}
	dialled, cancel := context.WithTimeout(ctx, a.b.patience())
	defer cancel()
	conn, err := a.b.f.DialContext(dialled, "tcp", addr)
	a.b.say(a, l, didOpen, []byte(addr))
	if err != nil {
		l.gone, l.stage, l.conn = err, stageOver, closedConn{}
		a.b.say(a, l, didHear, []byte("not connected: "+plain(err)))
		return l
	}
	l.conn = conn
	l.unwatch = context.AfterFunc(ctx, func() { _ = conn.Close() }) // whatever is waited for
	return l
}

// hangUp closes all connections.
func (a *actor) hangUp() {
	for i, l := range a.links {
		if l != nil {
			a.former = append(a.former, l)
		}
		a.links[i] = nil
	}
	for _, l := range a.former {
		l.close()
		a.b.recycle(l.in)
	}
	a.former = a.former[:0]
}

// forget makes the account as it was before its first connection of a case.
func (a *actor) forget() {
	a.learned = learned{}
	a.known, a.compare, a.toCome, a.synced = false, false, 0, 0
	a.sees = ""
	a.presence, a.messages, a.rings = a.presence[:0], a.messages[:0], a.rings[:0]
}

// allows reports whether the account's lists let another one see it (§5.4).
func (a *actor) allows(email string) bool {
	var lists msnp.Lists
	for i := range a.roster.Contacts {
		if x := &a.roster.Contacts[i]; strings.EqualFold(x.Email, email) {
			lists = x.Lists
		}
	}
	return lists&msnp.AL != 0 || lists&msnp.BL == 0 && a.roster.Settings["BLP"] != "BL"
}

// has reports whether somebody is on the account's forward list; true as well while nobody knows.
func (a *actor) has(email string) bool {
	if !a.known {
		return true
	}
	for i := range a.roster.Contacts {
		if x := &a.roster.Contacts[i]; strings.EqualFold(x.Email, email) && x.Lists&msnp.FL != 0 {
			return true
		}
	}
	return false
}

// closedConn is the connection of a link that could not be opened.
type closedConn struct{}

func (closedConn) Read([]byte) (int, error)         { return 0, net.ErrClosed }
func (closedConn) Write([]byte) (int, error)        { return 0, net.ErrClosed }
func (closedConn) Close() error                     { return nil }
func (closedConn) LocalAddr() net.Addr              { return nil }
func (closedConn) RemoteAddr() net.Addr             { return nil }
func (closedConn) SetDeadline(time.Time) error      { return nil }
func (closedConn) SetReadDeadline(time.Time) error  { return nil }
func (closedConn) SetWriteDeadline(time.Time) error { return nil }
