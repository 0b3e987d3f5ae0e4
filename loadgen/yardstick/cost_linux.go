package yardstick

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Cost is what a slice of a yardstick took.
type Cost struct {
	Trips int           // round trips, visits
	Lines int           // read
	CPU   time.Duration // of this process
	Wall  time.Duration

	Latency []time.Duration // open loop: from when each was due until its answer was read
	Late    []time.Duration // open loop: from when each was due until it was sent
}

// PerTrip is the CPU of a round trip, in nanoseconds.
func (c Cost) PerTrip() float64 { return float64(c.CPU) / float64(max(c.Trips, 1)) }

// Rate is the number of round trips per second.
func (c Cost) Rate() float64 { return float64(c.Trips) / c.Wall.Seconds() }

// meter says what has been used since it began.
type meter struct {
	cpu  time.Duration
	wall time.Time
}

func begin() meter { return meter{CPU(), time.Now()} }

func (m meter) end(c *Cost) { c.CPU, c.Wall = CPU()-m.cpu, time.Since(m.wall) }

// CPU is what this process has used so far, user and system.
func CPU() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}

// ThreadCPU is what this thread has used so far.
func ThreadCPU() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}

// CPU is what the process has used so far, without threads that have ended.
func (p *Process) CPU() (used time.Duration) {
	for _, file := range tasks(p.Pid, "schedstat") {
		var ns int64
		text, _ := os.ReadFile(file)
		fmt.Sscan(string(text), &ns)
		used += time.Duration(ns)
	}
	return used
}

// Pin has a process, 0 for this one, run on one core until the benchmark ends:
// all threads that it has, and those they start.
func Pin(tb testing.TB, pid, core int) {
	tb.Helper()
	if pid == 0 {
		pid = os.Getpid()
	}
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &before); err != nil {
		tb.Fatal(err)
	}
	one.Set(core)
	set := func(cores *unix.CPUSet) {
		for _, file := range tasks(pid, "comm") {
			if tid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				unix.SchedSetaffinity(tid, cores) // one that has just ended fails, and does no harm
			}
		}
	}
	set(&one)
	tb.Cleanup(func() { set(&before) })
}

// tasks are the files of a name of all threads.
func tasks(pid int, name string) []string {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/%s", pid, name))
	return files
}
