package loadgen

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// classForbidden is that of a dial which Config.Permit refused.
const classForbidden = "forbidden"

// Class names the class of a network's error, short and stable: forbidden, dns,
// timeout, refused, reset, closed, unreachable, files (no more open files),
// ports (no more ports of this address), local-address (none of Config.LocalAddrs
// can reach it), or network for any other. An error that has a method Class()
// string names its own.
func Class(err error) string {
	var own interface{ Class() string }
	var dns *net.DNSError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &own):
		return own.Class()
	case errors.As(err, &dns):
		return "dns"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed):
		return "closed"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		if class, ok := classes[number]; ok {
			return class
		}
	}
	if errors.As(err, &late) && late.Timeout() {
		return "timeout"
	}
	return "network"
}
