package live

import (
	"fmt"
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
