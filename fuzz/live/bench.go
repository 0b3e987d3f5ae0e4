package live

import (
	"fmt"
	"slices"

	"nudge/codec"
)

// bench is what plays cases, one at a time: the account whose sessions are edited, a peer that it has on its
// list, and a stranger. Both of them are clean clients that stay signed in.
type bench struct {
	f       *Fuzzer
	addrs   [numPlaces]string
	located bool // the notification server's is known
	served  bool // the clean clients were online once

	main, peer, stranger *actor
	spare                *actor // signs in now and then, to see that it can
	addr                 string // of the server that the bench is ready for
	starts               int64

	script   transcript
	silent   map[silence]int // what the server is known to ignore, and how often it was waited for
	verdict  *Verdict
	sought   func(v *Verdict) bool // shows the finding that is played again; nil: none is
	passed   []*Verdict            // those of the session that were let pass, each kind once
	habits   []Habit               // of the server, that the session has shown
	at       int                   // index of the step that is done
	before   *Case                 // the session before
	tidying  bool                  // lists are put in order
	unready  *unreadyError         // why the clean clients are not online; nil: they are
	again    bool                  // a finding is played again
	crashing bool                  // a crash is to be shown again: the process is given time to end
	compared bool                  // what comes behind USR OK, such as the profile, is to be in its step whenever it comes
	hurried  bool                  // a finding is made small: what takes long counts as not answered sooner
	edges    []edge
	buffers  [][]byte
	bytes    int64  // sent
	counted  int64  // of them in the report
	commands int64  // of the account's own in the last case
	sessions uint32 // played, and sign-ins of clean clients
}

// AccountsPerWorker is how many accounts a worker needs: its own, the peer, the stranger, and one that signs in
// now and then to see that it can.
const AccountsPerWorker = 4

// newBench makes the bench of a worker, whose accounts are those of its number.
func newBench(f *Fuzzer, worker int) *bench {
	b := &bench{f: f, silent: map[silence]int{}}
	all := f.Accounts[worker*AccountsPerWorker:][:AccountsPerWorker]
	b.main = &actor{b: b, last: new(sent), Account: all[0], name: "main", peer: all[1].Email, stranger: all[2].Email}
	b.peer = &actor{b: b, last: new(sent), Account: all[1], name: "peer", peer: all[0].Email, stranger: all[2].Email}
	b.stranger = &actor{b: b, last: new(sent), Account: all[2], name: "stranger", peer: all[3].Email, stranger: all[0].Email}
	b.spare = &actor{b: b, last: new(sent), Account: all[3], name: "probe", peer: all[2].Email, stranger: all[0].Email}
	return b
}

// find notes what is wrong, if it is the first thing of the case that is not let pass.
func (b *bench) find(a *actor, l *link, class Class, verb, format string, args ...any) {
	b.findAt(a, l.stage, class, verb, format, args...)
}

func (b *bench) findAt(a *actor, s stage, class Class, verb, format string, args ...any) {
	b.note(&Verdict{Class: class, State: a.stateOf(s), Verb: verb, Detail: fmt.Sprintf(format, args...), At: b.at})
}

// note is find of a verdict that is made.
func (b *bench) note(v *Verdict) {
	if b.verdict == nil && !b.passes(v) {
		b.verdict = v
	}
}

// stateOf is the state of a connection as verdicts tell it.
func (a *actor) stateOf(s stage) string {
	if a != a.b.main {
		return a.name + " " + s.String()
	}
	return s.String()
}

// passes lets a verdict pass, so that what stands behind it is seen as well: a server that does one thing wrong in every
// session would show nothing else. It is one that has been found before, or, while a finding is played again, any
// other. What may harm the whole server ends every session, and so does what a connection is stuck behind.
func (b *bench) passes(v *Verdict) bool {
	switch {
	case wholeServer(v.Class):
		return false
	case b.tidying:
		return true
	case b.sought != nil && b.sought(v), b.sought == nil && !b.f.knows(v.Key()):
		return false
	}
	if !slices.ContainsFunc(b.passed, func(p *Verdict) bool { return p.Key() == v.Key() }) {
		b.passed = append(b.passed, v)
	}
	return true
}

// say adds to the transcript.
func (b *bench) say(a *actor, l *link, d did, text []byte) { b.script.add(a.name, l, b.at, d, text) }

// seen adds a transition of the account's own connections.
func (b *bench) seen(a *actor, e edge) {
	if a != b.main || e.from == stageOver {
		return
	}
	if e.verb = knownVerb(e.verb); !slices.Contains(b.edges, e) {
		b.edges = append(b.edges, e)
	}
}

// otherVerb stands for all that no client and no server has.
const otherVerb = "(other)"

// knownVerb is a verb as transitions tell it apart.
func knownVerb(verb string) string {
	v := codec.VerbOf(verb)
	_, client := codec.RuleOf(v, codec.FromClient)
	if _, server := codec.RuleOf(v, codec.FromServer); client || server || verb == unasked || verb == halfClose {
		return verb
	}
	return otherVerb
}

// buffer and recycle save memory from one connection to the next.
func (b *bench) buffer() []byte {
	if n := len(b.buffers); n > 0 {
		buf := b.buffers[n-1]
		b.buffers = b.buffers[:n-1]
		return buf[:0]
	}
	return make([]byte, 0, 8<<10)
}

const keepBuffers, keepBuffer = 8, 64 << 10

func (b *bench) recycle(buf []byte) {
	if len(b.buffers) < keepBuffers && cap(buf) <= keepBuffer {
		b.buffers = append(b.buffers, buf)
	}
}
