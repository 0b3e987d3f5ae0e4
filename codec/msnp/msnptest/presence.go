package msnptest

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"nudge/codec"
	"nudge/codec/msnp"
)

// chg sets the status (§5.1). The first one of a connection is followed by who
// is online.
func (t *turn) chg(cmd *codec.Command) bool {
	if len(t.args) < 1 || len(t.args) > 3 {
		return t.close()
	}
	status := msnp.ParseStatus(t.args[0])
	switch status {
	case msnp.StatusUnknown:
		return t.close()
	case msnp.FLN:
		t.refuse(cmd, 201)
		return true
	}
	a := t.c.account
	was := a.visible()
	a.status, a.clientID, a.object = status.String(), "", ""
	if len(t.args) > 1 {
		if !isDecimal(t.args[1]) {
			return t.close()
		}
		a.clientID = string(t.args[1])
	}
	if len(t.args) > 2 {
		a.object = string(t.args[2])
	}
	l := t.reply(cmd).Arg(a.status)
	t.capabilities(l, a)
	t.send(t.c)
	first := !t.c.announced
	t.c.announced = true
	if first {
		t.whoIsThere(cmd, a)
	}
	switch {
	case a.visible():
		t.tellStatus(a)
	case was:
		t.tellGone(a)
	}
	if first {
		return t.afterFirst(a)
	}
	return true
}

// capabilities appends client id and MSNObject, as far as they are set.
func (t *turn) capabilities(l *codec.Line, a *account) {
	if a.clientID == "" {
		return
	}
	l.Arg(a.clientID)
	if a.object != "" {
		l.Arg(a.object)
	}
}

// whoIsThere sends an ILN for each contact that is online and lets the account
// know (§5.4).
func (t *turn) whoIsThere(cmd *codec.Command, a *account) {
	for i := range a.contacts {
		x := &a.contacts[i]
		if x.lists&fl == 0 || !x.peer.showsTo(a) {
			continue
		}
		l := t.line(codec.ILN).TrID(cmd.TrID).Arg(x.peer.status).Arg(x.peer.email).Arg(x.peer.name)
		t.capabilities(l, x.peer)
		t.send(t.c)
		t.s.stats.Notifications++
	}
}

// tellStatus sends NLN to everybody who is to know the account's status.
func (t *turn) tellStatus(a *account) {
	l := t.line(codec.NLN).Arg(a.status).Arg(a.email).Arg(a.name)
	t.capabilities(l, a)
	t.tell(a, t.endLine())
}

// tellGone sends FLN to everybody who knew that the account was online.
func (t *turn) tellGone(a *account) {
	t.line(codec.FLN).Arg(a.email)
	t.tell(a, t.endLine())
}

// tell sends a line to those who have the account on FL, are allowed to see it,
// and have sent their first CHG: before that ILN will tell them.
func (t *turn) tell(a *account, line []byte) {
	for _, w := range a.watchers {
		if w.session == nil || !w.session.announced || !a.allows(w) {
			continue
		}
		t.push(w.session, line)
		t.s.stats.Notifications++
	}
}

// afterFirst does what follows the first CHG of a connection: a challenge if
// they are on, and the migration of an account that waits for it (§8).
func (t *turn) afterFirst(a *account) bool {
	if t.s.Challenge {
		t.c.challenge = fmt.Sprintf("%020d", rand.Uint64N(1e19))
		t.line(codec.CHL).TrID(0).Arg(t.c.challenge)
		t.send(t.c)
	}
	if a.migrateAtLogin && !a.migrated && t.c.dialect >= 10 {
		a.migrated, a.migrateAtLogin = true, false
		t.line(codec.OUT).Arg("MIG")
		t.send(t.c)
		return t.close()
	}
	return true
}

// askedChallenge gives a challenge to a client that asks for one (§7.2).
func (t *turn) askedChallenge(cmd *codec.Command) bool {
	if len(t.args) != 0 {
		return t.close()
	}
	t.c.challenge = fmt.Sprintf("%020d", rand.Uint64N(1e19))
	t.reply(cmd).Arg(t.c.challenge)
	t.send(t.c)
	return true
}

// answered checks the answer to a challenge (§7.2). One that nobody asked for
// cannot be right.
func (t *turn) answered(cmd *codec.Command) bool {
	if len(t.args) != 2 {
		return t.close()
	}
	key, known := productKeys[string(t.args[0])]
	sum := md5.Sum([]byte(t.c.challenge + key))
	want := hex.EncodeToString(sum[:])
	if !known || t.c.challenge == "" || subtle.ConstantTimeCompare(cmd.Payload(), []byte(want)) == 0 {
		return t.refuseAndClose(cmd, 540)
	}
	t.c.challenge = ""
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
