package msnpcheck

import (
	"strings"

	"nudge/codec/msnp"
)

// questions are the rules of PNG, of challenges and of URL.
var questions = []check{
	{"ping", "7.1", "PNG is answered QNG, since MSNP9 with the seconds until the next", inAll, func(t *trial) {
		want := "QNG {number}"
		if t.dialect() < msnp.MSNP9 {
			want = "QNG"
		}
		p := t.synced(alice)
		p.write([]byte("PNG\r\n"))
		p.expect(want)
	}},
	{"ping-early", "12.33", "PNG is answered at any time after the sign-in, before SYN as well", inAll, func(t *trial) {
		p := t.login(alice)
		p.write([]byte("PNG\r\n"))
		p.expect("QNG ... || QNG")
	}},
	{"challenge", "7.2", "a client that asks for a challenge gets one: CHL with its TrID and 20 digits", inAll, func(t *trial) {
		l := t.unsolved().ask("CHL $").is("CHL $ *", noChallenges)
		if l == nil {
			return
		}
		if c := l.arg(0); len(c) != 20 || strings.Trim(c, "0123456789") != "" {
			t.fail(t.peers[len(t.peers)-1], "a challenge of 20 digits", l.text, "")
		}
	}},
	{"challenge-solved", "7.2", "the right answer to a challenge is taken: QRY", inAll, func(t *trial) {
		p := t.unsolved()
		r := msnp.ChallengeResponse([]byte(p.challenged()), productKey)
		p.askWith(r[:], "QRY $ %s %d", product, len(r)).is("QRY $", noChallenges)
	}},
	{"challenge-again", "7.2", "after a challenge was solved the connection goes on, and the next is another", inAll, func(t *trial) {
		p := t.unsolved()
		one := p.challenged()
		r := msnp.ChallengeResponse([]byte(one), productKey)
		t.prepare(func() { p.askWith(r[:], "QRY $ %s %d", product, len(r)).is("QRY $") })
		l := p.ask("CHL $").is("CHL $ *")
		if l.arg(0) == one {
			t.fail(p, "another challenge than "+one, l.text, "")
		}
	}},
	{"challenge-wrong", "7.2", "a wrong answer to a challenge is refused, and ends the connection: 540", inAll, func(t *trial) {
		p := t.unsolved()
		r := msnp.ChallengeResponse([]byte(p.challenged()), "not the key")
		q := p.askWith(r[:], "QRY $ %s %d", product, len(r))
		if q.is("540 $", noChallenges) != nil {
			q.p.closes()
		}
	}},
	{"url", "7.6", "URL is answered with path, login server and site", inAll, func(t *trial) {
		t.synced(alice).ask("URL $ PROFILE 0x0409").is("URL $ * {url} {number}", or("7.6 E, K", "URL $ /unused1 /unused2 1"))
	}},
	{"url-mail", "7.6", "URL of a mail service is answered likewise, or, without a mailbox, refused: 710", inAll, func(t *trial) {
		t.synced(alice).ask("URL $ INBOX").is("URL $ * {url} {number} || 710 $", or("7.6 E, K", "URL $ /unused1 /unused2 1"))
	}},
}

// noChallenges is how servers are that have none.
var noChallenges = or("12.34 E, K, R", silence)

// unsolved signs alice in, and leaves challenges to the check.
func (t *trial) unsolved() *peer {
	p := t.login(alice)
	p.mute = true
	t.prepare(func() { p.sync() })
	return p
}

// challenged asks for a challenge.
func (p *peer) challenged() (challenge string) {
	p.t.prepare(func() { challenge = p.ask("CHL $").is("CHL $ *").arg(0) })
	return challenge
}
