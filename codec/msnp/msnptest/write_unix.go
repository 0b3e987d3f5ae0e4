//go:build unix

package msnptest

import (
	"os"
	"syscall"
)

const canWriteAtOnce = true

// writeAtOnce writes what the socket takes without waiting.
func writeAtOnce(raw syscall.RawConn, b []byte) (n int, err error) {
	outer := raw.Write(func(fd uintptr) bool {
		for {
			n, err = syscall.Write(int(fd), b)
			if err != syscall.EINTR {
				return true
			}
		}
	})
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
