package msnptest

import (
	"bytes"
	"time"

	"nudge/codec"
)

// edit gives the account settings of its own and counts a change of them (§4.4).
func (a *account) edit() *settings {
	set := a.change()
	set.setTime = later(set.setTime)
	return set
}

// editLists is edit for a change of lists or groups.
func (a *account) editLists() *settings {
	set := a.change()
	set.listTime = later(set.listTime)
	return set
}

func (a *account) change() *settings {
	a.remember()
	own := *a.set
	own.listNumber++
	a.set = &own
	return a.set
}

// versionLayout is the form of the versions of M1 (§4.4).
const versionLayout = "2006-01-02T15:04:05.0000000-07:00"

// pacific is where the service's clocks stood (§4.4).
var pacific = time.FixedZone("", -7*60*60)

// later is the version after another one: the time, or the next moment that can
// be told from the version before.
func later(version string) string {
	const tick = 100 * time.Nanosecond
	now := time.Now().In(pacific).Truncate(tick)
	if before, err := time.Parse(versionLayout, version); err == nil && !now.After(before) {
		now = before.Add(tick)
	}
	return now.Format(versionLayout)
}

// changed begins the reply to an edit: with the list version below MSNP10.
func (t *turn) changed(cmd *codec.Command) *codec.Line {
	l := t.reply(cmd)
	if t.c.dialect < 10 {
		l.Uint(uint64(t.c.account.set.listNumber))
	}
	return l
}

// changedSetting is changed for GTC, BLP and PRP.
func (t *turn) changedSetting(cmd *codec.Command) *codec.Line {
	l := t.reply(cmd)
	if t.s.numbersSettings(t.c) {
		l.Uint(uint64(t.c.account.set.listNumber))
	}
	return l
}

// numbersSettings reports whether GTC, BLP, PRP and BPR have the list version
// when they go to c: below MSNP10, and in M0 on request (§12.12).
func (s *Server) numbersSettings(c *conn) bool {
	return c.dialect < 10 || s.ListVersionsInM0 && !c.account.migrated
}

// gtc stores what the client does when somebody adds the user (§4.5).
func (t *turn) gtc(cmd *codec.Command) bool {
	a, value := t.c.account, string(t.args[0])
	switch {
	case value != "A" && value != "N":
		return t.close()
	case value == a.set.gtc:
		return t.refuse(cmd, 218)
	}
	a.edit().gtc = value
	t.changedSetting(cmd).Arg(value)
	t.send(t.c)
	return true
}

// blp sets what holds for people on neither AL nor BL, who are told at once
// whether the account is there for them (§4.5).
func (t *turn) blp(cmd *codec.Command) bool {
	a, value := t.c.account, string(t.args[0])
	switch {
	case value != "AL" && value != "BL":
		return t.close()
	case value == a.set.blp:
		return t.refuse(cmd, 218)
	}
	a.edit().blp = value
	t.changedSetting(cmd).Arg(value)
	t.send(t.c)
	if !a.online() {
		return true
	}
	for _, w := range a.watchers {
		if e := a.entry(w); e != nil && e.lists&(al|bl) != 0 || !w.session.announced {
			continue
		}
		if value == "AL" {
			t.presence(t.line(codec.NLN), a, w.session.dialect >= 9)
		} else {
			t.line(codec.FLN).Arg(a.email)
			t.next()
		}
		t.s.stats.Notifications++
		t.notifyAll(w.session, a)
	}
	return true
}

// prp sets a property of one's own (§4.6). Who sees the account is told.
func (t *turn) prp(cmd *codec.Command) bool {
	a, key := t.c.account, string(t.args[0])
	value := ""
	if len(t.args) > 1 {
		value = string(t.args[1])
	}
	limit := maxPhone
	switch {
	case len(key) > 3:
		return t.close()
	case key == "MFN" && t.c.dialect >= 10:
		limit = maxName
	case key == "MOB":
		if value != "Y" && value != "N" {
			return t.close()
		}
	case key != "PHH" && key != "PHW" && key != "PHM":
		return t.refuse(cmd, 715)
	}
	if len(value) > limit {
		return t.close()
	}
	switch key {
	case "MFN":
		if value == "" {
			return t.refuse(cmd, 209)
		}
		a.edit()
		a.name = value
	case "PHH":
		a.edit().props.PHH = value
	case "PHW":
		a.edit().props.PHW = value
	case "PHM":
		a.edit().props.PHM = value
	case "MOB":
		a.edit().props.MOB = value
		if a.set.props.MBE != "Y" { // without a mobile there is nothing to allow
			value, a.set.props.MOB = "N", ""
		}
	}
	property(t.changedSetting(cmd), key, value)
	t.send(t.c)
	switch {
	case key != "MFN":
		t.tellProperty(a, key, value)
	case a.online():
		t.tellStatus(a)
	}
	return true
}

// property appends a key, and a value unless it is empty: the token is left out then.
func property(l *codec.Line, key, value string) {
	if l.Arg(key); value != "" {
		l.Arg(value)
	}
}

// tellProperty sends BPR to those who have the account on FL and whom it allows,
// once they have sent SYN (§4.1, §4.9).
func (t *turn) tellProperty(a *account, key, value string) {
	for _, w := range a.watchers {
		if !w.session.synced || !a.allows(w) {
			continue
		}
		t.property(w.session, a, key, value)
		t.notifyAll(w.session, a)
	}
}

// property adds what a client is told of somebody's property (§4.9).
func (t *turn) property(to *conn, of *account, key, value string) {
	l := t.line(codec.BPR)
	if t.s.numbersSettings(to) {
		l.Uint(uint64(to.account.set.listNumber))
	}
	property(l.Arg(of.email), key, value)
	t.next()
}

// clean reports whether a command can be repeated to others: NUL cannot.
func clean(cmd *codec.Command) bool { return bytes.IndexByte(cmd.Line(), 0) < 0 }
