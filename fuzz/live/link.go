package live

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// link is one connection, with what was said on it.
type link struct {
	on       place
	conn     net.Conn
	unwatch  func() bool // has the end of the run close it no more; nil: it was not opened
	stage    stage
	dialect  msnp.Dialect
	gone     error  // how it ended; nil: it has not
	nonsense string // what came that is no command, with errGrammar
	said     string // reason of a server's OUT, with "OUT" before it

	in     []byte // read and not parsed
	short  int    // bytes of in below which parsing is known to be in vain
	torn   int    // reads that ended within a word of a short line
	within bool   // the last one did
	heard  int    // commands
	size   int    // bytes read

	out     []byte      // sent and not parsed: the beginning of a command that the server waits for
	missing int         // bytes of payload that it waits for; 0: none
	lost    codec.Cause // the bytes sent are malformed for us: nobody can tell where the next command begins
	lostAt  string      // verb of the step that they were sent in
	strayed bool        // they were once
	ended   bool        // behind the last end of a line nothing was sent
	blank   bool        // a blank line was sent, or one of one byte
	trid    uint32      // last that was used
	numbers []uint32    // all numbers sent: what a server may take for a TrID
	asked   []question  // in the order they were sent
	kept    []byte      // memory of what was asked
	pngs    int         // sent
	qngs    int         // heard
	acks    []uint32    // TrIDs of messages sent as barriers
	acked   uint32      // the last of them that was answered
	code    int         // the last refusal
	doubt   bool        // something odd was sent since the last barrier: the server may be about to close
	odd     bool        // something was sent that no client sends at that stage
}

// question is a command as our own decoder reads what was sent: what a server is to answer.
type question struct {
	trid    uint32
	verb    codec.Verb
	stage   stage  // when it was sent
	raw     []byte // valid while the link is
	honest  bool
	answers int
	refused bool // by a number
}

// Limits of what a server may say.
const (
	maxHeard = 20_000   // commands on one connection, in one session
	maxSize  = 32 << 20 // bytes of them
	maxIn    = 1 << 20  // bytes of one command
	maxAsked = 4 * maxSteps
)

// errFlood ends a connection on which a server says more than any answer needs.
var errFlood = errors.New("more than any answer needs")

// fromServer is how a server's bytes are read: known habits of real servers pass (§1.1).
var fromServer = codec.Syntax{From: codec.FromServer, Refuse: codec.BareLF | codec.StrayCR}

// fromReal is how those of a server are read that takes lines of any length, and answers with them: no source states a
// limit (§1.1).
var fromReal = codec.Syntax{From: codec.FromServer, Refuse: codec.BareLF | codec.StrayCR, MaxLine: maxIn}

// fromClient is how a careful server reads.
var fromClient = codec.Syntax{From: codec.FromClient, Refuse: codec.StrayCR}

// write sends bytes at once. It notes what the server knows then.
func (l *link) write(b []byte, timeout time.Duration) {
	l.note(b)
	l.put(b, timeout)
}

// writeParts is write, cut at the given offsets, with pauses at the cuts.
func (l *link) writeParts(ctx context.Context, b []byte, st *step, timeout time.Duration) error {
	l.note(b)
	from := 0
	for _, at := range st.splits {
		if at <= from || at >= len(b) {
			continue
		}
		if !l.put(b[from:at], timeout) {
			return nil
		}
		from = at
		if err := pause(ctx, st.pause); err != nil {
			return err
		}
	}
	l.put(b[from:], timeout)
	return nil
}

// put writes what has been noted, and reports whether it was taken.
func (l *link) put(b []byte, timeout time.Duration) bool {
	if l.gone != nil {
		return false
	}
	_ = l.conn.SetWriteDeadline(time.Now().Add(timeout))
	if _, err := l.conn.Write(b); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			l.gone = errUnread
		}
		return false // what the server said before is still to be read, and so is the end
	}
	return true
}

// errUnread ends a connection whose server does not take what it is sent.
var errUnread = errors.New("the server does not read")

// note reads what is being sent as a server would.
func (l *link) note(b []byte) {
	l.count(b)
	l.ended = len(bytes.TrimLeft(b[bytes.LastIndexByte(b, '\n')+1:], "\r ")) == 0
	if l.lost != 0 {
		return
	}
	l.out = append(l.out, b...)
	rest := l.out
	for len(rest) > 0 {
		l.blank = l.blank || bytes.IndexByte(rest[:len(rest)-len(bytes.TrimLeft(rest, "\r\n "))], '\n') >= 0
		var c codec.Command
		n, err := fromClient.Parse(&c, rest)
		var syntax *codec.SyntaxError
		if errors.As(err, &syntax) {
			l.lost, l.strayed = syntax.Cause, true
			l.blank = l.blank || hasShortLine(rest) // for who reads a payload as lines
			l.out, l.missing = l.out[:0], 0
			return
		}
		if err != nil {
			l.missing = 0
			if bytes.IndexByte(bytes.TrimLeft(rest, "\r\n"), '\n') >= 0 {
				l.missing = n - len(rest)
			}
			break
		}
		l.ask(&c)
		l.missing = 0
		rest = rest[n:]
	}
	l.out = l.out[:copy(l.out, rest)]
}

// hasShortLine reports whether a line is blank, or has one byte: servers that get stuck behind one do so behind either.
func hasShortLine(b []byte) bool {
	for line := range bytes.Lines(b) {
		if bytes.HasSuffix(line, []byte("\n")) && len(bytes.TrimSpace(line)) <= 1 {
			return true
		}
	}
	return false
}

// ask notes a command that was sent.
func (l *link) ask(c *codec.Command) {
	if c.Verb == codec.PNG {
		l.pngs++
	}
	if len(l.asked) == maxAsked {
		return
	}
	from := len(l.kept)
	l.kept = append(l.kept, c.Raw()...)
	l.asked = append(l.asked, question{trid: c.TrID, verb: c.Verb, stage: l.stage, raw: l.kept[from:len(l.kept):len(l.kept)]})
}

// rest forgets what was asked, if everything is answered: clean clients stay signed in for many sessions.
func (l *link) rest() {
	owed := func(q question) bool { return q.verb != codec.PNG && q.answers == 0 && !q.refused }
	if l.pngs == l.qngs && !slices.ContainsFunc(l.asked, owed) {
		l.asked, l.kept, l.numbers, l.acks = l.asked[:0], l.kept[:0], l.numbers[:0], l.acks[:0]
	}
}

// count notes all numbers that were sent.
func (l *link) count(b []byte) {
	for i := 0; i < len(b); {
		if b[i] < '0' || b[i] > '9' {
			i++
			continue
		}
		n, j := uint64(0), i
		for ; j < len(b) && b[j] >= '0' && b[j] <= '9'; j++ {
			n = min(n*10+uint64(b[j]-'0'), 1<<40)
		}
		if n < 1<<32 && (i == 0 || b[i-1] == ' ') && !slices.Contains(l.numbers, uint32(n)) {
			l.numbers = append(l.numbers, uint32(n))
		}
		i = j
	}
}

// find returns the last question with a TrID; nil: there is none.
func (l *link) find(trid uint32) *question {
	for i := len(l.asked) - 1; i >= 0; i-- {
		if q := &l.asked[i]; q.trid == trid && q.verb != codec.PNG && q.verb != codec.OUT {
			return q
		}
	}
	return nil
}

// times is how many commands have a TrID.
func (l *link) times(trid uint32) (n int) {
	for i := range l.asked {
		if l.asked[i].trid == trid {
			n++
		}
	}
	return n
}

// read reads once, until a time. It reports false if nothing came until then.
func (l *link) read(until time.Time) bool {
	_ = l.conn.SetReadDeadline(until)
	l.in = slices.Grow(l.in, 4<<10)
	n, err := l.conn.Read(l.in[len(l.in):cap(l.in)])
	l.tear(l.in[len(l.in) : len(l.in)+n])
	l.in, l.size = l.in[:len(l.in)+n], l.size+n
	switch {
	case n > 0 && len(l.in) <= maxIn && l.size <= maxSize:
	case n > 0:
		l.gone = errFlood
	case errors.Is(err, os.ErrDeadlineExceeded):
		return false
	case err != nil:
		l.gone = err
	}
	return true
}

// shortLine is what no network takes to pieces, in bytes.
const shortLine = 100

// tear counts reads that end within a word of a short line: what is written byte by byte is known by them.
func (l *link) tear(chunk []byte) {
	if len(chunk) == 0 {
		return
	}
	if l.within && !bytes.ContainsAny(chunk[:1], " \r\n") {
		l.torn++
	}
	l.within = len(l.in) == 0 && len(chunk) < shortLine && bytes.IndexByte(chunk, '\n') < 0 && chunk[len(chunk)-1] != ' '
}

// closedBy reports whether an error is the plain end of a connection, by the other side.
func closedBy(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// What connections of TCP have beside what all have.
type (
	halfCloser interface{ CloseWrite() error }
	lingerer   interface{ SetLinger(sec int) error }
)

// end closes the connection as a step says. One that has no halves is closed as a whole.
func (l *link) end(act act) {
	if half, ok := l.conn.(halfCloser); ok && act == actShut {
		_ = half.CloseWrite()
		return
	}
	if tcp, ok := l.conn.(lingerer); ok && act == actReset {
		_ = tcp.SetLinger(0)
	}
	l.close()
	if l.gone == nil {
		l.gone = net.ErrClosed
	}
	l.stage = stageOver
}

// close closes the connection, if it was opened.
func (l *link) close() {
	if l.unwatch != nil {
		l.unwatch()
	}
	_ = l.conn.Close()
}
