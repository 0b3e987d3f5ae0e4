package loadgen

import (
	"errors"
	"testing"
	"testing/fstest"
)

func TestPreflightNamesTheNumberThatWouldWork(t *testing.T) {
	root := fstest.MapFS{
		"proc/sys/net/ipv4/ip_local_port_range":     {Data: []byte("32768\t46767\n")}, // 14,000
		"proc/meminfo":                              {Data: []byte("MemTotal: 9 kB\nMemAvailable:   160000 kB\n")},
		"proc/sys/net/netfilter/nf_conntrack_max":   {Data: []byte("30000\n")},
		"proc/sys/net/netfilter/nf_conntrack_count": {Data: []byte("3000\n")},
	}
	tests := []struct {
		name    string
		p       Preflight
		files   uint64
		what    string
		clients int
	}{
		{"everything fits", Preflight{Clients: 9000}, 20000, "", 0},
		{"too few files", Preflight{Clients: 9000}, 1024, "open files", 960},
		{"two connections each halve it", Preflight{Clients: 600, PerClient: 2}, 1024, "open files", 480},
		{"a limit below the reserve lets none through", Preflight{Clients: 1}, 10, "open files", 0},
		{"one more than there are ports", Preflight{Clients: 14001}, 50000, "ports of this address", 14000},
		{"a second target doubles the ports", Preflight{Clients: 15000, Targets: 2}, 50000, "", 0},
		{"and so does a second source", Preflight{Clients: 27000, Sources: 2, Memory: 1024}, 50000, "", 0},
		{"more than the firewall can track", Preflight{Clients: 28000, Targets: 5, Memory: 1024}, 50000, "tracked connections", 27000},
		{"too little memory", Preflight{Clients: 9000, Memory: 1 << 20}, 20000, "bytes of memory", 156},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.p.root = root
			tt.p.files = func(uint64) (uint64, bool) { return tt.files, true }
			err := tt.p.Check()
			var limit *LimitError
			if errors.As(err, &limit) != (tt.what != "") {
				t.Fatalf("got %v, want a limit of %q", err, tt.what)
			}
			if limit != nil && (limit.What != tt.what || limit.Clients != tt.clients) {
				t.Errorf("got %v, want %d clients for %s", limit, tt.clients, tt.what)
			}
		})
	}
}

func TestPreflightNamesTheTightestLimitFirstAndInOneLine(t *testing.T) {
	p := Preflight{Clients: 50000, files: func(uint64) (uint64, bool) { return 1024, true }, root: fstest.MapFS{
		"proc/sys/net/ipv4/ip_local_port_range": {Data: []byte("1 500")},
	}}
	want := "ports of this address: 50000 needed, 500 there are; 500 clients would work, or give more source addresses with --local-addr, or widen net.ipv4.ip_local_port_range; " +
		"open files: 50064 needed, 1024 there are; 960 clients would work, or raise ulimit -n"
	if err := p.Check(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPreflightSaysFromHowManyAddressesThePortsAre(t *testing.T) {
	p := Preflight{Clients: 3000, Sources: 2, PerClient: 2, root: fstest.MapFS{
		"proc/sys/net/ipv4/ip_local_port_range": {Data: []byte("1 1000")},
	}, files: func(uint64) (uint64, bool) { return 0, false }}
	want := "ports of 2 source addresses: 6000 needed, with 2 connections of each client, 2000 there are; " +
		"1000 clients would work, or give more source addresses with --local-addr, or widen net.ipv4.ip_local_port_range"
	if err := p.Check(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPreflightSaysHowManyConnectionsAClientHas(t *testing.T) {
	p := Preflight{Clients: 1000, PerClient: 3, files: func(uint64) (uint64, bool) { return 1024, true }, root: fstest.MapFS{}}
	want := "open files: 3064 needed, with 3 connections of each client, 1024 there are; 320 clients would work, or raise ulimit -n"
	if err := p.Check(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPreflightWarnsWherePortsBecomeHardToFind(t *testing.T) {
	root := fstest.MapFS{"proc/sys/net/ipv4/ip_local_port_range": {Data: []byte("32768 60999")}}
	for _, sources := range []int{1, 16} {
		half := 14116 * sources
		for clients, want := range map[int]int{half: 0, half + 1: 1, 2 * half: 1, 2*half + 1: 0} { // the last is an error
			if got := (Preflight{Clients: clients, Sources: sources, root: root}).Notes(); len(got) != want {
				t.Errorf("%d clients from %d addresses: %q, want %d notes", clients, sources, got, want)
			}
		}
	}
}

func TestTheLimitOfOpenFilesIsRaisedNoFurtherThanItMay(t *testing.T) {
	if has, ok := raiseFiles(1 << 60); ok && has >= 1<<60 {
		t.Skip("there is no limit here")
	} else if again, _ := raiseFiles(1); ok && again != has {
		t.Errorf("%d, then %d", has, again)
	}
}

func TestPreflightPassesOverWhatTheSystemDoesNotTell(t *testing.T) {
	p := Preflight{Clients: 1 << 30, root: fstest.MapFS{}, files: func(uint64) (uint64, bool) { return 0, false }}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}
