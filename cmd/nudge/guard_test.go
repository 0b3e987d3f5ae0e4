package main

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestGuardPermitsLoopbackAndOnesOwn(t *testing.T) {
	g, err := newGuard([]string{"192.0.2.7", "MSN.example.net", "[2001:db8::1]"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host, addr string
		ok         bool
	}{
		{"localhost", "127.0.0.1:1863", true},
		{"127.8.9.10", "127.8.9.10:1863", true},
		{"::1", "[::1]:1863", true},
		{"::ffff:127.0.0.1", "[::ffff:127.0.0.1]:1863", true},
		{"192.0.2.7", "192.0.2.7:1863", true},
		{"2001:db8::1", "[2001:db8::1]:1863", true},
		{"msn.example.net", "198.51.100.3:1863", true},    // by name, whatever it stands for
		{"other.example.net", "192.0.2.7:1863", true},     // by address, whatever its name
		{"localhost", "192.0.2.8:1863", false},            // a name proves nothing
		{"192.0.2.8", "192.0.2.8:1863", false},            //
		{"0.0.0.0", "0.0.0.0:1863", false},                // reaches loopback on some systems only
		{"a.msn.example.net", "198.51.100.3:1863", false}, // not the name that was given
	} {
		err := g.permit(tt.host, netip.MustParseAddrPort(tt.addr))
		if (err == nil) != tt.ok {
			t.Errorf("permit(%s, %s) = %v", tt.host, tt.addr, err)
		}
		if err != nil && !strings.Contains(err.Error(), "--i-own "+tt.host) {
			t.Errorf("permit(%s, %s) does not name the flag: %v", tt.host, tt.addr, err)
		}
	}
}

func TestOwnHostsAreNamesOrAddresses(t *testing.T) {
	for _, host := range []string{"", "example.net:1863", "192.0.2.1:80", "http://example.net"} {
		var usage usageError
		if _, err := newGuard([]string{host}); !errors.As(err, &usage) {
			t.Errorf("newGuard(%q) = %v, want a usage error", host, err)
		}
	}
}

func TestUnresolvedNamesAreLeftToTheRun(t *testing.T) {
	if err := (guard{}).check(t.Context(), "no-such-host.invalid:1863"); err != nil {
		t.Errorf("check = %v, want nil", err)
	}
}
