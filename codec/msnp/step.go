package msnp

import "nudge/codec"

// Step names what a client asked of a notification server: the unit that is
// waited for, timed, answered, refused or timed out. Sign-in takes the steps
// VER, CVR, USR I, USR S and SYN in this order (§3.1), one at a time.
type Step uint8

const (
	StepNone  Step = iota
	StepVER        // dialects (§3.2)
	StepCVR        // client version (§3.3)
	StepUSRI       // who signs in; answered by a challenge or a redirect (§3.4)
	StepUSRS       // the ticket (§3.4)
	StepSYN        // lists and settings; lasts until the last LST line (§4)
	StepCHG        // own presence (§5.1)
	StepPNG        // answered by QNG; carries no TrID (§7.1)
	StepQRY        // answer to a challenge (§7.2)
	StepCHL        // asks the server for a challenge (§7.2)
	StepADC        // §6.2; ADD in MSNP8 and MSNP9
	StepREM        // §6.3
	StepADG        // §6.5
	StepREG        // §6.5
	StepRMG        // §6.5
	StepSBP        // §6.6; REA in MSNP8 and MSNP9
	StepPRP        // §4.6; one's own name goes by REA in MSNP8 and MSNP9
	StepGTC        // §4.5
	StepBLP        // §4.5
	StepXFR        // a switchboard (§2.2)
	StepREA        // §6.7, as itself; see StepSBP and StepPRP
	StepURL        // §7.6
	StepIMS        // §7.7
	StepFND        // §7.7
	StepSND        // §7.7
	StepSDC        // §7.7; has a payload: AskPayload
	StepPGD        // §7.7; AskPayload; not answered if it works
	StepPAG        // §7.7, MSNP8; AskPayload; not answered if it works
	StepUSRSB      // of a Switchboard, as those below: who calls (§9.2)
	StepANS        // who was called (§9.3)
	StepCAL        // an invitation; answered when it is passed on (§9.4)
	StepMSG        // a message that is acknowledged (§9.6)
	numSteps
)

// steps is the table of what each step is called in results, of the verb that
// asks for it, and of the state that it leads out of. The same verb answers,
// but for PNG (QNG) and for a redirect (XFR).
var steps = [numSteps]struct {
	name  string
	verb  codec.Verb
	state State
}{
	StepNone: {"none", 0, 0},
	StepVER:  {"ver", codec.VER, StateVersion},
	StepCVR:  {"cvr", codec.CVR, StateClient},
	StepUSRI: {"usr_i", codec.USR, StateUser},
	StepUSRS: {"usr_s", codec.USR, StateLogin},
	StepSYN:  {"syn", codec.SYN, StateSync},
	StepCHG:  {"chg", codec.CHG, 0},
	StepPNG:  {"png", codec.PNG, 0},
	StepQRY:  {"qry", codec.QRY, 0},
	StepCHL:  {"chl", codec.CHL, 0},
	StepADC:  {"adc", codec.ADC, 0},
	StepREM:  {"rem", codec.REM, 0},
	StepADG:  {"adg", codec.ADG, 0},
	StepREG:  {"reg", codec.REG, 0},
	StepRMG:  {"rmg", codec.RMG, 0},
	StepSBP:  {"sbp", codec.SBP, 0},
	StepPRP:  {"prp", codec.PRP, 0},
	StepGTC:  {"gtc", codec.GTC, 0},
	StepBLP:  {"blp", codec.BLP, 0},
	StepXFR:  {"xfr_sb", codec.XFR, 0},
	StepREA:  {"rea", codec.REA, 0},
	StepURL:  {"url", codec.URL, 0},
	StepIMS:  {"ims", codec.IMS, 0},
	StepFND:  {"fnd", codec.FND, 0},
	StepSND:  {"snd", codec.SND, 0},
	StepSDC:  {"sdc", codec.SDC, 0},
	StepPGD:  {"pgd", codec.PGD, 0},
	StepPAG:  {"pag", codec.PAG, 0},

	StepUSRSB: {"usr_sb", codec.USR, 0},
	StepANS:   {"ans", codec.ANS, 0},
	StepCAL:   {"cal", codec.CAL, 0},
	StepMSG:   {"msg", codec.MSG, 0},
}

// String returns the step's name as an operation: ver, usr_i, syn, chg.
func (p Step) String() string {
	if p >= numSteps {
		return "unknown"
	}
	return steps[p].name
}

// signIn reports whether the step is one of the sign-in proper, before SYN.
func (p Step) signIn() bool { return p >= StepVER && p <= StepUSRS }

// silent reports whether the server says nothing if all went well (§7.7).
func (p Step) silent() bool { return p == StepPGD || p == StepPAG }

// answeredBy reports whether a reply of verb v can answer the step. A server may
// answer ADD with ADC (§6.2).
func (p Step) answeredBy(v codec.Verb) bool {
	switch v {
	case steps[p].verb:
		return true
	case codec.XFR:
		return p == StepUSRI || p == StepUSRS
	case codec.ACK, codec.NAK:
		return p == StepMSG
	case codec.ADD:
		return p == StepADC
	case codec.REA:
		return p == StepSBP || p == StepPRP
	}
	return false
}

// verbIn is what asks for the step in a dialect.
func (p Step) verbIn(d Dialect) codec.Verb {
	if d < MSNP10 {
		switch p {
		case StepADC:
			return codec.ADD
		case StepSBP:
			return codec.REA
		}
	}
	return steps[p].verb
}

// hasPayload reports whether what asks for the step in a dialect carries a payload.
func (p Step) hasPayload(d Dialect) bool {
	r, _ := codec.RuleOf(p.verbIn(d), codec.FromClient)
	return r.Payload != 0
}
