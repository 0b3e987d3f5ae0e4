package msnp_test

import (
	"testing"

	"nudge/codec/msnp"
)

// boardDivergences are the entries of §12 about switchboards.
var boardDivergences = map[string]func(t *testing.T){
	"12.36": func(t *testing.T) { // any numeric reply to CAL is a failure, and RINGING is none
		for _, line := range []string{"208 2", "215 2", "216 2", "217 2", "205 2", "207 2", "713 2"} {
			k := calling(t)
			k.b.Invite("bob@example.com", 0, nil)
			k.hears(line, msnp.KindFailed, msnp.StepCAL)
			if !k.b.Open() {
				t.Errorf("%s ends the conversation", line)
			}
		}
		k := calling(t)
		k.b.Invite("alice@example.com", 0, nil)
		k.hears("CAL 2 RINGING 4f654e32-8160-4249-b652-0953a6bf7f3c", msnp.KindAnswered, msnp.StepCAL)
	},
	"12.37": TestAnswersInEitherOrder,
	"12.39": func(t *testing.T) { // ACK is taken for what it says, also where there is nobody
		for line, kind := range map[string]msnp.Kind{"ACK 2": msnp.KindAnswered, "NAK 2": msnp.KindFailed} {
			k := calling(t)
			k.b.Say('A', []byte("hi"), 0, nil)
			k.hears(line, kind, msnp.StepMSG)
		}
	},
	"12.46": func(t *testing.T) { // who hides is called like who is offline
		k := calling(t)
		k.b.Invite("hidden@example.com", 0, nil)
		if ev := k.hears("217 2", msnp.KindFailed, msnp.StepCAL); ev.Code != 217 {
			t.Errorf("%+v", ev)
		}
	},
	"12.47": func(t *testing.T) { // a client id behind JOI and IRO is not looked at
		k := calling(t)
		if ev := k.hears("JOI bob@example.com Bobby 536870948", msnp.KindJoined, msnp.StepNone); string(ev.Email) != "bob@example.com" {
			t.Errorf("%q", ev.Email)
		}
	},
}
