package msnpcheck

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"nudge/codec/msnp"
)

// logins are the rules of the two pages of Passport: the nexus and the login
// server.
var logins = []check{
	{"nexus", "3.5", "the nexus tells where to log in: DALogin, in the header PassportURLs", inAll, func(t *trial) {
		if t.cfg.Passport.NexusURL == "" || t.cfg.Passport.LoginURL != "" {
			t.skip("no address of a nexus is given")
		}
		p, answers, _ := t.logsIn(t.email(alice), t.members[alice].Password)
		for _, one := range strings.Split(answers.header("PassportURLs"), ",") {
			if where, ok := strings.CutPrefix(one, "DALogin="); ok && where != "" {
				return
			}
		}
		t.fail(p, "PassportURLs: ...,DALogin=host/path,...", "PassportURLs: "+answers.header("PassportURLs"), "")
	}},
	{"login", "3.5", "the login server answers name and password with 200, da-status=success and a ticket", inAll, func(t *trial) {
		p, answers, err := t.logsIn(t.email(alice), t.members[alice].Password)
		if err != nil {
			t.fail(p, "200, Authentication-Info: ... da-status=success,...,from-PP='t=...&p=...',...", err.Error(), "")
		}
		if info := answers.header("Authentication-Info"); !strings.Contains(info, "status=success") {
			t.fail(p, "da-status=success", "Authentication-Info: "+info, "")
		}
	}},
	{"login-type", "3.5", "the login server's success is text/html, without which the official client fails", inAll, func(t *trial) {
		p, answers, err := t.logsIn(t.email(alice), t.members[alice].Password)
		if err != nil {
			t.skip("no ticket was to be had: %v", err)
		}
		kind, _, _ := strings.Cut(answers.header("Content-Type"), ";")
		t.settleFor(p, "Content-Type: text/html", []variant{
			or("3.5 E", "Content-Type: text/plain"), or("3.5 K", "Content-Type: application/octet-stream"),
		}, "Content-Type: "+kind, 0)
	}},
	{"wrong-password", "3.5", "the login server refuses a wrong password with 401 and da-status=failed", inAll, func(t *trial) {
		t.logsInVainly(t.email(alice), t.members[alice].Password+"-wrong")
	}},
	{"login-of-nobody", "3.5", "the login server refuses who has no account with 401 and da-status=failed", inAll, func(t *trial) {
		t.logsInVainly(nobody, "secret")
	}},
}

// webAnswers are the headers of Passport's answers. Of each name the last counts.
type webAnswers struct {
	base http.RoundTripper
	got  http.Header
}

func (a *webAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := a.base.RoundTrip(r)
	if err == nil {
		for name, values := range resp.Header {
			a.got[http.CanonicalHeaderKey(name)] = values
		}
	}
	return resp, err
}

func (a *webAnswers) header(name string) string { return strings.Join(a.got.Values(name), ",") }

// logsIn asks the nexus, if there is one, and the login server, as a client does
// that is at alice's place.
func (t *trial) logsIn(email, password string) (*peer, *webAnswers, error) {
	t.needsPassport()
	p, challenge := t.identified(alice)
	seen := &webAnswers{http.DefaultTransport, http.Header{}}
	var client http.Client
	if own := t.cfg.Passport.Client; own != nil {
		client = *own
	}
	if client.Transport != nil {
		seen.base = client.Transport
	}
	client.Transport = seen
	passport := msnp.Passport{Client: &client, NexusURL: t.cfg.Passport.NexusURL, LoginURL: t.cfg.Passport.LoginURL}
	ctx, cancel := context.WithTimeout(t.ctx, t.cfg.Timeout)
	defer cancel()
	p.asked, t.last = ticketing+email, p
	_, err := passport.Ticket(ctx, email, password, challenge)
	return p, seen, err
}

// logsInVainly fails if the login server does not refuse that.
func (t *trial) logsInVainly(email, password string) {
	const want = "401, WWW-Authenticate: ... da-status=failed, or failed-noretry"
	p, _, err := t.logsIn(email, password)
	var refused *msnp.TicketError
	switch {
	case err == nil:
		t.fail(p, want, "a ticket", "")
	case !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || !strings.HasPrefix(refused.DAStatus, "failed"):
		t.fail(p, want, err.Error(), "")
	}
}
