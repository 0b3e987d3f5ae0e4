package live

import (
	"bytes"
	"context"
	"slices"

	"nudge/codec"
	"nudge/codec/msnp"
)

// sent is a command on its way: what is to be known of it to judge what comes of it.
type sent struct {
	verb   string
	stage  stage // of the connection before it
	from   int   // index of its first question
	odd    bool  // no client would send it, as it is or at that stage
	pure   bool  // nothing was edited in the case up to it
	last   bool  // nothing follows on the connection
	pinged bool  // a PNG was sent with it
	alone  bool  // it is one command for a server
}

// send sends the command of a step. It reports whether the connection goes on.
func (a *actor) send(ctx context.Context, st *step, pure, last bool) (bool, error) {
	l := a.link(st.on)
	if l == nil && st.on == onBoard && a.board == "" {
		return false, nil // nobody has said where there is one
	}
	if l == nil {
		l = a.open(ctx, st.on)
	}
	if l.gone != nil {
		return false, nil
	}
	f, err := a.fill(ctx, l, st.cmd)
	if err != nil {
		return false, err
	}
	s := &sent{verb: st.cmd.verb(), stage: l.stage, from: len(l.asked), odd: st.cmd.odd || f.bad, pure: pure, last: last}
	a.last = s
	odd := l.odd
	b := f.bytes
	a.b.say(a, l, didSend, b)
	a.b.bytes += int64(len(b))
	a.b.commands++
	if a.b.bytes > a.b.f.maxBytes() {
		return false, errBytes
	}
	if l.stage.signedIn() && len(st.splits) == 0 {
		a.writeWithPing(l, s, b)
	} else if err := l.writeParts(ctx, b, st, a.b.patience()); err != nil {
		return false, err
	}
	a.grade(l, s)
	l.doubt = l.doubt || s.odd
	goes := a.settle(l, s)
	a.tellEnd(l)
	a.record(l, s)
	if s.odd && !l.stage.signedIn() && !l.stage.seated() {
		l.odd = true
	} else if l.stage != s.stage {
		l.odd = odd && l.stage < stageSignedIn
	}
	return goes, nil
}

// tellEnd notes in the transcript that the other side ended the connection.
func (a *actor) tellEnd(l *link) {
	if l.gone != nil {
		a.b.say(a, l, didEnd, []byte("ended: "+plain(l.gone)))
	}
}

// writeWithPing writes a command with the PNG behind it in one write, if nothing is missing of it.
func (a *actor) writeWithPing(l *link, s *sent, b []byte) {
	l.note(b)
	if l.lost == 0 && len(l.out) == 0 {
		ping := []byte("PNG\r\n")
		s.pinged = true
		a.b.say(a, l, didSend, ping)
		l.note(ping)
		b = append(b, ping...)
	}
	l.put(b, a.b.patience())
}

// grade marks what was asked: whether a client would.
func (a *actor) grade(l *link, s *sent) {
	n := 0
	for i := s.from; i < len(l.asked); i++ {
		q := &l.asked[i]
		q.stage = s.stage
		if q.verb == codec.PNG && s.pinged && i == len(l.asked)-1 {
			continue
		}
		n++
	}
	if l.lost != 0 {
		a.known = false // nobody knows what a malformed edit has done
	}
	if s.alone = n == 1 && l.lost == 0; !s.alone {
		s.odd = true
	}
	if s.from < len(l.asked) && !s.odd && !expected(l, &l.asked[s.from], s) {
		s.odd = true
	}
	for i := s.from; i < len(l.asked); i++ {
		q := &l.asked[i]
		q.honest = !s.odd
		if slices.Contains(editVerbs, q.verb) && (q.trid == 0 || l.times(q.trid) > 1) {
			a.known = false // its reply can't be told from others
		}
	}
}

// expected reports whether a client may send a command at that stage, so that it is answered and the connection
// goes on, whatever its arguments mean (§1.4, §3.1, §9).
func expected(l *link, q *question, s *sent) bool {
	if !s.pure && l.dialect >= msnp.MSNP10 && !counted(q) {
		return false
	}
	switch s.stage {
	case stageFresh:
		if l.on == onBoard {
			return q.verb == codec.USR || q.verb == codec.ANS
		}
		return q.verb == codec.VER
	case stageVersioned:
		return q.verb == codec.CVR
	case stageKnown:
		return q.verb == codec.USR && bytes.Contains(q.raw, []byte(" TWN I "))
	case stageNamed:
		return q.verb == codec.USR && bytes.Contains(q.raw, []byte(" TWN S "))
	case stageSeated, stageTalking:
		return q.verb == codec.CAL || q.verb == codec.MSG || q.verb == codec.OUT
	case stageSignedIn:
		return q.verb == codec.SYN && (s.pure || l.dialect == msnp.MSNP10) || q.verb == codec.PNG || q.verb == codec.OUT
	case stageSynced, stageOnline:
		return inSession(l, q, s)
	}
	return false
}

// counted reports whether a command has as many arguments as the command table says.
func counted(q *question) bool {
	var c codec.Command
	_, err := fromClient.Parse(&c, q.raw)
	r, ok := codec.RuleOf(q.verb, codec.FromClient)
	return err == nil && ok && fits(r, c.NArgs())
}

// fits reports whether a rule allows so many arguments.
func fits(r codec.Rule, n int) bool {
	return n >= int(r.Min) && (n <= int(r.Max) || r.Max == codec.Many)
}

// inSession is expected for who has signed in. Forms differ below MSNP10: there only what was never edited counts.
func inSession(l *link, q *question, s *sent) bool {
	r, ok := codec.RuleOf(q.verb, codec.FromClient)
	d := uint16(l.dialect)
	if !ok || d < r.Since || r.Removed != 0 && d >= r.Removed {
		return false
	}
	switch q.verb {
	case codec.VER, codec.CVR, codec.CVQ, codec.INF, codec.USR, codec.ANS, codec.CAL, codec.MSG, codec.QRY, codec.PAG, codec.PGD, codec.SDC, codec.UUX, codec.GCF:
		return false
	case codec.SYN, codec.CHL:
		return s.pure
	}
	return s.pure || l.dialect == msnp.MSNP10
}

// must reports whether the server has to answer and to go on.
func (s *sent) must(l *link) bool {
	return !s.odd && s.from < len(l.asked) && l.asked[s.from].verb != codec.OUT
}

// answeredBadly reports whether a connection was closed with no refusal before that lets the server close it
// (§3.4, §7.2, §9.2).
func (l *link) answeredBadly(s *sent) bool {
	q := &l.asked[s.from]
	return !(q.refused && q.stage < stageSignedIn) && !(q.verb == codec.VER && q.answers > 0 && l.dialect == 0)
}

// record keeps what came of a command for the matrix: nothing, if nothing came.
func (a *actor) record(l *link, s *sent) {
	for i := s.from; i < len(l.asked); i++ {
		if q := &l.asked[i]; q.verb != codec.PNG && q.answers == 0 && !q.refused && l.gone == nil {
			a.b.seen(a, edge{q.stage, q.verb.String(), "nothing", l.stage})
		}
	}
}
