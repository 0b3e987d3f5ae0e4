package main

import (
	"fmt"
	"io"
	"runtime"

	"nudge/loadgen"
	"nudge/loadgen/scenario"
)

// filesBeside is how many files a run opens beside its clients' connections: 64 connections for tickets, those
// of the run directory, the built-in server's pipes, and what the Go runtime needs.
const filesBeside = 128

// filesPerLoop is how many files a loop has for itself.
const filesPerLoop = 2

// preflight says what would stop the run on this machine, with the number of clients that would work, and notes
// what would make it slow. A target without an address is the built-in server, which is not running yet.
func preflight(stderr io.Writer, cfg scenario.Config, t target) error {
	if err := loadgen.CheckLocal(cfg.LocalAddrs); err != nil {
		return usageError{fmt.Sprintf("--local-addr: %v", err)}
	}
	if err := checkReach(cfg.LocalAddrs, t); err != nil {
		return err
	}
	perClient := 1
	for _, part := range cfg.Describe() {
		perClient = max(perClient, part.Conns)
	}
	before := loadgen.Preflight{
		Clients: cfg.Clients, PerClient: perClient, Sources: len(loadgen.LocalFor(cfg.LocalAddrs, t.ip())),
		Reserve: filesBeside + filesPerLoop*max(cfg.Loops, runtime.GOMAXPROCS(0)),
		Here:    t.addr == "" || isLoopback(t.addr), Load: cfg.Load, ConnectRate: cfg.ConnectRate,
	}
	if err := before.Check(); err != nil {
		return err
	}
	for _, text := range before.Notes() {
		note(stderr, text)
	}
	return nil
}

// note writes a line that explains or warns, unless there is nothing to say.
func note(stderr io.Writer, text string) {
	if text != "" {
		fmt.Fprintf(stderr, "nudge run: note: %s\n", text)
	}
}
