package msnpcheck

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp"
)

// TestHostileServers: whatever a server says, the checks come to an end, and say
// what it was.
func TestHostileServers(t *testing.T) {
	for _, tt := range []struct {
		name, first, rest string // what it says at once, and then again and again until it is hung up on
		want              string // of the error, or of a failure
	}{
		{"silence", "", "", "is no MSNP server: to VER came no answer"},
		{"another protocol", "220 mail.example.com ESMTP\r\n", "", "VER"},
		{"no line", "", "x", "no MSNP server"},
		{"commands without end", "VER 1 MSNP10\r\n", "NLN NLN bob@example.com Bob\r\n", "more than 20000 commands"},
		{"a payload without end", "VER 1 MSNP10\r\nMSG Hotmail Hotmail 65535\r\n", "x", "a command of a server"},
		{"a length that is a lie", "MSG Hotmail Hotmail 4294967295\r\n", "x", "no MSNP server"},
		{"zero bytes", "", "\x00", "no MSNP server"},
		{"many groups", "VER 1 MSNP10\r\nCVR 2 1 1 1 http://a http://b\r\nUSR 3 TWN S a=b\r\nUSR 4 OK user00001@example.com 1 0\r\nSYN 5 0 0 4000000000 4000000000\r\n",
			"LSG a 1\r\n", "roster full"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var work sync.WaitGroup
				defer work.Wait()
				cfg := Config{
					Addr: "ds.test:1863", Passport: &msnp.Passport{Template: "t"}, Only: []string{"framing", "handshake.ver*"}, Timeout: time.Second,
					Accounts: []Account{{Email: "user00001@example.com"}, {Email: "user00002@example.com"}, {Email: "user00003@example.com"}},
				}
				cfg.DialContext = func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					work.Go(func() { drain(theirs) })
					work.Go(func() { pour(theirs, tt.first, tt.rest) })
					return ours, nil
				}
				rep, err := Run(t.Context(), cfg)
				said := ""
				if err != nil {
					said = err.Error()
				} else {
					for _, c := range rep.Checks {
						said += c.Want + " " + c.Got + " " + c.Why + " " + c.Missing + "\n"
					}
				}
				if !strings.Contains(said, tt.want) {
					t.Errorf("%s", said)
				}
			})
		})
	}
}

// drain takes what a client says.
func drain(c net.Conn) {
	for buf := make([]byte, 4096); ; {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// pour says something, and something else until nobody reads any more.
func pour(c net.Conn, first, rest string) {
	_, err := c.Write([]byte(first))
	for block := []byte(strings.Repeat(rest, 1000)); err == nil && rest != ""; {
		_, err = c.Write(block)
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		c.Close()
	}
}
