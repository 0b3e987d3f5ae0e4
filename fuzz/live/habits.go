package live

import (
	"bytes"
	"slices"

	"nudge/codec"
)

// Habit is what a known server does beside the page, and its author means to: with Fuzzer.Real it is told of and is no
// finding. What clients or the server itself may break by is no habit, whoever has it: payloads without a limit,
// connections that get stuck, notifications that are no commands.
type Habit string

const (
	MoreArguments    Habit = "replies have a list version or a 0 too many (§6.5, §12.12, §12.15)"
	IgnoresUnknown   Habit = "a verb that there is not is ignored (§12.41)"
	IgnoresMalformed Habit = "a malformed command does not end the connection (§1.3, §1.4, §12.42)"
	EchoesTrID       Habit = "a TrID that is no number is answered as it is (§12.42)"
	PayloadAsLines   Habit = "the payload of a command that it does not know is read as commands (§1.3)"
	OwnNames         Habit = "lists have the names that contacts give themselves (§12.10, §12.22)"
	PresenceLater    Habit = "presence is told late, again, or as it is by then (§5.4)"
)

// Habits lists them all.
var Habits = []Habit{MoreArguments, IgnoresUnknown, IgnoresMalformed, EchoesTrID, PayloadAsLines, OwnNames, PresenceLater}

// has notes a habit of the server, and reports whether it is one to let pass.
func (b *bench) has(h Habit) bool {
	if b.f.Real && !slices.Contains(b.habits, h) {
		b.habits = append(b.habits, h)
	}
	return b.f.Real
}

// moreArguments are how many more than the page's a reply has at most, of servers that keep a list version, the number
// of a group's or a client id in MSNP10 (§6.5, §12.12, §12.15).
var moreArguments = map[codec.Verb]int{
	codec.ADG: 1, codec.REG: 2, codec.RMG: 1, codec.REM: 1, codec.PRP: 1, codec.BPR: 1, codec.GTC: 1, codec.BLP: 1, codec.CHG: 1,
}

// unknownPayloads are verbs whose payload servers are known to take for commands (§1.3).
var unknownPayloads = []codec.Verb{codec.PGD, codec.PAG, codec.SDC, codec.QRY}

// readOn reports whether a server that does not answer has taken a payload for the beginning of a line, with what stands
// behind it: then it answers behind the end of one. One that does not answer a PNG with arguments does so as well.
func (a *actor) readOn(l *link, s *sent) bool {
	if s.from >= len(l.asked) {
		return false
	}
	q := &l.asked[s.from]
	oddPing := q.verb == codec.PNG && len(bytes.TrimSpace(q.raw)) > len("PNG")
	if !oddPing && !slices.Contains(unknownPayloads, q.verb) {
		return false
	}
	qngs := l.qngs
	a.push(l, []byte("PNG\r\n")) // the PNG before has ended that line
	if !a.await(l, a.b.patience(), func() bool { return l.qngs > qngs }) || l.gone != nil || !oddPing && !a.b.has(PayloadAsLines) {
		return false
	}
	l.strayed, l.pngs = true, l.qngs
	return true
}

// echoed takes a line that is no command only since its TrID is none: what was sent was malformed as well.
func (a *actor) echoed(l *link, cause codec.Cause) bool {
	end := bytes.IndexByte(l.in, '\n') + 1
	if cause != codec.CauseTrID || !l.strayed || end == 0 || !a.b.has(EchoesTrID) {
		return false
	}
	a.b.say(a, l, didHear, l.in[:end])
	l.in = l.in[:copy(l.in, l.in[end:])]
	return true
}

// ownNames takes the names that lists have from now on for those that they should have.
func (a *actor) ownNames() {
	for i := range a.was.Contacts {
		x := &a.was.Contacts[i]
		for _, y := range a.roster.Contacts {
			if y.Email == x.Email && y.Name != x.Name && a.b.has(OwnNames) {
				x.Name = y.Name
			}
		}
	}
}

// matches reports whether a line told what it should.
func (p presence) matches(want presence) bool {
	return p.verb == want.verb && p.status == want.status && p.clientID == want.clientID
}

// expectLately waits until the last that the peer was told is what it should be. Servers tell of several changes at once,
// tell nothing of what is no change, and tell what is told already.
func (b *bench) expectLately(want presence) {
	p := b.peer
	l := p.link(onNotification)
	p.await(l, b.patience(), func() bool { return p.told.matches(want) })
	got := p.ofMain(b.main.Email)
	p.presence = p.presence[:0]
	switch {
	case b.verdict != nil || l.gone != nil || p.told.matches(want):
	case len(got) == 0:
		b.find(p, l, Presence, "CHG", "%s %s of %s did not come in %v", want.verb, want.status, want.email, b.patience())
	default:
		b.find(p, l, Presence, "CHG", "want %s, got %s, and nothing else in %v", want, got[len(got)-1], b.patience())
	}
	if len(got) != 1 {
		b.has(PresenceLater)
	}
}
