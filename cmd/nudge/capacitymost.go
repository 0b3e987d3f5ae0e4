package main

import (
	"errors"
	"fmt"
	"sort"

	"nudge/loadgen"
)

// preflight refuses levels that this machine cannot be, and without a highest one finds it.
func (p *capacityPlan) preflight() error {
	if p.byRate || p.search.To > 0 {
		return preflight(p.cfg).Check()
	}
	most, why := p.mostClients()
	if p.listed > 0 && p.listed < most {
		most, why = p.listed, fmt.Sprintf("there are no more than %d accounts in the file", p.listed)
	}
	if most < int(p.search.From) {
		return p.atMost(int(p.search.From)).Check()
	}
	p.search.To, p.toReason = float64(most), why
	p.cfg.Clients = most
	return nil
}

func (p *capacityPlan) atMost(clients int) loadgen.Preflight {
	cfg := p.cfg
	cfg.Clients = clients
	return preflight(cfg)
}

// mostClients is how many this machine can be without a limit that stops them or makes it slow, and why not more.
func (p *capacityPlan) mostClients() (most int, why string) {
	most, why = maxClients, fmt.Sprintf("nudge has no more than %d clients", maxClients)
	var low *loadgen.LimitError
	if errors.As(p.atMost(maxClients).Check(), &low) {
		most, why = low.Clients, fmt.Sprintf("this machine has %s for %d clients; %s", low.What, low.Clients, low.Remedy)
	}
	slow := sort.Search(most, func(n int) bool { return len(p.atMost(n+1).Notes()) > 0 })
	if slow < most {
		most, why = slow, p.atMost(slow + 1).Notes()[0]
	}
	return most, why
}
