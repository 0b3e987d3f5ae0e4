package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// spawned is a process that was started: its standard input stays open as long as this program lives and does not
// close it, and the first line of its standard output is kept.
type spawned struct {
	cmd   *exec.Cmd
	input io.Closer
	out   firstLine
	ended chan struct{} // closed when the process is gone and err is set
	err   error
}

// spawn starts a process with a group of its own. Once it has ended, what it has started and left in that group is
// killed, and wait is how long to wait until its output is closed.
func spawn(words, env []string, stderr io.Writer, attr *syscall.SysProcAttr, wait time.Duration) (*spawned, error) {
	p := &spawned{cmd: exec.Command(words[0], words[1:]...), ended: make(chan struct{})}
	p.out.line = make(chan string, 1)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, stderr
	p.cmd.Env, p.cmd.SysProcAttr, p.cmd.WaitDelay = env, attr, wait
	var err error
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	started := make(chan error)
	go func() {
		// Linux takes the end of the thread that has started a process for that of its parent.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			killGroup(p.cmd.Process)
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// alive reports whether the process has not ended. Only then is its group known to be its own.
func (p *spawned) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// lastLine is the last line of a text that is not blank; "": there is none.
func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// kill ends the process and its group at once, and returns when it is gone.
func (p *spawned) kill() {
	p.input.Close()
	if p.alive() {
		killGroup(p.cmd.Process)
	}
	<-p.ended
}

// endBy waits until the process has ended, and kills it if that takes too long.
func (p *spawned) endBy(limit time.Duration) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-p.ended:
		return nil
	case <-late.C:
		p.kill()
		return fmt.Errorf("did not end within %v and was killed", limit)
	}
}

// firstLine is a writer that sends the first line written to it and drops the rest.
type firstLine struct {
	line chan string // room for one
	buf  []byte
	done bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	if f.done {
		return len(p), nil
	}
	f.buf = append(f.buf, p[:min(len(p), maxAddrLine)]...)
	end := bytes.IndexByte(f.buf, '\n')
	if end < 0 && len(f.buf) < maxAddrLine {
		return len(p), nil
	}
	if end < 0 {
		end = len(f.buf)
	}
	f.line <- string(f.buf[:end])
	f.done, f.buf = true, nil
	return len(p), nil
}

// tail is a writer that keeps the last bytes written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if extra := len(t.buf) - maxChildErr; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
