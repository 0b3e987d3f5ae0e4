package msnpcheck

import (
	"strings"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp/msnptest"
)

// TestFaultsOfConversationsAreFound: what passes through a switchboard is looked at
// for every fault that can be made there.
func TestFaultsOfConversationsAreFound(t *testing.T) {
	for _, tt := range []struct {
		fault       msnptest.Fault
		check, text string
	}{
		{msnptest.Drop, "switchboard.rng", "want RNG * {address} CKI *"},
		{msnptest.Duplicate, "switchboard.rng-once", "got RNG"},
		{msnptest.Duplicate, "switchboard.message-once", "want no MSG ... got MSG"},
		{msnptest.Reorder, "switchboard.message-order", "number 0"},
	} {
		t.Run(tt.fault.String()+" "+tt.check, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := serve(&msnptest.Server{Faults: map[msnptest.Fault]float64{tt.fault: 1}})
				r := n.run(t, n.config(tt.check)).Checks[0]
				if text := "want " + r.Want + " got " + r.Got + " " + r.Why; r.Status != Fail || !strings.Contains(text, tt.text) {
					t.Errorf("%s: %s %s", r.Status, text, r.Missing)
				}
			})
		})
	}
}
