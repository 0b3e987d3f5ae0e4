package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Waits around the built-in server, and how much is kept of what it writes.
const (
	childStart  = 20 * time.Second // from the start to the line with its addresses
	childStop   = 10 * time.Second // from the end of its input to its own end
	maxAddrLine = 64 << 10         // bytes
	maxChildErr = 16 << 10         // bytes at the end of its standard error
)

// child is the built-in server as a process of its own. It has a process group of its own, so that an
// interrupt from the terminal does not cut off sessions that are being ended in order; it ends when its
// standard input does, so that a parent that was killed leaves nothing behind.
type child struct {
	*spawned
	log crashLog
}

// startChild starts this very program as a server and waits for the line that says where it listens.
func startChild(ctx context.Context, env, args []string) (*child, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", fmt.Errorf("built-in server: %w", err)
	}
	s := new(child)
	s.spawned, err = spawn(append([]string{self}, args...), withoutSettings(env), &s.log, ownGroup(), childStop)
	if err != nil {
		return nil, "", fmt.Errorf("built-in server: %w", err)
	}
	line, err := s.addresses(ctx)
	if err != nil {
		s.kill()
		return nil, "", err
	}
	return s, line, nil
}

// addresses waits for the line that the server prints when it listens.
func (s *child) addresses(ctx context.Context) (string, error) {
	late := time.NewTimer(childStart)
	defer late.Stop()
	select {
	case line := <-s.out.line:
		return line, nil
	case <-s.ended:
		if s.cmd.ProcessState.ExitCode() == exitUsage {
			return "", usageError{"--serve: " + s.reason()}
		}
		return "", fmt.Errorf("built-in server ended before it listened: %s", s.reason())
	case <-late.C:
		return "", fmt.Errorf("built-in server did not listen within %v", childStart)
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// stop ends the server in order and returns once it is gone. An error says that it did not end well.
func (s *child) stop() error {
	s.input.Close()
	if err := s.endBy(childStop); err != nil {
		return fmt.Errorf("built-in server %w", err)
	}
	if s.err != nil {
		return fmt.Errorf("built-in server: %s", s.reason())
	}
	return nil
}

// reason is the last line of what the server wrote to standard error, or how it ended. Only once it has ended.
func (s *child) reason() string {
	if last := lastLine(s.log.String()); last != "" {
		return last
	}
	var exit *exec.ExitError
	if errors.As(s.err, &exit) {
		return exit.String()
	}
	if s.err != nil {
		return s.err.Error()
	}
	return "no reason given"
}

// withoutSettings is the environment without what sets the parent's flags.
func withoutSettings(env []string) []string {
	var rest []string
	for _, kv := range env {
		if !strings.HasPrefix(kv, envPrefix) {
			rest = append(rest, kv)
		}
	}
	return rest
}
