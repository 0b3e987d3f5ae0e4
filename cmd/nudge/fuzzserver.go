package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"nudge/codec/msnp"
	"nudge/fuzz/live"
)

// fuzzServer is the server that is fuzzed: one that runs, or a process that is ours.
type fuzzServer struct {
	flags   *targetFlags
	guard   guard
	process *execServer // nil: it is not ours
	name    string      // in reports

	mu       sync.Mutex
	target   target
	passport *msnp.Passport
}

// server finds the server, or starts it.
func (f *targetFlags) server(ctx context.Context, c *cli, plan *fuzzPlan, args []string) (*fuzzServer, error) {
	s := &fuzzServer{flags: f, guard: plan.guard}
	if len(args) == 1 {
		t, err := findTarget(args[0])
		if err != nil {
			return nil, err
		}
		s.target, s.name = t, t.addr
	}
	switch {
	case f.exec != "":
		p, err := newExecServer(f.exec, s.target.addr, c.env, plan.guard.dial)
		if err != nil {
			return nil, err
		}
		s.process, s.name = p, f.exec
	case len(args) == 0:
		p, err := f.builtIn(c, plan)
		if err != nil {
			return nil, err
		}
		s.process, s.name = p, "the built-in server"
	}
	if err := s.first(ctx, plan); err != nil {
		return nil, err
	}
	if !isLoopback(s.target.addr) && plan.fuzzer.Rate == 0 {
		plan.fuzzer.Rate = awayRate
	}
	return s, nil
}

// first starts the server, if it is ours, and asks whether it may be fuzzed.
func (s *fuzzServer) first(ctx context.Context, plan *fuzzPlan) error {
	if s.target.addr != "" {
		if err := s.guard.checkTarget(ctx, s.target); err != nil {
			return err
		}
	}
	if s.process != nil {
		line, err := s.process.start(ctx)
		if err == nil {
			err = s.found(line)
		}
		if err != nil {
			_ = s.process.stop()
			return err
		}
	}
	err := s.tickets(plan.fuzzer.Accounts)
	if err == nil {
		err = s.guard.checkTarget(ctx, s.target)
	}
	if err != nil && s.process != nil {
		_ = s.process.stop()
	}
	return err
}

// builtInTicket has the built-in server do without HTTP.
const builtInTicket = "t=%s&p=fuzz"

// builtIn is this very program as a server. Nobody has anybody on a list: sessions make the lists they need.
func (f *targetFlags) builtIn(c *cli, plan *fuzzPlan) (*execServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("built-in server: %w", err)
	}
	words := []string{self, "serve", "--until-stdin-closes", "--accounts", strconv.Itoa(len(plan.fuzzer.Accounts)), "--contacts", "0",
		"--user-format", f.userFormat, "--password", f.password}
	if f.ticket == "" && f.nexus == "" && f.loginURL == "" {
		f.ticket = builtInTicket
	}
	if f.ticket != "" {
		words = append(words, "--ticket", f.ticket)
	}
	words = append(words, strings.Fields(f.serve)...)
	return &execServer{what: "built-in server", builtIn: true, words: words, env: withoutSettings(c.env), dial: plan.guard.dial, grace: execStop}, nil
}

// found takes what a server printed about where it is.
func (s *fuzzServer) found(line string) error {
	if line == "" {
		return nil
	}
	t, err := parseTarget([]byte(line))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target = t
	return nil
}

// tickets says where tickets come from.
func (s *fuzzServer) tickets(accounts []live.Account) error {
	all := true
	for _, a := range accounts {
		all = all && a.Ticket != ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	flags := s.flags.accountFlags
	if s.flags.diff && (s.target.nexus != "" || s.target.loginURL != "") {
		flags.nexus, flags.loginURL = "", "" // they are the other server's
	}
	t, err := flags.tickets(s.target, all)
	if err != nil {
		return err
	}
	s.target = t
	s.passport, err = s.flags.passport(t, s.guard, s.flags.timeout)
	return err
}

// attach points the fuzzer at the server.
func (s *fuzzServer) attach(z *live.Fuzzer) {
	z.Addr, z.DialContext = s.target.addr, s.guard.dial
	z.Real = s.flags.diff || s.flags.profile == "real" || s.flags.profile == "" && !s.target.told
	z.Ticket = func(ctx context.Context, a live.Account, challenge string) (string, error) {
		s.mu.Lock()
		p := s.passport
		s.mu.Unlock()
		return p.Ticket(ctx, a.Email, a.Password, challenge)
	}
	if s.process != nil {
		z.Process = &fuzzProcess{s: s, accounts: z.Accounts}
	}
}

// stop ends the server, if it is ours.
func (s *fuzzServer) stop() error {
	if s.process == nil {
		return nil
	}
	return s.process.stop()
}

// fuzzProcess is the server as the fuzzer sees its process.
type fuzzProcess struct {
	s        *fuzzServer
	accounts []live.Account
}

// Trouble says how the process ended, or what it reported.
func (p *fuzzProcess) Trouble(wait time.Duration) (live.Trouble, bool) {
	return troubleIn(p.s.process.spawned, p.s.process.log, wait)
}

// Restart starts it again.
func (p *fuzzProcess) Restart(ctx context.Context) (addr string, err error) {
	line, err := p.s.process.restart(ctx)
	if err != nil {
		return "", err
	}
	if err := p.s.found(line); err != nil {
		return "", err
	}
	if err := p.s.tickets(p.accounts); err != nil {
		return "", err
	}
	if err := p.s.guard.checkTarget(ctx, p.s.target); err != nil {
		return "", err
	}
	return p.s.target.addr, nil
}
