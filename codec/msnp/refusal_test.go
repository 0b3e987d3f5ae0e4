package msnp_test

import (
	"strings"
	"testing"

	"nudge/codec/msnp"
)

// TestRecordedRefusals plays recordings in which Escargot turned a client away.
// Those in which the client itself did what no session does are left out.
func TestRecordedRefusals(t *testing.T) {
	_, by := recording("escargot-06-errors")
	for name, want := range map[string]struct {
		step msnp.Step
		code int
		why  msnp.Why
	}{
		"e01": {msnp.StepVER, 0, msnp.WhyDialect},
		"e13": {msnp.StepUSRS, 911, 0},
		"e14": {msnp.StepUSRS, 911, 0},
		"e16": {msnp.StepUSRI, 911, 0},
	} {
		said := by[name]
		email := "user0001@example.com"
		if len(said) > 4 {
			email = strings.Fields(said[4].text)[4]
		}
		dialects := strings.Fields(said[0].text)[2:]
		p := newPlayer(t, nil)
		p.s.Init(&msnp.Software{Version: "6.2.0208", Dialects: dialects[:len(dialects)-1]}, email)
		var last msnp.Event
		for _, x := range said {
			switch {
			case !x.client:
				last = p.event(x.text)
			case strings.HasPrefix(x.text, "CVR"): // whose address is another than that of USR in e16
				p.s.Advance(0, nil)
			default:
				p.repeat(x.text)
			}
		}
		if last.Kind != msnp.KindFailed || last.Step != want.step || last.Code != want.code || last.Why != want.why {
			t.Errorf("%s: %v %v %d (%v), want %+v", name, last.Kind, last.Step, last.Code, last.Why, want)
		}
		p.state(msnp.StateFailed)
	}
}
