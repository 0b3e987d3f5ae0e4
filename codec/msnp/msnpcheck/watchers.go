package msnpcheck

import (
	"fmt"
	"time"

	"nudge/codec"
)

// watchers are those of who hears of a status, and what.
var watchers = []check{
	{"told", "5.4", "who has the account as a contact hears of each change: NLN", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ BSY " + clientID)
		b.expect("NLN BSY " + t.email(alice) + " * " + clientID + " ...")
	}},
	{"told-once", "5.4", "a change is told once", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ BSY " + clientID)
		b.expect("NLN BSY " + t.email(alice) + " ...")
		b.none("NLN * "+t.email(alice)+" ...", "FLN "+t.email(alice))
	}},
	{"told-in-order", "5.4", "changes are told in the order in which they are made", inAll, func(t *trial) {
		a, b := t.watched()
		order := []string{"BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "NLN", "BSY", "AWY", "NLN"}
		for _, status := range order {
			a.send("CHG $ %s %s", status, clientID)
		}
		last := "NLN"
		for i, status := range order {
			l := b.expect("NLN * " + t.email(alice) + " ...")
			for l.arg(0) == last { // said again, which does no harm (§5.4)
				l = b.expect("NLN * " + t.email(alice) + " ...")
			}
			if last = l.arg(0); last != status {
				t.fail(b, fmt.Sprintf("NLN %s as number %d of %d changes", status, i+1, len(order)), l.text, "")
			}
		}
	}},
	{"told-promptly", "5.4", "changes are told within a second", inAll, func(t *trial) {
		a, b := t.watched()
		for i := range 6 {
			status := []string{"BSY", "AWY"}[i%2]
			a.send("CHG $ %s %s", status, clientID)
			sent := time.Now()
			l := b.expect("NLN " + status + " " + t.email(alice) + " ...")
			if late := l.at.Sub(sent); late > time.Second {
				t.fail(b, l.text+" within 1s", fmt.Sprintf("%s after %v", l.text, late.Round(time.Millisecond)), "")
			}
		}
	}},
	{"told-object", "5.4", "who hears of a change hears of the MSNObject", inM0 | inM1, func(t *trial) {
		a, b := t.watched()
		object := msnObject(t.email(alice))
		a.does("CHG $ BSY %s %s", clientID, object)
		b.expect(fmt.Sprintf("NLN BSY %s * %s %s", t.email(alice), clientID, object))
	}},
	{"told-picture", "5.4", "a change of the MSNObject alone is told as well", inM0 | inM1, func(t *trial) {
		a, b := t.watched()
		object := msnObject(t.email(alice))
		a.does("CHG $ NLN %s %s", clientID, object)
		b.expect(fmt.Sprintf("NLN NLN %s * %s %s", t.email(alice), clientID, object))
	}},
	{"told-client-id", "5.4", "a change of the client id alone is told as well", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ NLN 268435492")
		b.expect(fmt.Sprintf("NLN NLN %s * 268435492 ...", t.email(alice)))
	}},
	{"object-gone", "5.1", "a CHG without an MSNObject takes away the one before", inM0 | inM1, func(t *trial) {
		a, b := t.watched()
		t.prepare(func() {
			a.does("CHG $ AWY %s %s", clientID, msnObject(t.email(alice)))
			b.expect("NLN AWY " + t.email(alice) + " ...")
		})
		a.does("CHG $ BSY " + clientID)
		plain := "NLN BSY " + t.email(alice) + " * " + clientID
		b.expect(plain, or("12.18 E, K", plain+" %3Cmsnobj%2F%3E || "+plain+" 0"))
	}},
	{"hidden", "5.1", "who hides shows as offline: FLN", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ HDN " + clientID)
		b.expect("FLN " + t.email(alice))
	}},
	{"shows-again", "5.1", "who hides no more shows as online: NLN", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ HDN " + clientID)
		t.settle(b)
		a.does("CHG $ AWY " + clientID)
		b.expect("NLN AWY " + t.email(alice) + " ...")
	}},
	{"hidden-is-silent", "5.1", "whoever hides shows no change", inAll, func(t *trial) {
		a, b := t.watched()
		a.does("CHG $ HDN " + clientID)
		t.settle(b)
		a.does("CHG $ HDN 268435492")
		b.none("NLN * " + t.email(alice) + " ...")
	}},
	{"out-shows", "5.4", "who leaves with OUT shows as offline", inAll, func(t *trial) {
		a, b := t.watched()
		a.close()
		b.expect("FLN " + t.email(alice))
	}},
	{"lost-shows", "5.4", "who loses the connection shows as offline", inAll, func(t *trial) {
		a, b := t.watched()
		a.drop()
		b.expect("FLN " + t.email(alice))
	}},
	{"comes-online", "5.4", "contacts hear who comes online", inAll, func(t *trial) {
		t.introduce()
		b := t.signIn(bob)
		a := t.synced(alice)
		b.forget()
		a.does("CHG $ NLN " + clientID)
		b.expect("NLN NLN " + t.email(alice) + " ...")
	}},
	{"not-before-chg", "5.1", "nobody hears of an account before its first CHG", inAll, func(t *trial) {
		t.introduce()
		b := t.signIn(bob)
		b.forget()
		t.synced(alice)
		b.none("NLN * " + t.email(alice) + " ...")
	}},
	{"ignorant-before-chg", "5.1", "an account hears of nobody before its first CHG", inAll, func(t *trial) {
		t.introduce()
		b := t.synced(bob)
		a := t.signIn(alice)
		a.does("CHG $ BSY " + clientID)
		b.none("NLN * "+t.email(alice)+" ...", "ILN * * "+t.email(alice)+" ...")
	}},
	{"iln", "5.4", "the first CHG brings ILN with its TrID for who is online", inAll, func(t *trial) {
		t.introduce()
		t.signIn(alice)
		b := t.synced(bob)
		q := b.ask("CHG $ NLN " + clientID)
		t.prepare(func() { q.is("CHG $ NLN ...") })
		b.expect(fmt.Sprintf("ILN %d NLN %s * %s ...", q.trid, t.email(alice), clientID))
	}},
	{"iln-behind-chg", "5.1", "ILN stand behind the answer to CHG", inAll, func(t *trial) {
		t.introduce()
		t.signIn(alice)
		b := t.synced(bob)
		b.forget()
		q := b.ask("CHG $ NLN " + clientID)
		t.prepare(func() { b.find(t.cfg.Timeout, func(l *line) bool { return l.Verb == codec.ILN }) })
		t.prepare(func() { q.is("CHG $ NLN ...") })
		chg, iln := b.position("CHG"), b.position("ILN")
		switch {
		case iln < 0:
			t.fail(b, "ILN behind CHG", "no ILN", "")
		case iln < chg:
			t.fail(b, "ILN behind CHG", b.lines[iln].text+" before it", "")
		}
	}},
	{"iln-once", "5.1", "later CHG bring no ILN", inAll, func(t *trial) {
		t.introduce()
		t.signIn(alice)
		b := t.signIn(bob)
		b.does("CHG $ BSY " + clientID)
		b.none("ILN {number} * " + t.email(alice) + " ...")
	}},
	{"hidden-is-not-listed", "5.4", "who hides is in no ILN", inAll, func(t *trial) {
		t.introduce()
		a := t.synced(alice)
		a.does("CHG $ HDN " + clientID)
		b := t.synced(bob)
		b.does("CHG $ NLN " + clientID)
		b.none("ILN {number} * " + t.email(alice) + " ...")
	}},
	{"strangers", "5.4", "who does not have the account as a contact hears nothing of it", inAll, func(t *trial) {
		a, b := t.watched()
		c := t.signIn(carol)
		a.does("CHG $ BSY " + clientID)
		c.noStrangers()
		t.control(func() { b.expect("NLN BSY " + t.email(alice) + " ...") })
	}},
	{"blocked-goes", "5.4", "who is blocked sees the account go offline", inAll, func(t *trial) {
		a, b := t.watched()
		a.unlist("AL", bob)
		b.forget()
		a.does("%s", a.addition("BL", t.email(bob), "Bob"))
		b.expect("FLN " + t.email(alice))
	}},
	{"blocked", "5.4", "who is blocked hears nothing more", inAll, func(t *trial) {
		a, b := t.watched()
		a.unlist("AL", bob)
		a.block(bob)
		t.settle(a, b)
		a.does("CHG $ BSY " + clientID)
		b.none("NLN * " + t.email(alice) + " ...")
	}},
	{"unblocked", "5.4", "who is not blocked any more sees the account come online", inAll, func(t *trial) {
		a, b := t.watched()
		a.unlist("AL", bob)
		a.block(bob)
		t.settle(a, b)
		a.does("%s", a.removal("BL", t.email(bob)))
		b.expect("NLN NLN " + t.email(alice) + " ...")
	}},
	{"name", "5.4", "NLN has the name that the contact gave herself", inAll, func(t *trial) {
		a, b := t.watched()
		a.rename("Alice of NLN")
		b.forget()
		a.does("CHG $ BSY " + clientID)
		b.expect("NLN BSY " + t.email(alice) + " Alice%20of%20NLN ...")
	}},
	{"blocker-hears", "5.4", "whom an account blocks it still sees", inAll, func(t *trial) {
		a, b := t.watched()
		b.unlist("AL", alice)
		b.block(alice)
		t.settle(a, b)
		a.does("CHG $ BSY " + clientID)
		b.expect("NLN BSY " + t.email(alice) + " ...")
	}},
}
