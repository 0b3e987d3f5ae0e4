package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"nudge/codec"
)

// errBytes ends a run at its cap.
var errBytes = errors.New("as many bytes were sent as may be")

// play plays a case and leaves what was wrong in verdict. An error is not the server's.
func (b *bench) play(ctx context.Context, c *Case) error {
	b.begin(c.Path)
	for i := range c.steps {
		b.at = i
		err := b.do(ctx, c, i)
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		if b.verdict == nil {
			b.ask() // so that what the process reports is told of this step
		}
		if b.verdict != nil {
			break
		}
	}
	b.leave()
	b.look(ctx)
	return context.Cause(ctx)
}

// begin makes everything ready for the case of a path.
func (b *bench) begin(p Path) {
	b.script.reset()
	b.verdict, b.passed, b.edges, b.at = nil, b.passed[:0], b.edges[:0], 0
	b.habits = b.habits[:0]
	b.sessions++
	b.commands = 0
	b.main.forget()
	b.main.last = new(sent)
	b.main.restored, b.main.cut = false, false
	b.main.mark = newMark(b.main.Number, p.mark())
	b.peer.presence, b.peer.messages, b.peer.rings = b.peer.presence[:0], b.peer.messages[:0], b.peer.rings[:0]
	b.stranger.presence, b.stranger.rings = b.stranger.presence[:0], b.stranger.rings[:0]
	b.peer.sees = "" // what an earlier session has left online is none of this one's doing
	for _, l := range []*link{b.peer.at(), b.stranger.at()} {
		l.heard, l.size, l.torn = 0, 0, 0
		l.rest()
	}
}

// do does one step.
func (b *bench) do(ctx context.Context, c *Case, i int) error {
	a, st := b.main, &c.steps[i]
	switch st.act {
	case actSend:
		goes, err := a.send(ctx, st, i < c.first, c.last(i))
		if ticket := (ticketError{}); errors.As(err, &ticket) {
			b.find(a, a.link(st.on), Refused, st.cmd.verb(), "no ticket: %v", ticket.err)
			return nil
		}
		if err != nil || !goes {
			return err
		}
		return b.watch(ctx, st, i < c.first)
	case actOpen:
		if st.on == onBoard && a.board == "" {
			return nil // nobody has said where there is one
		}
		if l := a.open(ctx, st.on); l.gone != nil {
			b.find(a, l, Refused, "", "no connection: %s", plain(l.gone))
		}
	case actPause:
		return pause(ctx, st.pause)
	default:
		if l := a.link(st.on); l != nil && l.gone == nil {
			b.say(a, l, didAct, []byte(actNames[st.act]))
			b.endLink(a, l, st.act)
		}
	}
	return nil
}

// endLink ends a connection as a step says. After a half-close the server has to end its half.
func (b *bench) endLink(a *actor, l *link, act act) {
	before := l.stage
	l.end(act)
	if act != actShut {
		return
	}
	if !a.await(l, b.patience(), func() bool { return false }) && l.gone == nil {
		b.find(a, l, Open, "", "the sending half was closed, and the connection is open %v later", b.patience())
		return
	}
	a.tellEnd(l)
	b.seen(a, edge{before, halfClose, "close", stageOver})
}

// pause sleeps, but not beyond the end of the context.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// last reports whether nothing follows a step on its connection.
func (c *Case) last(i int) bool {
	on := c.steps[i].on
	for _, s := range c.steps[i+1:] {
		if s.on == on && s.act != actPause {
			return s.act == actOpen
		}
	}
	return true
}

// leave ends the connections of the case, and waits until the peer has been told.
func (b *bench) leave() {
	for _, l := range b.main.links {
		if l != nil {
			b.checkPieces(b.main, l)
		}
	}
	b.main.hangUp()
	if l := b.peer.link(onBoard); l != nil {
		l.close()
		b.recycle(l.in)
		b.peer.links[onBoard] = nil
	}
	l := b.peer.link(onNotification)
	if l == nil || !b.shown() {
		return
	}
	if !b.peer.await(l, b.patience(), func() bool { return !b.shown() }) && l.gone == nil {
		b.find(b.peer, l, Presence, "", "%s is online for its contact, %v after its connections ended", b.main.Email, b.patience())
	}
}

// shown reports whether the peer believes that the account is online.
func (b *bench) shown() bool {
	return b.peer.sees == b.main.Email
}

// look asks the clean clients whether they are served as before, and heard nothing that is not for them.
func (b *bench) look(ctx context.Context) {
	for _, a := range []*actor{b.peer, b.stranger} {
		if b.verdict != nil {
			return
		}
		if a == b.stranger && b.sessions%4 == 0 {
			a.leaveMark()
		}
		b.hear(a)
	}
	const often = 64
	if b.verdict == nil && b.sessions%often == 0 {
		b.probe(ctx)
	}
}

// mostTorn is how many lines may arrive in pieces on a connection in a session, by chance.
const mostTorn = 3

// checkPieces finds a server that writes byte by byte. It reports whether it does.
func (b *bench) checkPieces(a *actor, l *link) bool {
	if l.torn <= mostTorn {
		return false
	}
	b.find(a, l, Pieces, "", "%d lines arrived torn within a word", l.torn)
	return true
}

// leaveMark writes a mark, in a long line that changes nothing: should a server mix up what clients write, this is
// what others will hear.
func (a *actor) leaveMark() {
	l := a.at()
	if !l.stage.signedIn() || l.gone != nil {
		return
	}
	l.trid++
	line := codec.Begin(nil, codec.URL)
	b, _ := line.TrID(l.trid).Arg("INBOX").Arg(strings.Repeat(a.mark, 8)).End() // a mark has nothing that could be refused
	a.push(l, b)
}

// hear reads what is under way to a clean client: all that comes before the answer to a PNG.
func (b *bench) hear(a *actor) bool {
	l := a.link(onNotification)
	if l == nil || l.gone != nil {
		return false
	}
	a.push(l, []byte("PNG\r\n"))
	answered := a.await(l, b.patience(), func() bool { return l.qngs >= l.pngs })
	switch {
	case b.verdict != nil:
	case l.said == migrated: // it signs in again before the next session (§8)
	case l.gone != nil:
		b.find(a, l, Sick, b.main.last.verb, "a clean client lost its connection: %s", plain(l.gone))
	case !answered:
		b.find(a, l, Sick, b.main.last.verb, "a clean client has no answer in %v", b.patience())
	case b.checkPieces(a, l):
	default:
		return true
	}
	return false
}

// migrated is what a server says to who is to sign in again.
const migrated = "OUT MIG"

// probe signs a clean account in and out.
func (b *bench) probe(ctx context.Context) {
	a := b.spare
	verdict := b.verdict
	err := b.bringOnline(ctx, a)
	if a.at().said == migrated {
		err = b.bringOnline(ctx, a) // as it is told to (§8)
	}
	if err == nil && b.verdict == nil {
		l := a.link(onNotification)
		a.push(l, []byte("OUT\r\n"))
		a.await(l, b.patience(), func() bool { return false })
		if l.gone == nil {
			b.find(a, l, Sick, codec.OUT.String(), "a clean client is not let go in %v", b.patience())
		}
	}
	if found := b.verdict; err != nil || found != nil {
		b.verdict = verdict
		b.find(a, a.at(), Sick, "", "%s", reason(err, found))
	}
	a.hangUp()
}

// at is the account's connection to a notification server, or none.
func (a *actor) at() *link {
	if l := a.link(onNotification); l != nil {
		return l
	}
	return &link{}
}

func reason(err error, v *Verdict) string {
	if v != nil {
		return v.String()
	}
	return fmt.Sprint(err)
}
