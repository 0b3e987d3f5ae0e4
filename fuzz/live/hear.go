package live

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"nudge/codec"
	"nudge/codec/msnp"
)

// parse takes one command out of what a connection has read, and hears it. What is no command is a verdict,
// and ends the connection for us.
func (a *actor) parse(l *link) bool {
	if len(l.in) < max(l.short, 1) {
		return false
	}
	var c codec.Command
	syntax := &fromServer
	if a.b.f.Real {
		syntax = &fromReal
	}
	n, err := syntax.Parse(&c, l.in)
	if errors.Is(err, codec.ErrShort) {
		l.short = n
		return false
	}
	l.short = 0
	var malformed *codec.SyntaxError
	if errors.As(err, &malformed) && a.echoed(l, malformed.Cause) {
		return true
	}
	if err != nil {
		a.b.say(a, l, didHear, l.in)
		l.nonsense = fmt.Sprintf("%v in %s", err, shown(l.in))
		a.b.find(a, l, Grammar, l.lastVerb(), "%s", l.nonsense)
		l.in, l.gone = l.in[:0], errGrammar
		return true
	}
	a.b.say(a, l, didHear, l.in[:n])
	if l.heard++; l.heard > maxHeard {
		l.gone = errFlood
	}
	a.hear(l, &c)
	l.in = l.in[:copy(l.in, l.in[n:])]
	return true
}

// errGrammar ends a connection on which nobody can tell where the next command begins.
var errGrammar = errors.New("malformed")

// lastVerb is that of the command last sent.
func (l *link) lastVerb() string {
	for i := len(l.asked) - 1; i >= 0; i-- {
		if v := l.asked[i].verb; v != codec.PNG {
			return v.String()
		}
	}
	return ""
}

// hear takes a command of the server.
func (a *actor) hear(l *link, c *codec.Command) {
	a.b.checkMarks(a, l, c)
	a.checkForm(l, c)
	before := l.stage
	q := a.answered(l, c)
	a.learn(l, c, q)
	verb := unasked
	switch {
	case q != nil:
		verb, before = q.verb.String(), q.stage
	case c.Verb == codec.QNG:
		return
	}
	a.b.seen(a, edge{before, verb, knownReply(c.Verb), l.stage})
}

// knownReply is a verb or number of a server as transitions tell it apart.
func knownReply(v codec.Verb) string {
	if v.IsNumeric() && codec.CodeName(v.Code()) == "" {
		return otherVerb
	}
	return knownVerb(v.String())
}

// checkForm holds a command against the command table (§11).
func (a *actor) checkForm(l *link, c *codec.Command) {
	if c.Verb.IsNumeric() {
		if codec.CodeName(c.Verb.Code()) == "" {
			a.b.find(a, l, Grammar, l.lastVerb(), "the number %s is not in the page (§10)", c.Verb)
		}
		if c.NArgs() > 0 && !(l.strayed && a.b.has(EchoesTrID)) {
			a.b.find(a, l, Grammar, l.lastVerb(), "a number has nothing behind its TrID (§1.2): %s", shown(c.Line()))
		}
		return
	}
	r, ok := codec.RuleOf(c.Verb, codec.FromServer)
	if _, old := codec.RuleOf(c.Verb, codec.FromClient); !ok && old && l.dialect < msnp.MSNP10 {
		return // REA, whose reply went with it
	}
	n := c.NArgs()
	switch {
	case !ok:
		a.b.find(a, l, Grammar, l.lastVerb(), "no server writes %s: %s", c.Verb, shown(c.Line()))
	case l.dialect == msnp.MSNP10 && r.Removed != 0 && r.Removed <= 10 && c.Verb != codec.SND: // never taken away, only left unused (§7.7)
		a.b.find(a, l, Grammar, l.lastVerb(), "%s is no command of MSNP10: %s", c.Verb, shown(c.Line()))
	case l.dialect == msnp.MSNP10 && !fits(r, n) && !(n > int(r.Max) && n <= int(r.Max)+moreArguments[c.Verb] && a.b.has(MoreArguments)):
		a.b.find(a, l, Grammar, l.lastVerb(), "%s has %s arguments, not %d: %s", c.Verb, arguments(r), n, shown(c.Line()))
	}
}

// arguments says how many a rule has.
func arguments(r codec.Rule) string {
	if r.Min == r.Max {
		return fmt.Sprint(r.Min)
	}
	return fmt.Sprintf("%d to %d", r.Min, r.Max)
}

// more are the verbs that may come beside the answer to a command, with its TrID.
var more = []codec.Verb{codec.ILN, codec.IRO, codec.BPR, codec.LST, codec.LSG, codec.RNG}

// others are the verbs that answer a command of another verb (§2.1, §6.2, §9.3, §9.6).
var others = map[codec.Verb][]codec.Verb{
	codec.USR: {codec.XFR},
	codec.ANS: {codec.IRO},
	codec.MSG: {codec.ACK, codec.NAK},
	codec.CHG: {codec.ILN},
	codec.ADC: {codec.ADD, codec.ILN},
	codec.ADD: {codec.ADC, codec.ILN},
	codec.CVQ: {codec.CVR},
	codec.SYN: {codec.ILN},
}

// repliesOnly are the verbs that no server writes unasked, with 0 for a TrID (§1.2).
var repliesOnly = []codec.Verb{codec.VER, codec.CVR, codec.USR, codec.ANS, codec.CAL, codec.ACK, codec.NAK}

// answered finds the command that is answered. A reply to none is a verdict.
func (a *actor) answered(l *link, c *codec.Command) *question {
	if !c.HasTrID() {
		return nil
	}
	if c.TrID == 0 {
		if slices.Contains(repliesOnly, c.Verb) && l.find(0) == nil && l.lost == 0 {
			a.b.find(a, l, TrID, l.lastVerb(), "%s is a reply, and 0 was never sent on this connection", shown(c.Line()))
		}
		return nil
	}
	if at := slices.Index(l.acks, c.TrID); at >= 0 && (c.Verb == codec.ACK || c.Verb == codec.NAK || c.Verb.IsNumeric()) {
		l.acked = c.TrID
		return nil
	}
	q := l.find(c.TrID)
	if q == nil {
		if !slices.Contains(l.numbers, c.TrID) {
			a.b.find(a, l, TrID, l.lastVerb(), "the TrID of %s was never sent on this connection", shown(c.Line()))
		}
		return nil
	}
	switch {
	case c.Verb.IsNumeric():
		q.refused, l.code = true, c.Verb.Code()
	case c.Verb != q.verb && !slices.Contains(others[q.verb], c.Verb):
		if l.lost == 0 && l.times(c.TrID) == 1 {
			a.b.find(a, l, Reply, q.verb.String(), "%s is no answer to %s", shown(c.Line()), q.verb)
		}
		return q
	}
	if slices.Contains(more, c.Verb) {
		return q
	}
	if q.answers++; l.lost == 0 && q.answers > l.times(c.TrID) {
		a.b.find(a, l, Reply, q.verb.String(), "answered a second time: %s", shown(c.Line()))
	}
	return q
}

// shown is a line for people.
func shown(b []byte) string {
	const most = 120
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	if len(line) > most {
		return fmt.Sprintf("%q…", line[:most])
	}
	return fmt.Sprintf("%q", line)
}

// maxDetail is the longest detail of a verdict, in bytes.
const maxDetail = 1000

// forPeople makes the detail short and printable: what a server says is not for terminals. There may be no verdict.
func (v *Verdict) forPeople() *Verdict {
	if v != nil {
		v.Detail = printable(v.Detail[:min(len(v.Detail), maxDetail)])
	}
	return v
}
