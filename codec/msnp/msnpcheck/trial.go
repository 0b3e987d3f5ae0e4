package msnpcheck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// trial is one check being made. What it finds ends it, by a panic that Run
// takes: a rule is a line of a check, and the first that is broken is the result.
type trial struct {
	ctx       context.Context
	cfg       *Config
	mode      Mode
	members   []*member // whose accounts it may use
	run       *running
	result    *Result
	peers     []*peer
	preparing int // depth of what is done only so that the check can be made
	began     time.Time
	last      *peer // that said something; nil: none has
}

// member is an account in the hands of one check after another.
type member struct {
	Account
	known bool        // it was looked at, and base is true
	base  msnp.Roster // as it is to be left
	name  string      // in MSNP8 and MSNP9: as it is to be left, as it came
	dirty bool        // edited since
}

// The accounts of a trial.
const (
	alice = iota
	bob
	carol
)

var people = [AccountsPerCheck]string{"alice", "bob", "carol"}

// over is the panic that ends a trial: its result is there.
type over struct{}

// fail ends the trial: want and got in the words of the protocol, why in those
// of people. While the check is only prepared it is skipped.
func (t *trial) fail(p *peer, want, got, why string) {
	switch {
	case got == "":
		got = "nothing"
	case strings.HasSuffix(got, " "):
		got = fmt.Sprintf("%q", got)
	}
	r := t.result
	r.Status, r.On, r.Sent, r.Want, r.Got, r.Why = Fail, p.label, t.sent(p), t.words(want, p), t.words(got, p), why
	if t.preparing > 0 {
		r.Status, r.Missing = Skip, fmt.Sprintf("could not be prepared: to %s came %s, wanted was %s", r.Sent, r.Got, r.Want)
		if p.alone() {
			r.Missing = r.Sent + ": " + r.Got
		}
	}
	panic(over{})
}

// sent is what was said last: what comes to a connection, or does not, may be the
// consequence of what was said on another.
func (t *trial) sent(p *peer) string {
	if t.last == nil || t.last == p || p.alone() {
		return masked(p.asked)
	}
	return masked(t.last.asked) + " on " + t.last.label
}

// skip ends the trial, since something is missing.
func (t *trial) skip(format string, args ...any) {
	t.result.Status = Skip
	t.result.Missing = fmt.Sprintf(format, args...)
	panic(over{})
}

// words has the endings in plain words, and the number for $ where there is one.
func (t *trial) words(pattern string, p *peer) string {
	pattern = strings.ReplaceAll(pattern, orElse, " or ")
	pattern = strings.ReplaceAll(pattern, closed, "the connection closed")
	return strings.ReplaceAll(pattern, silence, unanswered)
}

// settleFor compares an answer with what is wanted, then with what is known of
// servers. Nothing happens if it is right.
func (t *trial) settleFor(p *peer, want string, alts []variant, got string, trid uint32) {
	why := ""
	for _, one := range strings.Split(want, orElse) {
		if why = differs(one, got, trid); why == "" {
			return
		}
	}
	if got == closed || strings.HasPrefix(got, unanswered) || got == silence || strings.Contains(want, orElse) || want == closed || want == silence {
		why = ""
	}
	shown := strings.ReplaceAll(want, "$", fmt.Sprint(trid))
	for _, v := range alts {
		for _, one := range strings.Split(v.pattern, orElse) {
			if differs(one, got, trid) == "" {
				t.known(p, v.entry, shown, got)
				return
			}
		}
	}
	if got == closed {
		got = p.ending()
	}
	t.fail(p, shown, got, why)
}

// unanswered is silence in plain words.
const unanswered = "no answer"

// known notes a divergence that the page knows: a warning where real servers are
// to be served, else a failure that names it.
func (t *trial) known(p *peer, entry, want, got string) {
	r := t.result
	if r.Known == "" {
		r.Known, r.On, r.Sent, r.Want, r.Got = entry, p.label, t.sent(p), t.words(want, p), t.words(got, p)
	}
	if t.preparing > 0 {
		r.Known = ""
		return
	}
	if t.cfg.Profile == Strict {
		t.fail(p, want, got, "§"+entry+" does that too")
	}
	r.Status = Warn
}

// prepare runs what the check needs; what goes wrong there skips it.
func (t *trial) prepare(f func()) {
	t.preparing++
	f()
	t.preparing--
}

// alone reports whether what was done last was no command.
func (p *peer) alone() bool {
	return strings.HasPrefix(p.asked, connecting) || strings.HasPrefix(p.asked, ticketing)
}

// email is the address of an account of the trial.
func (t *trial) email(who int) string { return t.members[who].Email }

// What is done besides commands, as it is told.
const (
	connecting = "connecting to "
	ticketing  = "asking Passport for a ticket of "
)

// dial opens a connection.
func (t *trial) dial(addr, label string, who int) *peer {
	p := &peer{t: t, addr: addr, who: who, label: label, next: 1, sent: map[uint32]bool{0: true}, edited: map[uint32][]byte{}}
	ctx, cancel := context.WithTimeout(t.ctx, t.cfg.Timeout)
	defer cancel()
	conn, err := t.cfg.DialContext(ctx, "tcp", addr)
	if err != nil {
		p.asked = connecting + addr
		t.fail(p, "a connection", plain(err), "")
	}
	p.conn = conn
	t.peers = append(t.peers, p)
	t.noted(p, "connected to "+addr, nil)
	return p
}

// hangUp ends all connections, conversations first.
func (t *trial) hangUp() {
	for i := len(t.peers) - 1; i >= 0; i-- {
		if !errors.Is(t.peers[i].end, net.ErrClosed) {
			t.peers[i].close()
		}
	}
}

// Bounds of what a report shows.
const (
	maxShown = 300 // bytes of one thing
	maxNotes = 400 // lines of a conversation
)

// note keeps what was said for the report, a line for each line.
func (t *trial) note(p *peer, client bool, b []byte) {
	by := "S"
	if client {
		by = "C"
	}
	text := command(b)
	if client {
		text = masked(text)
	}
	t.addNote(Said{Since: time.Since(t.began), On: p.label, By: by, Text: text})
}

// noted keeps an event of the connection.
func (t *trial) noted(p *peer, what string, err error) {
	if err != nil {
		what = strings.Trim(what, "()") + ": " + plain(err)
	}
	t.addNote(Said{Since: time.Since(t.began), On: p.label, By: "-", Text: what})
}

func (t *trial) addNote(s Said) {
	if len(t.result.Conversation) < maxNotes {
		t.result.Conversation = append(t.result.Conversation, s)
	}
}

// command shows one with its payload, if it has one.
func command(b []byte) string {
	line, payload, _ := bytes.Cut(b, []byte("\n"))
	text := printable(bytes.TrimSuffix(line, []byte("\r")))
	if len(payload) > 0 {
		text += fmt.Sprintf("  + %d bytes: %s", len(payload), printable(payload))
	}
	return text
}

// firstLine shows the first line of bytes.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return printable(line)
}

// masked hides a ticket.
func masked(text string) string {
	words := strings.SplitN(text, " ", 5)
	if len(words) == 5 && words[0] == "USR" && words[2] == "TWN" && words[3] == "S" {
		return strings.Join(words[:4], " ") + " (ticket)"
	}
	return text
}

// printable shows bytes in a line, those that are not text escaped.
func printable(b []byte) string {
	cut := ""
	if len(b) > maxShown {
		b, cut = b[:maxShown], fmt.Sprintf("... (%d bytes)", len(b))
	}
	q := fmt.Sprintf("%q", b)
	return strings.ReplaceAll(strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`), `\\`, `\`) + cut
}

// dialect is what was agreed on.
func (t *trial) dialect() msnp.Dialect { return t.cfg.Dialect }

// escape is for names in commands.
func escape(s string) string { return codec.Escape(s) }
