package msnpcheck

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
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
	buf    []byte // read and not parsed
	reads  int    // that brought something
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
	maxLines = 20_000 // commands of one connection
	maxRead  = 1 << 20
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

// read takes in the next command. It reports false when none came before the
// time, or none will come: end tells.
func (p *peer) read(until time.Time) bool {
	for {
		if p.parse() {
			return true
		}
		if p.end != nil || len(p.lines) > maxLines {
			return false
		}
		_ = p.conn.SetReadDeadline(until)
		chunk := make([]byte, 4096)
		n, err := p.conn.Read(chunk)
		if n > 0 {
			p.reads++
		}
		if p.buf = append(p.buf, chunk[:n]...); len(p.buf) > maxRead {
			p.t.fail(p, "a command that ends", printable(p.buf[:200])+" and more, a MiB in all", "")
		}
		switch {
		case n > 0:
		case errors.Is(err, os.ErrDeadlineExceeded):
			return false
		case err != nil:
			p.end = err
			p.t.noted(p, closed, err)
		}
	}
}

// parse takes one command out of what was read.
func (p *peer) parse() bool {
	l := &line{at: time.Now()}
	n, err := p.syntax.Parse(&l.Command, p.buf)
	if errors.Is(err, codec.ErrShort) {
		return false
	}
	if err != nil && p.echoed() {
		return true
	}
	if err != nil {
		p.t.note(p, false, p.buf)
		p.t.fail(p, aCommand, firstLine(p.buf), err.Error()+p.afterPayload())
	}
	raw := bytes.Clone(p.buf[:n])
	p.buf = p.buf[n:]
	_, _ = p.syntax.Parse(&l.Command, raw) // as before, in memory of its own
	l.text = string(l.Line())
	p.lines = append(p.lines, l)
	p.t.note(p, false, raw)
	if l.HasTrID() && l.TrID != 0 && !p.sent[l.TrID] {
		p.t.fail(p, aReply, l.text, fmt.Sprintf("the TrID %d was never sent on this connection", l.TrID))
	}
	p.track(l)
	if l.Verb == codec.CHL && !p.mute && p.online {
		p.solve(l)
	}
	return true
}

// echoed takes a line that has the TrID which a check made up and is no number.
func (p *peer) echoed() bool {
	text, rest, whole := bytes.Cut(p.buf, []byte("\n"))
	words := strings.Fields(string(text))
	if !whole || p.odd == "" || len(words) < 2 || words[1] != p.odd {
		return false
	}
	p.t.note(p, false, p.buf[:len(p.buf)-len(rest)])
	p.lines = append(p.lines, &line{text: strings.TrimSuffix(string(text), "\r"), at: time.Now()})
	p.buf = rest
	return true
}

// track keeps the roster as edits leave it, one's own and those of others.
func (p *peer) track(l *line) {
	if !p.live {
		return
	}
	var asked *codec.Command
	if raw := p.edited[l.TrID]; raw != nil && l.HasTrID() {
		asked = new(codec.Command)
		if _, err := (&codec.Syntax{From: codec.FromClient}).Parse(asked, raw); err != nil {
			return // one that a check sent to be refused
		}
		if l.Verb == codec.REA && strings.EqualFold(string(asked.Arg(0)), p.t.email(p.who)) {
			p.named = string(asked.Arg(1))
		}
	} else if l.HasTrID() && l.TrID != 0 {
		return
	}
	_ = p.roster.Apply(&l.Command, asked, p.t.dialect()) // what can't be read is for the check to say
}

// afterPayload says what makes bytes look wrong that are not: the length before.
func (p *peer) afterPayload() string {
	if len(p.lines) == 0 {
		return ""
	}
	last := p.lines[len(p.lines)-1]
	if n := len(last.Payload()); n > 0 {
		return fmt.Sprintf("; it stands behind the payload of %q, which may have more or fewer than %d bytes", last.text, n)
	}
	return ""
}

// Product id and key for challenges (§7.2).
const product, productKey = "msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5"

// solve answers a challenge.
func (p *peer) solve(l *line) {
	l.used = true
	p.aside(func() {
		r := msnp.ChallengeResponse(l.Arg(0), productKey)
		p.sendWith(r[:], "QRY $ %s %d", product, len(r))
	})
}

// aside says something that no failure is to name.
func (p *peer) aside(say func()) {
	asked, last := p.asked, p.t.last
	say()
	p.asked, p.t.last = asked, last
}

// find returns the first line that was not used and is wanted, reading on until
// then; nil if none came in time.
func (p *peer) find(wait time.Duration, wanted func(l *line) bool) *line {
	until := time.Now().Add(wait)
	for i := p.from; ; i++ {
		for i >= len(p.lines) {
			if !p.read(until) {
				return nil
			}
		}
		if l := p.lines[i]; !l.used && wanted(l) {
			l.used = true
			return l
		}
	}
}

// expect returns the next line that is as a pattern says. Others stay for later.
func (p *peer) expect(pattern string, alts ...variant) *line {
	patterns := strings.Split(pattern, orElse)
	for _, v := range alts {
		patterns = append(patterns, strings.Split(v.pattern, orElse)...)
	}
	nearest, most := "", 0
	l := p.find(p.t.cfg.Timeout, func(l *line) bool {
		for _, one := range patterns {
			if differs(one, l.text, l.TrID) == "" {
				return true
			}
			if n := likeness(one, l.text); n >= most {
				nearest, most = l.text, n
			}
		}
		return false
	})
	if l == nil {
		got, why := p.ending(), ""
		if most > 0 {
			got, why = nearest, differs(patterns[0], nearest, 0)
		}
		p.t.fail(p, pattern, got, why)
	}
	p.t.settleFor(p, pattern, alts, l.text, l.TrID)
	return l
}

// ending says for people why nothing more came.
func (p *peer) ending() string {
	switch {
	case p.end == nil:
		return fmt.Sprintf("nothing in %v%s", p.t.cfg.Timeout, p.begun())
	case len(p.buf) > 0:
		return "the connection closed within a command, behind " + printable(p.buf[:min(len(p.buf), maxShown)])
	case errors.Is(p.end, io.EOF):
		return "the connection closed"
	}
	return "the connection lost: " + plain(p.end)
}

// begun tells of a command that has not come to its end; "": there is none.
func (p *peer) begun() string {
	line, payload, whole := bytes.Cut(p.buf, []byte("\n"))
	switch {
	case len(p.buf) == 0:
		return ""
	case whole && len(bytes.TrimSpace(line)) == 0:
		return "; an empty line" + p.afterPayload()
	case !whole:
		return "; this has no end: " + printable(line)
	}
	return fmt.Sprintf("; of the payload of %q only %d bytes have come", bytes.TrimSuffix(line, []byte("\r")), len(payload))
}

// plain is what an error of a connection says without the addresses.
func plain(err error) string {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return plain(op.Err)
	}
	if call := (*os.SyscallError)(nil); errors.As(err, &call) {
		return call.Err.Error()
	}
	return err.Error()
}

// none fails if anything comes, or came and was not used, that is as one of the
// patterns says.
func (p *peer) none(patterns ...string) {
	p.barrier()
	for _, l := range p.lines[p.from:] {
		for _, pattern := range patterns {
			if !l.used && differs(pattern, l.text, l.TrID) == "" {
				p.t.fail(p, "no "+pattern, l.text, "")
			}
		}
	}
}

// barrier reads what is under way: for a short while, and until a PNG is answered
// where one may be sent.
func (p *peer) barrier() {
	p.listen(p.t.cfg.Quiet)
	if p.online && p.end == nil {
		p.ping()
	}
}

// listen reads for a while.
func (p *peer) listen(wait time.Duration) {
	for until := time.Now().Add(wait); p.read(until); {
	}
}

// ping reports whether PNG was answered.
func (p *peer) ping() bool {
	p.aside(func() { p.write([]byte("PNG\r\n")) })
	return p.find(p.t.cfg.Timeout, func(l *line) bool { return l.Verb == codec.QNG }) != nil
}

// forget drops what came and was not used.
func (p *peer) forget() { p.from = len(p.lines) }

// closes fails if the server does not close the connection.
func (p *peer) closes() {
	p.listen(p.t.cfg.Timeout)
	if p.end == nil {
		p.t.fail(p, closed, "the connection stays open", "")
	}
}

// close ends the connection in order.
func (p *peer) close() {
	if p.end == nil {
		p.write([]byte("OUT\r\n"))
		for until := time.Now().Add(p.t.cfg.Timeout); p.drained(until); {
		}
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
