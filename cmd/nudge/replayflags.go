package main

import (
	"fmt"
	"go/token"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"nudge/fuzz/live"
)

// replayFlags are the flags of nudge replay.
type replayFlags struct {
	targetFlags
	set     *pflag.FlagSet
	file    string
	times   int
	verbose bool
	goTest  string
	netcat  bool
}

// maxReplays is the most times that a finding is played: the transcripts of all are kept.
const maxReplays = 1000

func (f *replayFlags) declare(fs *pflag.FlagSet) {
	f.set = fs
	fs.IntVarP(&f.times, "times", "n", 3, "`N` replays, up to 1000")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "shows the transcripts of all replays, not of the last alone")
	fs.StringVar(&f.goTest, "go-test", "", "plays nothing and writes a Go test, `NAME` after Test, to stdout")
	fs.BoolVar(&f.netcat, "netcat", false, "writes the bytes that the last replay sent to stdout, and the report to stderr")
	f.declareDiff(fs, "plays a difference to two servers")
	f.targetFlags.declare(fs)
}

// settle reads the file and checks the flags.
func (f *replayFlags) settle(args []string) (*fuzzPlan, *live.Finding, error) {
	if len(args) == 0 {
		return nil, nil, usageError{"give the file of a finding, as nudge fuzz writes them"}
	}
	f.file = args[0]
	if err := f.check(args[1:]); err != nil {
		return nil, nil, err
	}
	finding, err := readFinding(f.file)
	if err != nil {
		return nil, nil, err
	}
	switch differs := finding.Verdict.Class == live.Differs; {
	case f.goTest != "":
	case differs && !f.diff:
		return nil, nil, usageError{fmt.Sprintf("%s is a difference between two servers: give --diff and both, or the second", f.file)}
	case finding.Verdict.Class == live.Raised && len(args) > 1 && f.exec == "":
		return nil, nil, usageError{fmt.Sprintf("%s is about what a server writes to standard error: give --exec", f.file)}
	case f.diff && !differs:
		return nil, nil, usageError{fmt.Sprintf("--diff: %s is no difference between two servers", f.file)}
	}
	plan := &fuzzPlan{fuzzer: &live.Fuzzer{Dialect: finding.Dialect, Timeout: f.timeout}}
	if plan.guard, err = newGuard(f.own); err != nil {
		return nil, nil, err
	}
	plan.fuzzer.Accounts, err = f.fuzzAccounts(1)
	return plan, finding, err
}

// check refuses flags that mean nothing together. addrs is what stands behind the file.
func (f *replayFlags) check(addrs []string) error {
	switch {
	case f.times < 1 || f.times > maxReplays:
		return usageError{fmt.Sprintf("--times %d: give a number from 1 to %d", f.times, maxReplays)}
	case !f.set.Changed("go-test"):
		return f.targetFlags.check(addrs)
	case len(addrs) > 0 || f.exec != "" || f.serve != "" || f.netcat || f.diff:
		return usageError{"--go-test plays nothing: give no address, --exec, --serve, --diff or --netcat"}
	}
	f.goTest = "Test" + strings.TrimPrefix(f.goTest, "Test")
	if tail := strings.TrimPrefix(f.goTest, "Test"); !token.IsIdentifier(f.goTest) || tail == "" || tail[0] >= 'a' && tail[0] <= 'z' {
		return usageError{fmt.Sprintf("--go-test %q: give what stands behind Test in the name of a test, like ReplyTwice", tail)}
	}
	return nil
}

// readFinding reads the file of a finding.
func readFinding(name string) (*live.Finding, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, usageError{fmt.Sprintf("%s is a directory: give the file of one finding in it", name)}
	}
	finding, err := live.ReadFinding(file)
	if err != nil {
		return nil, usageError{fmt.Sprintf("%s: %v", name, err)}
	}
	return finding, nil
}
