package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nudge": main, "standin": standIn})
}

// TestScripts drives the program as a user does, as processes. Beside what testscript brings, a script has:
//
//	exits CODE PROGRAM [ARGS…]  runs a program, which must end in that exit status and say why if it is not 0
//	serve [ARGS…]               starts nudge serve; sets $ADDR, $NEXUS and $LOGIN and writes addrs.json
//	stop int|term               stops that server by a signal; it must end with exit status 0
//	badserver HOW               starts a server that does wrong; sets $ADDR and $NEXUS
//	corpus PATH                 copies a file of the corpus to the script's directory
//	gotool                      lets the script use the Go tool in $MODULE; sets $NUDGEBIN
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     runExits,
			"serve":     runServe,
			"stop":      runStop,
			"badserver": runBadServer,
			"corpus":    runCorpus,
			"gotool":    runGoTool,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = new(serving)
			return nil
		},
	})
}

func runExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stderr")), "\n")
	if last := lines[len(lines)-1]; want != 0 && !strings.HasPrefix(last, "nudge") {
		ts.Fatalf("the last line on stderr does not say why: %q", last)
	}
}

// corpusDir is where the module keeps its recordings, from this package's directory.
const corpusDir = "../../corpus"

func runCorpus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: corpus PATH")
	}
	b, err := os.ReadFile(filepath.Join(corpusDir, args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(filepath.Base(args[0])), b, 0o666))
}
