package msnpcheck

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"nudge/codec"
)

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
	{"profile-first", "3.6", "the profile is the first thing behind USR OK", inAll, func(t *trial) {
		p := t.login(alice)
		p.mustProfile()
		for i, l := range p.lines {
			if l.Verb == codec.USR && l.arg(0) == "OK" {
				t.settleFor(p, "MSG ...", []variant{or("3.6 R", "SBS 0 null")}, p.lines[i+1].text, 0)
			}
		}
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
				t.settleFor(p, name+": ...", []variant{or("3.6 E", "no kv")}, "no "+name, 0)
			}
		}
	}},
	{"profile-values", "3.6", "what the profile has in numbers is numbers", inAll, func(t *trial) {
		p := t.login(alice)
		content := p.mustProfile()
		for _, name := range []string{"LoginTime", "EmailEnabled", "MemberIdHigh", "MemberIdLow", "lang_preference", "sid", "kv", "ClientPort"} {
			value := string(content.Header(name))
			if _, err := strconv.ParseInt(value, 10, 64); err != nil && content.Header(name) != nil {
				t.fail(p, name+": {number}", name+": "+value, "")
			}
		}
	}},
	{"profile-client", "3.6", "the profile has the client's address, as the server sees it: ClientIP", inAll, func(t *trial) {
		p := t.login(alice)
		got := string(p.mustProfile().Header("ClientIP"))
		if _, err := netip.ParseAddr(got); err != nil {
			t.fail(p, "ClientIP: an IP address", "ClientIP: "+got, "")
		}
	}},
	{"profile-port", "3.6", "the profile has the client's port with its two bytes swapped: ClientPort", inAll, func(t *trial) {
		p := t.login(alice)
		got := string(p.mustProfile().Header("ClientPort"))
		own, ok := p.conn.LocalAddr().(*net.TCPAddr)
		if !ok {
			t.skip("the connection has no port")
		}
		port := uint16(own.Port)
		swapped, plain := fmt.Sprint("ClientPort: ", port>>8|port<<8), fmt.Sprint("ClientPort: ", port)
		if got = "ClientPort: " + got; got != swapped && got != plain {
			t.skip("the server sees another port than %d, perhaps that of a proxy, and says %q", port, got)
		}
		t.settleFor(p, swapped, []variant{or("12.6 E", plain)}, got, 0)
	}},
	{"profile-member", "3.6", "an account has the same member id at each sign-in", inAll, func(t *trial) {
		member := func() (p *peer, id string) {
			p = t.login(alice)
			content := p.mustProfile()
			return p, fmt.Sprintf("MemberIdHigh: %s, MemberIdLow: %s", content.Header("MemberIdHigh"), content.Header("MemberIdLow"))
		}
		_, first := member()
		if p, second := member(); first != second {
			t.fail(p, first, second, "")
		}
	}},
	{"profile-ticket", "3.6", "the profile has the part t of the ticket that was used: MSPAuth", inAll, func(t *trial) {
		p, challenge := t.identified(alice)
		ticket := t.freshTicket(p, alice, challenge)
		t.prepare(func() { p.ask("USR $ TWN S %s", ticket).is("USR $ OK ...") })
		part, _, _ := strings.Cut(strings.TrimPrefix(ticket, "t="), "&p=")
		if got := string(p.mustProfile().Header("MSPAuth")); !strings.HasPrefix(got, part) {
			t.fail(p, "MSPAuth: "+part, "MSPAuth: "+got, "")
		}
	}},
	{"profile-address", "3.6", "the profile tells the account's address", inAll, func(t *trial) {
		p := t.login(alice)
		got := "preferredEmail: " + string(p.mustProfile().Header("preferredEmail"))
		t.settleFor(p, "preferredEmail: "+t.email(alice), []variant{or("3.6 E", "preferredEmail:")}, strings.TrimSpace(got), 0)
	}},
	{"profile-headers-only", "3.6", "the profile has headers only, and ends with an empty line", inAll, func(t *trial) {
		p := t.login(alice)
		content := p.mustProfile()
		if body := content.Body(); body == nil || len(body) > 0 {
			t.fail(p, "headers and an empty line", fmt.Sprintf("a body of %d bytes, or no empty line", len(body)), "")
		}
	}},
}
