package live

import (
	"bytes"
	"strings"

	"nudge/codec"
	"nudge/codec/msnp"
)

// learn keeps what a command says: how far the connection has come, what fields stand for, lists, and what was
// said of others.
func (a *actor) learn(l *link, c *codec.Command, q *question) {
	a.follow(l, c, q)
	switch c.Verb {
	case codec.VER:
		if n, ok := codec.ParseUint(bytes.TrimPrefix(c.Arg(0), []byte("MSNP"))); ok && n != 0 {
			l.dialect, l.stage = msnp.Dialect(n), stageVersioned
		}
	case codec.CVR:
		l.advance(stageKnown)
	case codec.USR:
		a.learnUSR(l, c)
	case codec.XFR:
		a.learnXFR(l, c)
	case codec.MSG:
		a.learnMSG(l, c)
	case codec.CHG:
		l.advance(stageOnline)
	case codec.CHL:
		a.chl = string(c.Arg(0))
		if a != a.b.main {
			a.answerChallenge(l)
		}
	case codec.QNG:
		if l.qngs++; l.qngs > l.pngs && !l.strayed {
			a.b.find(a, l, Reply, l.lastVerb(), "QNG, though no PNG was sent (§7.1)")
		}
	case codec.OUT:
		l.stage, l.said = stageOver, strings.TrimSpace("OUT "+string(c.Arg(0)))
	case codec.NLN, codec.ILN, codec.FLN:
		a.learnPresence(l, c)
	case codec.RNG:
		var r msnp.Ring
		if msnp.ParseRing(c, &r) == nil {
			a.rings = append(a.rings, ring{r.Addr, string(r.Session), string(r.Cookie)})
		}
	case codec.ANS:
		l.advance(stageSeated)
	case codec.CAL:
		if c.NArgs() == 2 {
			a.call = string(c.Arg(1))
		}
	case codec.JOI, codec.IRO:
		l.advance(stageTalking)
	}
}

// advance goes on to a stage, never back.
func (l *link) advance(s stage) {
	if l.stage < s {
		l.stage = s
	}
}

// answerChallenge does what every clean client has to, or it is cut (§7.2).
func (a *actor) answerChallenge(l *link) {
	l.trid++
	answer := msnp.ChallengeResponse([]byte(a.chl), productKey)
	line := codec.Begin(nil, codec.QRY)
	b, _ := line.TrID(l.trid).Arg("msmsgs@msnmsgr.com").EndPayload(answer[:]) // it has no argument that could be refused
	a.push(l, b)
}

func (a *actor) learnUSR(l *link, c *codec.Command) {
	switch {
	case bytes.Equal(c.Arg(0), []byte("OK")):
		if l.on == onBoard {
			l.advance(stageSeated)
			return
		}
		l.advance(stageSignedIn)
		a.mode = msnp.ModeM0
		if l.dialect < msnp.MSNP10 {
			a.mode = msnp.ModeP9
		}
	case c.NArgs() == 3:
		a.challenge = string(c.Arg(2))
		l.advance(stageNamed)
	}
}

func (a *actor) learnXFR(l *link, c *codec.Command) {
	if bytes.Equal(c.Arg(0), []byte("NS")) {
		l.advance(stageSentOn)
		a.sentTo = string(c.Arg(1))
		return
	}
	if addr, cookie, err := msnp.ParseTransfer(c); err == nil {
		a.board, a.cookie = addr, string(cookie)
	}
}

// learnMSG takes the profile on a notification server, and messages on a switchboard.
func (a *actor) learnMSG(l *link, c *codec.Command) {
	if l.on == onBoard {
		a.messages = append(a.messages, bytes.Clone(c.Payload()))
		return
	}
	content, err := codec.ParseContent(c.Payload())
	if err == nil && l.dialect >= msnp.MSNP10 && string(content.Header("ABCHMigrated")) == "1" {
		a.mode = msnp.ModeM1
	}
}

func (a *actor) learnPresence(l *link, c *codec.Command) {
	var p msnp.Presence
	if msnp.ParsePresence(c, &p) != nil {
		why := "malformed presence"
		if s := msnp.ParseStatus(c.Arg(0)); c.Verb != codec.FLN && (s == msnp.FLN || s == msnp.HDN) {
			why = s.String() + " is no status of who is online"
		}
		a.b.find(a, l, Grammar, l.lastVerb(), "%s (§5.4): %s", why, shown(c.Line()))
		return
	}
	if !a.has(string(p.Email)) {
		a.b.find(a, l, Leak, l.lastVerb(), "told of somebody who is not on its list: %s", shown(c.Line()))
	}
	status := "FLN"
	if c.Verb != codec.FLN {
		status = p.Status.String()
	}
	heard := presence{c.Verb, string(p.Email), status, p.ClientID}
	if strings.EqualFold(heard.email, a.peer) {
		a.told = heard
		a.sees = a.peer
		if c.Verb == codec.FLN {
			a.sees = ""
		}
	}
	a.presence = append(a.presence, heard)
}
