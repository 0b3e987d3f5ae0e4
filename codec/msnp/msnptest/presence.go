package msnptest

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// chg sets the status (§5.1). The first one of a connection is followed by who
// is online.
func (t *turn) chg(cmd *codec.Command) bool {
	status := msnp.ParseStatus(t.args[0])
	switch status {
	case msnp.StatusUnknown:
		return t.close()
	case msnp.FLN:
		return t.refuse(cmd, 201) // §12.16
	}
	var id uint32
	var object []byte
	if len(t.args) > 1 {
		n, ok := codec.ParseUint(t.args[1])
		if !ok {
			return t.close()
		}
		id = n
	}
	if len(t.args) > 2 {
		object = t.args[2]
	}
	a := t.c.account
	was := a.online()
	a.status, a.hasID, a.clientID = status, len(t.args) > 1, id
	if string(object) != a.object {
		a.object = string(object)
	}
	l := t.reply(cmd)
	for _, arg := range t.args {
		l.Bytes(arg)
	}
	t.next()
	first := !t.c.announced
	t.c.announced = true
	if first {
		t.whoIsThere(cmd, a)
	}
	t.queue(t.c)
	switch {
	case a.online():
		t.tellStatus(a)
	case was:
		t.tellGone(a)
	}
	if first {
		return t.afterFirst(a)
	}
	return true
}

// presence adds ILN or NLN of an account, as others see it, to a line begun. The
// MSNObject is of MSNP9 and later (§5.4).
func (t *turn) presence(l *codec.Line, a *account, object bool) {
	l.Arg(a.status.String()).Arg(a.email).Arg(a.name)
	if a.hasID {
		l.Uint(uint64(a.clientID))
		if object && a.object != "" {
			l.Arg(a.object)
		}
	}
	t.next()
}

// whoIsThere adds an ILN for each contact that is online and lets the account
// know (§5.4).
func (t *turn) whoIsThere(cmd *codec.Command, a *account) {
	for i := range a.contacts {
		x := &a.contacts[i]
		if x.lists&fl == 0 || !x.peer.showsTo(a) {
			continue
		}
		t.presence(t.line(codec.ILN).TrID(cmd.TrID), x.peer, t.c.dialect >= 9)
		t.s.stats.Notifications++
	}
}

// tellStatus sends NLN to everybody who is to know the account's status.
func (t *turn) tellStatus(a *account) {
	t.presence(t.line(codec.NLN), a, true)
	full := len(t.buf)
	if a.object != "" {
		t.presence(t.line(codec.NLN), a, false)
	}
	t.tell(a, t.buf[:full], t.buf[full:])
}

// tellGone sends FLN to everybody who knew that the account was online.
func (t *turn) tellGone(a *account) {
	t.line(codec.FLN).Arg(a.email)
	t.next()
	t.tell(a, t.buf, nil)
}

// tell sends a line to those who have the account on FL, are allowed to see it,
// and have sent their first CHG: before that ILN will tell them. Clients of
// MSNP8 get the other line, where there is one.
func (t *turn) tell(a *account, line, msnp8 []byte) {
	for _, w := range a.watchers {
		if w.session == nil || !w.session.announced || !a.allows(w) {
			continue
		}
		if w.session.dialect < 9 && len(msnp8) > 0 {
			t.notify(w.session, a, msnp8)
		} else {
			t.notify(w.session, a, line)
		}
		t.s.stats.Notifications++
	}
	t.buf = t.buf[:0]
}

// notifyAll is notify with all that waits.
func (t *turn) notifyAll(to *conn, of *account) {
	t.notify(to, of, t.buf)
	t.buf = t.buf[:0]
}

// afterFirst does what follows the first CHG of a connection: OUT TOU, if it is
// due, instead of all else; how much mail there is, a challenge if they are on,
// and the migration of an account that waits for it (§8).
func (t *turn) afterFirst(a *account) bool {
	if t.termsDue(a) {
		return false
	}
	t.mailbox(a)
	if t.s.Challenge {
		t.line(codec.CHL).TrID(0).Arg(t.newChallenge())
		t.send(t.c)
	}
	return !t.awaitMigration(a)
}

// challengeWait is how long a client may take to answer a challenge (§7.2).
const challengeWait = 50 * time.Second

// newChallenge makes a challenge that the client must answer. One that is out
// already is void, but its time is not.
func (t *turn) newChallenge() string {
	if t.c.challenge == "" {
		t.c.answerBy = time.Now().Add(challengeWait)
	}
	t.c.challenge = fmt.Sprintf("%020d", rand.Uint64())
	return t.c.challenge
}

// askedChallenge gives a challenge to a client that asks for one (§7.2).
func (t *turn) askedChallenge(cmd *codec.Command) bool {
	t.reply(cmd).Arg(t.newChallenge())
	t.send(t.c)
	return true
}

// answered checks the answer to a challenge (§7.2). One that nobody asked for
// cannot be right.
func (t *turn) answered(cmd *codec.Command) bool {
	key, known := productKeys[string(t.args[0])]
	sum := md5.Sum([]byte(t.c.challenge + key))
	var want [32]byte
	hex.Encode(want[:], sum[:])
	if !known || t.c.challenge == "" || !bytes.Equal(cmd.Payload(), want[:]) {
		return t.refuseAndClose(cmd, 540)
	}
	t.c.challenge, t.c.answerBy = "", time.Time{}
	t.reply(cmd)
	t.send(t.c)
	return true
}

// productKeys are the pairs of §7.2.
var productKeys = map[string]string{
	"msmsgs@msnmsgr.com": "Q1P7W2E4J9R8U3S5",
	"PROD0038W!61ZTF9":   "VT6PX?UQTM4WM%YR",
	"PROD0058#7IL2{QD":   "QHDCY@7R1TB6W?5B",
	"PROD0061VRRZH@4F":   "JXQ6J@TUOGYV@N0M",
	"PROD00504RLUG%WL":   "I2EBK%PYNLZL5_J4",
	"PROD0076ENE8*@AW":   "CEQJ8}OE0!WTSWII",
	"PROD0090YUAUV{2B":   "YMM8C_H7KCQ2S_KL",
	"PROD0101{0RM?UBW":   "CFHUR$52U_{VIX5T",
}
