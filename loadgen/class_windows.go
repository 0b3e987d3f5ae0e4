package loadgen

import (
	"syscall"

	"golang.org/x/sys/windows"

	"nudge/results"
)

// classes are those of the system's error numbers, which are Winsock's own.
var classes = map[syscall.Errno]string{
	windows.WSAECONNREFUSED:  "refused",
	windows.WSAECONNRESET:    "reset",
	windows.WSAECONNABORTED:  "reset",
	windows.WSAETIMEDOUT:     "timeout",
	windows.WSAEHOSTUNREACH:  "unreachable",
	windows.WSAENETUNREACH:   "unreachable",
	windows.WSAEHOSTDOWN:     "unreachable",
	windows.WSAEMFILE:        results.ClassFiles,
	windows.WSAEADDRNOTAVAIL: results.ClassPorts,
	windows.WSAEADDRINUSE:    results.ClassPorts, // where a port is chosen before the target is known
}

// errNotAvailable is what bind says of an address that is not the machine's.
const errNotAvailable = windows.WSAEADDRNOTAVAIL
