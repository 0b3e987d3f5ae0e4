package main

import (
	"fmt"
	"time"

	"nudge/codec/msnp"
	"nudge/fuzz/live"
	"nudge/loadgen"
	"nudge/loadgen/scenario"
)

// besidePlan is how sessions are mutated beside a load.
type besidePlan struct {
	rate     float64         // sessions per second at most
	steady   loadgen.Stretch // of the load
	accounts []live.Account
	dialect  msnp.Dialect
}

const (
	leastClean  = 3 * time.Second // of full load without mutated sessions, and likewise with them
	besideWait  = time.Second     // longest wait of a session for what must come, unless --timeout is shorter
	cleanPart   = 4               // the part of the time at full load without is one of so many
	besideFirst = 64              // number of the first session: those before are played as they are
	leastSteady = 2 * leastClean
)

// clean is how long the load is full before sessions are played, in whole seconds.
func (p *besidePlan) clean() time.Duration {
	quarter := (p.steady.To - p.steady.From) / cleanPart
	return max((quarter + time.Second - 1).Truncate(time.Second), leastClean)
}

// settleFuzz reads how often sessions are mutated beside the load, and by whom.
func (r *runFlags) settleFuzz(p *runPlan) error {
	if r.fuzz == "" {
		return nil
	}
	rate, err := parseSessionRate("fuzz", r.fuzz)
	if err != nil {
		return err
	}
	if migrates(p.cfg) {
		return usageError{"--fuzz: not with clients that are migrated: the accounts of the mutated sessions would be too"}
	}
	z := &besidePlan{rate: rate}
	var ok bool
	if z.steady, ok = loadgen.Steady(p.cfg.Load, p.cfg.Rate); !ok || z.steady.To-z.steady.From < leastSteady {
		return usageError{fmt.Sprintf("--fuzz: the load stays full for %v at most: %v are needed, half of them without mutated sessions", z.steady.To-z.steady.From, leastSteady)}
	}
	z.dialect = dialectNamed(r.dialects[0])
	if z.accounts, err = r.besideAccounts(p); err != nil {
		return err
	}
	p.fuzz = z
	return nil
}

// besideAccounts are the accounts behind those of the clients.
func (r *runFlags) besideAccounts(p *runPlan) (all []live.Account, err error) {
	from := p.cfg.Clients
	if n := len(p.cfg.Accounts); p.cfg.Accounts != nil && n < from+live.AccountsPerWorker {
		return nil, usageError{fmt.Sprintf("--accounts-file %s: %d accounts: with --fuzz %d are needed, %d for clients and %d for mutated sessions",
			r.accountsFile, n, from+live.AccountsPerWorker, from, live.AccountsPerWorker)}
	}
	for i := range live.AccountsPerWorker {
		a := scenario.Account{Email: p.cfg.UserFormat.Email(from + i + 1), Password: r.password}
		if p.cfg.Accounts != nil {
			a = p.cfg.Accounts[from+i]
			p.haveTickets = p.haveTickets && a.Ticket != ""
		}
		all = append(all, live.Account{Number: i, Email: a.Email, Password: a.Password, Ticket: a.Ticket})
	}
	return all, nil
}
