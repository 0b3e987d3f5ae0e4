package msnpcheck

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nudge/codec/msnp"
)

// tickets are the rules of Passport's tickets at USR S.
var tickets = []check{
	{"wrong-ticket", "3.4", "a ticket that nobody gave out is refused with 911", inAll, func(t *trial) {
		t.named(alice).ask("USR $ TWN S t=0123456789abcdef0123&p=").is("911 $ || 928 $")
	}},
	{"wrong-ticket-closes", "3.4", "a refused ticket ends the connection", inAll, func(t *trial) {
		p := t.named(alice)
		p.ask("USR $ TWN S t=0123456789abcdef0123&p=").is("911 $ || 928 $ || (closed)")
		p.closes()
	}},
	{"ticket-once", "3.5", "a ticket is good for one sign-in", inAll, func(t *trial) {
		first, challenge := t.identified(alice)
		ticket := t.freshTicket(first, alice, challenge)
		t.prepare(func() { first.ask("USR $ TWN S %s", ticket).is("USR $ OK ...") })
		t.named(alice).ask("USR $ TWN S %s", ticket).is("911 $ || 928 $", or("3.5 R", "USR $ OK ..."))
	}},
	{"ticket-of-another", "3.4", "the ticket of another account is refused with 911", inAll, func(t *trial) {
		p, challenge := t.identified(alice)
		p.ask("USR $ TWN S %s", t.freshTicket(p, bob, challenge)).is("911 $ || 928 $")
	}},
	{"wrong-password", "3.5", "the login server refuses a wrong password with 401", inAll, func(t *trial) {
		p, challenge := t.identified(alice)
		t.needsPassport()
		ctx, cancel := context.WithTimeout(t.ctx, t.cfg.Timeout)
		defer cancel()
		_, err := t.cfg.Passport.Ticket(ctx, t.email(alice), t.members[alice].Password+"-wrong", challenge)
		p.asked = "the login server, with a wrong password"
		var refused *msnp.TicketError
		switch {
		case err == nil:
			t.fail(p, "401, da-status=failed", "a ticket", "")
		case !errors.As(err, &refused) || refused.Status != 401:
			t.fail(p, "401, da-status=failed", err.Error(), "")
		}
	}},
}

// needsPassport skips a check where tickets come from elsewhere.
func (t *trial) needsPassport() {
	if t.cfg.Passport.Template != "" || t.members[alice].Ticket != "" {
		t.skip("tickets are given, and do not come from a login server")
	}
}

// freshTicket gets a ticket from the login server.
func (t *trial) freshTicket(p *peer, who int, challenge string) (ticket string) {
	t.needsPassport()
	t.prepare(func() {
		asker := *p
		asker.who = who
		ticket = t.ticket(&asker, challenge)
	})
	return ticket
}

// profiles are the rules of the message behind USR OK.
var profiles = []check{
	{"profile", "3.6", "a profile message comes behind USR OK", inAll, func(t *trial) {
		p := t.login(alice)
		got := silence
		if _, ok := p.profile(); ok {
			got = "MSG Hotmail Hotmail 1"
		}
		t.settleFor(p, "MSG Hotmail Hotmail {number}", []variant{or("12.6 K", silence)}, got, 0)
	}},
	{"profile-sender", "3.6", "the profile comes from Hotmail, by that name", inAll, func(t *trial) {
		p := t.login(alice)
		p.mustProfile()
		p.lines[len(p.lines)-1].used = false
		p.expect("MSG Hotmail Hotmail {number}")
	}},
	{"profile-headers", "3.6", "the profile has the headers that clients read", inAll, func(t *trial) {
		p := t.login(alice)
		content := p.mustProfile()
		for _, name := range []string{"MIME-Version", "LoginTime", "EmailEnabled", "MemberIdHigh", "MemberIdLow", "lang_preference",
			"preferredEmail", "country", "sid", "kv", "MSPAuth", "ClientIP", "ClientPort"} {
			if content.Header(name) == nil {
				t.fail(p, "a header "+name, "none", "")
			}
		}
	}},
	{"profile-address", "3.6", "the profile tells the account's address", inAll, func(t *trial) {
		p := t.login(alice)
		if got := string(p.mustProfile().Header("preferredEmail")); !strings.EqualFold(got, t.email(alice)) {
			t.fail(p, "preferredEmail: "+t.email(alice), "preferredEmail: "+got, "")
		}
	}},
	{"profile-headers-only", "3.6", "the profile has headers only, and ends with an empty line", inAll, func(t *trial) {
		p := t.login(alice)
		content := p.mustProfile()
		if body := content.Body(); body == nil || len(body) > 0 {
			t.fail(p, "headers and an empty line", fmt.Sprintf("a body of %d bytes, or no empty line", len(body)), "")
		}
	}},
}
