package live

import (
	"bytes"
	"context"
	"strings"
	"time"

	"nudge/codec"
)

// watch looks at what a command was to do for others: the peer is told of presence, called, and given messages.
// What is exact is known only of what no edit has touched.
func (b *bench) watch(ctx context.Context, st *step, pure bool) error {
	a, l := b.main, b.main.link(st.on)
	switch st.cmd.verb() {
	case "SYN":
		if st.on == onNotification && l.stage == stageSynced {
			b.hear(b.peer)
			b.peer.presence = b.peer.presence[:0] // of an older session, which is over by now
		}
		if st.on == onNotification && a.known && !a.restored {
			a.restored = true
			return a.restore(ctx)
		}
	case "CHG":
		if pure && l.stage == stageOnline {
			b.watchPresence(l)
		}
	case "CAL":
		return b.watchCall(ctx, l, pure)
	case "MSG":
		if pure && st.on == onBoard && l.stage == stageTalking {
			b.watchMessage(l)
		}
	}
	return nil
}

// befriended reports whether somebody is known to be on the account's forward list.
func (a *actor) befriended(email string) bool { return a.known && a.has(email) }

// soon is how long a notification may take that was due with the reply that came.
const soon = 250 * time.Millisecond

// watchPresence looks for what the peer is told of a CHG.
func (b *bench) watchPresence(l *link) {
	a := b.main
	q := l.lastAsked(codec.CHG)
	if q == nil || q.refused || !a.known || !a.allows(b.peer.Email) || !b.peer.befriended(a.Email) {
		return
	}
	var asked codec.Command
	if _, err := fromClient.Parse(&asked, q.raw); err != nil {
		return
	}
	want := presence{codec.NLN, a.Email, string(asked.Arg(0)), 0}
	if n, ok := codec.ParseUint(asked.Arg(1)); ok {
		want.clientID = n
	}
	was := b.shown()
	if want.status == "HDN" {
		want = presence{codec.FLN, a.Email, "FLN", 0}
	}
	if want.verb == codec.FLN && !was {
		return
	}
	b.expectPresence(want)
}

// expectPresence waits for one line at the peer, and finds it missing, late, doubled or other than it should be.
func (b *bench) expectPresence(want presence) {
	p := b.peer
	l := p.link(onNotification)
	if l == nil || !b.hear(p) {
		return
	}
	if b.f.Real {
		b.expectLately(want)
		return
	}
	begin := time.Now()
	got := p.ofMain(b.main.Email)
	if len(got) == 0 {
		p.await(l, b.patience(), func() bool { return len(p.ofMain(b.main.Email)) > 0 })
		got = p.ofMain(b.main.Email)
	}
	late := time.Since(begin)
	p.presence = p.presence[:0]
	if want.verb == codec.NLN {
		for len(got) > 1 && got[0].verb == codec.FLN {
			got = got[1:] // of a session before: harmless when it comes twice (§5.4)
		}
	}
	switch {
	case b.verdict != nil || l.gone != nil:
	case len(got) == 0:
		b.find(p, l, Presence, "CHG", "%s %s of %s did not come in %v", want.verb, want.status, want.email, b.patience())
	case len(got) > 1:
		b.find(p, l, Presence, "CHG", "%s %s of %s came %d times", got[0].verb, got[0].status, want.email, len(got))
	case !got[0].matches(want):
		b.find(p, l, Presence, "CHG", "want %s, got %s", want, got[0])
	case late > soon:
		b.find(p, l, Presence, "CHG", "%s %s of %s came %v late", want.verb, want.status, want.email, late.Round(time.Millisecond))
	}
}

// ofMain are the lines heard of somebody.
func (a *actor) ofMain(email string) (all []presence) {
	for _, p := range a.presence {
		if strings.EqualFold(p.email, email) {
			all = append(all, p)
		}
	}
	return all
}

// lastAsked is the last command of a verb.
func (l *link) lastAsked(v codec.Verb) *question {
	for i := len(l.asked) - 1; i >= 0; i-- {
		if l.asked[i].verb == v {
			return &l.asked[i]
		}
	}
	return nil
}

// watchCall has the peer answer, if it is called.
func (b *bench) watchCall(ctx context.Context, l *link, pure bool) error {
	q := l.lastAsked(codec.CAL)
	p := b.peer
	if q == nil || q.refused || l.on != onBoard || !l.stage.seated() || !containsFold(q.raw, p.Email) || !b.hear(p) {
		return nil
	}
	if len(p.rings) == 0 && pure && !b.heardSoon(p, func() bool { return len(p.rings) > 0 }) {
		b.find(p, p.at(), Presence, "CAL", "RINGING was told, and no RNG came in %v", b.patience())
	}
	if len(p.rings) > 1 && pure {
		b.find(p, p.at(), Presence, "CAL", "called %d times", len(p.rings))
	}
	if len(p.rings) == 0 || b.verdict != nil || p.link(onBoard) != nil {
		return nil
	}
	r := p.rings[0]
	p.rings = p.rings[:0]
	p.board = r.board
	p.open(ctx, onBoard)
	c := &command{words: []word{{{text: "ANS"}}, {{field: fieldTrID}}, {{field: fieldEmail}}, {{text: r.cookie}}, {{text: r.call}}}, end: "\r\n"}
	goes, err := p.send(ctx, &step{on: onBoard, cmd: c}, true, false)
	if err != nil || !goes || !pure {
		return err
	}
	if s := (&sent{verb: "CAL", stage: l.stage, from: len(l.asked)}); b.main.settleMessage(l, s) && l.stage != stageTalking &&
		!b.heardOn(b.main, l, func() bool { return l.stage == stageTalking }) {
		b.find(b.main, l, Presence, "CAL", "the one who was called has answered, and no JOI came in %v", b.patience())
	}
	return nil
}

// heardSoon waits for what should have come.
func (b *bench) heardSoon(a *actor, so func() bool) bool {
	return b.heardOn(a, a.link(onNotification), so)
}

func (b *bench) heardOn(a *actor, l *link, so func() bool) bool {
	return a.await(l, b.patience(), so) || b.verdict != nil || l.gone != nil
}

// watchMessage looks for a message at the peer: once, and as it was.
func (b *bench) watchMessage(l *link) {
	p := b.peer
	at := p.link(onBoard)
	q := l.lastMessage()
	if q == nil || q.refused || at == nil || at.gone != nil {
		return
	}
	var asked codec.Command
	if _, err := fromClient.Parse(&asked, q.raw); err != nil {
		return
	}
	if !p.settleMessage(at, &sent{verb: "MSG", stage: at.stage, from: len(at.asked)}) {
		return
	}
	came := func() (n int) {
		for _, m := range p.messages {
			if !bytes.Equal(m, []byte(keepAlive)) {
				n++
			}
		}
		return n
	}
	if came() == 0 {
		p.await(at, b.patience(), func() bool { return came() > 0 })
	}
	same := 0
	for _, m := range p.messages {
		if bytes.Equal(m, asked.Payload()) {
			same++
		}
	}
	if n := came(); n != 1 || same != 1 {
		b.find(p, at, Message, "MSG", "one message was sent; %d came, %d of them as it was", n, same)
	}
	p.messages = p.messages[:0]
}

// lastMessage is the last message that is no barrier.
func (l *link) lastMessage() *question {
	for i := len(l.asked) - 1; i >= 0; i-- {
		q := &l.asked[i]
		if q.verb == codec.MSG && !bytes.HasSuffix(q.raw, []byte(keepAlive)) {
			return q
		}
	}
	return nil
}
