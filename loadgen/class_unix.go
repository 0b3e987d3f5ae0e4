//go:build !windows

package loadgen

import (
	"syscall"

	"nudge/results"
)

// classes are those of the system's error numbers.
var classes = map[syscall.Errno]string{
	syscall.ECONNREFUSED:  "refused",
	syscall.ECONNRESET:    "reset",
	syscall.ECONNABORTED:  "reset",
	syscall.EPIPE:         "reset",
	syscall.ETIMEDOUT:     "timeout",
	syscall.EHOSTUNREACH:  "unreachable",
	syscall.ENETUNREACH:   "unreachable",
	syscall.EHOSTDOWN:     "unreachable",
	syscall.EMFILE:        results.ClassFiles,
	syscall.ENFILE:        results.ClassFiles,
	syscall.EADDRNOTAVAIL: results.ClassPorts,
	syscall.EADDRINUSE:    results.ClassPorts, // where a port is chosen before the target is known
}

// errNotAvailable is what bind says of an address that is not the machine's.
const errNotAvailable = syscall.EADDRNOTAVAIL
