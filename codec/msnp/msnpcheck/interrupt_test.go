package msnpcheck

import (
	"context"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp/msnptest"
)

// TestAnInterruptLeavesNothingBehind: checks that were made are reported, and what
// they edited is put back.
func TestAnInterruptLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		n := serve(&msnptest.Server{})
		cfg := n.config("groups", "lists")
		cfg.Parallel = 1
		made := 0
		cfg.during = func(check func()) {
			if made++; made == 5 {
				defer cancel()
			}
			check()
		}
		rep, err := Run(ctx, cfg)
		if err != nil || !rep.Interrupted || len(rep.Checks) != 4 || len(rep.Changed) != 0 {
			t.Fatalf("%v %+v", err, rep)
		}
		again, err := Run(t.Context(), n.config("lists.add"))
		n.srv.Close()
		n.work.Wait()
		if err != nil || len(again.Accounts) != 12 || again.Accounts[0] != "user00001@example.com" || again.Accounts[2] != "user00003@example.com" {
			t.Errorf("%v %+v", err, again)
		}
	})
}
