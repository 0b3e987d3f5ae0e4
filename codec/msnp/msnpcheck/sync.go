package msnpcheck

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
)

// syncing are the rules of SYN, of what it brings, and of GTC and BLP.
var syncing = slices.Concat(answers, contents, privacies)

// answers are those of SYN itself: counts, order, versions.
var answers = []check{
	{"answer", "4.2", "SYN is answered with the versions, the number of contacts and the number of groups", inAll, func(t *trial) {
		t.login(alice).ask("%s", t.synLine()).is(t.synAnswer())
	}},
	{"versions", "4.4", "versions are numbers, but for migrated accounts, where they are times", inAll, func(t *trial) {
		t.login(alice).ask("%s", t.synLine()).is(t.by("SYN $ {number} ...", "SYN $ {number} 0 ...", "SYN $ {time} {time} ..."),
			or("12.7 W", t.by("", "SYN $ {number} {number} ...", "")), or("12.7 E, K", "SYN $ {time} {time} ..."),
			or("12.7 R", t.by("", "", "SYN $ 0 0 ...")))
	}},
	{"counts-contacts", "4.2", "there are as many LST lines as SYN tells contacts", inAll, func(t *trial) {
		a := t.signIn(alice)
		a.add(bob)
		a.block(carol)
		a = a.anew()
		l := a.sync()
		a.counted("LST", l, l.arg(l.NArgs()-2))
	}},
	{"counts-groups", "4.2", "there are as many LSG lines as SYN tells groups", inAll, func(t *trial) {
		a := t.signIn(alice)
		a.newGroup("Counted")
		a, l := a.reread()
		a.counted("LSG", l, l.arg(l.NArgs()-1))
	}},
	{"order", "4.2", "the answer has GTC, BLP, PRP, LSG and LST in this order", inAll, func(t *trial) {
		a, b := t.watched()
		b.setOwn("PHH", "555%200100")
		a.add(bob)
		a.newGroup("Ordered")
		a.setOwn("PHW", "555%200101")
		a = a.again()
		order := []string{"SYN", "GTC", "BLP", "PRP", "LSG", "LST"}
		at := 0
		for _, l := range a.answerLines() {
			i := slices.Index(order, l.Verb.String())
			switch {
			case i >= 0 && i < at:
				t.fail(a, strings.Join(order, ", ")+", in this order", l.text+" behind "+order[at], "")
			case i >= 0:
				at = i
			}
		}
		if at < len(order)-1 {
			t.fail(a, strings.Join(order, ", "), "nothing behind "+order[at], "")
		}
	}},
	{"settings-once", "4.2", "the answer has one GTC and one BLP, without a TrID", inAll, func(t *trial) {
		a := t.synced(alice)
		for _, want := range []string{"GTC A|N", "BLP AL|BL"} {
			a.expect(want)
			a.none(want[:3] + " ...")
		}
	}},
	{"name-first", "4.2", "the first property is MFN, the account's own name", in10, func(t *trial) {
		a := t.signIn(alice)
		a.rename("Alice A")
		a.setOwn("PHH", "555")
		a = a.again()
		for _, l := range a.answerLines() {
			if l.Verb == codec.PRP {
				t.settleFor(a, "PRP MFN Alice%20A", nil, l.text, 0)
				return
			}
		}
		t.fail(a, "PRP MFN Alice%20A", "no PRP", "")
	}},
	{"short", "4.3", "whoever sends the versions of the last answer gets them back, and nothing more", inAll, func(t *trial) {
		a := t.synced(alice)
		versions := a.lastVersions()
		a = a.anew()
		a.ask("SYN $ %s", versions).is("SYN $ "+versions, or("12.8 E, K, R", "SYN $ * ..."))
		if t.result.Status == Warn {
			return // everything comes, then
		}
		a.none("GTC A|N", "BLP AL|BL", "PRP ...", "LSG ...", "LST ...")
	}},
	{"full-when-old", "4.3", "whoever sends versions from before an edit gets everything", inAll, func(t *trial) {
		a := t.synced(alice)
		versions := a.lastVersions()
		a.add(bob)
		a = a.anew()
		a.ask("SYN $ %s", versions).is(t.synAnswer())
		a.expect(t.by("LST ", "LST N=", "LST N=") + t.email(bob) + " ...")
	}},
	{"list-version", "4.4", "an edit of the lists changes the list version", inAll, func(t *trial) {
		a := t.synced(alice)
		before := a.lastVersions()
		a.add(bob)
		a, l := a.reread()
		a.moved(l, 0, before)
	}},
	{"settings-version", "4.4", "an edit of the settings changes the settings version, and not that of the lists", inM1, func(t *trial) {
		a := t.synced(alice)
		before := a.lastVersions()
		a.setOwn("PHH", "555")
		a, l := a.reread()
		a.moved(l, 1, before)
		if list, _, _ := strings.Cut(before, " "); l.arg(0) != list {
			t.fail(a, "SYN * "+list+" *, as before", l.text, "")
		}
	}},
	{"version-told", "4.4", "the answer to an edit has the list version that SYN tells then", inP9, func(t *trial) {
		a := t.synced(alice)
		var told string
		t.prepare(func() {
			l := a.ask("%s", a.addition("FL", t.email(bob), "bob")).is("ADD $ FL {number} ...")
			told = l.arg(1)
		})
		a = a.anew()
		a.ask("%s", t.synLine()).is("SYN $ " + told + " ...")
	}},
}

// anew leaves, and signs in again without asking for the lists.
func (p *peer) anew() *peer {
	p.t.prepare(p.close)
	return p.t.login(p.who)
}

// again leaves, signs in again and gets the lists.
func (p *peer) again() *peer {
	p.t.prepare(p.close)
	return p.t.synced(p.who)
}

// reread is again with the first line of the answer.
func (p *peer) reread() (again *peer, syn *line) {
	again = p.again()
	return again, again.answerLines()[0]
}

// answerLines are what SYN was answered with.
func (p *peer) answerLines() []*line {
	i := slices.IndexFunc(p.lines, func(l *line) bool { return l.Verb == codec.SYN })
	return slices.DeleteFunc(slices.Clone(p.lines[max(i, 0):]), func(l *line) bool { return l.HasTrID() && l.Verb != codec.SYN })
}

// counted fails unless the answer has as many lines of a kind as it told.
func (p *peer) counted(verb string, syn *line, told string) {
	n := 0
	for _, l := range p.answerLines() {
		if l.Verb.String() == verb {
			n++
		}
	}
	if fmt.Sprint(n) != told {
		p.t.fail(p, fmt.Sprintf("%s %s lines, as %q says", told, verb, syn.text), fmt.Sprint(n), "")
	}
}

// lastVersions are those of the last answer to SYN, as the client sends them back.
func (p *peer) lastVersions() string {
	syn := p.answerLines()[0]
	return p.t.by(syn.arg(0), syn.arg(0)+" "+syn.arg(1), syn.arg(0)+" "+syn.arg(1))
}

// moved fails unless one of the versions in an answer to SYN is another than it
// was; a number must be greater. Those of some servers never change.
func (p *peer) moved(syn *line, i int, before string) {
	old, is := strings.Fields(before)[i], syn.arg(i)
	was, counts := codec.ParseUint([]byte(old))
	n, number := codec.ParseUint([]byte(is))
	want := "another version than " + old
	if counts {
		want = "a version greater than " + old
	}
	switch {
	case is != old && (!counts || number && n > was):
	case strings.HasPrefix(is, "2000-01-01T"):
		p.t.known(p, "12.7 E, K", want, syn.text)
	case is == "0":
		p.t.known(p, "12.7 R", want, syn.text)
	default:
		p.t.fail(p, want, syn.text, "")
	}
}
