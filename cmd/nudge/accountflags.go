package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"nudge/loadgen/scenario"
)

// accountFlags say who signs in, where tickets come from, and what may be dialled.
type accountFlags struct {
	userFormat      string
	password        string
	accountsFile    string
	nexus, loginURL string
	ticket          string
	caFile          string
	insecure        bool
	own             []string
}

func (a *accountFlags) declare(fs *pflag.FlagSet) {
	fs.StringVar(&a.userFormat, "user-format", "user%05d@example.com", "address of an account, a format `F` for its number, counted from 1")
	fs.StringVar(&a.password, "password", "secret", "password `P` of all accounts")
	fs.StringVar(&a.accountsFile, "accounts-file", "", "accounts from a CSV `FILE` instead: email, password, optional ticket")
	fs.StringVar(&a.nexus, "nexus", "", "`URL` of the Passport nexus, which names the login page (default: the built-in server's)")
	fs.StringVar(&a.loginURL, "login-url", "", "`URL` of the Passport login page, without asking a nexus")
	fs.StringVar(&a.ticket, "ticket", "", "ticket of each account, a `TEMPLATE` with %s for the address or %d for the number; no HTTP at all")
	fs.StringVar(&a.caFile, "ca-file", "", "PEM `FILE` of certificates to trust for HTTPS (default: those of the system)")
	fs.BoolVar(&a.insecure, "insecure", false, "accepts any certificate for HTTPS")
	fs.StringSliceVar(&a.own, "i-own", nil, "`HOST`, a name or an address, that is not loopback and may be dialled, since it is yours; repeatable")
	annotate(fs, "accounts-file", valueFile, "")
	annotate(fs, "ca-file", valueFile, "")
}

// declareServe declares the flags of the built-in server as a flag.
func declareServe(fs *pflag.FlagSet, p *string) {
	fs.StringVar(p, "serve", "", "flags for the built-in server, `ARGS` split at spaces, such as '--contacts 50'")
}

// oneSource refuses more than one source of tickets.
func (a *accountFlags) oneSource() error {
	given := ""
	for _, s := range []struct{ flag, value string }{{"nexus", a.nexus}, {"login-url", a.loginURL}, {"ticket", a.ticket}} {
		if s.value == "" {
			continue
		}
		if given != "" {
			return usageError{fmt.Sprintf("--%s and --%s: give one of them", given, s.flag)}
		}
		given = s.flag
	}
	return nil
}

// addresses reads how addresses are made of numbers.
func (a *accountFlags) addresses() (scenario.UserFormat, error) {
	f, err := scenario.ParseUserFormat(a.userFormat)
	if err != nil {
		return f, usageError{fmt.Sprintf("--user-format: %v", err)}
	}
	return f, nil
}

// listed reads the accounts of the file; nil without one.
func (a *accountFlags) listed() ([]scenario.Account, error) {
	if a.accountsFile == "" {
		return nil, nil
	}
	f, err := os.Open(a.accountsFile)
	if err != nil {
		return nil, usageError{fmt.Sprintf("--accounts-file: %v", err)}
	}
	defer f.Close()
	accounts, err := scenario.ReadAccounts(f)
	if err != nil {
		return nil, usageError{fmt.Sprintf("--accounts-file %s: %v", a.accountsFile, err)}
	}
	return accounts, nil
}

// tickets lays the settings over what the target says about tickets. An error names the settings when nothing is known.
func (a *accountFlags) tickets(t target, haveAll bool) (target, error) {
	switch {
	case a.nexus != "":
		t.nexus, t.loginURL = a.nexus, ""
	case a.loginURL != "":
		t.nexus, t.loginURL = "", a.loginURL
	case a.ticket != "":
		t.nexus, t.loginURL = "", ""
	case t.nexus == "" && t.loginURL == "" && !haveAll:
		return t, usageError{"a server of your own needs to know where tickets come from: give --nexus URL, --login-url URL or --ticket TEMPLATE"}
	}
	if a.caFile != "" {
		t.caFile = a.caFile
	} else if _, err := os.Stat(t.caFile); err != nil {
		t.caFile = "" // @FILE may come from another machine; plain HTTP needs none
	}
	return t, nil
}
