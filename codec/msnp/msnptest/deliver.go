package msnptest

import (
	"bytes"
	"time"

	"nudge/codec"
)

// maxMessage is the longest payload that a client may send, in bytes (§1.6).
const maxMessage = 1664

// say passes a message on to all others of the conversation (§9.6).
func (t *turn) say(cmd *codec.Command) bool {
	letter, b := string(t.args[0]), t.c.board
	known := letter == "U" || letter == "N" || letter == "A" || letter == "S" || letter == "D" && t.c.dialect >= 9
	if !known || len(cmd.Payload()) > maxMessage {
		return t.close()
	}
	if letter == "D" && !isDirect(cmd.Payload()) {
		return t.refuse(cmd, 282)
	}
	b.used = time.Now()
	delivered := t.deliver(b, cmd.Payload())
	switch {
	case delivered && (letter == "A" || letter == "D" || letter == "S"):
		t.line(codec.ACK).TrID(cmd.TrID)
		t.send(t.c)
	case !delivered && (letter == "A" || letter == "D" || letter == "N"):
		t.line(codec.NAK).TrID(cmd.TrID)
		t.send(t.c)
	}
	return true
}

// deliver reports whether there was anybody to hear it.
func (t *turn) deliver(b *board, payload []byte) bool {
	t.line(codec.MSG).Arg(t.c.seat.email).Arg(t.c.seat.name)
	t.payload(payload)
	reached := false
	for _, other := range b.seats {
		if other != t.c && !other.isOver() {
			t.notify(other, t.c.seat, t.buf)
			t.s.stats.Messages++
			reached = true
		}
	}
	t.buf = t.buf[:0]
	return reached
}

// Sizes of a P2P message beside its data, in bytes (§9.9).
const directHeader, directFooter = 48, 4

// isDirect reports whether a payload has the form that the letter D is for: P2P,
// with header and footer.
func isDirect(payload []byte) bool {
	c, err := codec.ParseContent(payload)
	if err != nil {
		return false
	}
	kind, _, _ := bytes.Cut(c.Header("Content-Type"), []byte(";"))
	if !bytes.EqualFold(bytes.TrimSpace(kind), []byte("application/x-msnmsgrp2p")) {
		return true // only what says that it is P2P must be
	}
	return len(c.Body()) >= directHeader+directFooter
}
