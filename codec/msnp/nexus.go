package msnp

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// flight is one request to the nexus, which all who need it wait for.
type flight struct {
	done  chan struct{} // closed when url and err are set
	login string
	err   error
	ended bool // because its own caller's context was
}

// nexus returns the login URL. Whoever comes while it is being asked for shares
// the answer; an error is shared too, and not kept.
func (p *Passport) nexus(ctx context.Context) (string, error) {
	for {
		p.mu.Lock()
		if p.login != "" {
			defer p.mu.Unlock()
			return p.login, nil
		}
		f := p.flight
		if f == nil {
			f = &flight{done: make(chan struct{})}
			p.flight = f
			p.mu.Unlock()
			p.ask(ctx, f)
			return f.login, f.err
		}
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return "", &TicketError{Stage: "nexus", Err: context.Cause(ctx)}
		case <-f.done:
		}
		if !f.ended {
			return f.login, f.err
		}
	}
}

// ask makes the request to the nexus for all who wait for it.
func (p *Passport) ask(ctx context.Context, f *flight) {
	resp, err := p.get(ctx, "nexus", p.NexusURL, "")
	if err == nil {
		f.login, err = loginOf(resp)
	}
	f.err, f.ended = err, err != nil && ctx.Err() != nil
	p.mu.Lock()
	p.login, p.flight = f.login, nil
	p.mu.Unlock()
	close(f.done)
}

// loginOf takes DALogin out of the nexus's answer, whatever the case of the
// header's name and whether or not the value has a scheme (§12.44).
func loginOf(resp *http.Response) (string, error) {
	for _, header := range resp.Header.Values("PassportURLs") {
		for item := range strings.SplitSeq(header, ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(item), "=")
			if !strings.EqualFold(key, "DALogin") || value == "" {
				continue
			}
			if !strings.Contains(value, "://") {
				value = "https://" + value
			}
			return value, nil
		}
	}
	e := &TicketError{Stage: "nexus", Status: resp.StatusCode}
	if resp.StatusCode == http.StatusOK {
		e.Err = errors.New("no DALogin in the PassportURLs header")
	}
	return "", e
}
