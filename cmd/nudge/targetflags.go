package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"nudge/fuzz/live"
)

// targetFlags say which server is fuzzed, and who signs in to it: what nudge fuzz and nudge replay have in common.
type targetFlags struct {
	accountFlags
	timeout time.Duration
	serve   string
	exec    string
	profile string // "": as the server is
	diff    bool   // there are two servers: see declareDiff
}

func (f *targetFlags) declare(fs *pflag.FlagSet) {
	fs.DurationVar(&f.timeout, "timeout", time.Second, "longest wait `D` for what must come")
	f.accountFlags.declare(fs)
	choiceVar(fs, &f.profile, "profile", "", "", []string{"strict", "real"}, "profile", "whether habits of known servers are findings or only told of, `NAME` (default strict for addresses that nudge serve printed, else real)")
	declareServe(fs, &f.serve)
	fs.StringVar(&f.exec, "exec", "", "`COMMAND` that starts the server, words split as a shell would; it is awaited at ADDR, or prints its addresses as nudge serve does (default: the built-in server, or one that runs)")
}

// check refuses flags that contradict each other; args are the addresses that were given.
func (f *targetFlags) check(args []string) error {
	args, _, err := f.firstOf(args)
	switch {
	case err != nil:
		return err
	case len(args) > 1:
		return usageError{"takes one address at most"}
	case len(args) == 1 && f.serve != "":
		return usageError{"--serve is for the built-in server: not with an address"}
	case f.exec != "" && f.serve != "":
		return usageError{"--serve is for the built-in server: not with --exec"}
	case f.diff && f.profile != "":
		return usageError{"--profile: with --diff nothing is judged by the page"}
	case f.timeout <= 0:
		return usageError{"--timeout: give a positive time"}
	}
	return f.oneSource()
}

// fuzzAccounts are the accounts of so many workers.
func (f *targetFlags) fuzzAccounts(workers int) ([]live.Account, error) {
	n := workers * live.AccountsPerWorker
	listed, err := f.listed()
	if err != nil {
		return nil, err
	}
	if listed != nil && len(listed) < n {
		return nil, usageError{fmt.Sprintf("--accounts-file has %d accounts: %d are needed, %d for each worker", len(listed), n, live.AccountsPerWorker)}
	}
	format, err := f.addresses()
	if err != nil {
		return nil, err
	}
	var all []live.Account
	for i := range n {
		a := live.Account{Number: i, Email: format.Email(i + 1), Password: f.password}
		if listed != nil {
			a.Email, a.Password, a.Ticket = listed[i].Email, listed[i].Password, listed[i].Ticket
		}
		all = append(all, a)
	}
	return all, nil
}
