package results

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// generatorLine is a line of generator.ndjson: the state of this process and of its machine at the end of a second.
// What the system does not tell is left out. Times other than those of lag are totals, to be subtracted from each other.
type generatorLine struct {
	At         time.Duration            `json:"t_ns"`
	CPU        time.Duration            `json:"cpu_ns"` // of this process since the run's start, user and system
	RSS        int64                    `json:"rss_bytes,omitempty"`
	MaxRSS     int64                    `json:"max_rss_bytes,omitempty"`
	Goroutines int                      `json:"goroutines"`
	Lag        *lagLine                 `json:"lag,omitempty"`          // of this second
	RunQueue   time.Duration            `json:"run_queue_ns,omitempty"` // threads of this process waited for a core
	Steal      time.Duration            `json:"steal_ns,omitempty"`     // the machine's cores were given to other machines
	Throttled  time.Duration            `json:"throttled_ns,omitempty"` // the control group was held at its quota
	Pressure   map[string]time.Duration `json:"pressure_ns,omitempty"`  // tasks of the machine waited for cpu, io, memory
}

// lagLine is the lag of one second.
type lagLine struct {
	Count int64         `json:"count"`
	P50   time.Duration `json:"p50_ns"`
	P99   time.Duration `json:"p99_ns"`
	Max   time.Duration `json:"max_ns"`
}

// machine tells how the generator and its machine are doing.
type machine struct {
	read func() generatorLine // what the system says now
	cpu0 time.Duration        // when the run began
}

func (m *machine) begin() { m.cpu0, _ = usage() }

// readMachine asks the system.
func (m *machine) readMachine() generatorLine {
	cpu, maxRSS := usage()
	return generatorLine{
		CPU: cpu - m.cpu0, MaxRSS: maxRSS, RSS: rss(), Goroutines: runtime.NumGoroutine(),
		RunQueue: runQueue(), Steal: steal(), Throttled: throttled(os.DirFS("/")), Pressure: pressure(),
	}
}

// sample is the state at the end of a second.
func (m *machine) sample(at time.Duration, cells []taped, series []OpInfo) generatorLine {
	l := m.read()
	l.At = at
	lag := opsIn(len(series)) + lagAt
	ramp, hold := cells[lag].ok, cells[len(series)+lag].ok
	if count := ramp.length() + hold.length(); count > 0 {
		l.Lag = &lagLine{count, tapesAt(50, ramp, hold), tapesAt(99, ramp, hold), tapesAt(100, ramp, hold)}
	}
	return l
}

// rss is the resident memory of this process in bytes, 0 if unknown.
func rss() int64 {
	b, _ := os.ReadFile("/proc/self/statm")
	if f := bytes.Fields(b); len(f) > 1 {
		return number(f[1]) * int64(os.Getpagesize())
	}
	return 0
}

// runQueue is the time for which threads of this process were ready and waited for a core.
func runQueue() (total time.Duration) {
	files, _ := filepath.Glob("/proc/self/task/*/schedstat")
	for _, name := range files {
		b, _ := os.ReadFile(name)
		if f := bytes.Fields(b); len(f) > 1 {
			total += time.Duration(number(f[1]))
		}
	}
	return total
}

// userHz is the unit of /proc/stat on every Linux.
const userHz = 10 * time.Millisecond

// steal is the time for which the cores of this machine ran other machines.
func steal() time.Duration {
	b, _ := os.ReadFile("/proc/stat")
	first, _, _ := bytes.Cut(b, []byte("\n"))
	if f := bytes.Fields(first); len(f) > 8 {
		return time.Duration(number(f[8])) * userHz
	}
	return 0
}

// pressure is the time for which some task of the machine waited, by what it waited for.
func pressure() map[string]time.Duration {
	var p map[string]time.Duration
	for _, what := range []string{"cpu", "io", "memory"} {
		b, _ := os.ReadFile("/proc/pressure/" + what)
		first, _, _ := strings.Cut(string(b), "\n")
		if _, total, ok := strings.Cut(first, "total="); ok && strings.HasPrefix(first, "some ") {
			if p == nil {
				p = map[string]time.Duration{}
			}
			p[what] = time.Duration(number([]byte(total))) * time.Microsecond
		}
	}
	return p
}

func number(b []byte) int64 {
	n, _ := strconv.ParseInt(string(b), 10, 64)
	return n
}

// machineInfo says what a run ran on.
type machineInfo struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	Go     string `json:"go"`
	Kernel string `json:"kernel,omitempty"`
	CPU    string `json:"cpu,omitempty"`
	Cores  int    `json:"cores"` // that Go uses
	Memory int64  `json:"memory_bytes,omitempty"`
}

func thisMachine() machineInfo {
	m := machineInfo{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), Cores: runtime.GOMAXPROCS(0)}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	m.Kernel = strings.TrimSpace(string(kernel))
	m.CPU = field("/proc/cpuinfo", "model name")
	kb, _, _ := strings.Cut(field("/proc/meminfo", "MemTotal"), " ")
	m.Memory = number([]byte(kb)) << 10
	return m
}

// field returns the value of the first line "name : value" of a file, "" if there is none.
func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if k, v, ok := strings.Cut(sc.Text(), ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// limits are those that a load runs into. nil where the system does not tell.
func limits() map[string]int64 {
	b, _ := os.ReadFile("/proc/self/limits")
	for l := range bytes.Lines(b) {
		if v, ok := bytes.CutPrefix(l, []byte("Max open files")); ok {
			if f := bytes.Fields(v); len(f) > 1 {
				return map[string]int64{"open_files": number(f[0]), "open_files_hard": number(f[1])}
			}
		}
	}
	return nil
}
