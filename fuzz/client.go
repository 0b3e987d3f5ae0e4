//go:build !parsers

package fuzz

import (
	"bytes"
	"sync"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// ClientHeader is the number of bytes at the start of an input of [FuzzClient] that choose the client.
const ClientHeader = 1

// FuzzClient takes data as choices of what a server says to a client, and of what that client is told to
// do: the answers that it waits for, others, what comes unasked, commands of the grammar and noise. The
// first byte chooses a session on a notification server or one on a switchboard (bit 0), and the dialects.
// Each input is played twice: once with every command in memory of its own, and once with all in the
// same, overwritten as soon as the client has had the command. Checked:
//
//   - both plays tell the same: nothing of a command is kept, and nothing but the input decides;
//   - states, kinds, steps and reasons are those that there are, addresses are views of the command;
//   - no more is outstanding than is said, and after the last deadline nothing is;
//   - what the client appends reads strictly, with TrIDs that rise, behind what was there.
func FuzzClient(data []byte) int {
	if len(data) < ClientHeader {
		return -1
	}
	data = data[:min(len(data), maxChoices)]
	kept, spoilt := clients.Get().(*client), clients.Get().(*client)
	kept.play(data, true)
	spoilt.play(data, false)
	if !bytes.Equal(kept.told, spoilt.told) {
		at := 0
		for at < min(len(kept.told), len(spoilt.told)) && kept.told[at] == spoilt.told[at] {
			at++
		}
		fail("the play depends on commands that are over: at %d, %q and %q", at, kept.told[max(at-200, 0):], spoilt.told[max(at-200, 0):])
	}
	online := min(kept.answered, 1)
	clients.Put(kept)
	clients.Put(spoilt)
	return online
}

var clients = sync.Pool{New: func() any { return new(client) }}

// client is one play of an input.
type client struct {
	choices
	grammar  grammar
	keep     bool // commands have memory of their own
	software msnp.Software
	session  msnp.Session
	talk     msnp.Switchboard
	onBoard  bool
	roster   msnp.Roster
	now      time.Duration
	memory   []byte // of the command that is being heard; with keep, of all of them
	out      []byte // what the client appends
	sent     []byte // all that it appended
	lastTrID uint32
	waiting  []asked
	members  int // LST lines that a SYN has announced and that have not come
	told     []byte
	answered int
}

// asked is a command of the client's that an honest server would answer.
type asked struct{ from, to int } // of sent

const maxHeard = 400 // commands and acts of one play

func (p *client) play(data []byte, keep bool) {
	*p = client{
		choices: choices{data[ClientHeader:]}, keep: keep, onBoard: data[0]&1 != 0,
		grammar: p.grammar, memory: p.memory[:0], out: p.out[:0], sent: p.sent[:0], waiting: p.waiting[:0], told: p.told[:0],
	}
	p.software.Dialects = dialects[data[0]>>1%3:]
	p.software.KeepVersions = data[0]&8 != 0
	p.session.Init(&p.software, addresses[0])
	p.talk.Init(&p.software, addresses[0])
	if !p.onBoard {
		p.append(p.session.Open(p.now, p.before()))
	}
	for n := 0; n < maxHeard && p.more(); n++ {
		p.step()
	}
	p.checkEnd()
}

// step is one choice of what happens next.
func (p *client) step() {
	switch p.of(16) {
	default:
		p.hearAnswer()
	case 7, 8:
		p.hearUnasked()
	case 9:
		p.hearRefusal()
	case 10:
		p.hearAny()
	case 11:
		p.hearNoise()
	case 12, 13:
		p.act()
	case 14:
		p.now += time.Duration(p.next()) * time.Second / 16
		p.expire(p.now)
	case 15:
		if p.onBoard || p.session.State() == msnp.StateOnline && !p.oneIn(8) {
			p.act()
			return
		}
		p.abandon()
		p.append(p.session.Open(p.now, p.before()))
	}
}

// before is a buffer that holds something already, for what the client appends.
func (p *client) before() []byte { return append(p.out[:0], beforeLine...) }

// append takes what the client has appended.
func (p *client) append(out []byte) {
	p.out = out
	if !bytes.HasPrefix(out, []byte(beforeLine)) {
		fail("the client changed what stood before: %q", out)
	}
	from := len(p.sent)
	p.sent = append(p.sent, out[len(beforeLine):]...)
	strict := codec.Syntax{From: codec.FromClient, Refuse: codec.AllLeniencies}
	var c codec.Command
	for from < len(p.sent) {
		n, err := strict.Parse(&c, p.sent[from:])
		if err != nil {
			fail("the client wrote %q: %v", p.sent[from:], err)
		}
		if c.HasTrID() {
			if c.TrID <= p.lastTrID {
				fail("the client wrote %q after TrID %d", c.Raw(), p.lastTrID)
			}
			p.lastTrID = c.TrID
		}
		p.waiting = append(p.waiting, asked{from, from + n})
		from += n
	}
	p.told = append(p.told, out[len(beforeLine):]...)
}

// expire lets time pass for what is awaited.
func (p *client) expire(now time.Duration) {
	for n := 0; ; n++ {
		var ev msnp.Event
		var ok bool
		if p.onBoard {
			ev, ok = p.talk.Expire(now)
		} else {
			ev, ok = p.session.Expire(now)
		}
		if !ok {
			return
		}
		if n > 2*msnp.MaxOutstanding {
			fail("timeouts without end: %v %v", ev.Kind, ev.Step)
		}
		p.tell(&ev, nil)
	}
}

// abandon asks what will never be answered.
func (p *client) abandon() {
	for n := 0; ; n++ {
		ev, ok := p.session.Abandon()
		if p.onBoard {
			ev, ok = p.talk.Abandon()
		}
		if !ok {
			return
		}
		if n > msnp.MaxOutstanding {
			fail("%d commands were outstanding: %v %v", n, ev.Kind, ev.Step)
		}
		p.tell(&ev, nil)
	}
}

// checkEnd lets all time pass, and describes what the client has become.
func (p *client) checkEnd() {
	if p.oneIn(4) {
		p.abandon()
	}
	p.expire(1 << 60)
	if d := p.session.Deadline() + p.talk.Deadline(); d != 0 {
		fail("deadline %v with nothing awaited", d)
	}
	p.told = append(p.told, p.session.Email()...)
	p.told = append(p.told, p.session.Redirect()...)
	p.told = append(p.told, p.session.Challenge()...)
	list, settings := p.session.Versions()
	p.told = append(append(p.told, list...), settings...)
	if len(p.session.Email())+len(p.session.Redirect())+len(p.session.Challenge())+len(list)+len(settings) > 5*codec.DefaultMaxLine {
		fail("a session holds more than five lines: %q", p.told)
	}
	p.describeRoster()
}
