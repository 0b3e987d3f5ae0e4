package msnpcheck

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// boardLabel ends the label of a connection to a switchboard.
const boardLabel = "'s switchboard"

// maxRedirects is how often a sign-in is sent on (§2.1).
const maxRedirects = 5

// connect opens a connection to the target.
func (t *trial) connect(who int) *peer { return t.dial(t.cfg.Addr, people[who], who) }

// versions says VER and CVR.
func (p *peer) versions() {
	p.ask("VER $ %s CVR0", p.t.dialect()).is("VER $ " + p.t.dialect().String() + " || VER $ * ...")
	p.ask("CVR $ 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS %s", p.t.email(p.who)).is("CVR $ ...")
}

// identify says who is there, on whatever server that leads to, and returns the
// connection and the challenge for Passport. Each connection is given to fresh
// before the first word.
func (t *trial) identify(who int, fresh func(p *peer)) (p *peer, challenge string) {
	return t.identifyAs(who, t.email(who), fresh)
}

// identifyAs is identify with another spelling of the address.
func (t *trial) identifyAs(who int, email string, fresh func(p *peer)) (p *peer, challenge string) {
	p = t.connect(who)
	for range maxRedirects + 1 {
		fresh(p)
		p.versions()
		l := p.ask("USR $ TWN I %s", email).is("USR $ TWN S * || XFR $ NS {address} ...")
		if l.Verb == codec.USR {
			return p, l.arg(2)
		}
		p.drop()
		p = t.dial(l.arg(1), people[who], who)
	}
	t.fail(p, "USR $ TWN S *", fmt.Sprintf("%d redirects", maxRedirects+1), "")
	return nil, ""
}

// ticket gets one from Passport.
func (t *trial) ticket(p *peer, challenge string) string {
	m := t.members[p.who]
	if m.Ticket != "" {
		return m.Ticket
	}
	ctx, cancel := context.WithTimeout(t.ctx, t.cfg.Timeout)
	defer cancel()
	ticket, err := t.cfg.Passport.Ticket(ctx, m.Email, m.Password, challenge)
	if err != nil {
		p.asked = ticketing + m.Email
		t.fail(p, "a ticket", err.Error(), "")
	}
	return ticket
}

// login signs in as far as USR OK.
func (t *trial) login(who int) *peer {
	if n := t.run.failed.Load(); n >= maxFailed {
		t.skip("%d sign-ins in a row have failed", n)
	}
	var p *peer
	defer func() {
		if p == nil {
			t.run.failed.Add(1)
			return
		}
		t.run.failed.Store(0)
	}()
	t.prepare(func() { p = t.enter(who, func(*peer) {}) })
	return p
}

// maxFailed is how many sign-ins in a row may fail before no more are tried, so
// as not to wait for that again and again.
const maxFailed = 5

// enter is login for checks that are about it.
func (t *trial) enter(who int, fresh func(p *peer)) *peer {
	p, challenge := t.identify(who, fresh)
	l := p.ask("USR $ TWN S %s", t.ticket(p, challenge)).is("USR $ OK * ...")
	p.online = true
	if n := l.NArgs(); n > 4 {
		p.named = l.arg(n - 3)
	}
	return p
}

// profile returns the content of the profile message, if one came.
func (p *peer) profile() (codec.Content, bool) {
	var content codec.Content
	l := p.find(p.t.cfg.Quiet, func(l *line) bool {
		c, err := codec.ParseContent(l.Payload())
		content = c
		return l.Verb == codec.MSG && err == nil && strings.HasPrefix(strings.ToLower(string(c.Header("Content-Type"))), "text/x-msmsgsprofile")
	})
	if begun := p.begun(); l == nil && begun != "" {
		p.t.fail(p, "a profile message as long as it says", unanswered+begun, "")
	}
	return content, l != nil
}

// mustProfile skips the check if no profile came.
func (p *peer) mustProfile() codec.Content {
	content, ok := p.profile()
	if !ok {
		p.t.skip("no profile message came")
	}
	return content
}

// synLine is how the client asks for everything.
func (t *trial) synLine() string {
	if t.dialect() < msnp.MSNP10 {
		return "SYN $ 0"
	}
	return "SYN $ 0 0"
}

// synAnswer is the pattern of an answer to SYN that has lists: with the versions
// and how many contacts and groups there are (§4.2).
func (t *trial) synAnswer() string {
	if t.dialect() < msnp.MSNP10 {
		return "SYN $ * {number} {number}"
	}
	return "SYN $ * * {number} {number}"
}

// sync asks for the lists, and keeps them.
func (p *peer) sync() *line {
	from := len(p.lines)
	answer := p.ask("%s", p.t.synLine()).is(p.t.synAnswer())
	p.listed(from, answer.arg(answer.NArgs()-2))
	p.ping() // ends the BPR of the last contact
	p.collect(from)
	return answer
}

// listed waits for as many LST lines as were told.
func (p *peer) listed(from int, count string) {
	want, _ := codec.ParseUint([]byte(count))
	until := time.Now().Add(p.t.left("LST"))
	for {
		n := uint32(0)
		for _, l := range p.lines[from:] {
			if l.Verb == codec.LST {
				n++
			}
		}
		if n >= want || want > msnp.MaxContacts {
			p.t.heard("LST", true)
			return
		}
		if !p.read(until) {
			p.t.heard("LST", false)
			p.t.fail(p, fmt.Sprintf("%d LST lines, as SYN says", want), fmt.Sprintf("%d, and then %s", n, p.ending()), "")
		}
	}
}

// collect reads the lists from the lines since from.
func (p *peer) collect(from int) {
	for _, l := range p.lines[from:] {
		if err := p.roster.Collect(&l.Command, p.t.dialect()); err != nil {
			p.t.fail(p, "a line of the answer to SYN", l.text, err.Error())
		}
	}
	p.live = true
}

// synced signs in and gets the lists.
func (t *trial) synced(who int) *peer {
	p := t.login(who)
	t.prepare(func() { p.sync() })
	return p
}

// clientID is what clients say they can do, unless a check is about that.
const clientID = "536870948"

// signIn signs in and is online. What came until then is forgotten.
func (t *trial) signIn(who int) *peer {
	p := t.synced(who)
	t.prepare(func() {
		p.ask("CHG $ NLN " + clientID).is("CHG $ NLN ...")
		p.ping()
	})
	p.forget()
	return p
}
