package msnp

import (
	"errors"
	"strings"
	"time"

	"nudge/codec"
)

// MaxMessage is the longest payload of a message to a switchboard, in bytes;
// with more the connection is closed (§1.6).
const MaxMessage = 1664

// ErrMessage is returned for a message that is too long, or asks for an
// acknowledgement that there is none of.
var ErrMessage = errors.New("msnp: message too long, or an unknown letter")

// Switchboard is the client's side of one connection to a switchboard, without
// I/O, as a [Session] is of one to a notification server: commands go in, events
// come out, bytes to send are appended, Deadline, Expire and Abandon tell what is
// not answered. It begins with Call or Answer, and is in its conversation once
// that is answered. It is for one goroutine; Init makes it usable.
type Switchboard struct {
	ledger
	sw    *Software
	email string // own
	iros  uint32 // IRO lines still to come before ANS is over (§9.3)
	state boardState
}

type boardState uint8

const (
	boardNew     boardState = iota
	boardOpening            // USR or ANS is awaited
	boardGreeted            // ANS OK came, and IRO lines are left
	boardOpen
	boardOver
)

// Init makes b the side of an account. A nil sw is the zero Software.
func (b *Switchboard) Init(sw *Software, email string) {
	if sw == nil {
		sw = new(Software)
	}
	*b = Switchboard{sw: sw, email: email}
}

// LastTrID is that of the command written last; 0: none was. What answers a message
// says no more of it than that.
func (b *Switchboard) LastTrID() uint32 { return b.nextID() - 1 }

// Open reports whether the client is in the conversation.
func (b *Switchboard) Open() bool { return b.state == boardOpen }

// Call begins a conversation, with the cookie that XFR SB gave (§9.2).
func (b *Switchboard) Call(cookie string, now time.Duration, out []byte) ([]byte, error) {
	return b.begin(StepUSRSB, now, out, b.email, cookie)
}

// Answer joins one, with the cookie and the session that RNG gave (§9.3).
func (b *Switchboard) Answer(cookie, session string, now time.Duration, out []byte) ([]byte, error) {
	return b.begin(StepANS, now, out, b.email, cookie, session)
}

func (b *Switchboard) begin(step Step, now time.Duration, out []byte, args ...string) ([]byte, error) {
	if b.state != boardNew {
		return out, ErrState
	}
	b.ledger.open()
	out, err := b.ask(step, now, out, args...)
	if err == nil {
		b.state = boardOpening
	}
	return out, err
}

// Invite calls somebody into the conversation (§9.4). The answer says that she was
// rung; that she comes is a [KindJoined].
func (b *Switchboard) Invite(email string, now time.Duration, out []byte) ([]byte, error) {
	if b.state != boardOpen {
		return out, ErrState
	}
	return b.ask(StepCAL, now, out, email)
}

func (b *Switchboard) ask(step Step, now time.Duration, out []byte, args ...string) ([]byte, error) {
	w := b.room(step)
	if w == nil {
		return out, ErrFull
	}
	l := codec.Begin(out, steps[step].verb)
	l.TrID(b.nextID())
	for _, a := range args {
		l.Arg(a)
	}
	out, err := l.End()
	if err == nil {
		b.wrote(w, step, now)
	}
	return out, err
}

// Say sends a message to all others. The letter says what is to be told of it
// (§9.6): U nothing; N only that nobody could be reached; A, D for data of P2P, and
// S that it was delivered or not. U and N wait for nothing.
func (b *Switchboard) Say(letter byte, payload []byte, now time.Duration, out []byte) ([]byte, error) {
	switch {
	case b.state != boardOpen:
		return out, ErrState
	case strings.IndexByte("UNADS", letter) < 0 || len(payload) > MaxMessage:
		return out, ErrMessage
	}
	var w *wait
	if letter != 'U' && letter != 'N' {
		if w = b.room(StepMSG); w == nil {
			return out, ErrFull
		}
	}
	l := codec.Begin(out, codec.MSG)
	l.TrID(b.nextID()).Bytes([]byte{letter})
	out, err := l.EndPayload(payload)
	switch {
	case err != nil:
	case w != nil:
		b.wrote(w, StepMSG, now)
	default:
		b.next = b.nextID() + 1
	}
	return out, err
}

// Out leaves the conversation. Don't wait for an answer (§9.5).
func (b *Switchboard) Out(out []byte) []byte {
	l := codec.Begin(out, codec.OUT)
	out, _ = l.End() // it has no argument that could be refused
	b.state = boardOver
	return out
}

// Deadline returns the earliest time at which an awaited reply is overdue, 0 when
// none is awaited. Call [Switchboard.Expire] then.
func (b *Switchboard) Deadline() time.Duration {
	if w := b.first(b.sw.timeout()); w != nil {
		return w.due(b.sw.timeout())
	}
	return 0
}

// Expire gives up the reply that is overdue longest, as [Session.Expire] does. A
// conversation that does not begin in time is over.
func (b *Switchboard) Expire(now time.Duration) (Event, bool) {
	w := b.first(b.sw.timeout())
	if w == nil || w.due(b.sw.timeout()) > now {
		return Event{}, false
	}
	return b.drop(w, KindTimedOut), true
}

// Abandon tells what will not be answered any more, as [Session.Abandon] does.
func (b *Switchboard) Abandon() (Event, bool) {
	w := b.first(b.sw.timeout())
	if w == nil {
		return Event{}, false
	}
	return b.drop(w, KindAbandoned), true
}

func (b *Switchboard) drop(w *wait, kind Kind) Event {
	ev := Event{Kind: kind, Step: w.step, TrID: w.trid, Sent: w.sent}
	b.giveUp(w)
	b.ended(ev.Step)
	return ev
}

// ended ends what cannot go on without a step.
func (b *Switchboard) ended(step Step) {
	if step == StepUSRSB || step == StepANS {
		b.state = boardOver
	}
}
