package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"nudge/loadgen"
)

// maxLocalAddrs is far more source addresses than a load needs, of which each is good for 28,000 connections to
// one target; it catches a range that was not meant.
const maxLocalAddrs = 1024

// settleLocal reads where connections come from.
func (r *loadFlags) settleLocal(p *runPlan) error {
	if r.set.Changed("local-addr") && len(r.localAddrs) == 0 {
		return usageError{"--local-addr: give one address at least"}
	}
	for _, text := range r.localAddrs {
		text = strings.TrimSpace(text)
		first, last, err := parseRange(text)
		if err != nil {
			return usageError{fmt.Sprintf("--local-addr %q: %v", text, err)}
		}
		for a := first; ; a = a.Next() {
			if slices.Contains(p.cfg.LocalAddrs, a) {
				return usageError{fmt.Sprintf("--local-addr %q: %v is there already", text, a)}
			}
			if len(p.cfg.LocalAddrs) == maxLocalAddrs {
				return usageError{fmt.Sprintf("--local-addr %q: more than %d addresses", text, maxLocalAddrs)}
			}
			p.cfg.LocalAddrs = append(p.cfg.LocalAddrs, a)
			if a == last {
				break
			}
		}
	}
	return nil
}

// parseRange reads an address, or the first and the last of several, with a hyphen between.
func parseRange(text string) (first, last netip.Addr, err error) {
	from, to, several := strings.Cut(text, "-")
	if first, err = parseLocal(from); err != nil || !several {
		return first, first, err
	}
	if last, err = parseLocal(to); err != nil {
		return first, last, err
	}
	switch {
	case first.Is4() != last.Is4():
		return first, last, fmt.Errorf("a range is of IPv4 or of IPv6 alone")
	case last.Less(first):
		return first, last, fmt.Errorf("the range ends before it begins")
	}
	return first, last, nil
}

// parseLocal reads an address that a connection may come from.
func parseLocal(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(text), "[]"))
	a = a.Unmap()
	switch {
	case err != nil:
		return a, fmt.Errorf("give addresses without port, or a range like 127.0.0.2-127.0.0.17")
	case a.Zone() != "":
		return a, fmt.Errorf("an address with a zone cannot be used")
	case a.IsUnspecified() || a.IsMulticast():
		return a, fmt.Errorf("%v is no address of one machine", a)
	}
	return a, nil
}

// checkReach refuses source addresses of which none can reach the target, if that is given by its address.
func checkReach(local []netip.Addr, t target) error {
	to := t.ip()
	if len(local) == 0 || len(loadgen.LocalFor(local, to)) > 0 {
		return nil
	}
	want := "an IPv6 address"
	if to.Is4() {
		want = "an IPv4 address"
	}
	if !to.IsLoopback() {
		want += " that is not loopback"
	}
	return usageError{fmt.Sprintf("--local-addr: none of them can reach %s: give %s", t.addr, want)}
}
