package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// maxTargetFile is the largest file that @FILE may name, in bytes.
const maxTargetFile = 64 << 10

// defaultPort is that of a dispatch or notification server named without port (MSNP10.md §2).
const defaultPort = "1863"

// target is where a run connects to.
type target struct {
	addr            string // host:port
	nexus, loginURL string // where its tickets come from; both "" when nothing is known
	caFile          string
	told            bool // as nudge serve does, on a line of its own
}

// findTarget turns ADDR into a target: host:port, host alone, or @FILE with the line that nudge serve printed.
func findTarget(arg string) (target, error) {
	if file, ok := strings.CutPrefix(arg, "@"); ok {
		f, err := os.Open(file)
		if err != nil {
			return target{}, usageError{err.Error()}
		}
		defer f.Close()
		line, err := bufio.NewReader(io.LimitReader(f, maxTargetFile)).ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return target{}, usageError{err.Error()}
		}
		if len(line) == 0 {
			return target{}, usageError{arg + ": empty: the server prints its line when it listens"}
		}
		t, err := parseTarget(line)
		if err != nil {
			return target{}, usageError{fmt.Sprintf("%s: %v", arg, err)}
		}
		return t, nil
	}
	host, port, err := net.SplitHostPort(arg)
	if err != nil {
		host, port, err = net.SplitHostPort(net.JoinHostPort(strings.Trim(arg, "[]"), defaultPort))
	}
	if err != nil || host == "" || strings.Contains(host, "/") || !validPort(port) {
		return target{}, usageError{fmt.Sprintf("address %q: give host:port, or @FILE with the line that serve printed", arg)}
	}
	return target{addr: net.JoinHostPort(host, port)}, nil
}

// isLoopback reports whether a target is on this machine, as far as its name tells.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// ip is the target's address; zero if it has a name, or is not known yet.
func (t target) ip() netip.Addr {
	host, _, err := net.SplitHostPort(t.addr)
	if err != nil {
		return netip.Addr{}
	}
	ip, _ := netip.ParseAddr(host)
	return ip.Unmap()
}

func validPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// parseTarget reads the line of JSON that nudge serve prints. Plain HTTP is enough on the way to it.
func parseTarget(line []byte) (target, error) {
	var a struct {
		Dispatch, Notification, Nexus, Login string

		CAFile string `json:"ca_file"`
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return target{}, fmt.Errorf("not the line that serve printed: %w", err)
	}
	t := target{addr: a.Dispatch, nexus: a.Nexus, loginURL: a.Login, caFile: a.CAFile, told: true}
	if t.addr == "" {
		t.addr = a.Notification
	}
	if t.addr == "" {
		return target{}, fmt.Errorf("not the line that serve printed: it names no dispatch server")
	}
	if t.nexus != "" {
		t.loginURL = ""
	}
	return t, nil
}

// checkTarget refuses what may not be loaded, before the first byte is sent.
func (g guard) checkTarget(ctx context.Context, t target) error {
	if err := g.check(ctx, t.addr); err != nil {
		return err
	}
	if t.nexus != "" {
		return g.checkURL(ctx, "nexus", t.nexus)
	}
	if t.loginURL != "" {
		return g.checkURL(ctx, "login-url", t.loginURL)
	}
	return nil
}
