package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec/message"
)

// messages are the rules of MSG and of what acknowledges it.
var messages = []check{
	{"message", "9.6", "a message reaches everybody else as it was sent", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob, carol)...)
		sb[0].say("N", text("hello"))
		sb[1].hears(alice, text("hello"))
		sb[2].hears(alice, text("hello"))
	}},
	{"message-once", "9.6", "a message is delivered once", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[0].say("A", text("once")).is("ACK $")
		sb[1].hears(alice, text("once"))
		sb[1].none("MSG ...")
	}},
	{"message-order", "9.6", "messages of one person come in the order in which they were sent", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		for i := range 12 {
			sb[0].say("U", text(fmt.Sprint("number ", i)))
		}
		for i := range 12 {
			sb[1].hears(alice, text(fmt.Sprint("number ", i)))
		}
	}},
	{"not-to-oneself", "9.6", "who sends a message does not get it back", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[0].say("A", text("hello")).is("ACK $")
		sb[0].none("MSG ...")
	}},
	{"not-to-others", "9.6", "a message reaches nobody outside of the conversation", inAll, func(t *trial) {
		p := t.friends(alice, bob, carol)
		sb, elsewhere := t.chat(p[0], p[1]), t.chat(p[0], p[2])
		sb[0].say("A", text("not for carol")).is("ACK $")
		t.control(func() { sb[1].hears(alice, text("not for carol")) })
		elsewhere[1].none("MSG ...")
		elsewhere[0].none("MSG ...")
	}},
	{"message-name", "9.6", "MSG has the sender's own name", inAll, func(t *trial) {
		p := t.friends(alice, bob)
		p[0].rename("Alice in a conversation")
		sb := t.chat(p...)
		sb[0].say("N", text("hello"))
		sb[1].expect("MSG " + t.email(alice) + " " + escape("Alice in a conversation") + " {number}")
	}},
	{"ack", "9.6", "a message with the letter A that was delivered is answered by ACK", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].say("A", text("hello")).is("ACK $")
	}},
	{"nobody-there", "9.6", "a message with the letter A is answered by NAK when nobody else is there", inAll, func(t *trial) {
		t.signIn(alice).conversation().say("A", text("hello")).is("NAK $", or("12.39 E, K, R", "ACK $"))
	}},
	{"n-delivered", "9.6", "a message with the letter N that was delivered is not answered", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].say("N", text("hello")).is(silence)
	}},
	{"n-nobody-there", "9.6", "a message with the letter N is answered by NAK when nobody else is there", inAll, func(t *trial) {
		t.signIn(alice).conversation().say("N", text("hello")).is("NAK $", or("9.6 E", silence))
	}},
	{"u", "9.6", "a message with the letter U is never answered", inAll, func(t *trial) {
		t.signIn(alice).conversation().say("U", text("hello")).is(silence)
	}},
	{"d", "9.6", "data with the letter D that was delivered is answered by ACK", inAll, func(t *trial) {
		if t.dialect() < 9 {
			t.skip("the letter D came with MSNP9")
		}
		t.chat(t.friends(alice, bob)...)[0].say("D", direct(t.email(bob))).is("ACK $")
	}},
	{"d-malformed", "9.6", "data with the letter D that are badly formed are refused with 282", inAll, func(t *trial) {
		if t.dialect() < 9 {
			t.skip("the letter D came with MSNP9")
		}
		short := []byte("MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: " + t.email(bob) + "\r\n\r\nshort")
		t.chat(t.friends(alice, bob)...)[0].say("D", short).is("282 $", or("9.6 E", "ACK $"), or("12.38 K, R", "ACK $ || (silence)"))
	}},
	{"d-nobody-there", "9.6", "data with the letter D are answered by NAK when nobody else is there", inAll, func(t *trial) {
		if t.dialect() < 9 {
			t.skip("the letter D came with MSNP9")
		}
		t.signIn(alice).conversation().say("D", direct(t.email(bob))).is("NAK $ || 282 $", or("12.39 E, K, R", "ACK $"))
	}},
	{"letter-unknown", "9.6", "a letter that there is not ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].say("X", text("hello")).is(closed, or("12.38 K, R", "ACK $ || (silence)"))
	}},
	{"letter-lower-case", "9.6", "a letter in lower case ends the connection", inAll, func(t *trial) {
		t.chat(t.friends(alice, bob)...)[0].say("a", text("hello")).is(closed, or("12.38 K, R", "ACK $ || (silence)"))
	}},
	{"letter-is-not-told", "9.6", "the letter is not passed on: MSG has an address, a name and a length", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[0].say("A", text("hello")).is("ACK $")
		sb[1].expect(fmt.Sprintf("MSG %s * %d", t.email(alice), len(text("hello"))))
	}},
	{"both-ways", "9.6", "who was called can speak as well", inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		sb[1].say("A", text("hello yourself")).is("ACK $")
		sb[0].hears(bob, text("hello yourself"))
	}},
	{"msg-early", "9.2", "MSG before USR ends the connection", inAll, func(t *trial) {
		addr, _ := t.signIn(alice).cookie()
		t.board(addr, alice).say("A", text("hello")).is(closed, or("9.4 E", silence))
	}},
}

// payloads are the rules of what a message may be: all of it passes unaltered.
var payloads = []check{
	passes("typing", "9.8", "a typing notification passes unaltered", "U", func(t *trial) []byte {
		return must(message.Typing{User: []byte(t.email(alice))}.Append(nil))
	}),
	passes("utf-8", "9.7", "text in UTF-8 passes unaltered", "N", func(*trial) []byte { return text("Grüße, 你好, \U0001F600") }),
	passes("line-breaks", "9.7", "line breaks in a text pass unaltered", "N", func(*trial) []byte { return text("one\r\ntwo\rthree\nfour") }),
	passes("invitation", "9.8", "an invitation passes unaltered", "N", func(*trial) []byte {
		return []byte("MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\nApplication-Name: File Transfer\r\n" +
			"Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 85366\r\n" +
			"Application-File: readme.txt\r\nApplication-FileSize: 4096\r\nConnectivity: N\r\n\r\n")
	}),
	passes("capabilities", "9.8", "a message of a type that the server need not know passes unaltered", "U", func(*trial) []byte {
		return []byte("MIME-Version: 1.0\r\nContent-Type: text/x-clientcaps\r\n\r\nClient-Name: nudge\r\nChat-Logging: N\r\n")
	}),
	passes("p2p", "9.9", "data between clients pass unaltered, header and footer with zero bytes among them", "D", func(t *trial) []byte {
		if t.dialect() < 9 {
			t.skip("the letter D came with MSNP9")
		}
		return direct(t.email(bob))
	}),
	passes("no-body", "9.7", "a message of headers alone passes unaltered", "N", func(*trial) []byte { return text("") }),
	passes("largest", "9.6", "a message of 1664 bytes passes", "N", func(*trial) []byte { return filler(1664) }),
}

// passes is a check that a payload comes as it was sent.
func passes(name, section, says, letter string, payload func(t *trial) []byte) check {
	return check{name, section, says, inAll, func(t *trial) {
		sb := t.chat(t.friends(alice, bob)...)
		p := payload(t)
		sb[0].say(letter, p)
		sb[1].hears(alice, p)
	}}
}

// direct is a message of P2P: an invitation's first piece.
func direct(to string) []byte {
	data := []byte("INVITE MSNMSGR:" + to + " MSNSLP/1.0\r\n\r\n\x00")
	return must(message.P2P{
		Dest: []byte(to), ID: 0x0a0b0c0d, Total: uint64(len(data)), Data: data, AckID: 0x01020304,
	}.Append(nil))
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(fmt.Sprintf("msnpcheck: a message of ours: %v", err))
	}
	return b
}

// sameAddresses compares two lists, in any order.
func sameAddresses(a, b []string) bool {
	lower := func(all []string) []string {
		var out []string
		for _, s := range all {
			out = append(out, strings.ToLower(s))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(lower(a), lower(b))
}
