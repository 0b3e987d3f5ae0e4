//go:build unix

package msnptest

import (
	"os"
	"sync"
	"syscall"
)

const canWriteAtOnce = true

// attempt is one write to a socket. The function that a RawConn calls is made
// once for each, so that a write allocates nothing.
type attempt struct {
	b    []byte
	n    int
	err  error
	call func(fd uintptr) bool
}

var attempts = sync.Pool{New: func() any {
	a := new(attempt)
	a.call = a.do
	return a
}}

func (a *attempt) do(fd uintptr) bool {
	for {
		a.n, a.err = syscall.Write(int(fd), a.b)
		if a.err != syscall.EINTR {
			return true
		}
	}
}

// writeAtOnce writes what the socket takes without waiting.
func writeAtOnce(raw syscall.RawConn, b []byte) (int, error) {
	a := attempts.Get().(*attempt)
	a.b = b
	outer := raw.Write(a.call)
	n, err := a.n, a.err
	a.b, a.n, a.err = nil, 0, nil
	attempts.Put(a)
	switch {
	case outer != nil:
		return 0, outer
	case err == syscall.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, os.NewSyscallError("write", err)
	}
	return n, nil
}
