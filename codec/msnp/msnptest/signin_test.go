package msnptest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRefusalsByAccount is every number of §3.4 that ends a sign-in, and what the log says of it.
func TestRefusalsByAccount(t *testing.T) {
	for _, code := range refusals {
		srv := &Server{Data: data(t, fmt.Sprintf("[server]\nchallenge = 'chal'\n[[account]]\nemail = 'a@x.com'\nrefuse = %d\n", code))}
		bubble(t, srv, func(t *testing.T) {
			p := srv.dial(t, Notification).say(hello, "USR 2 TWN I a@x.com", "USR 3 TWN S "+srv.Ticket("a@x.com"))
			if p.hears(hello9, "USR 2 TWN S chal", fmt.Sprintf("%d 3", code)); !p.over() {
				t.Errorf("%d: not closed", code)
			}
		})
	}
	if !slices.IsSorted(refusals) {
		t.Error("refusals are listed in no order")
	}
}

func TestAddressesInAnyCaseSignIn(t *testing.T) {
	srv := &Server{Data: data(t, "[[account]]\nemail = 'Alice@X.com'\n"), Accounts: 1}
	bubble(t, srv, func(t *testing.T) {
		for wrote, canonical := range map[string]string{"aLICE@x.COM": "Alice@X.com", "USER00001@EXAMPLE.COM": user(1)} {
			for _, dialect := range []string{"MSNP9", "MSNP10"} {
				p := srv.dial(t, Notification).say("VER 1 "+dialect, "USR 2 TWN I "+wrote, "USR 3 TWN S "+srv.Ticket(wrote))
				if got := p.hear(); !strings.Contains(got, "\r\nUSR 3 OK "+canonical+" ") || !strings.Contains(got, "\r\nPreferredEmail: "+canonical+"\r\n") {
					t.Errorf("%s: %q", wrote, got)
				}
			}
		}
	})
}

func TestCVR0IsAppendedOnRequest(t *testing.T) {
	srv := &Server{AppendCVR0: true}
	bubble(t, srv, func(t *testing.T) {
		for _, tt := range [][2]string{{"VER 1 MSNP10 MSNP9 CVR0", "VER 1 MSNP10 CVR0"}, {"VER 1 MSNP8", "VER 1 MSNP8 CVR0"}, {"VER 1 CVR0", "VER 1 CVR0"}, {"VER 1 MSNP7", "VER 1 0"}} {
			srv.dial(t, Notification).say(tt[0]).hears(tt[1])
		}
	})
}
