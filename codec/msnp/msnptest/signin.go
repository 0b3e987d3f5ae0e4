package msnptest

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// signIn does the commands before USR OK, in the order of §3.1: what comes at
// the wrong time is answered 715 and ends the connection, what needs a sign-in
// ends it without an answer.
func (t *turn) signIn(cmd *codec.Command) bool {
	switch cmd.Verb {
	case codec.VER:
		if t.c.stage != fresh {
			return t.refuseAndClose(cmd, 715)
		}
		return t.ver(cmd)
	case codec.CVR:
		if t.c.stage != versioned {
			return t.refuseAndClose(cmd, 715)
		}
		return t.cvr(cmd)
	case codec.CVQ:
		if t.c.stage != checkOnly {
			return t.refuseAndClose(cmd, 715)
		}
		return t.cvr(cmd)
	case codec.USR:
		if t.c.stage != versioned && t.c.stage != named {
			return t.refuseAndClose(cmd, 715)
		}
		return t.usr(cmd)
	}
	return t.close()
}

// ver chooses the highest dialect that both sides know (§3.2). What else the
// client lists, such as CVRO for CVR0, is ignored.
func (t *turn) ver(cmd *codec.Command) bool {
	best, check := uint8(0), false
	for _, a := range t.args {
		switch string(a) {
		case "MSNP10":
			best = max(best, 10)
		case "MSNP9":
			best = max(best, 9)
		case "MSNP8":
			best = max(best, 8)
		case "CVR0":
			check = true
		}
	}
	l := t.reply(cmd)
	switch {
	case len(t.args) == 0:
		return t.close()
	case best != 0:
		t.c.stage, t.c.dialect = versioned, best
		l.Arg("MSNP" + strconv.Itoa(int(best)))
		if t.s.AppendCVR0 {
			l.Arg("CVR0")
		}
	case check:
		t.c.stage = checkOnly
		l.Arg("CVR0")
	default:
		l.Arg("0")
		t.send(t.c)
		return t.close()
	}
	t.send(t.c)
	return true
}

// cvr tells which client to use (§3.3): the one that asks, unless the data say
// otherwise.
func (t *turn) cvr(cmd *codec.Command) bool {
	if len(t.args) != 8 || len(t.args[5]) > maxVersion {
		return t.refuseAndClose(cmd, 731)
	}
	d := t.s.data()
	newest := or(d.Recommended, string(t.args[5]))
	t.reply(cmd).Arg(newest).Arg(newest).Arg(or(d.Minimum, newest)).
		Arg(or(d.DownloadURL, "http://downloads.example.net/setup.exe")).Arg(or(d.InfoURL, "http://www.example.net"))
	t.send(t.c)
	return true
}

// maxVersion is the longest version of a client, in bytes, since it is told back three times.
const maxVersion = 64

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// usr is USR TWN I and USR TWN S (§3.4).
func (t *turn) usr(cmd *codec.Command) bool {
	if len(t.args) != 3 || string(t.args[0]) != "TWN" {
		return t.close()
	}
	switch string(t.args[1]) {
	case "I":
		return t.usrI(cmd)
	case "S":
		return t.usrS(cmd)
	}
	return t.close()
}

func (t *turn) usrI(cmd *codec.Command) bool {
	if t.c.stage == named {
		return t.refuseAndClose(cmd, 715)
	}
	email := string(t.args[2])
	if len(email) > maxAddress {
		return t.close()
	}
	if !isAddress(email) {
		return t.refuseAndClose(cmd, 911)
	}
	if t.c.role == Dispatch && !t.s.NoRedirect {
		t.line(codec.XFR).TrID(cmd.TrID).Arg("NS").Arg(t.elsewhere()).Arg("0").Arg(t.here())
		t.send(t.c)
		t.c.stage = redirected
		return true
	}
	t.c.stage, t.c.email = named, email
	t.reply(cmd).Arg("TWN").Arg("S").Arg(t.challenge())
	t.send(t.c)
	return true
}

// here is the address of the server that speaks, as XFR tells it (§2.1).
func (t *turn) here() string {
	if a, ok := t.c.nc.LocalAddr().(*net.TCPAddr); ok {
		return a.String()
	}
	return "127.0.0.1:1863"
}

// elsewhere is the address of the notification server as XFR tells it (§2.1).
// One that listens on all addresses is at the one that the client has found.
func (t *turn) elsewhere() string {
	if t.s.AnnounceNotification != "" {
		return t.s.AnnounceNotification
	}
	listens, err := netip.ParseAddrPort(t.s.addrs.Notification)
	if err != nil {
		return or(t.s.addrs.Notification, withoutListener)
	}
	if a, ok := t.c.nc.LocalAddr().(*net.TCPAddr); ok && listens.Addr().IsUnspecified() {
		return netip.AddrPortFrom(a.AddrPort().Addr().Unmap(), listens.Port()).String()
	}
	return listens.String()
}

// withoutListener is announced as notification server where there is none to
// connect to, as in tests over pipes.
const withoutListener = "127.0.0.1:1864"

// challenge is what a login takes along to Passport (§3.4).
func (t *turn) challenge() string {
	if own := t.s.data().Challenge; own != "" {
		return own
	}
	return fmt.Sprintf("lc=1033,id=507,tw=40,fs=1,ru=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,ct=%d,kpp=1,kv=5,ver=2.1.6000.1,tpf=%032x",
		time.Now().Unix(), t.s.stats.SignIns)
}

// usrS takes the ticket and signs in, unless Data says with which number not to. An older session of the account ends once
// this one has its USR OK (§3.4).
func (t *turn) usrS(cmd *codec.Command) bool {
	if t.c.stage != named {
		return t.refuseAndClose(cmd, 911)
	}
	a := t.s.store.known(t.c.email)
	if a != nil && a.set.refuse != 0 {
		return t.refuseAndClose(cmd, a.set.refuse)
	}
	if _, ok := t.s.store.tickets.redeem(t.args[2], a, time.Now()); !ok && !t.s.standing(t.args[2], a) {
		return t.refuseAndClose(cmd, 911)
	}
	t.c.stage = signedIn
	l := t.reply(cmd).Arg("OK").Arg(a.email)
	if t.c.dialect < 10 {
		l.Arg(a.name)
	}
	l.Arg("1").Arg("0")
	t.next()
	t.profile(a, string(t.args[2]))
	t.queue(t.c)
	if older := a.session; older != nil {
		t.signOutOf(a)
		t.line(codec.OUT).Arg("OTH")
		t.send(older)
		t.end(older)
	}
	t.s.store.load(a)
	t.c.account, a.session = a, t.c
	for i := range a.contacts {
		if x := &a.contacts[i]; x.lists&fl != 0 {
			x.peer.watchers = append(x.peer.watchers, a)
		}
	}
	t.s.stats.SignIns++
	return true
}

// signOut ends the account's session on this connection, if it has one.
func (t *turn) signOut() {
	if a := t.c.account; a != nil {
		t.signOutOf(a)
	}
}

// signOutOf ends an account's session: its watchers are told.
func (t *turn) signOutOf(a *account) {
	was := a.online()
	a.session.account = nil
	a.session, a.status = nil, msnp.StatusUnknown
	for i := range a.contacts {
		if x := &a.contacts[i]; x.lists&fl != 0 {
			x.peer.unwatch(a)
		}
	}
	if was {
		t.tellGone(a)
	}
	a.hasID, a.clientID, a.object = false, 0, ""
}

func (a *account) unwatch(by *account) {
	if i := slices.Index(a.watchers, by); i >= 0 {
		last := len(a.watchers) - 1
		a.watchers[i], a.watchers[last] = a.watchers[last], nil
		a.watchers = a.watchers[:last]
	}
}
