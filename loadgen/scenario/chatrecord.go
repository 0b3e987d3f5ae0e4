package scenario

import (
	"fmt"
	"math/bits"
	"sync/atomic"
	"time"
)

// Limits of a conversation.
const (
	maxPeople   = 5
	maxMessages = 1000
)

// chat is one conversation as all who take part know it, each on the loop of its
// client: who was called, what was said, who has read it, and how it was
// acknowledged. Nobody waits for anybody there; whoever leaves it last judges it.
type chat struct {
	caller, number uint32 // its name: a client, and the number of the conversation among hers
	people         []person
	lines          []line // message 1 first

	session atomic.Uint64 // hash of the server's id of it; 0: not known yet
	talkers atomic.Uint32 // a bit for each place that takes its turn; 0: the talk has not begun
	saidAt  atomic.Int64  // when the newest message was said
	whole   atomic.Bool   // the caller has left when all was said and answered
	holders atomic.Int32  // seats in it
}

// person is somebody in a conversation: the caller at place 0, then whom she calls.
type person struct {
	client   uint32
	life     uint32 // chatter.life when she was called
	stage    atomic.Uint32
	byes     atomic.Uint32 // a bit for each place whose BYE she has read
	seatedAt atomic.Int64
	leftAt   atomic.Int64

	rangAt  time.Duration // when the caller read RINGING; 0: she did not
	greeted bool          // the caller has read JOI
	session uint64        // hash of the id that RNG bore
}

// Stages of a person.
const (
	called uint32 = iota // RNG has not come
	unrung               // it has not come by the end, and is not waited for
	rung
	seated // in the conversation
	left   // hung up in order
	gone   // lost her connection, was not let in, or was stopped: what she has not read says nothing
)

// line is what is known of one message.
type line struct {
	at    atomic.Int64  // when it was said; 0: it was not
	marks atomic.Uint32 // a bit for each place that has read it, acked, naked
}

const (
	acked   = 1 << 8
	naked   = 1 << 9
	readers = 1<<maxPeople - 1
)

func (x *chat) String() string { return fmt.Sprintf("%d-%d", x.caller+1, x.number) }

// message names a message in a violation.
func (x *chat) message(m int) string {
	return (&words{caller: x.caller, number: x.number, m: m, n: len(x.lines)}).String()
}

// place returns where a client sits; -1: nowhere.
func (x *chat) place(client uint32) int {
	for i := range x.people {
		if x.people[i].client == client {
			return i
		}
	}
	return -1
}

// speaker returns whose turn message m is; -1 as long as the talk has not begun.
func (x *chat) speaker(m int) int {
	mask := x.talkers.Load()
	if mask == 0 {
		return -1
	}
	for range (m - 1) % bits.OnesCount32(mask) {
		mask &= mask - 1
	}
	return bits.TrailingZeros32(mask)
}

// join adds a seat, unless the conversation is over.
func (x *chat) join() bool {
	for {
		n := x.holders.Load()
		if n == 0 {
			return false
		}
		if x.holders.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// quit takes a seat away. The last one judges.
func (x *chat) quit(c *client) {
	if x.holders.Add(-1) == 0 {
		x.judge(c.run, c.rec)
	}
}

// release ends the wait for somebody to be rung.
func (x *chat) release(r *run, place int) {
	if p := &x.people[place]; p.stage.CompareAndSwap(called, unrung) {
		r.chatters[p.client].owed.Add(-1)
	}
}

// hashed is what is kept of the server's id of a conversation; never 0.
func hashed(id []byte) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range id {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return max(h, 1)
}

// chatter is what a run in which somebody chats shares of each client.
type chatter struct {
	life atomic.Uint32        // odd while the client may be called; it rises with each change
	owed atomic.Int32         // calls that have not been read
	now  atomic.Pointer[chat] // the conversation that the client has begun; nil: none

	begun uint32 // conversations; the client's own
}

// available tells others whether the client may be called.
func (c *client) available(is bool) {
	if c.run.chatters == nil {
		return
	}
	if life := &c.run.chatters[c.engine.ID()].life; (life.Load()&1 == 1) != is {
		life.Add(1)
	}
}

// engage promises a client a call, if it is online. It is the other half of
// client.engaged: one of both sees the other.
func (ch *chatter) engage() (life uint32, ok bool) {
	ch.owed.Add(1)
	if life = ch.life.Load(); life&1 == 1 {
		return life, true
	}
	ch.owed.Add(-1)
	return 0, false
}
