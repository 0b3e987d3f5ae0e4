package msnptest

import (
	"strings"
	"testing"
)

// TestAnnouncementBeforeTheEnd is §13.9: 88 bytes, and then OUT SSD.
func TestAnnouncementBeforeTheEnd(t *testing.T) {
	const told = "MSG Hotmail Hotmail 88\r\nMIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n"
	srv := &Server{Accounts: 3}
	bubble(t, srv, func(t *testing.T) {
		var all []*peer
		for i, dialect := range []string{"MSNP8", "MSNP9", "MSNP10"} {
			all = append(all, srv.client(t, user(i+1), dialect))
		}
		fresh := srv.dial(t, Notification).say(hello)
		fresh.hear()
		srv.Announce(5)
		for _, p := range all {
			if got := p.hear(); got != told {
				t.Errorf("%q, want %q", got, told)
			}
		}
		srv.Announce(0)
		srv.Close()
		for _, p := range all {
			if got, want := p.hear(), strings.Replace(told, "Arg1: 5", "Arg1: 0", 1)+"OUT SSD\r\n"; got != want || !p.over() {
				t.Errorf("%q, want %q", got, want)
			}
		}
		if fresh.hears(); !fresh.over() {
			t.Error("who has not signed in stays")
		}
		srv.Announce(1)
	})
	(&Server{UserFormat: "x"}).Announce(1)
}

// TestAlerts is §7.5.
func TestAlerts(t *testing.T) {
	srv := &Server{Accounts: 2}
	bubble(t, srv, func(t *testing.T) {
		for _, dialect := range []string{"MSNP8", "MSNP9", "MSNP10"} {
			p := srv.client(t, user(1), dialect)
			if err := srv.Notify(user(1), "<NOTIFICATION>\r\né</NOTIFICATION>"); err != nil {
				t.Error(err)
			}
			if err := srv.Page(strings.ToUpper(user(1)), ""); err != nil {
				t.Error(err)
			}
			if got, want := p.hear(), "NOT 33\r\n<NOTIFICATION>\r\né</NOTIFICATION>IPG 0\r\n"; got != want {
				t.Errorf("%s: %q, want %q", dialect, got, want)
			}
		}
		for _, email := range []string{user(2), user(3)} {
			if err := srv.Notify(email, "<x/>"); err == nil || err.Error() != "msnptest: "+email+" is not signed in" {
				t.Errorf("%s: %v", email, err)
			}
		}
		srv.Close()
		if srv.Page(user(1), "") == nil {
			t.Error("a server that is closed has told somebody")
		}
	})
	if (&Server{UserFormat: "x"}).Notify(user(1), "") == nil {
		t.Error("a server that is wrong has told somebody")
	}
}

const termsData = `
[[account]]
email = 'asked@x.com'
[account.profile]
tou-needed = true
[[account]]
email = 'made@x.com'
out-tou = true
[account.profile]
tou-needed = true
`

// TestTermsOfUse is §3.6 and §7.3.
func TestTermsOfUse(t *testing.T) {
	srv := &Server{Data: data(t, termsData)}
	profile := func(t *testing.T, email, dialect string) (*peer, string) {
		p := srv.dial(t, Notification).say("VER 1 "+dialect, "USR 2 TWN I "+email, "USR 3 TWN S "+srv.Ticket(email))
		_, tail, _ := strings.Cut(p.hear(), "ABCHMigrated: ")
		return p, tail
	}
	bubble(t, srv, func(t *testing.T) {
		p, tail := profile(t, "asked@x.com", "MSNP10")
		if tail != "0\r\nTOUNeeded: 1\r\n\r\n" {
			t.Errorf("%q", tail)
		}
		p.say("CHG 5 NLN 0").hears("CHG 5 NLN 0")
		if p.over() {
			t.Error("who is only asked is closed")
		}
		for range 2 {
			p, tail = profile(t, "made@x.com", "MSNP10")
			if tail != "0\r\nTOUNeeded: 1\r\n\r\n" {
				t.Errorf("%q", tail)
			}
			p.say("CHG 5 NLN 0", "PNG").hears("CHG 5 NLN 0", "OUT TOU")
			if !p.over() {
				t.Error("not closed")
			}
		}
		p, _ = profile(t, "made@x.com", "MSNP9")
		p.say("CHG 5 NLN 0", "PNG").hears("CHG 5 NLN 0", "QNG 50")
		for _, email := range []string{"asked@x.com", "made@x.com"} {
			if err := srv.AcceptTOU(email); err != nil {
				t.Error(err)
			}
			if p, tail = profile(t, email, "MSNP10"); tail != "0\r\n\r\n" {
				t.Errorf("%q", tail)
			}
			p.say("CHG 5 NLN 0", "PNG").hears("CHG 5 NLN 0", "QNG 50")
		}
		if err := srv.AcceptTOU("nobody@x.com"); err == nil || err.Error() != "msnptest: there is no account nobody@x.com" {
			t.Error(err)
		}
		if !srv.Data.Accounts[1].OutTOU || !srv.Data.Accounts[0].Profile.TOUNeeded {
			t.Error("the caller's data have changed")
		}
	})
	if (&Server{UserFormat: "x"}).AcceptTOU("x@x.com") == nil {
		t.Error("a server that is wrong has an account")
	}
}
