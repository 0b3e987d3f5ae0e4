package scenario

import (
	"cmp"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// tagSwitchboard marks connections to switchboards.
const tagSwitchboard = 1

// maxSeats is in how many conversations a client sits at a time.
const maxSeats = 16

// seat is a client's place in one conversation, with a connection of its own. It
// belongs to the client's loop, and what others are to know is in chat.
type seat struct {
	client *client
	next   *seat         // of the client
	conn   *loadgen.Conn // being dialled, open, or left to the server to close
	in     *chat         // nil: the conversation is over for it, and it only waits to be closed
	was    *chat         // then: which it was
	board  msnp.Switchboard

	cookie, session string // that begin it; session "": it is the caller's

	class   string // of the first thing that went wrong; "": nothing has
	place   uint8
	joined  uint8         // a bit for each place whose JOI or IRO was read
	called  uint8         // a bit for each place whose CAL is to be answered; of the caller
	refused uint8         // and for each that will not come
	callID  uint32        // TrID of the CAL to place 1
	turn    int           // the message that it is to say; 0: none
	first   int           // the first message that it has said; 0: none
	firstID uint32        // and its TrID
	done    int           // messages said and read
	newest  int           // the highest that was read
	waiting int           // messages said that are not acknowledged
	heardAt time.Duration // when it last heard or said something
	closeAt time.Duration // when to close what has said OUT
}

// sit takes a place in a conversation and opens its connection.
func (c *client) sit(x *chat, place int, addr, cookie, session string) {
	s := c.loop.seat()
	*s = seat{client: c, next: c.seats, in: x, place: uint8(place), cookie: cookie, session: session, heardAt: c.engine.Now()}
	s.board.Init(&c.run.software, c.session.Email())
	c.seats = s
	s.notes(s.heardAt, "connects to ", addr)
	s.conn = c.engine.DialAtOnce(addr, tagSwitchboard)
}

// maxSpareSeats bounds the seats that a loop keeps to be used again.
const maxSpareSeats = 4096

// seat returns one that nobody sits in.
func (l *loop) seat() *seat {
	s := l.empty
	if s == nil {
		return new(seat)
	}
	l.empty, l.seats = s.next, l.seats-1
	return s
}

// free gives the seat back.
func (s *seat) free() {
	c := s.client
	for at := &c.seats; *at != nil; at = &(*at).next {
		if *at == s {
			*at = s.next
			break
		}
	}
	l := c.loop
	*s = seat{}
	if l.seats < maxSpareSeats {
		s.next, l.empty, l.seats = l.empty, s, l.seats+1
	}
}

// seatOn returns the seat of a connection; nil: it is none's any more.
func (c *client) seatOn(conn *loadgen.Conn) *seat {
	for s := c.seats; s != nil; s = s.next {
		if s.conn == conn {
			return s
		}
	}
	return nil
}

// opened begins the conversation on the connection.
func (s *seat) opened() {
	now := s.client.engine.Now()
	s.notes(s.conn.OpenedAt(), "connected to ", s.conn.RemoteAddr())
	var out []byte
	var err error
	if s.place == 0 {
		out, err = s.board.Call(s.cookie, now, s.client.loop.out[:0])
	} else {
		out, err = s.board.Answer(s.cookie, s.session, now, s.client.loop.out[:0])
	}
	s.cookie = ""
	if err != nil {
		s.failed(s.beginsAs(), "local", err.Error(), 0)
		s.leave(s.class)
		return
	}
	s.write(now, out)
}

// beginsAs is the operation that begins the conversation.
func (s *seat) beginsAs() results.Op {
	if s.place == 0 {
		return opUSRSB
	}
	return opANS
}

// write sends what was appended.
func (s *seat) write(now time.Duration, out []byte) {
	c := s.client
	c.loop.out = out[:0]
	s.saying(now, out)
	c.wakeBy(now + c.run.timeout)
	s.conn.Send(out)
}

// read reads the commands of the switchboard.
func (s *seat) read(conn *loadgen.Conn, b []byte) int {
	c := s.client
	at := c.engine.ReadAt()
	n := 0
	for n < len(b) {
		if s.conn != conn {
			return len(b) // closed meanwhile
		}
		cmd := &c.loop.cmd
		k, err := c.run.syntax.Parse(cmd, b[n:])
		if err == codec.ErrShort {
			return n
		}
		if err != nil {
			s.said(at, byServer, b[n:])
			if s.in == nil {
				return len(b)
			}
			s.violated("syntax", err.Error())
			return len(b)
		}
		n += k
		s.handle(cmd, at)
	}
	return n
}

// said adds a command to the conversations that are kept of this client.
func (s *seat) said(at time.Duration, by speaker, b []byte) {
	if c := s.client; c.engine.ID() < c.run.traced {
		c.run.trace.add(at, c.email+" "+s.name(), by, b)
	}
}

// saying adds the commands that are written at once.
func (s *seat) saying(now time.Duration, out []byte) {
	if c := s.client; c.engine.ID() >= c.run.traced {
		return
	}
	syntax := codec.Syntax{From: codec.FromClient}
	var cmd codec.Command
	for {
		n, err := syntax.Parse(&cmd, out)
		if err != nil {
			return
		}
		s.said(now, byClient, out[:n])
		out = out[n:]
	}
}

func (s *seat) notes(at time.Duration, what, addr string) {
	if c := s.client; c.engine.ID() < c.run.traced {
		s.said(at, byNudge, []byte(what+addr))
	}
}

// name is that of the conversation in a trace.
func (s *seat) name() string {
	return "(" + cmp.Or(s.in, s.was).String() + ")"
}

// due is when tick has something to do next.
func (s *seat) due() time.Duration {
	switch {
	case s.in == nil:
		return s.closeAt
	case !s.board.Open():
		return s.board.Deadline() // 0 as long as the dial lasts, which ends by itself
	}
	t := s.patience()
	if d := s.board.Deadline(); d != 0 {
		t = min(t, d)
	}
	return t
}

// patience is when there is nothing more to wait for: so long after the last
// thing that anybody did, as far as it would have come here, as a reply may take.
func (s *seat) patience() time.Duration {
	x := s.in
	last := max(s.heardAt, time.Duration(x.saidAt.Load()), time.Duration(x.people[0].leftAt.Load()))
	for i := range x.people {
		last = max(last, time.Duration(x.people[i].seatedAt.Load()))
	}
	if s.place != 0 && x.talkers.Load() == 0 {
		last += s.client.run.timeout // in which the caller waits for others
	}
	return last + s.client.run.timeout
}

// tick does what is due.
func (s *seat) tick(now time.Duration) {
	for s.in != nil {
		ev, ok := s.board.Expire(now)
		if !ok {
			break
		}
		s.expired(&ev)
	}
	switch {
	case s.in == nil && due(s.closeAt, now):
		s.conn.Close()
		s.free()
	case s.in == nil || !s.board.Open() || s.patience() > now:
	case now-s.patience() > s.client.run.timeout/10: // the generator itself stood still: what came meanwhile is read first
		s.heardAt = now
	default:
		s.outwaited()
	}
}

func (s *seat) me() *person { return &s.in.people[s.place] }
