package loadgen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// Preflight says what would stop a load on this machine, before it starts.
type Preflight struct {
	Clients   int // at the peak
	PerClient int // connections open at once for each; 0: 1
	Targets   int // different addresses they go to; 0: 1
	Memory    int // bytes per client; 0: 8 KiB
	Reserve   int // files for all else; 0: 64

	root  fs.FS                            // tests; nil: the system's
	files func(want uint64) (uint64, bool) // tests; nil: the limit of this process
}

// LimitError says that a limit of this machine is too low for a load.
type LimitError struct {
	What    string // files, ports or memory
	Has     int64  // the limit
	Needs   int64
	Clients int // how many would work
	Remedy  string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: %d needed, %d there are; %d clients would work, or %s", e.What, e.Needs, e.Has, e.Clients, e.Remedy)
}

// Check raises the limit of open files as far as it may be raised, and returns
// a *LimitError for each limit that is too low, joined. What this system does
// not tell is not checked.
func (p Preflight) Check() error {
	p.PerClient, p.Targets = max(p.PerClient, 1), max(p.Targets, 1)
	if p.Memory <= 0 {
		p.Memory = 8 << 10
	}
	if p.Reserve <= 0 {
		p.Reserve = 64
	}
	if p.root == nil {
		p.root = os.DirFS("/")
	}
	if p.files == nil {
		p.files = raiseFiles
	}
	return errors.Join(p.checkFiles(), p.checkPorts(), p.checkMemory())
}

func (p Preflight) checkFiles() error {
	needs := int64(p.Clients)*int64(p.PerClient) + int64(p.Reserve)
	has, ok := p.files(uint64(needs))
	if !ok || uint64(needs) <= has {
		return nil
	}
	return &LimitError{"open files", int64(has), needs, max(int(int64(has)-int64(p.Reserve))/p.PerClient, 0), "raise ulimit -n"}
}

// checkPorts: from one address to another there is one connection per port of
// the system's range.
func (p Preflight) checkPorts() error {
	text, err := fs.ReadFile(p.root, "proc/sys/net/ipv4/ip_local_port_range")
	f := strings.Fields(string(text))
	if err != nil || len(f) != 2 {
		return nil
	}
	low, err1 := strconv.ParseInt(f[0], 10, 32)
	high, err2 := strconv.ParseInt(f[1], 10, 32)
	if err1 != nil || err2 != nil || high < low {
		return nil
	}
	has, needs := (high-low+1)*int64(p.Targets), int64(p.Clients)*int64(p.PerClient)
	if needs <= has {
		return nil
	}
	return &LimitError{"ports of this address", has, needs, int(has) / p.PerClient, "widen net.ipv4.ip_local_port_range"}
}

func (p Preflight) checkMemory() error {
	text, err := fs.ReadFile(p.root, "proc/meminfo")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != "MemAvailable:" {
			continue
		}
		kib, err := strconv.ParseInt(f[1], 10, 64)
		if has, needs := kib<<10, int64(p.Clients)*int64(p.Memory); err == nil && needs > has {
			return &LimitError{"bytes of memory", has, needs, int(has / int64(p.Memory)), "free some memory"}
		}
	}
	return nil
}
