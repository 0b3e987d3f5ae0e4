package live

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"nudge/codec"
)

// Waits beside the time-out, for what the page does not promise.
const (
	quietWait = 300 * time.Millisecond // for a server that may be silent
	maxFiller = 70_000                 // bytes of payload that are sent because a server waits for them
)

// await reads until something is so, and reports whether it became so in time. The end of the connection ends
// it too.
func (a *actor) await(l *link, wait time.Duration, so func() bool) bool {
	until := time.Now().Add(wait)
	for {
		for l.gone != errGrammar && a.parse(l) {
		}
		switch {
		case so():
			return true
		case l.gone != nil:
			return false
		case !l.read(until):
			return false
		}
	}
}

// settle waits until the server has done all that it was sent: a PNG that it answers comes behind what it does
// before, and so do the acknowledgement of a message on a switchboard and, before the sign-in, the reply to the
// command itself. It reports whether the connection goes on.
func (a *actor) settle(l *link, s *sent) bool {
	if l.gone != nil {
		return a.ended(l, s)
	}
	if len(l.out) > 0 {
		a.complete(l, s)
	}
	switch {
	case l.lost != 0:
		return a.settleLost(l, s)
	case l.stage.signedIn():
		return a.settlePing(l, s)
	case l.stage.seated():
		return a.settleMessage(l, s)
	}
	return a.settleReply(l, s) && (!a.b.compared || !l.stage.signedIn() || a.settlePing(l, s))
}

// complete sends what the server waits for: the rest of a payload, or of a line.
func (a *actor) complete(l *link, s *sent) {
	for range 3 {
		switch {
		case l.lost != 0 || len(l.out) == 0 || l.ended && l.missing == 0:
			return // a CR alone is none of a line: with an end behind it, it would be a blank one
		case l.missing > 0:
			a.push(l, []byte(strings.Repeat(".", min(l.missing, maxFiller))))
		default:
			a.push(l, []byte("\r\n"))
		}
		s.odd = true
	}
}

// push sends bytes that belong to no step.
func (a *actor) push(l *link, b []byte) {
	a.b.say(a, l, didSend, b)
	l.write(b, a.b.patience())
	a.b.bytes += int64(len(b))
}

func (a *actor) settlePing(l *link, s *sent) bool {
	if l.pngs == l.qngs || !s.pinged {
		a.push(l, []byte("PNG\r\n"))
	}
	answered := a.await(l, a.b.patience(), func() bool { return l.qngs >= l.pngs })
	return a.judge(l, s, answered)
}

// settleMessage sends a message that is acknowledged either way.
func (a *actor) settleMessage(l *link, s *sent) bool {
	id := a.sendKeepAlive(l)
	answered := a.await(l, a.b.patience(), func() bool { return l.acked == id })
	return a.judge(l, s, answered)
}

// sendKeepAlive sends that message, and returns its TrID.
func (a *actor) sendKeepAlive(l *link) uint32 {
	l.trid++
	line := codec.Begin(nil, codec.MSG)
	b, _ := line.TrID(l.trid).Arg("A").EndPayload([]byte(keepAlive)) // it has no argument that could be refused
	l.acks = append(l.acks, l.trid)
	a.push(l, b)
	return l.trid
}

// settleReply waits for the reply to a command of the sign-in, if it is one that has to be answered. Of one that a
// server may ignore the reply is waited for as well, until it is known that none comes; the last one on a
// connection is answered for by a VER.
func (a *actor) settleReply(l *link, s *sent) bool {
	if l.odd = l.odd || s.odd; !l.odd {
		return a.judge(l, s, len(l.asked) == s.from || a.await(l, a.b.patience(), func() bool { return l.replied(s) }))
	}
	key := silence{s.stage, knownVerb(s.verb)}
	if a.b.silent[key] < maxSilent && !a.await(l, quietWait, func() bool { return l.replied(s) }) && l.gone == nil {
		a.b.silent[key]++
	}
	if s.last && l.gone == nil && !l.replied(s) {
		a.settleVersion(l)
	}
	s.odd = true
	if l.gone != nil {
		return a.ended(l, s)
	}
	return a.b.verdict == nil
}

// silence is what a server is known to ignore.
type silence struct {
	stage stage
	verb  string
}

// maxSilent is how often the reply to something is waited for in vain.
const maxSilent = 3

// replied reports whether the last command of a step was answered.
func (l *link) replied(s *sent) bool {
	n := len(l.asked)
	return n > s.from && (l.asked[n-1].answers > 0 || l.asked[n-1].refused) || l.stage == stageOver
}

// settleVersion sends a VER, which every server answers, if only by closing (§3.1).
func (a *actor) settleVersion(l *link) {
	l.doubt = true
	l.trid++
	id := l.trid
	a.push(l, fmt.Appendf(nil, "VER %d %s\r\n", id, ten))
	q := l.find(id)
	a.await(l, quietWait, func() bool { return q == nil || q.answers > 0 || q.refused })
}

// settleLost is settle where the bytes sent are malformed: a server may close, or go on behind them. One that
// waits for more than the page allows is found by that.
func (a *actor) settleLost(l *link, s *sent) bool {
	s.odd = true
	l.lostAt = cmp.Or(l.lostAt, s.verb)
	ended := l.ended
	answered := a.knock(l)
	if answered == nil { // whether it closes is all that anybody can tell
		return a.await(l, quietWait, func() bool { return l.gone != nil }) && a.ended(l, s)
	}
	if !ended && !a.await(l, quietWait, answered) && l.gone == nil {
		answered = a.knock(l) // the first one was the rest of a line; an end of one alone may be a blank line (§1.1)
	}
	if a.await(l, quietWait, answered) || l.gone != nil {
		if l.gone != nil {
			return a.ended(l, s)
		}
		if why := mustEndLost[l.lost]; why != "" && !a.b.has(IgnoresMalformed) {
			a.b.find(a, l, Open, s.verb, "%s, and the connection goes on (%s)", l.lost, why)
		}
		l.found()
		return a.b.verdict == nil
	}
	limit := l.lost == codec.CausePayloadTooLarge || l.lost == codec.CauseLength || l.lost == codec.CauseLengthMissing
	switch {
	case a.await(l, a.b.patience(), answered):
		return false
	case l.gone != nil:
		return a.ended(l, s)
	case limit:
		a.b.find(a, l, Limit, l.lostAt, "no answer in %v behind a command that is malformed: %s; it waits for a payload, or has lost its place (§1.3)", a.b.patience(), l.lost)
	default:
		a.stuck(l, s, "no answer in %v behind a command that is malformed: %s", a.b.patience(), l.lost)
	}
	return false
}

// knock sends what every server answers where the connection is, and returns what is so once it has; nil: there is no
// such thing.
func (a *actor) knock(l *link) (answered func() bool) {
	switch {
	case l.stage.signedIn():
		pngs := l.pngs + 1
		a.push(l, []byte("PNG\r\n"))
		return func() bool { return l.qngs >= pngs }
	case l.stage.seated():
		id := a.sendKeepAlive(l)
		return func() bool { return l.acked == id }
	}
	return nil
}

// found has the bytes sent from now on be read again: the server has shown where it is.
func (l *link) found() {
	l.lost, l.lostAt, l.pngs = 0, "", l.qngs
	l.out, l.missing = l.out[:0], 0
}

// mustEndLost are the causes for which a server has to close the connection, and where the page says so.
var mustEndLost = map[codec.Cause]string{
	codec.CauseVerb:            "§1.4",
	codec.CauseTrID:            "§1.2",
	codec.CauseLength:          "§1.3",
	codec.CauseLengthMissing:   "§1.3",
	codec.CausePayloadTooLarge: "§1.3",
}

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
			return false
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
