package main

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestSourceAddressesAreReadOneByOneAndInRanges(t *testing.T) {
	tests := []struct {
		name, list string
		want       string // "": an error with text
		text       string
	}{
		{"one", "127.0.0.2", "[127.0.0.2]", ""},
		{"several, with room around them", "127.0.0.2, ::1", "[127.0.0.2 ::1]", ""},
		{"a range, across a byte", "127.0.0.254-127.0.1.1", "[127.0.0.254 127.0.0.255 127.0.1.0 127.0.1.1]", ""},
		{"a range of one", "127.0.0.2 - 127.0.0.2", "[127.0.0.2]", ""},
		{"a range of IPv6, in brackets", "[2001:db8::1]-[2001:db8::2],10.0.0.1", "[2001:db8::1 2001:db8::2 10.0.0.1]", ""},
		{"IPv4 as IPv6", "::ffff:127.0.0.2", "[127.0.0.2]", ""},
		{"the end of all addresses", "255.255.255.254-255.255.255.255", "[255.255.255.254 255.255.255.255]", ""},

		{"none", "", "", "give one address at least"},
		{"a hole", "127.0.0.2,,127.0.0.3", "", `"": give addresses without port`},
		{"a name", "localhost", "", `"localhost": give addresses without port, or a range`},
		{"a port", "127.0.0.2:80", "", "without port"},
		{"a network", "127.0.0.0/24", "", `"127.0.0.0/24": give addresses without port, or a range like 127.0.0.2-127.0.0.17`},
		{"half a range", "127.0.0.2-", "", "or a range"},
		{"the last byte alone", "127.0.0.2-17", "", "or a range"},
		{"a range backwards", "127.0.0.9-127.0.0.2", "", "ends before it begins"},
		{"a range from one family into another", "127.0.0.2-::1", "", "IPv4 or of IPv6 alone"},
		{"all the world", "10.0.0.0-10.255.255.255", "", "more than 1024 addresses"},
		{"too many in all", "10.0.0.0-10.0.2.255,10.0.4.0-10.0.6.255", "", `"10.0.4.0-10.0.6.255": more than 1024`},
		{"the same twice", "127.0.0.2,127.0.0.2", "", "127.0.0.2 is there already"},
		{"one of a range once more", "127.0.0.2-127.0.0.9,127.0.0.7", "", `"127.0.0.7": 127.0.0.7 is there already`},
		{"any address", "0.0.0.0", "", "0.0.0.0 is no address of one machine"},
		{"a group's address", "224.0.0.1", "", "224.0.0.1 is no address of one machine"},
		{"a zone", "fe80::1%eth0", "", "zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r runFlags
			r.declare(pflag.NewFlagSet("run", pflag.ContinueOnError))
			if err := r.set.Parse([]string{"--local-addr=" + tt.list}); err != nil {
				t.Fatal(err)
			}
			plan, err := r.settle()
			if tt.want == "" {
				if err == nil || !strings.HasPrefix(err.Error(), "--local-addr") || !strings.Contains(err.Error(), tt.text) {
					t.Errorf("got %v, want %q", err, tt.text)
				}
				return
			}
			if err != nil || fmt.Sprint(plan.cfg.LocalAddrs) != tt.want {
				t.Errorf("got %v, %v, want %s", plan, err, tt.want)
			}
		})
	}
}

func TestSourceAddressesMustReachTheTarget(t *testing.T) {
	four, six := []netip.Addr{netip.MustParseAddr("127.0.0.2")}, []netip.Addr{netip.MustParseAddr("::1")}
	tests := []struct {
		name  string
		local []netip.Addr
		addr  string
		ok    bool
	}{
		{"none are given", nil, "127.0.0.1:1863", true},
		{"they can", four, "127.0.0.1:1863", true},
		{"another family cannot", six, "127.0.0.1:1863", false},
		{"one of them can", append(four, six...), "[::1]:1863", true},
		{"loopback cannot leave the machine", four, "192.0.2.1:1863", false},
		{"whom a name stands for is not known yet", six, "msn.example:1863", true},
		{"nor where the built-in server will be", six, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := checkReach(tt.local, target{addr: tt.addr}); (err == nil) != tt.ok {
				t.Error(err)
			}
		})
	}
}
