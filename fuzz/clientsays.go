//go:build !parsers

package fuzz

import (
	"strconv"

	"nudge/codec"
)

// hearAnswer answers what the client has waited for longest, as a server ought to. With nothing to
// answer it sends what is missing of a SYN answer, or something unasked.
func (p *client) hearAnswer() {
	if p.members > 0 {
		p.hearMember()
		return
	}
	if len(p.waiting) == 0 {
		p.hearUnasked()
		return
	}
	a := p.waiting[0]
	p.waiting = p.waiting[1:]
	var c codec.Command
	s := codec.Syntax{From: codec.FromClient}
	if _, err := s.Parse(&c, p.sent[a.from:a.to]); err != nil {
		fail("%q was read before, and now gives %v", p.sent[a.from:a.to], err)
	}
	p.hear(p.answerTo(&c))
}

// answerTo makes the answer to a command.
func (p *client) answerTo(c *codec.Command) []byte {
	b := append(p.reply(c.Verb), ' ')
	if c.HasTrID() {
		b = strconv.AppendUint(b, uint64(c.TrID), 10)
	}
	switch c.Verb {
	case codec.VER:
		b = append(append(b, ' '), []string{"MSNP10", "MSNP10", "MSNP9", "MSNP8", "0"}[p.of(5)]...)
	case codec.CVR:
		b = append(b, " 6.1.0211 6.1.0211 6.1.0155 http://a http://b"...)
	case codec.USR:
		b = p.answerUSR(c, b)
	case codec.SYN:
		p.members = p.of(6)
		b = strconv.AppendInt(append(b, " 2004-07-15 2004-06-24 "...), int64(p.members), 10)
		b = append(b, " 1\r\nGTC A\r\nBLP AL\r\nPRP MFN A%20name\r\nLSG Friends 3"...)
	case codec.XFR:
		b = append(b, " SB 192.0.2.30:1863 CKI 1.2.3"...)
	case codec.ADG:
		b = append(append(append(b, ' '), c.Arg(0)...), " 5"...)
	case codec.QRY:
	case codec.PNG:
		b = append(append(b[:0], "QNG "...), '5', '0')
	case codec.OUT:
		b = append(b[:0], "OUT"...)
	case codec.ANS:
		b = append(b[:0], "IRO "...)
		b = strconv.AppendUint(b, uint64(c.TrID), 10)
		b = append(b, " 1 1 user00002@example.com Bob\r\nANS "...)
		b = append(strconv.AppendUint(b, uint64(c.TrID), 10), " OK"...)
	case codec.CAL:
		b = append(b, " RINGING 11752013"...)
	case codec.MSG:
		b = append(b[:0], []string{"ACK ", "ACK ", "NAK "}[p.of(3)]...)
		b = strconv.AppendUint(b, uint64(c.TrID), 10)
	default: // edits and presence come back as they were sent
		for arg := range c.All() {
			b = append(append(b, ' '), arg...)
		}
		if c.Verb == codec.ADC {
			b = append(b, " C=c1b7e8aa"...)
		}
	}
	return append(b, "\r\n"...)
}

// reply begins a command in memory that the grammar has no use for at the time.
func (p *client) reply(v codec.Verb) []byte {
	return append(p.grammar.stream[:0], byte(v>>16), byte(v>>8), byte(v))
}

// answerUSR answers the steps of a sign-in, and that of a switchboard.
func (p *client) answerUSR(c *codec.Command, b []byte) []byte {
	switch {
	case p.onBoard:
		return append(b, " OK user00001@example.com A%20name"...)
	case string(c.Arg(1)) == "I" && p.oneIn(4):
		b = append(b[:0], "XFR "...)
		return append(strconv.AppendUint(b, uint64(c.TrID), 10), " NS 192.0.2.20:1863 0 192.0.2.10:1863"...)
	case string(c.Arg(1)) == "I":
		return append(b, " TWN S lc=1033,id=507,ct=1088000000"...)
	}
	return append(b, " OK user00001@example.com 1 0"...)
}

// hearMember sends the next line of a SYN answer.
func (p *client) hearMember() {
	p.members--
	b := append(p.reply(codec.LST), " N=user0000"...)
	b = append(b, '0'+p.next()%10)
	b = append(b, "@example.com F=Bob%20B. C=c1b7e8aa-3b62 11 3\r\nBPR PHM 1%20(555)\r\n"...)
	p.hear(b)
}

// unasked are what a server says by itself.
var unasked = []string{
	"NLN NLN user00002@example.com Bob%20B. 268435500 %3Cmsnobj%2F%3E\r\n", "NLN BSY user00002@example.com Bob 0\r\n", "FLN user00002@example.com\r\n",
	"ILN 5 AWY user00003@example.com Carol 536870948\r\n", "CHL 0 29409134351025259292\r\n", "RNG 11752013 192.0.2.30:1863 CKI 84.52 user00002@example.com Bob\r\n",
	"ADC 0 RL N=user00004@example.com F=Dave\r\n", "REM 0 RL user00004@example.com\r\n", "BPR user00002@example.com PHM 1%20(555)\r\n", "CHG 0 HDN\r\n",
	"MSG Hotmail Hotmail 71\r\nMIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile\r\nABCHMigrated: 1\r\n", "NOT 5\r\nhello",
	"XFR 0 NS 0\r\n", "XFR 0 NS 192.0.2.20:1863\r\n", "QNG 50\r\n", "SBS 0 null\r\n", "IPG 2\r\nab", "OUT\r\n", "OUT OTH\r\n", "OUT MIG\r\n", "OUT RCT 5\r\n", "OUT XXX\r\n",
	"LST N=user00005@example.com F=E C=5 11 3,4\r\n", "LST user00005@example.com E 11 1\r\n", "LSG Work 4\r\n", "GTC N\r\n", "PRP MBE Y\r\n", "BLP BL\r\n", "SYN 5 41 0 2 2\r\n", "SYN 6 41\r\n",
	"JOI user00002@example.com Bob\r\n", "BYE user00002@example.com\r\n", "BYE user00002@example.com 1\r\n", "IRO 1 1 1 user00002@example.com Bob\r\n",
	"MSG user00002@example.com Bob 5\r\nhello", "ACK 2\r\n", "NAK 3\r\n", "ADD 0 RL 5 user00004@example.com Dave\r\n", "GCF 5 a 2\r\nab", "UBX user00002@example.com 0\r\n",
}

func (p *client) hearUnasked() { p.hear([]byte(unasked[p.of(len(unasked))])) }

// hearRefusal sends a number, with a TrID that is in use or not.
func (p *client) hearRefusal() {
	codes := [...]string{"911", "200", "215", "216", "500", "601", "715", "913", "000", "282", "217", "928"}
	b := append(p.grammar.stream[:0], codes[p.of(len(codes))]...)
	b = strconv.AppendUint(append(b, ' '), uint64(max(int(p.lastTrID)-p.of(8), 0)), 10)
	p.hear(append(b, "\r\n"...))
}

// hearAny sends a command of the grammar, perhaps with the TrID of something that is awaited.
func (p *client) hearAny() {
	g := &p.grammar
	g.begin(codec.Syntax{From: codec.FromServer}, p.rest)
	g.command()
	p.rest = g.rest
	p.hear(g.stream)
}

// hearNoise sends a line of the input's bytes behind a verb and a TrID that fit.
func (p *client) hearNoise() {
	b := p.reply(ruleTable[p.of(len(ruleTable))].Verb)
	b = strconv.AppendUint(append(b, ' '), uint64(max(int(p.lastTrID)-p.of(4), 0)), 10)
	b = append(append(b, ' '), p.take(p.of(32))...)
	p.hear(append(b, "\r\n"...))
}
