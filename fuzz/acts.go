//go:build !parsers

package fuzz

import (
	"bytes"

	"nudge/codec"
	"nudge/codec/msnp"
)

// act lets one of the three do something.
func (p *play) act() {
	m := p.party[p.of(players)]
	l := &m.notification
	l.trID++
	switch p.of(32) {
	default:
		p.signInStep(m)
	case 1:
		p.begin(codec.CHG, l).Arg(statusWords[p.of(len(statusWords))]).Uint(uint64(p.next()))
		p.send(l)
	case 2, 3, 4:
		p.editList(m, l)
	case 5, 6:
		p.editGroup(m, l)
	case 7, 8:
		p.set(m, l)
	case 9:
		p.say(l, []byte("PNG\r\n"))
	case 10:
		p.askForSwitchboard(m)
	case 11, 12, 13, 14, 15, 16, 17:
		p.talk(m)
	case 18:
		p.answer(m, l)
	case 19:
		p.begin(codec.URL, l).Arg([]string{"INBOX", "PROFILE", "ADDRBOOK"}[p.of(3)])
		p.send(l)
	case 20:
		p.begin(codec.IMS, l).Arg([]string{"ON", "OFF"}[p.of(2)])
		p.send(l)
	case 21:
		p.page(m, l)
	case 22:
		p.say(l, []byte("OUT\r\n"))
	case 23:
		p.hangUp(l)
	case 24: // who has signed in as another
		p.begin(codec.USR, l).Arg("TWN").Arg("I").Arg(addresses[p.of(maxAccounts)])
		p.send(l)
	case 25:
		p.noise(p.lineOf(m))
	case 26, 27, 28:
		p.any(p.lineOf(m))
	case 29:
		p.changed(p.lineOf(m))
	case 30:
		p.signIn(m)
	}
}

var (
	statusWords = []string{"NLN", "BSY", "HDN", "IDL", "FLN", "nln"}
	listWords   = []string{"FL", "AL", "BL", "RL", "PL", "fl"}
	keyWords    = []string{"MFN", "PHH", "PHM", "MOB", "MBE", "XXX"}
)

// lineOf chooses one of a client's connections.
func (p *play) lineOf(m *party) *line {
	if p.oneIn(4) {
		return &m.switchboard
	}
	return &m.notification
}

// editList writes ADC, ADD or REM (§6.2, §6.3).
func (p *play) editList(m *party, l *line) {
	list, who := listWords[p.of(len(listWords))], addresses[p.of(players+1)]
	verb := codec.ADC
	switch p.of(4) {
	case 2:
		verb = codec.REM
	case 3:
		verb = codec.ADD
	}
	c := p.begin(verb, l).Arg(list)
	switch {
	case verb != codec.ADC || p.oneIn(8):
		c.Arg(who)
	case list == "FL" && p.oneIn(2) && m.group != nil:
		c.Key('C', who).Bytes(m.group)
	case list == "FL":
		c.Key('N', who).EscapeKey('F', string(p.take(p.of(8))))
	default:
		c.Key('N', who)
	}
	p.send(l)
}

// editGroup writes ADG, REG or RMG (§6.5).
func (p *play) editGroup(m *party, l *line) {
	group := m.group
	if group == nil || p.oneIn(8) {
		group = []byte{'0' + p.next()%10}
	}
	switch p.of(4) {
	case 2:
		p.begin(codec.REG, l).Bytes(group).Escape("G" + string(p.take(p.of(70))))
	case 3:
		p.begin(codec.RMG, l).Bytes(group)
	default:
		p.begin(codec.ADG, l).Escape("G" + string(p.take(p.of(8))))
	}
	p.send(l)
}

// set writes one of the settings (§4.5, §4.6, §6.6, §6.7).
func (p *play) set(m *party, l *line) {
	value := string(p.take(p.of(12)))
	switch p.of(6) {
	default:
		c := p.begin(codec.PRP, l).Arg(keyWords[p.of(len(keyWords))])
		if value != "" {
			c.Escape(value)
		}
	case 2:
		p.begin(codec.GTC, l).Arg([]string{"A", "N", "X"}[p.of(3)])
	case 3:
		p.begin(codec.BLP, l).Arg([]string{"AL", "BL", "X"}[p.of(3)])
	case 4:
		p.begin(codec.SBP, l).Arg(addresses[p.of(players)]).Arg("MFN").Escape("N" + value)
	case 5:
		p.begin(codec.REA, l).Arg(addresses[p.of(players)]).Escape("N" + value)
	}
	p.send(l)
}

// talk does something in a conversation (§9), which is begun or joined if need be.
func (p *play) talk(m *party) {
	l := &m.switchboard
	switch {
	case l.wire == nil && m.ring != nil && p.oneIn(2):
		p.join(m)
	case l.wire == nil && m.cookie != nil:
		p.begins(m)
	case l.wire == nil:
		p.askForSwitchboard(m)
	default:
		l.trID++
		p.converse(m, l)
	}
}

func (p *play) askForSwitchboard(m *party) {
	l := &m.notification
	l.trID++
	p.begin(codec.XFR, l).Arg("SB")
	p.send(l)
}

// begins opens a conversation with the cookie of XFR (§9.2).
func (p *play) begins(m *party) {
	l := &m.switchboard
	l.trID++
	p.begin(codec.USR, l).Arg(addresses[m.number]).Bytes(m.cookie)
	m.cookie = nil
	p.send(l)
}

// join opens one with what RNG told (§9.3).
func (p *play) join(m *party) {
	l := &m.switchboard
	l.trID++
	p.begin(codec.ANS, l).Arg(addresses[m.number]).Bytes(m.ring).Bytes(m.session)
	m.ring = nil
	p.send(l)
}

// bringTogether has two who have signed in talk to each other.
func (p *play) bringTogether(a, b *party) {
	p.askForSwitchboard(a)
	p.begins(a)
	a.switchboard.trID++
	p.begin(codec.CAL, &a.switchboard).Arg(addresses[b.number])
	p.send(&a.switchboard)
	p.join(b)
	if a.switchboard.wire == nil || b.switchboard.wire == nil || !bytes.Contains(a.switchboard.out, []byte("JOI ")) {
		fail("two could not be brought together: %q", a.notification.out)
	}
}

// converse does something in a conversation that has begun.
func (p *play) converse(m *party, l *line) {
	switch p.of(8) {
	default:
		p.begin(codec.MSG, l).Arg([]string{"U", "N", "A", "D", "S", "X"}[p.of(6)])
		p.said = append(append(p.said[:0], mark...), p.take(p.of(64))...)
		b, err := p.l.EndPayload(p.said)
		p.write(l, b, err)
	case 4, 5:
		p.begin(codec.CAL, l).Arg(addresses[p.of(players+1)])
		p.send(l)
	case 6:
		p.say(l, []byte("OUT\r\n"))
	case 7:
		p.hangUp(l)
	}
}

// answer answers a challenge, or asks for one (§7.2).
func (p *play) answer(m *party, l *line) {
	if m.challenge == nil {
		p.begin(codec.CHL, l)
		p.send(l)
		return
	}
	sum := msnp.ChallengeResponse(m.challenge, "Q1P7W2E4J9R8U3S5")
	m.challenge = nil
	p.begin(codec.QRY, l).Arg("msmsgs@msnmsgr.com")
	b, err := p.l.EndPayload(sum[:])
	p.write(l, b, err)
}

// page writes to a mobile, or a mail (§7.7).
func (p *play) page(m *party, l *line) {
	if p.oneIn(2) {
		p.begin(codec.SDC, l).Arg(addresses[p.of(players)]).Arg("0x0409").Arg("MSMSGS").Arg("1").Arg("1").Arg("X").Arg("Bob")
	} else {
		p.begin(codec.PGD, l).Arg(addresses[p.of(players)]).Uint(uint64(p.of(4)))
	}
	b, err := p.l.EndPayload(p.take(p.of(64)))
	p.write(l, b, err)
}

// noise writes bytes of the input as they are.
func (p *play) noise(l *line) { p.say(l, p.take(p.of(64))) }

// any writes a command of the grammar.
func (p *play) any(l *line) { p.say(l, p.madeUp()) }

// madeUp makes a command of the grammar.
func (p *play) madeUp() []byte {
	g := &p.grammar
	g.begin(codec.Syntax{From: codec.FromClient}, p.rest)
	g.command()
	p.rest = g.rest
	return g.stream
}

// changed writes a command of the grammar with one byte changed, in two pieces, or without its end.
func (p *play) changed(l *line) {
	b := p.madeUp()
	at := p.of(256) % len(b)
	switch p.of(4) {
	default:
		b[at] = p.next()
		p.say(l, b)
	case 2:
		p.say(l, b[:at])
		if l.wire != nil {
			p.say(l, b[at:])
		}
	case 3:
		p.say(l, b[:at])
	}
}
