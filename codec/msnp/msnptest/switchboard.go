package msnptest

import (
	"net"
	"net/netip"
	"time"

	"nudge/codec"
)

// xfr asks for a switchboard (§2.2).
func (t *turn) xfr(cmd *codec.Command) bool {
	switch {
	case string(t.args[0]) != "SB":
		return t.refuse(cmd, 201)
	case !t.c.account.online(), t.c.uninvited: // §7.7
		return t.refuse(cmd, 913)
	}
	t.reply(cmd).Arg("SB").Arg(t.switchboardAt(t.c)).Arg("CKI").Arg(t.cookie(t.c, nil))
	t.send(t.c)
	return true
}

// cookie gives one out, for a new conversation or for one to be answered, to
// whoever has signed in on a connection.
func (t *turn) cookie(to *conn, b *board) string {
	now := time.Now()
	cookie := ticket{account: to.account, expires: now.Add(t.s.CookieLife), board: b, dialect: to.dialect}
	return t.s.store.cookies.issue(cookie, newCookie(now), now)
}

// switchboardAt is the address of the switchboard as XFR and RNG tell it to a
// client.
func (t *turn) switchboardAt(to *conn) string {
	if t.s.AnnounceSwitchboard != "" {
		return t.s.AnnounceSwitchboard
	}
	listens, err := netip.ParseAddrPort(t.s.addrs.Switchboard)
	if err != nil {
		return or(t.s.addrs.Switchboard, "127.0.0.1:1865")
	}
	if a, ok := to.nc.LocalAddr().(*net.TCPAddr); ok && listens.Addr().IsUnspecified() {
		return netip.AddrPortFrom(a.AddrPort().Addr().Unmap(), listens.Port()).String()
	}
	return listens.String()
}

// switchboard does the commands of a conversation: USR or ANS first, then the
// others. What comes at another time, or is none of these, ends the connection.
func (t *turn) switchboard(cmd *codec.Command) bool {
	seated := t.c.stage == signedIn
	n := len(t.args)
	switch {
	case cmd.Verb == codec.USR && !seated && n == 2:
		return t.call(cmd)
	case cmd.Verb == codec.ANS && !seated && n == 3:
		return t.answer(cmd)
	case cmd.Verb == codec.CAL && seated && n == 1:
		return t.invite(cmd)
	case cmd.Verb == codec.MSG && seated && n == 2:
		return t.say(cmd)
	}
	return t.close()
}

// admit takes a cookie. The account sits on the connection from then on.
func (t *turn) admit() (cookie ticket, ok bool) {
	a := t.s.store.known(string(t.args[0]))
	if cookie, ok = t.s.store.cookies.redeem(t.args[1], a, time.Now()); ok {
		t.c.seat, t.c.email, t.c.dialect, t.c.stage = a, a.email, cookie.dialect, signedIn
	}
	return cookie, ok
}

// call begins a conversation (§9.2).
func (t *turn) call(cmd *codec.Command) bool {
	cookie, ok := t.admit()
	if !ok || cookie.board != nil {
		return t.refuseAndClose(cmd, 911)
	}
	t.sit(t.newBoard(time.Now()))
	t.reply(cmd).Arg("OK").Arg(t.c.seat.email).Arg(t.c.seat.name)
	t.send(t.c)
	return true
}

// answer joins one (§9.3). Who answers when all have left is alone in it.
func (t *turn) answer(cmd *codec.Command) bool {
	cookie, ok := t.admit()
	b := cookie.board
	switch {
	case !ok || b == nil:
		return t.refuseAndClose(cmd, 911)
	case string(t.args[2]) != b.id || b.present(t.c.seat) || len(b.seats) >= maxSeats:
		return t.close()
	}
	for i, other := range b.seats {
		t.line(codec.IRO).TrID(cmd.TrID).Uint(uint64(i + 1)).Uint(uint64(len(b.seats))).Arg(other.seat.email).Arg(other.seat.name)
		t.next()
	}
	t.reply(cmd).Arg("OK")
	t.send(t.c)
	b.used = time.Now()
	t.sit(b)
	return true
}

// maxFailed is how many calls in a row may reach nobody (§9.4).
const maxFailed = 5

// invite calls somebody (§9.4).
func (t *turn) invite(cmd *codec.Command) bool {
	b, now, email := t.c.board, time.Now(), string(t.args[0])
	if !isAddress(email) {
		return t.refuse(cmd, 208)
	}
	a := t.s.store.known(email)
	switch {
	case b.failed >= maxFailed:
		return t.refuse(cmd, 713)
	case a != nil && (b.present(a) || b.awaits(a, now)):
		return t.refuse(cmd, 215)
	case a == nil || !a.showsTo(t.c.seat) || a.session.uninvited || len(b.seats) >= maxSeats:
		b.failed++
		return t.refuse(cmd, 217)
	}
	b.failed, b.used = 0, now
	if b.invited == nil {
		b.invited = make(map[*account]time.Time)
	}
	b.invited[a] = now.Add(t.s.CookieLife)
	t.reply(cmd).Arg("RINGING").Arg(b.id)
	t.send(t.c)
	to := a.session
	t.line(codec.RNG).Arg(b.id).Arg(t.switchboardAt(to)).Arg("CKI").Arg(t.cookie(to, b)).Arg(t.c.seat.email).Arg(t.c.seat.name)
	t.next()
	t.notifyAll(to, t.c.seat)
	return true
}
