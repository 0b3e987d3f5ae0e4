package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// serving is the server that a script has started, if any.
type serving struct{ cmd *exec.Cmd }

// serverKey is where a script keeps its serving.
type serverKey struct{}

func runServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: serve [ARGS...]")
	}
	nudge, err := exec.LookPath("nudge")
	ts.Check(err)
	cmd := exec.Command(nudge, append([]string{"serve"}, args...)...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("addrs.json"), line, 0o666))
	var addrs struct{ Dispatch, Nexus, Login string }
	ts.Check(json.Unmarshal(line, &addrs))
	ts.Setenv("ADDR", addrs.Dispatch)
	ts.Setenv("NEXUS", addrs.Nexus)
	ts.Setenv("LOGIN", addrs.Login)
	ts.Value(serverKey{}).(*serving).cmd = cmd
}

func runStop(ts *testscript.TestScript, neg bool, args []string) {
	cmd := ts.Value(serverKey{}).(*serving).cmd
	if neg || len(args) != 1 || cmd == nil {
		ts.Fatalf("usage: stop int|term, after serve")
	}
	sig := map[string]os.Signal{"int": os.Interrupt, "term": syscall.SIGTERM}[args[0]]
	ts.Check(cmd.Process.Signal(sig))
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("serve: %v", err)
	}
}
