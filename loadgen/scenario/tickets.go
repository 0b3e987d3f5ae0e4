package scenario

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
)

// Limits of the ticket requests beside the loops.
const (
	maxTicketConns  = 64 // connections to one host at a time
	ticketIdle      = 30 * time.Second
	maxTicketHeader = 64 << 10 // bytes
)

// httpClient returns a client for tickets, which keeps its connections, opens a
// bounded number, and asks permit before each. It goes where it is told and
// through no proxy.
func (cfg *Config) httpClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:            cfg.dialTicket,
		TLSClientConfig:        cfg.TLS,
		TLSHandshakeTimeout:    cfg.timeout(),
		MaxConnsPerHost:        maxTicketConns,
		MaxIdleConnsPerHost:    maxTicketConns,
		IdleConnTimeout:        ticketIdle,
		MaxResponseHeaderBytes: maxTicketHeader,
	}}
}

// dialTicket dials what Permit allows: each address that the host stands for is
// asked for right before it is dialled.
func (cfg *Config) dialTicket(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if cfg.DialContext != nil {
		ap, _ := netip.ParseAddrPort(addr) // zero for a name
		if err := cfg.permit(host, ap); err != nil {
			return nil, err
		}
		return cfg.DialContext(ctx, network, addr)
	}
	d := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return cfg.permit(host, ap)
	}}
	return d.DialContext(ctx, network, addr)
}

func (cfg *Config) permit(host string, ap netip.AddrPort) error {
	if cfg.Permit == nil {
		return nil
	}
	if err := cfg.Permit(host, ap); err != nil {
		return &loadgen.PermitError{Err: err}
	}
	return nil
}

// askTicket gets the ticket for the server's challenge (§3.5): the account's
// own, if it has one, that of a template, or one from Passport, beside the loop.
func askTicket(c *client, now time.Duration, out []byte) ([]byte, error) {
	if t := c.run.accounts.account(c.engine.ID()).Ticket; t != "" {
		c.session.SetTicket(t)
		return out, errOver
	}
	if c.run.passport.Template != "" {
		t, err := c.run.passport.Ticket(context.Background(), c.email, "", "")
		if err != nil {
			return out, err
		}
		c.session.SetTicket(t)
		return out, errOver
	}
	c.notes(now, "asks Passport for a ticket")
	a := ask{
		engine: c.engine, passport: &c.run.passport, timeout: c.run.timeout, attempt: c.attempt,
		account: c.run.accounts.account(c.engine.ID()), challenge: c.session.Challenge(),
	}
	c.engine.Background(func(ctx context.Context) func() {
		a.do(ctx)
		return func() { c.ticketed(&a) }
	})
	return out, nil
}

// clock is the part of an engine's client that may be used beside the loop.
type clock interface{ Now() time.Duration }

// ask is a request for a ticket. It shares nothing with the loop.
type ask struct {
	engine    clock
	passport  *msnp.Passport
	timeout   time.Duration
	attempt   uint32
	account   Account
	challenge string

	ticket string
	err    error
	took   time.Duration
}

// do makes the request. The time is that of the request, without the wait for
// its turn.
func (a *ask) do(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	began := a.engine.Now()
	a.ticket, a.err = a.passport.Ticket(ctx, a.account.Email, a.account.Password, a.challenge)
	a.took = a.engine.Now() - began
}

// ticketed goes on with the sign-in, if it still is the one that asked.
func (c *client) ticketed(a *ask) {
	if c.attempt != a.attempt || c.ended {
		return
	}
	row := c.awaited(ticketed)
	if row == nil {
		return
	}
	if a.err != nil {
		c.lost(ticketFailure(a))
		return
	}
	c.notes(c.engine.Now(), "has a ticket")
	c.rec.OK(row.op, a.took)
	c.session.SetTicket(a.ticket)
	c.forward()
}

// ticketFailure says what a refused ticket means: HTTP 401 is final (§3.5).
func ticketFailure(a *ask) failure {
	f := failure{class: "protocol", text: a.err.Error(), took: max(a.took, 1)}
	var e *msnp.TicketError
	if errors.As(a.err, &e) {
		f.class = e.Class()
		f.final = e.Status == http.StatusUnauthorized
	}
	if f.class == "timeout" {
		f.took = a.timeout
	}
	return f
}
