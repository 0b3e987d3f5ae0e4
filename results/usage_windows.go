package results

import (
	"runtime/metrics"
	"syscall"
	"time"
)

// usage returns the processor time of this process and the memory that Go has from the system, in bytes.
func usage() (cpu time.Duration, memory int64) {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	memory = int64(s[0].Value.Uint64())
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, memory
	}
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(self, &created, &exited, &kernel, &user) != nil {
		return 0, memory
	}
	return ticks(kernel) + ticks(user), memory
}

// ticks is a length of time, which Windows counts in 100 ns.
func ticks(f syscall.Filetime) time.Duration {
	return 100 * time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime))
}
