package msnpcheck

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// errFlood ends a connection on which a server says more than any answer needs.
var errFlood = fmt.Errorf("more than %d commands, or %d MiB, on one connection", maxLines, maxTotal>>20)

// read takes in the next command. It reports false when none came before the
// time, or none will come: end tells.
func (p *peer) read(until time.Time) bool {
	for {
		switch {
		case len(p.lines) >= maxLines || p.total > maxTotal:
			p.end = cmp.Or(p.end, errFlood)
			return false
		case p.parse():
			return true
		case p.end != nil:
			return false
		}
		_ = p.conn.SetReadDeadline(until)
		chunk := make([]byte, 4096)
		n, err := p.conn.Read(chunk)
		p.tear(chunk[:n])
		p.total += n
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

// shortLine is what no network takes to pieces, in bytes.
const shortLine = 100

// tear counts the short lines that come in pieces. What is written in parts that
// are words is left alone; what is written byte by byte is known by words that go on.
func (p *peer) tear(chunk []byte) {
	if len(chunk) == 0 {
		return
	}
	if p.within && !bytes.ContainsAny(chunk[:1], " \r\n") {
		p.torn++
	}
	p.within = len(p.buf) == 0 && len(chunk) < shortLine && !bytes.ContainsAny(chunk, "\n") && chunk[len(chunk)-1] != ' '
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
