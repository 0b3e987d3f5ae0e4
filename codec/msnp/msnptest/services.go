package msnptest

import (
	"bytes"

	"nudge/codec"
)

// service is what URL names: a page of the web site. Those of mail are for
// accounts with a mailbox.
type service struct {
	path string
	mail bool
}

// services are those of §7.6. PASSWORD is not among them: it ended with MSNP2.
var services = map[string]service{
	"INBOX":      {inboxPath, true},
	"COMPOSE":    {"/cgi-bin/compose", true},
	"MESSAGE":    {"/cgi-bin/getmsg", true},
	"FOLDERS":    {foldersPath, true},
	"PERSON":     {"/profile/edit", false},
	"MOBILE":     {"/mobile", false},
	"CHGMOB":     {"/mobile/change", false},
	"PROFILE":    {"/profile", false},
	"N2PACCOUNT": {"/n2p/account", false},
	"N2PFUND":    {"/n2p/fund", false},
	"CHAT":       {"/chat", false},
	"ADDRBOOK":   {"/addressbook", false},
	"ADVSEARCH":  {"/search/advanced", false},
	"INTSEARCH":  {"/search/interests", false},
}

const (
	inboxPath   = "/cgi-bin/HoTMaiL" // as in §13.10
	foldersPath = "/cgi-bin/folders"
	siteID      = "507" // the sid of the profile (§3.6)
)

// url says where a service is (§7.6): the page, and the login server that one
// passes to get there. The parameter goes on as the query of the page, as it
// is. §7.6 says nothing of unknown services; they are a parameter that is not
// acceptable, 201.
func (t *turn) url(cmd *codec.Command) bool {
	s, ok := services[string(t.args[0])]
	switch {
	case !ok:
		return t.refuse(cmd, 201)
	case s.mail && !t.c.account.hasMailbox():
		return t.refuse(cmd, 710)
	}
	path := s.path
	if len(t.args) > 1 {
		path += "?" + string(t.args[1])
	}
	t.reply(cmd).Arg(path).Arg(or(t.s.addrs.Login, "http://"+withoutWeb+loginPath)).Arg(siteID)
	t.send(t.c)
	return true
}

// withoutWeb is where Passport is said to be where there is no listener.
const withoutWeb = "127.0.0.1:1866"

// ims switches invitations to switchboards on and off, for this connection
// (§7.7). While they are off the account is to others as if it were hidden:
// XFR SB is answered 913, and nobody can ring.
func (t *turn) ims(cmd *codec.Command) bool {
	value := string(t.args[0])
	if value != "ON" && value != "OFF" {
		return t.close()
	}
	t.c.uninvited = value == "OFF"
	t.reply(cmd).Uint(0).Arg(value)
	t.send(t.c)
	return true
}

// sdc invites somebody by mail (§7.7). No mail is sent. What is malformed, in
// count or in form, is answered 503 and ends the connection.
func (t *turn) sdc(cmd *codec.Command) bool {
	if len(t.args) != 8 || !isAddress(string(t.args[0])) || !isLocale(t.args[1]) {
		return t.refuseAndClose(cmd, 503)
	}
	for i, want := range [...]string{"MSMSGS", "MSMSGS", "X", "X"} {
		if string(t.args[2+i]) != want {
			return t.refuseAndClose(cmd, 503)
		}
	}
	return t.invited(cmd)
}

// snd is what was before SDC (§7.7): address, and perhaps locale, library and
// client. It is refused alike.
func (t *turn) snd(cmd *codec.Command) bool {
	if !isAddress(string(t.args[0])) || len(t.args) > 1 && !isLocale(t.args[1]) {
		return t.refuseAndClose(cmd, 503)
	}
	return t.invited(cmd)
}

func (t *turn) invited(cmd *codec.Command) bool {
	t.reply(cmd).Arg("OK")
	t.send(t.c)
	return true
}

// isLocale reports whether b is an LCID such as 0x0409 (§3.3).
func isLocale(b []byte) bool {
	digits, ok := bytes.CutPrefix(b, []byte("0x"))
	return ok && len(digits) >= 1 && len(digits) <= 8 && len(bytes.Trim(digits, "0123456789abcdefABCDEF")) == 0
}

// pgd pages a mobile (§7.7). It goes nowhere, and what works has no answer.
func (t *turn) pgd(cmd *codec.Command) bool {
	n, ok := codec.ParseUint(t.args[1])
	switch {
	case !ok:
		return t.close()
	case n != 1 && n != 2:
		return t.refuse(cmd, 201)
	}
	return true
}

// pag is what MSNP8 had for PGD; like that it has no answer if it works. From
// MSNP9 on it is removed, which is 715 (§1.4, §7.7). Its payload has been read
// either way (§1.3).
func (t *turn) pag(cmd *codec.Command) bool {
	if t.c.dialect > 8 {
		return t.refuse(cmd, 715)
	}
	return true
}
