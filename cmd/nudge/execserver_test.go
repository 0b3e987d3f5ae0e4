//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// execTest starts a command and returns where it listens.
func execTest(t *testing.T, command string) (*execServer, string) {
	t.Helper()
	r, err := newExecServer(command, "", os.Environ(), nil)
	if err != nil {
		t.Fatal(err)
	}
	line, err := r.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.stop() })
	return r, listens(t, line)
}

// listens is the address in the line that a server prints.
func listens(t *testing.T, line string) string {
	t.Helper()
	where, err := parseTarget([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return where.addr
}

// says connects to a server and says something.
func says(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	io.WriteString(nc, text)
	return nc
}

func TestExecServerThatPanicsIsStartedAgain(t *testing.T) {
	r, addr := execTest(t, "standin panics")
	if _, crashed := r.crash(); crashed || !r.alive() {
		t.Error("dead before anything was said")
	}
	for range 2 {
		says(t, addr, "x")
		<-r.ended
		report, ok := r.crash()
		if !ok || !strings.HasPrefix(report, "panic: byte 'x'") || !strings.Contains(report, "goroutine 1 [running]:") || r.how() != "exit status 2" || r.alive() {
			t.Errorf("%v, %s: %s", ok, r.how(), report)
		}
		line, err := r.restart(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if addr = listens(t, line); addr == "" || !r.alive() {
			t.Error("not alive after a restart")
		}
		if _, crashed := r.crash(); crashed {
			t.Error("the crash before is taken for one of now")
		}
	}
	if err := r.stop(); err != nil || r.how() != "signal: terminated" {
		t.Errorf("%v, %s", err, r.how())
	}
	if err := r.stop(); err != nil {
		t.Errorf("stopped again: %v", err)
	}
}

func TestExecServerThatExits(t *testing.T) {
	r, addr := execTest(t, "standin exits")
	says(t, addr, "x")
	<-r.ended
	if report, crashed := r.crash(); crashed || r.how() != "exit status 3" || r.lastWords() != "good bye\n" {
		t.Errorf("%s, %q, %q", r.how(), r.lastWords(), report)
	}
}

func TestExecServerThatDoesNotHeedIsKilled(t *testing.T) {
	r, addr := execTest(t, "standin stubborn")
	nc := says(t, addr, "x")
	r.grace = time.Millisecond
	if err := r.stop(); err == nil || !strings.Contains(err.Error(), "was killed") || r.how() != "signal: killed" {
		t.Errorf("%v, %s", err, r.how())
	}
	if _, err := nc.Read(make([]byte, 1)); err == nil {
		t.Error("it lives")
	}
}

// TestExecServerLeavesNothing: a child of the server would hold its standard error open.
func TestExecServerLeavesNothing(t *testing.T) {
	for how, end := range map[string]func(r *execServer){
		"stopped": func(r *execServer) { r.stop() },
		"killed":  func(r *execServer) { r.kill() },
	} {
		r, addr := execTest(t, "standin family")
		end(r)
		if errors.Is(r.err, exec.ErrWaitDelay) {
			t.Errorf("%s: its child lives", how)
		}
		if nc, err := net.Dial("tcp", addr); err == nil {
			nc.Close()
			t.Errorf("%s: somebody listens", how)
		}
	}
}

func TestExecServerIsAwaitedAtAnAddress(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	r, err := newExecServer("standin holds "+addr, addr, os.Environ(), new(net.Dialer).DialContext)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.start(t.Context()); err == nil || !strings.Contains(err.Error(), "somebody listens at "+addr) {
		t.Errorf("with another server there: %v", err)
	}
	ln.Close()
	for range 2 {
		if line, err := r.restart(t.Context()); err != nil || line != "" || !r.alive() {
			t.Errorf("%q, %v", line, err)
		}
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}

func TestExecServerThatIsNeverReady(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"echo here I am", "the first line on standard output is to be addresses"},
		{"sh -c 'echo why >&2; exit 7'", "ended before it was ready: exit status 7: why"},
		{"true", "ended before it was ready: exit status 0"},
		{"no-such-program-anywhere", "executable file not found"},
	} {
		r, err := newExecServer(tt.command, "", os.Environ(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.start(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.command, err)
		}
	}
	r, err := newExecServer("sleep 3600", "", os.Environ(), nil)
	if err != nil {
		t.Fatal(err)
	}
	enough := fmt.Errorf("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(enough)
	if _, err := r.start(ctx); !errors.Is(err, enough) || r.alive() || r.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("%v, %s", err, r.how())
	}
}

// TestNudgeServeDiesOfItsDefect is a server of our own under test, from its first start to its second.
func TestNudgeServeDiesOfItsDefect(t *testing.T) {
	r, addr := execTest(t, "nudge serve --accounts 2 --contacts 0 --no-redirect --ticket t=%d --defect panic-on-missing-argument")
	nc := says(t, addr, "VER 1 MSNP10\r\nUSR 2 TWN I user00001@example.com\r\nUSR 3 TWN S t=1\r\nREG 4 x\r\n")
	got, _ := io.ReadAll(nc)
	<-r.ended
	report, ok := r.crash()
	if !ok || !strings.Contains(report, "index out of range [1] with length 1") || !strings.Contains(report, "msnptest.(*Server).converse") || r.how() != "exit status 2" {
		t.Errorf("%s after %q: %s", r.how(), got, report)
	}
	line, err := r.restart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	nc = says(t, listens(t, line), "VER 1 MSNP10\r\n")
	if got, err := bufio.NewReader(nc).ReadString('\n'); err != nil || got != "VER 1 MSNP10\r\n" {
		t.Errorf("after the restart: %q, %v", got, err)
	}
}
