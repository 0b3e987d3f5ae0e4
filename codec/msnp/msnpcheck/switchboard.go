package msnpcheck

// switchboard are the rules of conversations.
var switchboard = []check{
	{"message", "9.6", "a message reaches everybody else as it was sent", inAll, func(t *trial) {
		boards := t.chat(t.friends(alice, bob, carol)...)
		boards[0].say("N", text("hello"))
		boards[1].hears(alice, text("hello"))
		boards[2].hears(alice, text("hello"))
	}},
	{"ack", "9.6", "a message with the letter A that was delivered is answered by ACK", inAll, func(t *trial) {
		boards := t.chat(t.friends(alice, bob)...)
		boards[0].say("A", text("hello")).is("ACK $")
	}},
	{"nobody-there", "9.6", "a message with the letter A is answered by NAK when nobody else is there", inAll, func(t *trial) {
		sb := t.signIn(alice).conversation()
		sb.say("A", text("hello")).is("NAK $", or("12.39 E, K, R", "ACK $"))
	}},
}
