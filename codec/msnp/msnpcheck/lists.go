package msnpcheck

import "fmt"

// lists are the rules of contacts and of the five lists.
var lists = []check{
	{"add", "6.2", "a contact is added to FL under the name that is sent", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("%s", p.addition("FL", t.email(bob), "Bob B")).is(t.added("FL", t.email(bob), "Bob B"),
			or("12.22 E", t.by("ADD $ FL {number} * *", "ADC $ FL N=* F=* C={id}", "ADC $ FL N=* F=* C={guid}")),
			or("12.22 K", "ADC $ FL N=* C={id}"))
	}},
	{"add-twice", "6.2", "a contact that is on the list already is refused: 215", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.add(bob)
		p.ask("%s", p.addition("FL", t.email(bob), "Bob")).is("215 $", or("12.19 E, K", "ADC $ FL ..."))
	}},
	{"added-is-told", "6.2", "who is added hears of it at once, while she is online", inAll, func(t *trial) {
		b, a := t.signIn(bob), t.signIn(alice)
		a.add(bob)
		b.expect(t.by(
			fmt.Sprintf("ADD 0 RL {number} %s *", t.email(alice)),
			fmt.Sprintf("ADC 0 RL N=%s F=*", t.email(alice)),
			fmt.Sprintf("ADC 0 RL N=%s F=*", t.email(alice))))
	}},
	{"al-against-bl", "6.2", "who is on AL cannot be put on BL: 219", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.allow(bob)
		p.ask("%s", p.addition("BL", t.email(bob), "Bob")).is("219 $", or("12.20 E, K, R", t.added("BL", t.email(bob), "Bob")))
	}},
}
