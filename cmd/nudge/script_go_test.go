package main

import (
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// runGoTool lets a script use the Go tool on this module: its root is $MODULE, and the caches are those that the
// test itself is built with. $NUDGEBIN is a directory with nudge and without the Go tool.
func runGoTool(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: gotool")
	}
	module, err := filepath.Abs("../..")
	ts.Check(err)
	ts.Setenv("MODULE", module)
	nudge, err := exec.LookPath("nudge")
	ts.Check(err)
	ts.Setenv("NUDGEBIN", filepath.Dir(nudge))
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		out, err := exec.Command("go", "env", name).Output()
		ts.Check(err)
		ts.Setenv(name, strings.TrimSpace(string(out)))
	}
}
