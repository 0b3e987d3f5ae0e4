package scenario

import (
	"fmt"
	"math/bits"
	"time"

	"nudge/results"
)

// judge looks at a conversation that all have left: each message must have been
// read by all others who took part, and acknowledged truly. Only what a person
// had time to read is demanded of her: if she hung up in order, so long after it
// was said as any reply may take.
func (x *chat) judge(r *run, rec *results.Recorder) {
	x.judgeCalls(r, rec)
	for m := 1; m <= len(x.lines); m++ {
		l := &x.lines[m-1]
		at, marks := time.Duration(l.at.Load()), l.marks.Load()
		if at == 0 {
			continue
		}
		speaker := x.speaker(m)
		passedOn := marks&(readers|acked) != 0
		excused := false
		for mask := x.talkers.Load(); mask != 0; mask &= mask - 1 {
			i := bits.TrailingZeros32(mask)
			switch {
			case i == speaker || marks&(1<<i) != 0:
			case !x.waited(i, at, r.timeout):
				excused = true
			case passedOn:
				rec.Fail(opDeliver, "lost", r.timeout)
				x.accuse(r, rec, "lost", i, fmt.Sprintf("%s, of %s: %s, and not read", x.message(m), x.email(r, speaker), told(marks)))
			}
		}
		switch {
		case marks&acked != 0 && marks&readers == 0 && !excused:
			x.accuse(r, rec, "false-ack", speaker, x.message(m)+": acknowledged, and nobody has read it")
		case marks&naked != 0 && marks&readers != 0:
			x.accuse(r, rec, "false-nak", speaker, x.message(m)+": NAK, and it has been read")
		}
	}
}

// told says in words what became of a message.
func told(marks uint32) string {
	if marks&acked != 0 {
		return "acknowledged"
	}
	return "read by others"
}

// waited reports whether the person at a place would have read what happened at a
// time.
func (x *chat) waited(place int, at, timeout time.Duration) bool {
	p := &x.people[place]
	return p.stage.Load() == left && time.Duration(p.leftAt.Load())-at >= timeout
}

// judgeCalls looks at what the server says by itself: RNG to who was called, JOI
// to the caller, and her BYE to all. Each is missing if it has not come in the
// time that a reply may take.
func (x *chat) judgeCalls(r *run, rec *results.Recorder) {
	caller := &x.people[0]
	left0 := time.Duration(caller.leftAt.Load())
	for i := 1; i < len(x.people); i++ {
		p := &x.people[i]
		stage, seatedAt := p.stage.Load(), time.Duration(p.seatedAt.Load())
		ours := p.session == x.session.Load()
		switch {
		case stage == unrung && p.rangAt != 0 && left0-p.rangAt >= r.timeout && r.chatters[p.client].life.Load() == p.life:
			x.accuse(r, rec, "lost", i, "RNG of conversation "+x.String()+": RINGING, and it has not come")
		case seatedAt == 0 || !ours || caller.stage.Load() != left:
		case !p.greeted && x.waited(0, seatedAt, r.timeout):
			x.accuse(r, rec, "lost", 0, "JOI of "+x.email(r, i)+" in conversation "+x.String()+", who has answered")
		case p.byes.Load()&1 == 0 && x.waited(i, left0, r.timeout):
			x.accuse(r, rec, "lost", i, "BYE of "+x.email(r, 0)+" in conversation "+x.String()+", who has left")
		}
	}
}

// accuse records a violation that happened to the person at a place.
func (x *chat) accuse(r *run, rec *results.Recorder, kind string, place int, text string) {
	rec.Violation(kind, x.email(r, place), text)
}

func (x *chat) email(r *run, place int) string {
	return r.accounts.account(int(x.people[place].client)).Email
}
