package msnpcheck

import (
	"fmt"
	"strings"
	"time"

	"nudge/codec"
)

// framing are the rules of lines, TrIDs and payloads.
var framing = []check{
	{"crlf", "1.1", "every line of the server ends in CR LF, and has one space between words", inAll, func(t *trial) {
		p := t.enter(alice, func(p *peer) {
			p.syntax.Refuse = codec.BareLF | codec.StrayCR | codec.BlankLines | codec.SpaceRuns
		})
		p.sync()
	}},
	{"no-trailing-space", "1.1", "no line of the server ends in a space", inAll, func(t *trial) {
		p := t.synced(alice)
		for _, l := range p.lines {
			if strings.HasSuffix(l.text, " ") {
				t.settleFor(p, strings.TrimRight(l.text, " "), []variant{or("12.11 E, K", "LST ... || PRP ... || BPR ...")}, l.text, l.TrID)
			}
		}
	}},
	{"in-one-piece", "1.1", "a command is written at once, not byte by byte", inAll, func(t *trial) {
		p := t.enter(alice, func(*peer) {})
		p.sync()
		for range 20 {
			p.ping()
		}
		if p.torn > 1 {
			t.fail(p, "lines that arrive in one piece", fmt.Sprintf("%d of %d lines torn within a word", p.torn, len(p.lines)), "")
		}
	}},
	{"bare-lf", "1.1", "a line that ends in LF alone is taken", inAll, func(t *trial) {
		p := t.connect(alice)
		p.sent[1] = true
		q := &question{p: p, trid: 1, sent: "VER 1 " + t.dialect().String() + " (LF alone)"}
		p.write([]byte("VER 1 " + t.dialect().String() + " CVR0\n"))
		q.is("VER 1 ...")
	}},
	{"blank-line", "1.1", "an empty line is skipped, or ends the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.write([]byte("\r\n"))
		p.ask("CHG $ BSY %s", clientID).is("CHG $ BSY ... || (closed)", or("1.1 E", silence))
	}},
	{"in-pieces", "1.1", "a command that arrives in pieces is taken like any other", inAll, func(t *trial) {
		p := t.signIn(alice)
		q := p.inPieces(nil, "CHG $ BSY "+clientID)
		q.is("CHG $ BSY ...")
	}},
	{"payload-in-pieces", "1.3", "a payload that arrives in pieces is taken like any other", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		payload := text("in pieces")
		sb[0].inPieces(payload, fmt.Sprintf("MSG $ N %d", len(payload)))
		sb[1].hears(alice, payload)
	}},
	{"together", "1.1", "commands that arrive together are taken one after another", inAll, func(t *trial) {
		p := t.signIn(alice)
		first, second := p.next, p.next+1
		p.sent[first], p.sent[second] = true, true
		p.next += 2
		p.write(fmt.Appendf(nil, "CHG %d BSY %s\r\nCHG %d AWY %s\r\n", first, clientID, second, clientID))
		(&question{p: p, trid: first, sent: p.asked}).is("CHG $ BSY ...")
		(&question{p: p, trid: second, sent: p.asked}).is("CHG $ AWY ...")
	}},
	{"behind-payload", "1.3", "a command may stand right behind a payload, which has no line end of its own", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		first, second := text("first"), text("second")
		sb[0].write(fmt.Appendf(nil, "MSG 90 N %d\r\n%sMSG 91 N %d\r\n%s", len(first), first, len(second), second))
		sb[1].hears(alice, first)
		sb[1].hears(alice, second)
	}},
	{"line-end-in-payload", "1.3", "what looks like a command in a payload is none", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		payload := text("one\r\nOUT\r\nMSG 99 N 4\r\n")
		sb[0].say("A", payload).is("ACK $")
		sb[1].hears(alice, payload)
	}},
	{"payload-empty", "1.3", "a payload may have no bytes", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[0].say("N", nil)
		sb[0].say("N", text("behind it"))
		l := sb[1].expect(fmt.Sprintf("MSG %s * {number}", t.email(alice)))
		t.settleFor(sb[1], "MSG * * 0", []variant{or("12.38 E", "MSG * * {number}")}, l.text, 0)
	}},
	{"raw-utf-8", "1.5", "names may be sent in UTF-8 as it is, and mean what they mean", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.naming("\u00c4lice\u2603")).is(t.renamed("%C3%84lice%E2%98%83"))
	}},
	{"escape-invalid", "1.5", "a percent sign without two hex digits behind it stands for itself", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.naming("100%zz%2")).is(t.renamed("100%25zz%252"))
	}},
	{"long-line", "1.1", "a line of two kilobytes is taken", inAll, func(t *trial) {
		others := strings.Repeat(" "+strings.Repeat("MSNP99", 10), 32)
		t.connect(alice).ask("VER $ %s%s CVR0", t.dialect(), others).is("VER $ " + t.dialect().String() + " ...")
	}},
	{"payload-length", "1.3", "the length that is told is that of the payload, in bytes", inAll, func(t *trial) {
		p := t.enter(alice, func(*peer) {})
		content := p.mustProfile()
		if !strings.HasPrefix(strings.ToLower(string(content.Header("MIME-Version"))), "1.0") {
			t.fail(p, "a payload with MIME-Version: 1.0", printable(content.Header("MIME-Version")), "")
		}
		p.ping() // what stands behind it is a command
	}},
	{"length-in-bytes", "1.3", "lengths count bytes and not characters", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		payload := text("\u00e4\u00f6\u00fc \u4f60\u597d")
		sb[0].say("N", payload)
		sb[1].expect(fmt.Sprintf("MSG %s * %d", t.email(alice), len(payload)))
	}},
	{"trid", "1.2", "a reply has the TrID of its command", inAll, func(t *trial) {
		p := t.connect(alice)
		p.next = 1000
		p.versions()
		p.ask("USR $ TWN I %s", t.email(alice)).is("USR $ ... || XFR $ ...")
	}},
	{"trid-unasked", "1.2", "what nobody asked for has no TrID, or 0", inAll, func(t *trial) {
		a, b := t.watched()
		sent := len(b.lines)
		a.ask("CHG $ BSY " + clientID).is("CHG $ BSY ...")
		b.expect("NLN BSY " + t.email(alice) + " ...")
		b.barrier()
		for _, l := range b.lines[sent:] {
			if l.HasTrID() && l.TrID != 0 {
				t.fail(b, "no TrID", l.text, "")
			}
		}
	}},
}

// inPieces sends a line, and perhaps a payload, byte by byte.
func (p *peer) inPieces(payload []byte, format string) *question {
	id := p.next
	p.next++
	p.sent[id] = true
	all := append([]byte(strings.Replace(format, "$", fmt.Sprint(id), 1)+"\r\n"), payload...)
	for i := range all {
		_ = p.conn.SetWriteDeadline(time.Now().Add(p.t.cfg.Timeout))
		if _, err := p.conn.Write(all[i : i+1]); err != nil {
			break // what the server says of it is read
		}
	}
	p.asked, p.t.last = command(all)+" (byte by byte)", p
	p.t.note(p, true, all)
	return &question{p: p, trid: id, at: len(p.lines), sent: p.asked}
}
