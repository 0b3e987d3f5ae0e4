package main

import (
	"errors"
	"fmt"
	"io"
	"sort"

	"nudge/loadgen"
)

// bound refuses levels that this machine cannot be. A search for clients without a highest level gets one: as many
// as this machine can be without being slow.
func (f *capacityFlags) bound(stderr io.Writer, p *capacityPlan, t target) error {
	if !p.byRate && p.search.To == 0 {
		most, why := p.mostClients(t)
		if listed := len(p.cfg.Accounts); listed > 0 && listed < most {
			most, why = listed, fmt.Sprintf("the file has %d accounts", listed)
		}
		most = max(most, int(p.search.From)) // too many are refused below
		p.search.To, p.toReason, p.cfg.Clients = float64(most), why, most
	}
	cfg := p.cfg
	cfg.Load = loadgen.Ramp(cfg.Clients, p.signIn(cfg.Clients), p.step)
	return f.preflight(stderr, cfg, t)
}

// mostClients is how many this machine can be without a limit that stops them or makes it slow, and why not more.
func (p *capacityPlan) mostClients(t target) (most int, why string) {
	limits := func(clients int) loadgen.Preflight {
		cfg := p.cfg
		cfg.Clients = clients
		l := limitsOf(cfg, t)
		l.Here = false // how fast they come is none of the search's doing
		return l
	}
	most, why = maxClients, fmt.Sprintf("nudge has no more than %d clients", maxClients)
	var low *loadgen.LimitError
	if errors.As(limits(maxClients).Check(), &low) {
		most, why = low.Clients, fmt.Sprintf("the %s of this machine do for %d clients; more: %s", low.What, low.Clients, low.Remedy)
	}
	slow := sort.Search(most, func(n int) bool { return len(limits(n+1).Notes()) > 0 })
	if slow < most {
		most, why = slow, limits(slow + 1).Notes()[0]
	}
	return most, why
}
