//go:build !parsers

package fuzz

import (
	"strconv"

	"nudge/codec/msnp"
)

// act has the client do something; that it may not is as good.
func (p *client) act() {
	if p.onBoard {
		p.actOnBoard()
		return
	}
	s, out, err := &p.session, p.before(), error(nil)
	word := string(p.take(p.of(8)))
	who := addresses[p.of(players)]
	switch p.of(16) {
	default:
		out, err = s.Chg(msnp.Status(p.of(10)), uint32(p.next()), p.now, out)
	case 1:
		out, err = s.Png(p.now, out)
	case 2:
		out, err = s.AddContact(who, word, p.now, out)
	case 3:
		out, err = s.AddTo(msnp.Lists(1<<p.of(6)), who, p.now, out)
	case 4:
		out, err = s.AddToGroup(who, word, "3", p.now, out)
	case 5:
		out, err = s.Remove(msnp.Lists(1<<p.of(6)), who, []string{"", "3"}[p.of(2)], p.now, out)
	case 6:
		out, err = s.AddGroup(word, p.now, out)
	case 7:
		out, err = s.RenameGroup("3", word, p.now, out)
	case 8:
		out, err = s.RemoveGroup("3", p.now, out)
	case 9:
		out, err = s.SetContact(who, "MFN", word, p.now, out)
	case 10:
		out, err = s.SetProperty("PHH", word, p.now, out)
	case 11:
		out, err = s.SetBLP(word, p.now, out)
	case 12:
		out, err = s.Ask(msnp.Step(p.of(40)), p.now, out, word)
	case 13:
		out, err = s.AskPayload(msnp.Step(p.of(40)), []byte(word), p.now, out, who, "1")
	case 14:
		s.SetVersions(word, "0")
		s.SetTicket(word)
		out = s.Advance(p.now, out)
	case 15:
		out = s.Out(p.now, out)
	}
	p.done(out, err)
}

// actOnBoard is act on a switchboard.
func (p *client) actOnBoard() {
	b, out, err := &p.talk, p.before(), error(nil)
	word := string(p.take(p.of(8)))
	switch p.of(8) {
	case 0:
		out, err = b.Call("1.2.3", p.now, out)
	case 1:
		out, err = b.Answer("1.2.3", "11752013", p.now, out)
	case 2:
		out, err = b.Invite(addresses[p.of(players)], p.now, out)
	case 3:
		out, err = b.Invite(word, p.now, out)
	default:
		out, err = b.Say("UNADSX"[p.of(6)], []byte(word), p.now, out)
	case 7:
		out = b.Out(out)
	}
	p.done(out, err)
}

// done takes what came of an act. An error leaves no trace.
func (p *client) done(out []byte, err error) {
	if err != nil && string(out) != beforeLine {
		fail("%v, and yet the client wrote %q", err, out)
	}
	p.told = strconv.AppendBool(p.told, err == nil)
	p.append(out)
}
