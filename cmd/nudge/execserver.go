package main

import (
	"context"
	"fmt"
	"net"
	"time"
)

// Waits around a server under test.
const (
	execStart  = 20 * time.Second       // from its start until it is ready
	execStop   = 5 * time.Second        // from SIGTERM to SIGKILL
	execDrain  = time.Second            // from its end until its output is taken for closed
	execRetry  = 20 * time.Millisecond  // between two tries to connect
	execAnswer = 500 * time.Millisecond // longest of one
)

// execServer is a server under test: a command that is started, watched, and started again on the same terms. It has
// a process group of its own, to which all that it starts belongs, and dies with this program: on Linux by the
// kernel, elsewhere if it heeds the end of its standard input. Its methods are for one goroutine at a time.
type execServer struct {
	what    string   // in errors: --exec
	words   []string // the command and its arguments
	env     []string
	builtIn bool                                                              // it is this very program
	addr    string                                                            // host:port that is awaited; "": the first line of its output says where it is, as that of nudge serve
	dial    func(ctx context.Context, network, addr string) (net.Conn, error) // to addr
	grace   time.Duration                                                     // from SIGTERM to SIGKILL

	*spawned // of the last start, with alive and ended; nil: there was none
	log      *crashLog
}

// newExecServer takes a command as a shell would, and where it is to be awaited: "" if its first line of output tells.
func newExecServer(command, addr string, env []string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*execServer, error) {
	words, err := commandWords(command)
	if err != nil {
		return nil, usageError{"--exec: " + err.Error()}
	}
	return &execServer{what: "--exec", words: words, env: withoutSettings(env), addr: addr, dial: dial, grace: execStop}, nil
}

// start starts the server and returns when it is ready, with the line of addresses if it printed one. An error says
// why it is not ready; nothing of it is left then.
func (r *execServer) start(ctx context.Context) (line string, err error) {
	if r.addr != "" && r.accepts(ctx) {
		return "", fmt.Errorf("%s: somebody listens at %s already", r.what, r.addr)
	}
	r.log = new(crashLog)
	if r.spawned, err = spawn(r.words, r.env, r.log, underGuard(), execDrain); err != nil {
		return "", fmt.Errorf("%s: %w", r.what, err)
	}
	if line, err = r.ready(ctx); err != nil {
		r.kill()
		return "", err
	}
	return line, nil
}

// ready waits until the server is.
func (r *execServer) ready(ctx context.Context) (line string, err error) {
	late := time.NewTimer(execStart)
	defer late.Stop()
	retry := time.NewTicker(execRetry)
	defer retry.Stop()
	for {
		select {
		case line := <-r.out.line:
			_, err := parseTarget([]byte(line))
			if err == nil {
				return line, nil
			}
			if r.addr == "" {
				return "", fmt.Errorf("%s: the first line on standard output is to be addresses, as nudge serve prints them, unless ADDR is given: %w", r.what, err)
			}
		case <-retry.C:
			if r.addr != "" && r.accepts(ctx) {
				return "", nil
			}
		case <-r.ended:
			return "", r.endedEarly()
		case <-late.C:
			return "", fmt.Errorf("%s: the server was not ready within %v", r.what, execStart)
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// endedEarly says why the server has ended before it was ready.
func (r *execServer) endedEarly() error {
	how, why := r.how(), lastLine(r.lastWords())
	if r.builtIn && r.cmd.ProcessState.ExitCode() == exitUsage {
		return usageError{"--serve: " + why}
	}
	if why != "" {
		how += ": " + why
	}
	return fmt.Errorf("%s: the server ended before it was ready: %s", r.what, how)
}

// accepts reports whether somebody accepts a connection at addr.
func (r *execServer) accepts(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, execAnswer)
	defer cancel()
	nc, err := r.dial(ctx, "tcp", r.addr)
	if err != nil {
		return false
	}
	nc.Close()
	return true
}

// how says how the server ended: "exit status 2", "signal: killed". Only once it has.
func (r *execServer) how() string { return r.cmd.ProcessState.String() }

// crash returns the report of a crash that the server wrote to standard error since its last start, at most
// maxCrash bytes of it. It is whole once the server has ended; a server may also report and go on.
func (r *execServer) crash() (report string, ok bool) { return r.log.crash() }

// lastWords are the last maxChildErr bytes that the server wrote to standard error.
func (r *execServer) lastWords() string { return r.log.String() }

// restart ends what is left of the server, without asking, and starts it again. The line is what start returns; its
// addresses may be others than before.
func (r *execServer) restart(ctx context.Context) (line string, err error) {
	if r.spawned != nil {
		r.kill()
	}
	return r.start(ctx)
}

// stop asks the server to end, and returns when nothing of it is left. The error says that it had to be killed.
func (r *execServer) stop() error {
	if r.spawned == nil {
		return nil
	}
	if r.alive() {
		endGroup(r.cmd.Process)
	}
	r.input.Close()
	if err := r.endBy(r.grace); err != nil {
		return fmt.Errorf("%s: the server %w", r.what, err)
	}
	return nil
}
