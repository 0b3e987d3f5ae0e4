package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// guard decides which addresses may be loaded: loopback, and the hosts that the user called his own.
type guard struct {
	own []string // names or addresses without port, lower case
}

// resolveWait is the longest wait for a name before a run. What does not resolve is left to the run to
// count: it may be what the user wants to see.
const resolveWait = 5 * time.Second

func newGuard(own []string) (guard, error) {
	var g guard
	for _, host := range own {
		host = strings.ToLower(strings.TrimSpace(host))
		if _, _, err := net.SplitHostPort(host); err == nil || host == "" || strings.Contains(host, "/") {
			return g, usageError{fmt.Sprintf("--i-own %q: give a host name or an address, without port", host)}
		}
		if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
			host = a.Unmap().String()
		}
		g.own = append(g.own, host)
	}
	return g, nil
}

// permit is asked before every dial, with the host as it was named and the address it stands for.
func (g guard) permit(host string, a netip.AddrPort) error {
	ip := a.Addr().Unmap()
	if ip.IsLoopback() || slices.Contains(g.own, strings.ToLower(host)) || slices.Contains(g.own, ip.WithZone("").String()) {
		return nil
	}
	return fmt.Errorf("%s is not loopback: nudge connects to it only with --i-own %s", ip, host)
}

// check refuses a target before the first byte is sent, when one of its addresses is not permitted.
func (g guard) check(ctx context.Context, hostport string) error {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return usageError{fmt.Sprintf("%q is not host:port", hostport)}
	}
	ctx, cancel := context.WithTimeout(ctx, resolveWait)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	for _, a := range addrs {
		if err := g.permit(host, netip.AddrPortFrom(a, 0)); err != nil {
			return usageError{err.Error()}
		}
	}
	return nil
}

// checkURL is check for the host of a URL, which must be HTTP or HTTPS.
func (g guard) checkURL(ctx context.Context, flag, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usageError{fmt.Sprintf("--%s %q: give a URL with http:// or https://", flag, raw)}
	}
	port := u.Port()
	if port == "" {
		port = u.Scheme
	}
	return g.check(ctx, net.JoinHostPort(u.Hostname(), port))
}
