package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"nudge/fuzz/live"
)

// declareDiff declares the flag by which there are two servers.
func (f *targetFlags) declareDiff(fs *pflag.FlagSet, usage string) {
	fs.BoolVar(&f.diff, "diff", false, usage)
}

// firstOf takes the address of the second server off the addresses that were given.
func (f *targetFlags) firstOf(args []string) (first []string, second string, err error) {
	if !f.diff {
		return args, "", nil
	}
	if len(args) == 0 || len(args) > 2 {
		return nil, "", usageError{"--diff: give the address of the second server, or of both"}
	}
	return args[:len(args)-1], args[len(args)-1], nil
}

// servers finds the server, or both; args are the addresses that were given. Those that run are found before one is
// started.
func (f *targetFlags) servers(ctx context.Context, c *cli, plan *fuzzPlan, args []string) (*fuzzServer, error) {
	args, addr, err := f.firstOf(args)
	if err == nil && f.diff {
		err = f.second(ctx, c, plan, addr)
	}
	if err != nil {
		return nil, err
	}
	server, err := f.server(ctx, c, plan, args)
	if err != nil {
		return nil, err
	}
	if plan.other != nil && plan.other.target.addr == server.target.addr {
		err := usageError{fmt.Sprintf("--diff: %s is both servers", server.target.addr)}
		return nil, errors.Join(err, server.stop())
	}
	return server, nil
}

// second finds the second server of --diff, which is one that runs, and has the plan play to both. It takes the same
// settings as the first one, but for those that start a server.
func (f *targetFlags) second(ctx context.Context, c *cli, plan *fuzzPlan, addr string) error {
	z := &live.Fuzzer{Accounts: plan.fuzzer.Accounts, Timeout: plan.fuzzer.Timeout}
	flags := *f // a copy: what the built-in server needs is not for the second one
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
	plan.differ = &live.Differ{First: plan.fuzzer, Second: z}
	return nil
}
