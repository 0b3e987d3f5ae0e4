package live

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"nudge/codec"
)

// judge says what comes of an answer, of the end of the connection, or of neither.
func (a *actor) judge(l *link, s *sent, answered bool) bool {
	switch {
	case a.b.verdict != nil:
		return false
	case l.gone != nil:
		return a.ended(l, s)
	case !answered && a.readOn(l, s):
		s.odd = true
		return a.b.verdict == nil
	case !answered:
		a.stuck(l, s, "no answer in %v, though nothing is missing of what was sent", a.b.patience())
		return false
	}
	l.doubt = l.doubt && l.stage < stageSignedIn
	a.compareLists(l)
	if why := a.mustEnd(l, s); why != "" {
		if a.await(l, quietWait, func() bool { return false }); l.gone == nil {
			a.b.find(a, l, Open, s.verb, "%s, and the connection goes on", why)
		}
		return false
	}
	return a.b.verdict == nil
}

// stuck finds a server that does not answer, and ends the connection for us. One that has been sent a blank line is stuck
// behind that, whatever came next.
func (a *actor) stuck(l *link, s *sent, format string, args ...any) {
	l.gone = errStuck
	verb, detail := cmp.Or(l.lostAt, s.verb), fmt.Sprintf(format, args...)
	if l.blank {
		verb, detail = blankLine, fmt.Sprintf("no answer in %v behind a line that is blank or has one byte (§1.1)", a.b.patience())
	}
	alone := a == a.b.main && !a.b.tidying && a.b.answers(a.b.peer)
	if alone {
		detail += "; other connections are served"
	}
	a.b.note(&Verdict{Class: Hang, State: a.stateOf(l.stage), Verb: verb, Detail: detail, At: a.b.at, alone: alone})
}

// errStuck ends a connection on which the server does not answer any more.
var errStuck = errors.New("no answer")

// answers reports whether a clean client is served, and finds nothing if it is not.
func (b *bench) answers(a *actor) bool {
	verdict := b.verdict
	defer func() { b.verdict = verdict }()
	return b.hear(a)
}

// blankLine stands for a verb where a line has none.
const blankLine = "(blank line)"

// mustEnd says why a server has to close the connection (§3.1, §3.2, §3.4, §7.3); "": it has not.
func (a *actor) mustEnd(l *link, s *sent) string {
	if s.from >= len(l.asked) {
		return ""
	}
	q := &l.asked[s.from]
	switch {
	case s.alone && s.stage >= stageSignedIn && knownVerb(q.verb.String()) == otherVerb && !a.b.has(IgnoresUnknown):
		return "a verb that there is not was sent (§1.4)"
	case q.verb == codec.OUT && !s.odd:
		return "OUT was sent"
	case l.said != "":
		return l.said + " was told"
	case (q.verb == codec.USR || q.verb == codec.ANS) && q.refused && q.stage < stageSignedIn && l.code == 911,
		(q.verb == codec.VER || q.verb == codec.CVR) && q.refused && l.code == 715:
		return fmt.Sprintf("%d was told", l.code)
	case q.verb == codec.VER && q.answers > 0 && l.stage == stageFresh && !s.odd:
		return "VER 0 was told"
	}
	return ""
}

// ended says what is to be said of a connection that is over.
func (a *actor) ended(l *link, s *sent) bool {
	for l.gone != errGrammar && a.parse(l) {
	}
	a.cut = true
	was := l.stage
	l.stage = stageOver
	a.b.seen(a, edge{s.stage, s.verb, "close", stageOver})
	switch {
	case a.b.verdict != nil:
	case errors.Is(l.gone, errFlood):
		a.b.find(a, l, Grammar, s.verb, "%v: %d commands, %d bytes", errFlood, l.heard, l.size)
	case errors.Is(l.gone, errUnread):
		a.b.find(a, l, Hang, s.verb, "%v what it is sent", errUnread)
	case was == stageOver || l.said != "" || !closedBy(l.gone) && !errors.Is(l.gone, os.ErrDeadlineExceeded):
	case !l.doubt && s.must(l) && l.answeredBadly(s):
		a.b.findAt(a, s.stage, Closed, s.verb, "the connection closed%s", l.beyond())
	}
	return false
}

// beyond tells of a command that has not come to its end.
func (l *link) beyond() string {
	if len(l.in) == 0 {
		return ""
	}
	return " within " + shown(l.in)
}
