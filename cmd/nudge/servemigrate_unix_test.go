//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"syscall"
	"testing"
)

func TestServeMigratesOnSignal(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stdin, _ := io.Pipe()
	stdout, out := io.Pipe()
	stderr, errs := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve", "--accounts", "7", "--migrate-when", "usr1"}, nil, stdin, out, errs)
		errs.Close()
	}()
	if _, err := bufio.NewReader(stdout).ReadBytes('\n'); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil || line != "nudge serve: 7 accounts are migrated now\n" {
		t.Errorf("%q, %v", line, err)
	}
	cancel(interruption{2})
	go io.Copy(io.Discard, stderr)
	if got := <-status; got != 0 {
		t.Errorf("exit status %d", got)
	}
}
