//go:build !parsers

package fuzz

import (
	"bytes"

	"nudge/codec/msnp/msnptest"
)

// ServerHeader is the number of bytes at the start of an input of [FuzzServer] that choose the server, who
// has signed in at the start and whether the first two talk to each other.
const ServerHeader = 2

// FuzzServer takes data as choices of what three clients of the reference server write, on their
// notification connections and on a switchboard connection each: sign-in, edits, presence and
// conversations as they ought to be, with what the server said filled in, and with commands of the
// grammar, changed bytes and noise among them. All is in memory and in one goroutine. Checked:
//
//   - every byte that the server writes is part of a command that reads strictly, and each is written
//     whole before the server reads on;
//   - a TrID in a reply was sent on that connection, and is answered once;
//   - who has nothing to do with the three, signed in all the while, hears nothing and is answered;
//   - what is said in a conversation is heard on no notification connection;
//   - a connection whose client is gone ends; then there is room again for as many as the server takes, a
//     client that comes afterwards can sign in, and Close ends all that are open and returns.
func FuzzServer(data []byte) int {
	if len(data) < ServerHeader {
		return -1
	}
	data = data[:min(len(data), maxChoices)]
	p := newPlay(data)
	for p.more() && p.bytes < maxBuilt {
		p.act()
	}
	p.endAll()
	p.checkAfterwards()
	if p.answered > 0 {
		return 1
	}
	return 0
}

// maxChoices is how many bytes of an input are looked at by the session targets.
const maxChoices = 4 << 10

// Who is who: the accounts by rule, of which the stranger and the late client are no contacts of the
// three.
const (
	players     = 3
	stranger    = 6 // number 00007
	late        = 8
	maxAccounts = 12
	maxConns    = 2*players + 1
)

var addresses = [maxAccounts]string{
	"user00001@example.com", "user00002@example.com", "user00003@example.com", "user00004@example.com",
	"user00005@example.com", "user00006@example.com", "user00007@example.com", "user00008@example.com", "user00009@example.com",
	"user00010@example.com", "user00011@example.com", "user00012@example.com",
}

// newPlay starts a server and signs in whom the input says, and the stranger.
func newPlay(data []byte) *play {
	how, who := data[0], data[1]
	migrated := msnptest.MigratedAll
	if how&1 != 0 {
		migrated = msnptest.MigratedNone
	}
	p := &play{choices: choices{data[ServerHeader:]}}
	p.srv = &msnptest.Server{
		Accounts: maxAccounts, Contacts: 2, TicketTemplate: "t=%s", MaxConns: maxConns, Migrated: migrated,
		Challenge: how&2 != 0, FullSync: how&4 != 0, AppendCVR0: how&8 != 0, ListVersionsInM0: how&16 != 0,
	}
	p.stranger = newParty(p, stranger)
	p.signIn(p.stranger)
	for i := range p.party {
		p.party[i] = newParty(p, i)
		p.party[i].dialect = dialects[who>>4%3]
		if who>>i&1 != 0 {
			p.signIn(p.party[i])
		}
	}
	if who&3 == 3 && how&32 == 0 {
		p.bringTogether(p.party[0], p.party[1])
	}
	return p
}

// endAll hangs up whatever is open, and checks what the stranger has heard.
func (p *play) endAll() {
	for _, m := range p.party {
		p.hangUp(&m.notification)
		p.hangUp(&m.switchboard)
	}
	heard := len(p.stranger.notification.out)
	p.say(&p.stranger.notification, []byte("PNG\r\n"))
	if got := p.stranger.notification.out[heard:]; string(got) != "QNG 50\r\n" || p.stranger.disturbed && !p.named {
		fail("a client that has nothing to do with the others heard %q and is answered %q", p.stranger.notification.out, got)
	}
	p.hangUp(&p.stranger.notification)
}

// checkAfterwards checks that nothing is left of the connections that were: the server takes as many
// as it may, and serves them, and ends.
func (p *play) checkAfterwards() {
	var open [maxConns - 1]*wire
	for i := range open {
		if open[i] = connect(p.srv, msnptest.Notification); open[i].over {
			fail("with no connection left the server takes %d of %d", i, maxConns)
		}
	}
	last := newParty(p, late)
	p.signIn(last)
	p.say(&last.notification, []byte("PNG\r\n"))
	if !bytes.HasSuffix(last.notification.out, []byte("QNG 50\r\n")) {
		fail("a client that came afterwards heard %q", last.notification.out)
	}
	p.close(append(open[:], last.notification.wire))
	if last := last.notification.wire; !bytes.HasSuffix(last.out, []byte("\r\nOUT SSD\r\n")) {
		fail("a client that is signed in when the server closes heard %q", last.out)
	}
}

// close closes the server while connections are open: it ends them all and returns when the last is gone.
func (p *play) close(open []*wire) {
	told, done := make(chan struct{}, len(open)), make(chan error)
	for _, w := range open {
		w.told = told
	}
	go func() { done <- p.srv.Close() }()
	for range open {
		<-told
	}
	for _, w := range open {
		w.hangUp()
	}
	if err := <-done; err != nil {
		fail("Close: %v", err)
	}
}
