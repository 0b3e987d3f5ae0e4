package msnpcheck

// tickets are the rules of Passport's tickets at USR S.
var tickets = []check{
	{"wrong-ticket", "3.4", "a ticket that nobody gave out is refused with 911", inAll, func(t *trial) {
		t.named(alice).ask("USR $ TWN S t=0123456789abcdef0123&p=").is("911 $ || 928 $")
	}},
	{"wrong-ticket-closes", "3.4", "a refused ticket ends the connection", inAll, func(t *trial) {
		p := t.named(alice)
		p.ask("USR $ TWN S t=0123456789abcdef0123&p=").is("911 $ || 928 $ || (closed)")
		p.closes()
	}},
	{"ticket-once", "3.5", "a ticket is good for one sign-in", inAll, func(t *trial) {
		first, challenge := t.identified(alice)
		ticket := t.freshTicket(first, alice, challenge)
		t.prepare(func() { first.ask("USR $ TWN S %s", ticket).is("USR $ OK ...") })
		t.named(alice).ask("USR $ TWN S %s", ticket).is("911 $ || 928 $", or("3.5 R", "USR $ OK ..."))
	}},
	{"ticket-of-another", "3.4", "the ticket of another account is refused with 911", inAll, func(t *trial) {
		p, challenge := t.identified(alice)
		p.ask("USR $ TWN S %s", t.freshTicket(p, bob, challenge)).is("911 $ || 928 $")
	}},
}

// needsPassport skips a check where tickets come from elsewhere.
func (t *trial) needsPassport() {
	if t.cfg.Passport.Template != "" || t.members[alice].Ticket != "" {
		t.skip("tickets are given, and do not come from a login server")
	}
}

// freshTicket gets a ticket from the login server.
func (t *trial) freshTicket(p *peer, who int, challenge string) (ticket string) {
	t.needsPassport()
	t.prepare(func() {
		asker := *p
		asker.who = who
		ticket = t.ticket(&asker, challenge)
	})
	return ticket
}
