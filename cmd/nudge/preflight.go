package main

import (
	"fmt"
	"io"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
)

// filesBeside is how many files a run opens beside its clients' connections: 64 connections for tickets, those
// of the run directory, the built-in server's pipes, what the Go runtime needs, and a loop for each of a few cores.
const filesBeside = 128

// filesPerLoop is how many files each loop takes that was asked for.
const filesPerLoop = 2

// preflight says what would stop the run on this machine, with the number of clients that would work, and notes
// what would make it slow. A target without an address is the built-in server, which is not running yet.
func (r *loadFlags) preflight(stderr io.Writer, cfg scenario.Config, t target) error {
	if err := reaches(cfg, t); err != nil {
		return err
	}
	before := limitsOf(cfg, t)
	if err := before.Check(); err != nil {
		return err
	}
	for _, text := range before.Notes() {
		r.note(stderr, text)
	}
	return nil
}

// reaches refuses source addresses from which a target cannot be reached.
func reaches(cfg scenario.Config, t target) error {
	if err := loadgen.CheckLocal(cfg.LocalAddrs); err != nil {
		return usageError{fmt.Sprintf("--local-addr: %v", err)}
	}
	return checkReach(cfg.LocalAddrs, t)
}

// limitsOf is what a run asks of this machine.
func limitsOf(cfg scenario.Config, t target) loadgen.Preflight {
	perClient := 1
	for _, part := range cfg.Describe() {
		perClient = max(perClient, part.Conns)
	}
	return loadgen.Preflight{
		Clients: cfg.Clients, PerClient: perClient, Sources: len(loadgen.LocalFor(cfg.LocalAddrs, t.ip())),
		Reserve: filesBeside + filesPerLoop*cfg.Loops,
		Here:    t.addr == "" || isLoopback(t.addr), Load: cfg.Load, ConnectRate: cfg.ConnectRate,
	}
}

// note writes a line that explains or warns, unless there is nothing to say.
func (r *loadFlags) note(stderr io.Writer, text string) {
	if text != "" {
		fmt.Fprintf(stderr, "nudge %s: note: %s\n", r.set.Name(), text)
	}
}
