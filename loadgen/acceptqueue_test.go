package loadgen

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestPreflightWarnsOfAcceptQueuesThatARampCouldFill(t *testing.T) {
	tests := []struct {
		name string
		p    Preflight
		want string // "": no note
	}{
		{"a slow ramp", Preflight{Clients: 19000, Load: Ramp(19000, 20*time.Second, time.Minute)}, ""},
		{"a fast one, with two connections for each client", Preflight{Clients: 19000, Load: Ramp(19000, 5*time.Second, time.Minute)}, "up to 7600 connections"},
		{"no ramp at all", Preflight{Clients: 2049, Load: Ramp(2049, 0, time.Minute)}, "up to 4098 connections"},
		{"no more than there is room for", Preflight{Clients: 2048, Load: Ramp(2048, 0, time.Minute)}, ""},
		{"the default load is no ramp", Preflight{Clients: 3000}, "up to 6000 connections"},
		{"a connect rate holds it back", Preflight{Clients: 19000, ConnectRate: 4096}, ""},
		{"not far enough", Preflight{Clients: 19000, ConnectRate: 4097}, "--connect-rate 4096"},
	}
	root := fstest.MapFS{"proc/sys/net/core/somaxconn": {Data: []byte("4096\n")}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.p.root, tt.p.Here = root, true
			got := strings.Join(tt.p.Notes(), "; ")
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.p.Here = false; tt.p.Notes() != nil {
				t.Errorf("noted for a server whose queue is another machine's: %q", tt.p.Notes())
			}
		})
	}
	if got := (Preflight{Clients: 1 << 20, Here: true, root: fstest.MapFS{}}).Notes(); got != nil {
		t.Errorf("the system does not tell, and %q", got)
	}
}

func TestAcceptQueuesAreReadFromTheColumnsOfTheirNames(t *testing.T) {
	tests := []struct {
		name, text string
		want       AcceptQueues
	}{
		{"among others", "TcpExt: TW ListenOverflows ListenDrops Last\nTcpExt: 7 12 15 9\nIpExt: ListenDrops\nIpExt: 99\n", AcceptQueues{12, 15}},
		{"in another order", "TcpExt: ListenDrops ListenOverflows\nTcpExt: 15 12\n", AcceptQueues{12, 15}},
		{"a line that is too short", "TcpExt: ListenDrops ListenOverflows\nTcpExt: 15\n", AcceptQueues{0, 15}},
		{"not there", "IpExt: A\nIpExt: 1\n\n", AcceptQueues{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readAcceptQueues(fstest.MapFS{"proc/net/netstat": {Data: []byte(tt.text)}}); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if got := readAcceptQueues(fstest.MapFS{}); got != (AcceptQueues{}) {
		t.Errorf("the system does not tell, and %+v", got)
	}
}

func TestWhatAcceptQueuesTurnedAwayIsToldWithItsNumber(t *testing.T) {
	before := AcceptQueues{Overflows: 10, Drops: 20}
	for _, tt := range []struct {
		after AcceptQueues
		want  string
	}{
		{before, ""},
		{AcceptQueues{13, 24}, "3 times a connection came to a full accept queue"},
		{AcceptQueues{10, 24}, "4 times a connection was dropped"},
		{AcceptQueues{}, ""}, // not to be read any more
	} {
		if got := tt.after.Note(before); (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%+v: got %q, want %q", tt.after, got, tt.want)
		}
	}
}
