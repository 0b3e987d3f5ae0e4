package msnp

import "nudge/codec"

// Step names what a client asked of a notification server: the unit that is
// waited for, timed, answered, refused or timed out. Sign-in takes the steps
// VER, CVR, USR I, USR S and SYN in this order (§3.1), one at a time.
type Step uint8

const (
	StepNone Step = iota
	StepVER       // dialects (§3.2)
	StepCVR       // client version (§3.3)
	StepUSRI      // who signs in; answered by a challenge or a redirect (§3.4)
	StepUSRS      // the ticket (§3.4)
	StepSYN       // lists and settings; lasts until the last LST line (§4)
	StepCHG       // own presence (§5.1)
	StepPNG       // answered by QNG; carries no TrID (§7.1)
	StepQRY       // answer to a challenge (§7.2)
	StepCHL       // asks the server for a challenge (§7.2)
	StepADC       // §6.2
	StepREM       // §6.3
	StepADG       // §6.5
	StepREG       // §6.5
	StepRMG       // §6.5
	StepSBP       // §6.6
	StepPRP       // §4.6
	StepGTC       // §4.5
	StepBLP       // §4.5
	StepXFR       // a switchboard (§2.2)
	StepADD       // MSNP8 and MSNP9 only (§6.2)
	StepREA       // MSNP8 and MSNP9 only (§6.7)
	StepURL       // §7.6
	StepIMS       // §7.7
	numSteps
)

// steps is the table of what each step is called in results, and of the verb
// that asks for it. The same verb answers, but for PNG (QNG) and for a
// redirect (XFR).
var steps = [numSteps]struct {
	name string
	verb codec.Verb
}{
	StepNone: {"none", 0},
	StepVER:  {"ver", codec.VER},
	StepCVR:  {"cvr", codec.CVR},
	StepUSRI: {"usr_i", codec.USR},
	StepUSRS: {"usr_s", codec.USR},
	StepSYN:  {"syn", codec.SYN},
	StepCHG:  {"chg", codec.CHG},
	StepPNG:  {"png", codec.PNG},
	StepQRY:  {"qry", codec.QRY},
	StepCHL:  {"chl", codec.CHL},
	StepADC:  {"adc", codec.ADC},
	StepREM:  {"rem", codec.REM},
	StepADG:  {"adg", codec.ADG},
	StepREG:  {"reg", codec.REG},
	StepRMG:  {"rmg", codec.RMG},
	StepSBP:  {"sbp", codec.SBP},
	StepPRP:  {"prp", codec.PRP},
	StepGTC:  {"gtc", codec.GTC},
	StepBLP:  {"blp", codec.BLP},
	StepXFR:  {"xfr_sb", codec.XFR},
	StepADD:  {"add", codec.ADD},
	StepREA:  {"rea", codec.REA},
	StepURL:  {"url", codec.URL},
	StepIMS:  {"ims", codec.IMS},
}

// String returns the step's name as an operation: ver, usr_i, syn, chg.
func (p Step) String() string {
	if p >= numSteps {
		return "unknown"
	}
	return steps[p].name
}

// signIn reports whether the step belongs to the handshake, so that without
// its answer there is no way on.
func (p Step) signIn() bool { return p >= StepVER && p <= StepUSRS }

// answeredBy reports whether a reply of verb v can answer the step.
func (p Step) answeredBy(v codec.Verb) bool {
	return v == steps[p].verb || v == codec.XFR && (p == StepUSRI || p == StepUSRS)
}
