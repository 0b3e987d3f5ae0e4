package msnpcheck

import (
	"fmt"
	"strings"

	"nudge/codec"
)

// question is a command that was sent, and whose answer is to be looked at.
type question struct {
	p    *peer
	trid uint32
	at   int // lines that had come before
	sent string
}

// variant is an answer that a known server gives against the rule: an entry of
// §12, such as "12.19 E, K", and the pattern.
type variant struct{ entry, pattern string }

func or(entry, pattern string) variant { return variant{entry, pattern} }

// ask sends a line and returns the question of its answer.
func (p *peer) ask(format string, args ...any) *question { return p.askWith(nil, format, args...) }

// askWith asks with a payload.
func (p *peer) askWith(payload []byte, format string, args ...any) *question {
	q := &question{p: p, at: len(p.lines)}
	q.trid = p.sendWith(payload, format, args...)
	q.sent = p.asked
	return q
}

// is fails if the answer is not as the pattern says: a command, or one of the
// endings closed and silence. It returns the command, nil for an ending.
func (q *question) is(want string, alts ...variant) *line {
	p := q.p
	quiet := strings.Contains(want, closed) || strings.Contains(want, silence)
	for _, v := range alts {
		quiet = quiet || strings.Contains(v.pattern, closed) || strings.Contains(v.pattern, silence)
	}
	l, got := q.answer(quiet)
	text := got
	switch {
	case l != nil:
		text = l.text
	case got == silence && !quiet:
		text = fmt.Sprintf("%s in %v%s", unanswered, p.t.cfg.Timeout, p.begun())
	}
	p.asked, p.t.last = q.sent, p
	p.t.settleFor(p, want, alts, text, q.trid)
	return l
}

// answer waits for what bears the TrID. Without it, got is the ending.
func (q *question) answer(quiet bool) (l *line, got string) {
	p := q.p
	switch {
	case !quiet:
		l = p.awaiting(q.sent, q.answers)
	case p.online || p.onBoard():
		l = p.find(min(p.t.cfg.Timeout, p.t.cfg.Quiet), q.answers)
	default:
		l = p.find(p.t.cfg.Timeout, q.answers)
	}
	if l == nil && quiet && p.online && p.end == nil {
		p.ping()
		l = p.find(0, q.answers)
	}
	switch {
	case l != nil:
		return l, ""
	case p.end != nil:
		return nil, closed
	}
	return nil, silence
}

// answers reports whether a line has the TrID, and is no notification that has it
// as well.
func (q *question) answers(l *line) bool {
	switch {
	case l.Verb == codec.ILN || l.Verb == codec.IRO:
		return false
	case q.trid == 0 && q.p.odd != "":
		return strings.Contains(l.text, " "+q.p.odd)
	}
	return l.HasTrID() && l.TrID == q.trid && q.trid != 0
}

// onBoard reports whether the connection is one to a switchboard.
func (p *peer) onBoard() bool { return strings.HasSuffix(p.label, boardLabel) }
