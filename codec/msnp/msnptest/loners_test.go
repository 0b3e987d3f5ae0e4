package msnptest

import (
	"strings"
	"testing"
)

func TestLonersSignInAndHaveNobody(t *testing.T) {
	srv := &Server{Accounts: 4, Contacts: 2, Loners: 2}
	bubble(t, srv, func(t *testing.T) {
		for n, want := range map[int]int{1: 2, 4: 2, 5: 0, 6: 0} {
			got := srv.client(t, user(n), "MSNP10").say("SYN 5 0 0").hear()
			if contacts := strings.Count(got, "LST N="); contacts != want || !strings.Contains(got, "SYN 5 ") {
				t.Errorf("%s: %d contacts, want %d: %q", user(n), contacts, want, got)
			}
		}
		if p := srv.dial(t, Notification).say("VER 1 MSNP10 CVR0", "CVR 2 "+cvr, "USR 3 TWN I "+user(7)); strings.Contains(p.hear(), "USR 3 TWN S") && srv.Ticket(user(7)) != "" {
			t.Errorf("%s can sign in: there are six accounts", user(7))
		}
	})
}
