package msnpcheck

import (
	"fmt"
	"slices"

	"nudge/codec/msnp"
)

// refusals are the rules of commands that are wrong.
var refusals = slices.Concat(wrongVerbs, wrongForms)

// wrongVerbs are those of verbs that mean nothing, or nothing here.
var wrongVerbs = []check{
	ends("unknown-verb", "1.4", "a verb that there is not ends the connection", inAll, "XYZ $", or("12.41 E, K, R", silence)),
	ends("lower-case-verb", "1.1", "a verb in lower case is none, and ends the connection", inAll, "chg $ NLN "+clientID,
		or("1.4 E", "CHG $ ... || (silence)"), or("12.41 K, R", silence)),
	ends("server-verb", "1.4", "a verb that only servers send ends the connection", inAll, "BPR $ MOB Y", or("12.41 E, K, R", silence)),
	ends("lst", "7.9", "LST of a client ends the connection", inAll, "LST $ FL", or("12.41 E, K, R", silence), or("12.48 K", "502 $")),
	ends("lsg", "4.7", "LSG of a client ends the connection", inAll, "LSG $ 0", or("12.41 E, K, R", silence), or("12.48 K", "502 $")),
	ends("inf", "7.9", "INF, which went with MSNP8, ends the connection", inAll, "INF $", or("12.48 K", "502 $")),
	ends("add-in-10", "7.9", "ADD, which went with MSNP10, ends the connection", in10, "ADD $ AL "+nobody+" x", or("12.48 K", "ADC $ ... || 207 $")),
	ends("uux", "7.9", "UUX, of MSNP11, ends the connection", inAll, "UUX $ 0", or("12.41 R", silence), or("7.9 E, K", "UUX $ 0")),
	ends("gcf", "7.9", "GCF, of MSNP11, ends the connection", inAll, "GCF $ Shields.xml", or("12.41 R", silence), or("7.9 K", "GCF $ ...")),
	ends("adl", "7.9", "ADL, of MSNP13, ends the connection", inAll, "ADL $ 0", or("12.41 E, K, R", silence)),
	ends("adc-in-9", "6.2", "ADC, which came with MSNP10, ends the connection", inP9, "ADC $ AL N="+nobody, or("6.2 R", "502 $")),
	{"fnd", "7.7", "FND, whose directory is gone, is refused with 502", inAll, func(t *trial) {
		t.signIn(alice).ask("FND $ fname=a lname=b city=* state=* country=US").is("502 $", or("12.41 E, K, R", silence))
	}},
	{"pag", "7.7", "PAG, which went with MSNP9, is refused with 715", inAll, func(t *trial) {
		if t.dialect() < msnp.MSNP9 {
			t.skip("MSNP8 has PAG")
		}
		t.signIn(alice).askWith([]byte("page"), "PAG $ %s 1 4", t.email(bob)).is("715 $", or("12.41 E, K, R", silence))
	}},
	{"message", "1.4", "MSG to a notification server ends the connection", inAll, func(t *trial) {
		p, payload := t.signIn(alice), text("to nobody")
		p.askWith(payload, "MSG $ U %d", len(payload)).is(closed, or("12.41 E, K, R", silence))
	}},
	{"ver-late", "1.4", "VER after the sign-in is refused with 715, or ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("VER $ %s", t.dialect()).is("715 $ || (closed)", or("12.2 K", "VER $ ..."))
	}},
	{"cvr-late", "1.4", "CVR after the sign-in is refused with 715, or ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("CVR $ 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS %s", t.email(alice)).
			is("715 $ || (closed)", or("12.2 E, K", "CVR $ ..."))
	}},
	{"board-verb", "1.4", "a verb of switchboards ends the connection at a notification server", inAll, func(t *trial) {
		t.signIn(alice).ask("CAL $ %s", t.email(bob)).is(closed, or("12.41 E, K, R", silence))
	}},
	{"notification-verb", "1.4", "a verb of notification servers ends the connection at a switchboard", inAll, func(t *trial) {
		t.signIn(alice).conversation().ask("CHG $ NLN %s", clientID).is(closed, or("12.41 E, K, R", silence))
	}},
	{"png-on-board", "7.1", "PNG is no command of switchboards, and ends the connection", inAll, func(t *trial) {
		sb := t.signIn(alice).conversation()
		sb.send("PNG")
		sb.closesUnless("12.41 E, K, R", "")
	}},
}

// wrongForms are those of TrIDs and arguments.
var wrongForms = []check{
	ends("trid-word", "1.2", "a TrID that is no number ends the connection", inAll, "CHG abc NLN "+clientID, or("12.42 E, K", "CHG abc ... || (silence)")),
	ends("trid-negative", "1.2", "a TrID below zero ends the connection", inAll, "CHG -5 NLN "+clientID, or("12.42 E, K", "CHG -5 ... || (silence)")),
	{"trid-largest", "1.2", "the largest TrID, 4294967295, is told back", inAll, func(t *trial) {
		t.signIn(alice).ask("CHG 4294967295 BSY %s", clientID).is("CHG 4294967295 BSY ...")
	}},
	{"trid-falls", "1.2", "TrIDs need not rise", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("CHG 500 BSY %s", clientID).is("CHG 500 BSY ...")
		p.ask("CHG 400 AWY %s", clientID).is("CHG 400 AWY ...")
	}},
	{"trid-again", "1.2", "a TrID that was used before may be used again", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.ask("CHG 500 BSY %s", clientID).is("CHG 500 BSY ...")
		p.ask("CHG 500 AWY %s", clientID).is("CHG 500 AWY ...")
	}},
	{"trid-told-back", "1.2", "a numeric reply has the TrID of what it refuses", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.privacy("AL")
		p.ask("BLP 4711 AL").is("218 4711", or("12.32 K, R", "BLP 4711 ..."))
	}},
	ends("chg-short", "1.4", "CHG without a status ends the connection", inAll, "CHG $", or("1.4 E, K", silence)),
	ends("syn-short", "4.1", "SYN without a version ends the connection", inAll, "SYN $", or("4.1 E, K", "SYN $ ... || (silence)"), or("4.1 R", "201 $")),
	ends("xfr-short", "1.4", "XFR without a destination ends the connection", inAll, "XFR $", or("1.4 E, K", silence)),
	ends("prp-short", "1.4", "PRP without a key ends the connection", inAll, "PRP $", or("1.4 E, K", silence)),
	ends("reg-short", "1.4", "REG without a name ends the connection", inAll, "REG $ 1", or("1.4 E, K", silence)),
	{"add-short", "1.4", "ADC, or ADD, with a list and nobody to put on it ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("%s $ AL", t.by("ADD", "ADC", "ADC")).is(closed, or("1.4 E, K", silence))
	}},
	{"verb-alone", "1.4", "a verb with neither TrID nor arguments ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("CHG").is(closed, or("1.4 E, K", silence))
	}},
	ends("rem-short", "1.4", "REM without a list ends the connection", inAll, "REM $", or("1.4 E, K", silence)),
	ends("gtc-long", "1.4", "GTC with an argument too many ends the connection", inAll, "GTC $ A A", or("1.4 E, K", silence), or("12.32 K", "GTC $ ...")),
	{"list-unknown", "6.2", "a list that there is not ends the connection", inAll, func(t *trial) { t.putsNowhere("XL") }},
	{"list-lower-case", "1.1", "a list in lower case is none, and ends the connection", inAll, func(t *trial) { t.putsNowhere("al") }},
	{"add-to-pl", "6.2", "nobody can be put on PL: the connection ends", in10, func(t *trial) { t.putsNowhere("PL") }},
	{"add-to-rl", "6.2", "who is not on PL cannot be put on RL: the connection ends", in10, func(t *trial) {
		t.signIn(alice).ask("ADC $ RL N=%s", t.email(bob)).is(closed, or("12.23 R", "201 $"), or("12.23 K", "ADC $ ..."))
	}},
	{"remove-from-rl", "6.3", "nobody can be taken off RL: the connection ends", inAll, func(t *trial) {
		t.signIn(alice).ask("REM $ RL %s", t.email(bob)).is(closed, or("6.3 E", silence))
	}},
	{"goes-on", "10", "a numeric reply does not end the connection", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.privacy("AL")
		t.prepare(func() { p.ask("BLP $ AL").is("218 $ || BLP $ ...") })
		p.ask("CHG $ BSY %s", clientID).is("CHG $ BSY ...")
	}},
	{"many-at-once", "1.2", "commands that are sent at once are all answered", inAll, func(t *trial) {
		p := t.signIn(alice)
		var asked []*question
		for _, status := range []string{"BSY", "AWY", "PHN", "LUN", "NLN"} {
			asked = append(asked, p.ask("CHG $ %s %s", status, clientID))
		}
		for i, q := range asked {
			q.is(fmt.Sprintf("CHG $ %s ...", []string{"BSY", "AWY", "PHN", "LUN", "NLN"}[i]))
		}
	}},
}

// putsNowhere checks that nobody can be put on a list.
func (t *trial) putsNowhere(list string) {
	p := t.signIn(alice)
	p.ask("%s", p.addition(list, t.email(bob), "bob")).is(closed, or("6.2 E", silence), or("6.2 R", "201 $"))
}

// ends is a check that a command, sent after the sign-in, ends the connection.
func ends(name, section, says string, in modes, command string, alts ...variant) check {
	return check{name, section, says, in, func(t *trial) { t.signIn(alice).ask("%s", command).is(closed, alts...) }}
}
