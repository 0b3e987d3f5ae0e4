//go:build !parsers

package fuzz

import (
	"bytes"
	"slices"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// play is a server with those who talk to it.
type play struct {
	choices
	srv      *msnptest.Server
	party    [players]*party
	stranger *party
	grammar  grammar
	l        codec.Line // being written
	buf      []byte     // its memory
	said     []byte     // a message
	bytes    int        // written so far
	answered int        // replies
	named    bool       // somebody wrote the stranger's number, so that it may hear of that
	leaked   bool       // somebody wrote the mark on a notification connection
}

// party is one client with its connections, and what it was told.
type party struct {
	play         *play
	number       int
	dialect      string
	step         int // of the sign-in
	notification line
	switchboard  line
	cookie, ring []byte // for a switchboard: of XFR; of RNG
	session      []byte // that of ring
	challenge    []byte
	group        []byte
	disturbed    bool // heard what is no reply
}

// line is a connection of a party, with both sides of what passed.
type line struct {
	*wire
	owner  *party
	role   msnptest.Role
	given  []byte
	parsed int      // bytes of given that commands were found in
	heard  int      // bytes of out that were looked at
	trID   uint32   // the last one
	open   []uint32 // TrIDs that were sent and not answered
}

var dialects = [...]string{"MSNP10", "MSNP9", "MSNP8"}

func newParty(p *play, number int) *party {
	m := &party{play: p, number: number, dialect: dialects[0]}
	m.notification = line{owner: m, role: msnptest.Notification}
	m.switchboard = line{owner: m, role: msnptest.Switchboard}
	return m
}

// say writes on a line, which is opened if it is not, and looks at whatever all have heard then.
func (p *play) say(l *line, b []byte) {
	if l.wire == nil {
		l.wire = connect(p.srv, l.role)
		if l.over {
			fail("the server turned a connection away")
		}
	}
	p.bytes += len(b)
	before := max(len(l.given)-len(mark), 0)
	l.given = append(l.given, b...)
	p.named = p.named || l.owner != p.stranger && bytes.Contains(l.given[before:], strangerNumber)
	p.leaked = p.leaked || l.role == msnptest.Notification && bytes.Contains(l.given[before:], mark)
	l.note()
	l.give(b)
	p.listen()
}

// note remembers the TrIDs of what has been written, as the server reads it.
func (l *line) note() {
	s := codec.Syntax{From: codec.FromClient, Refuse: codec.StrayCR}
	var c codec.Command
	for l.parsed < len(l.given) {
		n, err := s.Parse(&c, l.given[l.parsed:])
		if err != nil {
			return // an error is for good: nothing behind it is read
		}
		l.parsed += n
		if c.HasTrID() && c.TrID != 0 {
			l.open = append(l.open, c.TrID)
		}
	}
}

// listen looks at what the server has written to anybody, and hangs up what it has closed.
func (p *play) listen() {
	for _, m := range p.party {
		if m != nil {
			m.notification.listen()
			m.switchboard.listen()
		}
	}
	p.stranger.notification.listen()
}

func (l *line) listen() {
	if l.wire == nil {
		return
	}
	s := codec.Syntax{From: codec.FromServer, Refuse: codec.AllLeniencies}
	var c codec.Command
	for l.heard < len(l.out) {
		n, err := s.Parse(&c, l.out[l.heard:])
		if err != nil {
			fail("the server wrote %q, which gives %v; it was told %q", l.out[l.heard:], err, l.given)
		}
		l.heard += n
		l.hear(&c)
	}
	if l.closed {
		l.owner.play.hangUp(l)
	}
}

// hear checks one command of the server and keeps what it told.
func (l *line) hear(c *codec.Command) {
	m := l.owner
	if c.HasTrID() && c.TrID != 0 {
		i := slices.Index(l.open, c.TrID)
		switch {
		case c.Verb == codec.ILN || c.Verb == codec.IRO: // any number of them before or after the reply
			if i < 0 && !l.sent(c.TrID) {
				fail("%q has a TrID that was never sent: %q", c.Raw(), l.given)
			}
		case i < 0:
			fail("%q answers what was not asked, or was answered before: %q", c.Raw(), l.given)
		default:
			l.open = slices.Delete(l.open, i, i+1)
			m.play.answered++
		}
	} else if c.Verb != codec.QNG {
		m.disturbed = true
	}
	switch {
	case l.role == msnptest.Notification && bytes.Contains(c.Raw(), mark) && !m.play.leaked:
		fail("a conversation is heard on a notification connection: %q", c.Raw())
	case c.Verb == codec.XFR && c.NArgs() == 4:
		m.cookie = bytes.Clone(c.Arg(3))
	case c.Verb == codec.RNG:
		m.session, m.ring = bytes.Clone(c.Arg(0)), bytes.Clone(c.Arg(3))
	case c.Verb == codec.CHL:
		m.challenge = bytes.Clone(c.Arg(0))
	case c.Verb == codec.ADG && c.NArgs() > 1:
		m.group = bytes.Clone(c.Arg(1))
	}
}

// sent reports whether a TrID was ever sent on the line.
func (l *line) sent(id uint32) bool {
	s := codec.Syntax{From: codec.FromClient, Refuse: codec.StrayCR}
	var c codec.Command
	for rest := l.given[:l.parsed]; len(rest) > 0; {
		n, err := s.Parse(&c, rest)
		if err != nil {
			break
		}
		if c.TrID == id {
			return true
		}
		rest = rest[n:]
	}
	return false
}

// mark is in what is said in conversations, and nowhere else.
var mark = []byte("\x02said\x03")

var strangerNumber = []byte("00007")

// hangUp ends a line from the client's side, if it is open. Another may be opened in its place.
func (p *play) hangUp(l *line) {
	if l.wire == nil {
		return
	}
	w := l.wire
	w.hangUp()
	if l.role == msnptest.Notification {
		l.owner.step = 0
	}
	*l = line{owner: l.owner, role: l.role}
}

// signIn does all of a sign-in as it ought to be (§3.1).
func (p *play) signIn(m *party) {
	for range signInSteps {
		p.signInStep(m)
	}
	m.disturbed = false
}

const signInSteps = 6

// signInStep writes the next command of a sign-in.
func (p *play) signInStep(m *party) {
	l := &m.notification
	m.step++
	l.trID++
	switch m.step {
	case 1:
		p.begin(codec.VER, l).Arg(m.dialect).Arg("CVR0")
	case 2:
		p.begin(codec.CVR, l).Arg("0x0409").Arg("winnt").Arg("5.1").Arg("i386").Arg("MSNMSGR").Arg("6.1.0211").Arg("MSMSGS").Arg(addresses[m.number])
	case 3:
		p.begin(codec.USR, l).Arg("TWN").Arg("I").Arg(addresses[m.number])
	case 4:
		p.begin(codec.USR, l).Arg("TWN").Arg("S").Arg("t=" + addresses[m.number])
	case 5:
		p.begin(codec.SYN, l).Arg("0")
		if m.dialect == dialects[0] {
			p.l.Arg("0")
		}
	default:
		p.begin(codec.CHG, l).Arg("NLN").Uint(msnp.DefaultClientID)
	}
	p.send(l)
}

// begin starts a command with the next TrID of a line.
func (p *play) begin(v codec.Verb, l *line) *codec.Line {
	p.l = codec.Begin(p.buf[:0], v)
	return p.l.TrID(l.trID)
}

// send ends the command that was begun, and writes it, perhaps with a change to it.
func (p *play) send(l *line) {
	b, err := p.l.End()
	p.write(l, b, err)
}

// write gives a command to the server, unless it could not be made.
func (p *play) write(l *line, b []byte, err error) {
	p.buf = b
	if err != nil {
		return // what the server told is nothing to be said again
	}
	p.say(l, b)
}
