package msnpcheck

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// peer is one connection of a trial to the server.
type peer struct {
	t      *trial
	who    int    // number of the account in the trial; -1: none yet
	addr   string // that was dialled
	label  string // for reports
	conn   net.Conn
	syntax codec.Syntax
	total  int    // bytes read
	buf    []byte // read and not parsed
	torn   int    // short lines of which a read brought no more than a part that ends within a word
	within bool   // the last read brought such a part, if the word goes on
	lines  []*line
	from   int // lines before that are forgotten
	next   uint32
	sent   map[uint32]bool   // TrIDs used
	asked  string            // last that was said
	end    error             // how the connection ended; nil: open
	online bool              // has signed in at a notification server: PNG may be sent
	mute   bool              // challenges are not answered
	named  string            // of MSNP8 and MSNP9: the account's name, as USR OK told it
	roster msnp.Roster       // as the last SYN told it, and edits since
	live   bool              // there was one
	odd    string            // the last TrID used that is no number
	edited map[uint32][]byte // edits that were sent, by TrID
}

// line is one command of the server.
type line struct {
	codec.Command
	text string // without its end
	at   time.Time
	used bool // as an answer, or as something expected
}

// arg returns the i-th argument behind the TrID.
func (l *line) arg(i int) string { return string(l.Arg(i)) }

const (
	maxLines = 20_000   // commands of one connection
	maxRead  = 1 << 20  // bytes of one command
	maxTotal = 16 << 20 // bytes of one connection
)

// What is wanted of whatever the server says.
const (
	aCommand = "a command of a server"
	aReply   = "a reply with a TrID that was sent"
)

// write sends bytes as they are.
func (p *peer) write(b []byte) {
	p.t.note(p, true, b)
	p.asked, p.t.last = command(b), p
	_ = p.conn.SetWriteDeadline(time.Now().Add(p.t.cfg.Timeout)) // a connection that has none ends by its peer
	if _, err := p.conn.Write(b); err != nil && p.end == nil && !errors.Is(err, io.ErrClosedPipe) && !isGone(err) {
		p.end = err
	}
}

// isGone reports whether the other side has closed: what it said before that is
// still to be read.
func isGone(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "write"
}

// send sends a line, in which $ stands for the next TrID. The TrID is 0 if there
// is none.
func (p *peer) send(format string, args ...any) uint32 {
	return p.sendWith(nil, format, args...)
}

// sendWith sends a line with a payload.
func (p *peer) sendWith(payload []byte, format string, args ...any) uint32 {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	words := strings.Split(text, " ")
	var id uint32
	if len(words) > 1 {
		switch n, ok := codec.ParseUint([]byte(words[1])); {
		case words[1] == "$":
			id = p.next
			p.next++
			words[1] = fmt.Sprint(id)
		case ok:
			id = n
		default:
			p.odd = words[1]
		}
	}
	p.sent[id] = true
	raw := append([]byte(strings.Join(words, " ")+"\r\n"), payload...)
	if p.who >= 0 && slices.Contains(edits, words[0]) {
		p.t.members[p.who].dirty = true
		p.edited[id] = raw
	}
	p.write(raw)
	return id
}

// edits are the verbs after which an account has to be put back.
var edits = []string{"ADC", "ADD", "REM", "ADG", "REG", "RMG", "SBP", "PRP", "GTC", "BLP", "REA"}

// close ends the connection in order.
func (p *peer) close() {
	if p.end == nil {
		p.write([]byte("OUT\r\n"))
		until := time.Now().Add(p.t.left("OUT"))
		for n := 0; n < maxRead && p.drained(until); n += 4096 {
		}
		p.t.heard("OUT", time.Now().Before(until))
	}
	p.drop()
}

// drop ends the connection without a word.
func (p *peer) drop() {
	_ = p.conn.Close()
	p.end = errors.Join(p.end, net.ErrClosed)
}

// drained reads and forgets; false at the end.
func (p *peer) drained(until time.Time) bool {
	_ = p.conn.SetReadDeadline(until)
	n, err := p.conn.Read(make([]byte, 4096))
	return n > 0 && err == nil
}
