//go:build unix

package results

import (
	"runtime"
	"syscall"
	"time"
)

// usage returns the processor time of this process and the most memory that it ever had resident, in bytes.
func usage() (cpu time.Duration, maxRSS int64) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, 0
	}
	maxRSS = int64(u.Maxrss)
	if runtime.GOOS != "darwin" {
		maxRSS <<= 10 // everyone else counts KiB
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), maxRSS
}
