package scenario

import (
	"cmp"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
)

// chatting is people who talk: one calls a contact, or several, and all say their
// numbered messages in turn (§9).
var chatting = behaviour{
	name:      "chat",
	about:     "signs in once; per iteration calls contacts and talks; answers when it is called",
	mainOp:    opDeliver,
	conns:     3, // to the notification server, one for a conversation of its own, one for that of a contact
	think:     loadgen.Exponential(10 * time.Second),
	start:     signIn,
	iteration: []step{{op: opXFRSB, send: askBoard, answer: msnp.StepXFR, take: call}},
	chats:     true,
}

// Defaults of a Part that chats.
const (
	defaultMessages = 10
	defaultGroups   = 0.1
)

// askBoard asks for a switchboard (§2.2), if there is anybody to call.
func askBoard(c *client, now time.Duration, out []byte) ([]byte, error) {
	for i := range c.roster {
		if c.callable(c.roster[i].client) && c.run.chatters[c.roster[i].client].life.Load()&1 == 1 {
			return c.session.Ask(msnp.StepXFR, now, out, "SB")
		}
	}
	c.nobody()
	return out, errOver
}

// nobody tells of an iteration without a conversation.
func (c *client) nobody() {
	c.rec.Event("nobody", c.email, "no contact among the run's clients is online: no conversation")
}

// call takes the switchboard's address, chooses whom to call, and sits down. From
// there on the iteration is the conversation's.
func call(c *client, cmd *codec.Command) {
	addr, cookie, err := msnp.ParseTransfer(cmd)
	if err != nil {
		c.missed = "protocol"
		c.tell(opXFRSB, &failure{class: "protocol", text: "no address or cookie in " + quoted(cmd)})
		return
	}
	x := c.choose()
	if x == nil {
		c.nobody()
		return
	}
	c.run.chatters[c.engine.ID()].now.Store(x)
	c.sit(x, 0, addr, string(cookie), "")
}

// choose makes a conversation with contacts that are online; nil: none is. How
// often it draws depends on the size alone.
func (c *client) choose() *chat {
	part := c.run.part(c.engine.ID())
	want := 1
	if float64(c.engine.Uint64()>>11)/(1<<53) < *part.Groups {
		want = 2 + int(c.engine.Uint64()%(maxPeople-2))
	}
	people := make([]person, 1, want+1)
	people[0].client = uint32(c.engine.ID())
	for range want {
		from := c.engine.Uint64() % uint64(len(c.roster))
		for i := range c.roster {
			n := c.roster[(int(from)+i)%len(c.roster)].client
			if !c.callable(n) || isAmong(people, n) {
				continue
			}
			if life, ok := c.run.chatters[n].engage(); ok {
				people = people[:len(people)+1]
				people[len(people)-1].client, people[len(people)-1].life = n, life
				break
			}
		}
	}
	if len(people) == 1 {
		return nil
	}
	self := &c.run.chatters[c.engine.ID()]
	self.begun++
	x := &chat{caller: uint32(c.engine.ID()), number: self.begun, people: people, lines: make([]line, part.Messages)}
	x.holders.Store(1)
	return x
}

// callable reports whether a contact is one that stays signed in, and so may be
// called.
func (c *client) callable(n uint32) bool {
	return int(n) != c.engine.ID() && c.run.doing(int(n)).start != nil
}

func isAmong(people []person, client uint32) bool {
	for i := range people {
		if people[i].client == client {
			return true
		}
	}
	return false
}

// withDefaults fills in what a part that chats leaves open.
func (p Part) withDefaults() Part {
	p.Messages = cmp.Or(p.Messages, defaultMessages)
	if p.Groups == nil {
		p.Groups = new(defaultGroups)
	}
	return p
}
