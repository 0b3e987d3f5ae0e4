package yardstick

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// RoleEnv is the variable of the environment that tells a test binary that it is
// a process of a benchmark, and which: a name, and what it is to know.
const RoleEnv = "NUDGE_BENCHMARK_ROLE"

// Roles are the processes that a test binary can be. Each writes a line once it is
// ready, and ends with its process.
type Roles map[string]func(c Child) error

// Child is what a role has to do with the process that has started it.
type Child struct {
	Words []string      // behind the role's name
	In    <-chan string // lines of Process.Tell
	Out   io.Writer     // lines for Process.Next
}

// Play plays the role that value, of RoleEnv, names, until in ends or the role
// does; false: it names none. It is for TestMain, with stdin, stdout and stderr.
func (r Roles) Play(value string, in io.Reader, out, errs io.Writer) bool {
	words := strings.Fields(value)
	if len(words) == 0 {
		return false
	}
	play, ok := r[words[0]]
	if !ok {
		fmt.Fprintf(errs, "there is no role %q\n", words[0])
		return true
	}
	over := make(chan struct{})
	end := sync.OnceFunc(func() { close(over) })
	lines := make(chan string)
	go func() {
		for said := bufio.NewScanner(in); said.Scan(); {
			lines <- said.Text()
		}
		end()
	}()
	go func() {
		if err := play(Child{words[1:], lines, out}); err != nil {
			fmt.Fprintf(errs, "%s: %v\n", words[0], err)
		}
		end()
	}()
	<-over
	return true
}

// Process is this binary again, in a role.
type Process struct {
	Line   string // that it has written when it was ready
	Pid    int
	tb     testing.TB
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr bytes.Buffer
	once   sync.Once
}

// Start starts a process and waits until it is ready. It ends with the benchmark,
// or with this process, whichever comes first.
func Start(tb testing.TB, role ...any) *Process {
	tb.Helper()
	return StartWith(tb, nil, role...)
}

// StartWith is Start for a process that has files, from number 3 on.
func StartWith(tb testing.TB, files []*os.File, role ...any) *Process {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	p := &Process{tb: tb, cmd: exec.Command(exe)}
	p.cmd.Env = append(p.cmd.Environ(), RoleEnv+"="+strings.TrimSuffix(fmt.Sprintln(role...), "\n"))
	p.cmd.Stderr, p.cmd.ExtraFiles = &p.stderr, files
	stdin, err1 := p.cmd.StdinPipe()
	stdout, err2 := p.cmd.StdoutPipe()
	if err := p.cmd.Start(); err != nil || err1 != nil || err2 != nil {
		tb.Fatal(err, err1, err2)
	}
	p.stdin, p.Pid = stdin, p.cmd.Process.Pid
	tb.Cleanup(p.End)
	p.stdout = bufio.NewReader(stdout)
	p.Line = p.Next()
	return p
}

// Next waits for another line.
func (p *Process) Next() string {
	p.tb.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		p.End()
		p.tb.Fatalf("%v\n%s", err, &p.stderr)
	}
	return strings.TrimSpace(line)
}

// Tell says a line to the process and waits for the next of its own.
func (p *Process) Tell(line string) string {
	p.tb.Helper()
	fmt.Fprintln(p.stdin, line) // a process that does not listen does not answer
	return p.Next()
}

// End ends the process and waits for it.
func (p *Process) End() {
	p.once.Do(func() {
		p.stdin.Close()
		p.cmd.Wait()
	})
}
