package msnptest

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"nudge/codec"
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
		return t.usr(cmd)
	}
	return t.close()
}

// ver chooses the highest dialect that both sides know (§3.2).
func (t *turn) ver(cmd *codec.Command) bool {
	best, check := 0, false
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
		l.Arg("MSNP" + strconv.Itoa(best))
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
	if len(t.args) != 8 {
		return t.refuseAndClose(cmd, 731)
	}
	version := string(t.args[5])
	d := t.s.data()
	least := or(d.Minimum, or(d.Recommended, version))
	t.reply(cmd).Arg(or(d.Recommended, version)).Arg(or(d.Recommended, version)).Arg(least).
		Arg(or(d.DownloadURL, "http://downloads.example.net/setup.exe")).Arg(or(d.InfoURL, "http://www.example.net"))
	t.send(t.c)
	return true
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// usr is USR TWN I and USR TWN S (§3.4).
func (t *turn) usr(cmd *codec.Command) bool {
	if t.c.stage != versioned && t.c.stage != named {
		return t.refuseAndClose(cmd, 715)
	}
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
		t.line(codec.XFR).TrID(cmd.TrID).Arg("NS").Arg(or(t.s.AnnounceNotification, or(t.s.addrs.Notification, withoutListener))).Arg("0").Arg(t.here())
		t.send(t.c)
		return true
	}
	t.c.stage, t.c.email = named, email
	t.reply(cmd).Arg("TWN").Arg("S").Arg(t.challenge())
	t.send(t.c)
	return true
}

// here is the address of the server that speaks, as XFR tells it (§2.1).
func (t *turn) here() string {
	if a := t.c.nc.LocalAddr(); a != nil && t.c.srv.addrs.Dispatch != "" {
		return a.String()
	}
	return "127.0.0.1:1863"
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

// usrS takes the ticket and signs in.
func (t *turn) usrS(cmd *codec.Command) bool {
	if t.c.stage != named {
		return t.refuseAndClose(cmd, 911)
	}
	a := t.s.store.known(t.c.email)
	value := string(t.args[2])
	if !t.s.store.redeem(value, a, time.Now()) {
		return t.refuseAndClose(cmd, 911)
	}
	t.c.stage = signedIn
	l := t.reply(cmd).Arg("OK").Arg(a.email)
	if t.c.dialect < 10 {
		l.Arg(a.name)
	}
	l.Arg("1").Arg("0")
	t.send(t.c)
	older := a.session
	t.s.store.load(a, t.s.Contacts)
	if older != nil {
		t.takeOver(older)
	}
	t.signedIn(a)
	t.profile(a, value)
	t.s.stats.SignIns++
	return true
}

// signedIn makes the connection the account's.
func (t *turn) signedIn(a *account) {
	t.c.account = a
	a.session, a.status = t.c, ""
	for i := range a.contacts {
		if x := &a.contacts[i]; x.lists&fl != 0 {
			x.peer.watchers = append(x.peer.watchers, a)
		}
	}
}

// takeOver ends the older connection of an account that signs in elsewhere
// (§3.4): the new one has its USR OK by then.
func (t *turn) takeOver(older *conn) {
	t.line(codec.OUT).Arg("OTH")
	t.send(older)
	mine := t.c
	t.c = older
	t.signOut()
	t.c = mine
	t.end(older)
}

// signOut ends an account's presence, if the connection has one: its watchers
// are told.
func (t *turn) signOut() {
	a := t.c.account
	if a == nil {
		return
	}
	was := a.visible()
	t.c.account = nil
	a.session, a.status, a.clientID, a.object = nil, "", "", ""
	for i := range a.contacts {
		if x := &a.contacts[i]; x.lists&fl != 0 {
			x.peer.unwatch(a)
		}
	}
	if was {
		t.tellGone(a)
	}
}

func (a *account) unwatch(by *account) {
	for i, w := range a.watchers {
		if w == by {
			last := len(a.watchers) - 1
			a.watchers[i], a.watchers[last] = a.watchers[last], nil
			a.watchers = a.watchers[:last]
			return
		}
	}
}

// profile sends the initial profile message (§3.6).
func (t *turn) profile(a *account, value string) {
	p := a.profile
	if p == nil {
		p = &Profile{MemberIDHigh: "98304", MemberIDLow: strconv.Itoa(a.number), Flags: "1027", KV: "5"}
	}
	mspAuth, _, _ := strings.Cut(strings.TrimPrefix(value, "t="), "&p=")
	ip, port := t.remote()
	b := make([]byte, 0, 512)
	header := func(name, value string) { b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...) }
	header("MIME-Version", "1.0")
	header("Content-Type", "text/x-msmsgsprofile; charset=UTF-8")
	header("LoginTime", strconv.FormatInt(time.Now().Unix(), 10))
	header("EmailEnabled", zeroOne(p.EmailEnabled))
	header("MemberIdHigh", or(p.MemberIDHigh, "0"))
	header("MemberIdLow", or(p.MemberIDLow, "0"))
	header("lang_preference", "1033")
	header("PreferredEmail", or(p.PreferredEmail, a.email))
	header("country", p.Country)
	for _, name := range [...]string{"PostalCode", "Gender"} {
		header(name, "")
	}
	header("Kid", "0")
	for _, name := range [...]string{"Age", "BDayPre", "Birthday", "Wallet"} {
		header(name, "")
	}
	header("Flags", or(p.Flags, "1027"))
	header("sid", "507")
	header("kv", or(p.KV, "5"))
	header("MSPAuth", mspAuth)
	header("ClientIP", ip)
	header("ClientPort", strconv.Itoa(int(port>>8|port<<8)))
	header("ABCHMigrated", zeroOne(a.migrated))
	b = append(b, "\r\n"...)
	t.line(codec.MSG).Arg("Hotmail").Arg("Hotmail")
	line, err := t.l.EndPayload(b)
	if err != nil {
		t.s.Log.Error("profile", "error", err)
		return
	}
	t.buf = line
	t.push(t.c, line)
}

// remote is where the client is. The port is told with its bytes swapped (§3.6).
func (t *turn) remote() (ip string, port uint16) {
	a, ok := t.c.nc.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return "127.0.0.1", 1863
	}
	addr, _ := netip.AddrFromSlice(a.IP)
	return addr.Unmap().String(), uint16(a.Port)
}

func zeroOne(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
