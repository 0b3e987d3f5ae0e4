package main

import (
	"context"

	"nudge/fuzz/live"
)

// second finds the second server of --diff, which is one that runs, and has the plan play to both. It takes the same
// settings as the first one, but for those that start a server.
func (f *fuzzFlags) second(ctx context.Context, c *cli, plan *fuzzPlan, addr string) error {
	z := &live.Fuzzer{Accounts: plan.fuzzer.Accounts, Timeout: plan.fuzzer.Timeout}
	flags := f.targetFlags // a copy: what the built-in server needs is not for the second one
	flags.serve, flags.exec = "", ""
	other := &fuzzPlan{fuzzer: z, guard: plan.guard}
	s, err := flags.server(ctx, c, other, []string{addr})
	if err != nil {
		return err
	}
	s.attach(z)
	if plan.fuzzer.Rate == 0 {
		plan.fuzzer.Rate = z.Rate // it may be far away
	}
	plan.other = s
	plan.play = (&live.Differ{First: plan.fuzzer, Second: z}).Run
	return nil
}
