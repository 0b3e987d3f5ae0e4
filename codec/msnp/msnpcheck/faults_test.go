package msnpcheck

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp/msnptest"
)

// TestFaultsAreFound has the server make one fault whenever it can, and looks for
// the check that says so.
func TestFaultsAreFound(t *testing.T) {
	for _, tt := range []struct {
		fault msnptest.Fault
		check string
		text  string // of the failure: what points at the fault
	}{
		{msnptest.Drop, "presence.told", "got nothing in 5s"},
		{msnptest.Duplicate, "presence.told-once", "want no NLN * alice ... got NLN BSY alice"},
		{msnptest.Delay, "presence.told-promptly", "within 1s got NLN"},
		{msnptest.Reorder, "presence.told-in-order", "want NLN BSY as number 1 of 10 changes got NLN IDL"},
		{msnptest.Misdirect, "presence.strangers", "want nothing of alice, who is no contact got NLN BSY"},
		{msnptest.Misdirect, "properties.bpr-strangers", "want no BPR alice ... got BPR alice"},
		{msnptest.Stale, "sync.gtc-kept", "want GTC N got GTC A"},
		{msnptest.Stale, "sync.removed", "want no LST of bob with the bit 1 got LST"},
		{msnptest.Reset, "handshake.ver", "sent VER 1 MSNP10 CVR0 want VER 1 MSNP10 got the connection closed"},
		{msnptest.Split, "framing.in-one-piece", "lines torn within a word"},
		{msnptest.TrID, "handshake.ver", "the TrID 1073741825 was never sent on this connection"},
		{msnptest.Length, "handshake.profile", "which may have more or fewer than"},
	} {
		t.Run(tt.fault.String()+" "+tt.check, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := &msnptest.Server{Faults: map[msnptest.Fault]float64{tt.fault: 1}}
				n := serve(srv)
				cfg := n.config(tt.check)
				rep := n.run(t, cfg)
				r := rep.Checks[0]
				var as []string
				for i, email := range rep.Accounts {
					as = append(as, email, people[i%AccountsPerCheck])
				}
				text := fmt.Sprintf("sent %s want %s got %s %s %s", r.Sent, r.Want, r.Got, r.Why, r.Missing)
				text = strings.NewReplacer(as...).Replace(text)
				if r.Status != Fail || !strings.Contains(text, tt.text) {
					t.Errorf("%s: %s", r.Status, text)
				}
				t.Log(text)
			})
		})
	}
}
