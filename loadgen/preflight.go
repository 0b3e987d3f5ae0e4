package loadgen

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Preflight says what would stop a load on this machine, before it starts.
type Preflight struct {
	Clients   int // at the peak
	PerClient int // connections open at once for each; 0: 1
	Targets   int // different addresses they go to; 0: 1
	Sources   int // local addresses they come from; 0: 1
	Memory    int // bytes per client; 0: 8 KiB
	Reserve   int // files for all else; 0: 64

	// How fast connections come to a server on this machine, as Config has it.
	Here        bool // that is where the server is
	Load        Load
	ConnectRate float64

	root  fs.FS                            // tests; nil: the system's
	files func(want uint64) (uint64, bool) // tests; nil: the limit of this process
}

// limitErrors are the limits that are too low, the one that lets the fewest
// clients through first.
type limitErrors []error

func (e limitErrors) Unwrap() []error { return e }
func (e limitErrors) Error() string {
	var b strings.Builder
	for i, err := range e {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(err.Error())
	}
	return b.String()
}

// LimitError says that a limit of this machine is too low for a load.
type LimitError struct {
	What    string // files, ports or memory
	Has     int64  // the limit
	Needs   int64
	Each    int // connections of a client; 0: it is no limit of those
	Clients int // how many would work
	Remedy  string
}

func (e *LimitError) Error() string {
	needed := "needed"
	if e.Each > 1 {
		needed = fmt.Sprintf("needed, with %d connections of each client", e.Each)
	}
	return fmt.Sprintf("%s: %d %s, %d there are; %d clients would work, or %s", e.What, e.Needs, needed, e.Has, e.Clients, e.Remedy)
}

// Check raises the limit of open files as far as it may be raised, and returns
// a *LimitError for each limit that is too low, joined in one line, that which
// lets the fewest clients through first. What this system does not tell is not
// checked. A server that is a process of its own has limits of its own.
func (p Preflight) Check() error {
	p = p.defaults()
	var low limitErrors
	for _, limit := range []*LimitError{p.checkFiles(), p.checkPorts(), p.checkTracked(), p.checkMemory()} {
		if limit != nil {
			low = append(low, limit)
		}
	}
	if low == nil {
		return nil
	}
	slices.SortStableFunc(low, func(a, b error) int { return cmp.Compare(a.(*LimitError).Clients, b.(*LimitError).Clients) })
	return low
}

// Notes says what would make a load slow that Check lets pass, a sentence each.
func (p Preflight) Notes() []string {
	p = p.defaults()
	var notes []string
	for _, note := range []string{p.notePorts(), p.noteAccepts()} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes
}

func (p Preflight) defaults() Preflight {
	p.PerClient, p.Targets, p.Sources = max(p.PerClient, 1), max(p.Targets, 1), max(p.Sources, 1)
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
	return p
}

func (p Preflight) checkFiles() *LimitError {
	needs := int64(p.Clients)*int64(p.PerClient) + int64(p.Reserve)
	has, ok := p.files(uint64(needs))
	if !ok || uint64(needs) <= has {
		return nil
	}
	return &LimitError{"open files", int64(has), needs, p.PerClient, max(int(int64(has)-int64(p.Reserve))/p.PerClient, 0), "raise ulimit -n"}
}

// checkPorts: from one address to another there is one connection per port of
// the system's range.
func (p Preflight) checkPorts() *LimitError {
	ports, ok := p.ports()
	has, needs := ports*int64(p.Targets)*int64(p.Sources), int64(p.Clients)*int64(p.PerClient)
	if !ok || needs <= has {
		return nil
	}
	what := "ports of this address"
	if p.Sources > 1 {
		what = fmt.Sprintf("ports of %d source addresses", p.Sources)
	}
	return &LimitError{what, has, needs, p.PerClient, int(has) / p.PerClient, "give more source addresses with --local-addr, or widen net.ipv4.ip_local_port_range"}
}

// notePorts: connect takes ports of one parity as long as there are any, and goes
// through all of those each time once there are none.
func (p Preflight) notePorts() string {
	ports, ok := p.ports()
	half, needs := ports/2*int64(p.Targets)*int64(p.Sources), int64(p.Clients)*int64(p.PerClient)
	if !ok || needs <= half || p.checkPorts() != nil {
		return ""
	}
	return fmt.Sprintf("%d connections to one address: beyond %d, half of the ports, Linux takes up to forty times as long to find one; %d clients stay below, or more source addresses: --local-addr",
		needs, half, half/int64(p.PerClient))
}

// ports is how many the system gives to connections from one address.
func (p Preflight) ports() (n int64, ok bool) {
	text, err := fs.ReadFile(p.root, "proc/sys/net/ipv4/ip_local_port_range")
	f := strings.Fields(string(text))
	if err != nil || len(f) != 2 {
		return 0, false
	}
	low, err1 := strconv.ParseInt(f[0], 10, 32)
	high, err2 := strconv.ParseInt(f[1], 10, 32)
	return high - low + 1, err1 == nil && err2 == nil && high >= low
}

// checkTracked: a firewall that keeps a table of connections drops those that
// it has no room for.
func (p Preflight) checkTracked() *LimitError {
	most, ok1 := p.number("proc/sys/net/netfilter/nf_conntrack_max")
	now, ok2 := p.number("proc/sys/net/netfilter/nf_conntrack_count")
	has, needs := most-now, int64(p.Clients)*int64(p.PerClient)
	if !ok1 || !ok2 || needs <= has {
		return nil
	}
	return &LimitError{"tracked connections", max(has, 0), needs, p.PerClient, max(int(has)/p.PerClient, 0), "raise net.netfilter.nf_conntrack_max"}
}

func (p Preflight) number(path string) (n int64, ok bool) {
	text, err := fs.ReadFile(p.root, path)
	if err != nil {
		return 0, false
	}
	n, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

func (p Preflight) checkMemory() *LimitError {
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
			return &LimitError{"bytes of memory", has, needs, 0, int(has / int64(p.Memory)), "free some memory"}
		}
	}
	return nil
}
