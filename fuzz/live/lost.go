package live

import (
	"cmp"

	"nudge/codec"
)

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
