package loadgen

import (
	"errors"
	"testing"
	"testing/fstest"
)

func TestPreflightNamesTheNumberThatWouldWork(t *testing.T) {
	root := fstest.MapFS{
		"proc/sys/net/ipv4/ip_local_port_range": {Data: []byte("32768\t46767\n")}, // 14,000
		"proc/meminfo":                          {Data: []byte("MemTotal: 9 kB\nMemAvailable:   160000 kB\n")},
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

func TestPreflightPassesOverWhatTheSystemDoesNotTell(t *testing.T) {
	p := Preflight{Clients: 1 << 30, root: fstest.MapFS{}, files: func(uint64) (uint64, bool) { return 0, false }}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}
