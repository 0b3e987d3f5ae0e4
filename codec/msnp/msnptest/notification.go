package msnptest

import (
	"nudge/codec"
)

// handle does one command by the role of the connection. It reports whether the
// connection goes on.
func (t *turn) handle(cmd *codec.Command) bool {
	t.args = cmd.Args(t.args[:0])
	switch {
	case t.c.stage == ended || t.s.closed:
		return false
	case !clean(cmd), t.resets(cmd):
		return t.close()
	case cmd.Verb == codec.OUT:
		if len(t.args) == 0 && t.c.role != Switchboard { // §12.14, §9.5
			t.line(codec.OUT)
			t.send(t.c)
		}
		return t.close()
	case t.c.role == Switchboard:
		return t.switchboard(cmd)
	case t.c.stage == signedIn:
		return t.notification(cmd)
	}
	return t.signIn(cmd)
}

// notification does the commands of who has signed in.
func (t *turn) notification(cmd *codec.Command) bool {
	switch cmd.Verb {
	case codec.VER, codec.CVR, codec.CVQ:
		return t.refuseAndClose(cmd, 715) // §1.4
	case codec.FND:
		return t.refuse(cmd, 502) // §7.7
	case codec.PAG:
		return t.pag(cmd)
	case codec.SDC:
		return t.sdc(cmd)
	}
	if !t.known(cmd) || !t.counted(cmd) {
		return t.close() // §1.4
	}
	switch cmd.Verb {
	case codec.PNG:
		return t.png()
	case codec.SYN:
		return t.syn(cmd)
	case codec.CHG:
		return t.chg(cmd)
	case codec.CHL:
		return t.askedChallenge(cmd)
	case codec.QRY:
		return t.answered(cmd)
	case codec.GTC:
		return t.gtc(cmd)
	case codec.BLP:
		return t.blp(cmd)
	case codec.PRP:
		return t.prp(cmd)
	case codec.URL:
		return t.url(cmd)
	case codec.IMS:
		return t.ims(cmd)
	case codec.SND:
		return t.snd(cmd)
	case codec.PGD:
		return t.pgd(cmd)
	case codec.ADC:
		return t.adc(cmd)
	case codec.ADD:
		return t.add(cmd)
	case codec.REM:
		return t.rem(cmd)
	case codec.ADG:
		return t.adg(cmd)
	case codec.REG:
		return t.reg(cmd)
	case codec.RMG:
		return t.rmg(cmd)
	case codec.SBP:
		return t.sbp(cmd)
	case codec.REA:
		return t.rea(cmd)
	case codec.XFR:
		return t.xfr(cmd)
	case codec.USR:
		return t.refuse(cmd, 207) // §3.4
	case codec.ANS, codec.CAL, codec.MSG:
		return t.close() // for a switchboard
	}
	return t.refuse(cmd, 502)
}

// known reports whether the client's dialect has the command. An unknown verb,
// one that only servers send, and one removed before the dialect end the
// connection (§1.4). SND was never taken away, only left unused (§7.7).
func (t *turn) known(cmd *codec.Command) bool {
	r, ok := codec.RuleOf(cmd.Verb, codec.FromClient)
	d := uint16(t.c.dialect)
	return ok && d >= r.Since && (r.Removed == 0 || d < r.Removed || cmd.Verb == codec.SND)
}

// counted reports whether a command has as many arguments as §11 says for the
// client's dialect. Too few or too many end the connection (§1.4).
func (t *turn) counted(cmd *codec.Command) bool {
	r, _ := codec.RuleOf(cmd.Verb, codec.FromClient)
	low, high := int(r.Min), int(r.Max)
	switch d := t.c.dialect; {
	case cmd.Verb == codec.SYN && d < 10:
		low, high = 1, 1
	case cmd.Verb == codec.ADG || cmd.Verb == codec.REG:
		high++ // the 0 of MSNP8 and MSNP9, which clients leave out there and send here
	case cmd.Verb == codec.CHG && d < 9:
		high = 2 // without MSNObject (§5.1)
	}
	return len(t.args) >= low && (len(t.args) <= high || r.Max == codec.Many)
}

// png answers with the time after which the next PNG is expected (§7.1).
func (t *turn) png() bool {
	l := t.line(codec.QNG)
	if t.c.dialect >= 9 {
		l.Uint(uint64(t.s.PingInterval.Seconds()))
	}
	t.send(t.c)
	return true
}
