package msnptest

import (
	"fmt"
	"strings"
	"testing"
)

// sees is §5.4 in three lines: whether an online watcher is told of the owner.
func sees(watcherHasHimOnFL bool, ownersList, blp, status string) bool {
	allowed := ownersList == "AL" || ownersList != "BL" && blp == "AL"
	return watcherHasHimOnFL && allowed && status != "HDN"
}

// TestWhoIsToldOfWhom is every combination of lists, BLP, status and watcher.
func TestWhoIsToldOfWhom(t *testing.T) {
	for _, onFL := range []bool{false, true} {
		for _, list := range []string{"", "AL", "BL", "RL", "PL"} {
			for _, blp := range []string{"AL", "BL"} {
				for _, status := range []string{"NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"} {
					t.Run(fmt.Sprintf("on FL %v, on his %q, BLP %s, %s", onFL, list, blp, status), func(t *testing.T) {
						toldRight(t, onFL, list, blp, status)
					})
				}
			}
		}
	}
}

func toldRight(t *testing.T, onFL bool, list, blp, status string) {
	accounts := "[[account]]\nemail = 'watcher@x.com'\n"
	if onFL {
		accounts += "[[account.contact]]\nemail = 'owner@x.com'\nlists = ['FL', 'BL']\n"
	}
	accounts += "[[account]]\nemail = 'owner@x.com'\nname = 'The Owner'\nblp = '" + blp + "'\n"
	if list != "" {
		accounts += "[[account.contact]]\nemail = 'watcher@x.com'\nlists = ['" + list + "']\n"
	}
	want := func(line string) []string {
		if sees(onFL, list, blp, status) {
			return []string{line}
		}
		return nil
	}
	presence := status + " owner@x.com The%20Owner 536870948"
	srv := &Server{Data: data(t, accounts)}
	bubble(t, srv, func(t *testing.T) {
		watcher := srv.client(t, "watcher@x.com", "MSNP10")
		owner := srv.online(t, "owner@x.com", "MSNP10", status)
		watcher.hears() // before the first CHG
		watcher.say("CHG 5 HDN 0").hears(append([]string{"CHG 5 HDN 0"}, want("ILN 5 "+presence)...)...)
		watcher.say("CHG 6 NLN 0").hears("CHG 6 NLN 0")
		owner.say("CHG 7 " + status + " 536870948").hears("CHG 7 " + status + " 536870948")
		watcher.hears(want("NLN " + presence)...)
		owner.say("CHG 8 HDN 0").hears("CHG 8 HDN 0")
		watcher.hears(want("FLN owner@x.com")...)
		owner.say("CHG 9 " + status + " 536870948").hear()
		watcher.hears(want("NLN " + presence)...)
		owner.nc.Close()
		watcher.hears(want("FLN owner@x.com")...)
	})
}

func TestARingTellsEachOfItsContactsOnce(t *testing.T) {
	srv := &Server{Accounts: 20, Contacts: 6}
	bubble(t, srv, func(t *testing.T) {
		var all []*peer
		for n := range 20 {
			all = append(all, srv.online(t, user(n+1), "MSNP10", "NLN"))
		}
		for _, p := range all {
			p.hear()
		}
		before := srv.Stats().Notifications
		all[0].say("CHG 10 BSY 7").hears("CHG 10 BSY 7")
		for n, p := range all[1:] {
			distance := min(n+1, 19-n)
			if got, want := p.hear() != "", distance <= 3; got != want {
				t.Errorf("account %d told: %v", n+2, got)
			}
		}
		if told := srv.Stats().Notifications - before; told != 6 {
			t.Errorf("%d notifications counted", told)
		}
		// each pair of contacts: one ILN to who came later, one NLN to who was there
		if before != 20*6 {
			t.Errorf("%d notifications at sign-in", before)
		}
	})
}

func TestMSNP8ClientsAreNotToldOfMSNObjects(t *testing.T) {
	srv := &Server{Accounts: 3, Contacts: 2}
	bubble(t, srv, func(t *testing.T) {
		eight, ten := srv.online(t, user(1), "MSNP8", "NLN"), srv.online(t, user(2), "MSNP10", "NLN")
		eight.hear()
		three := srv.client(t, user(3), "MSNP9").say("CHG 5 NLN 0 %3Cmsnobj%2F%3E")
		three.hear()
		eight.hears("NLN NLN user00003@example.com user00003 0")
		ten.hears("NLN NLN user00003@example.com user00003 0 %3Cmsnobj%2F%3E")
		eight.say("OUT").hears("OUT")
		back := srv.client(t, user(1), "MSNP8").say("CHG 5 NLN")
		if got := back.hear(); strings.Contains(got, "msnobj") || strings.Count(got, "ILN 5 ") != 2 {
			t.Errorf("ILN: %q", got)
		}
		ten.hears("FLN user00001@example.com", "NLN NLN user00001@example.com user00001")
		three.say("CHG 6 NLN 0").hear()
		ten.hears("NLN NLN user00003@example.com user00003 0") // without a picture now
	})
}

func TestALaterLoginEndsTheEarlierOne(t *testing.T) {
	srv := &Server{Accounts: 2}
	bubble(t, srv, func(t *testing.T) {
		watcher := srv.online(t, user(1), "MSNP10", "NLN")
		first := srv.online(t, user(2), "MSNP10", "AWY")
		watcher.hears("NLN AWY user00002@example.com user00002 536870948")
		second := srv.client(t, user(2), "MSNP10")
		if first.hears("OUT OTH"); !first.over() {
			t.Error("the first goes on")
		}
		watcher.hears("FLN user00002@example.com")
		second.say("CHG 5 NLN 1").hears("CHG 5 NLN 1", "ILN 5 NLN user00001@example.com user00001 536870948")
		watcher.hears("NLN NLN user00002@example.com user00002 1")
		second.say("OUT").hears("OUT")
		watcher.hears("FLN user00002@example.com")
		if n := len(srv.store.rule(1).watchers) + len(srv.store.rule(2).watchers); n != 1 {
			t.Errorf("%d watchers are left", n)
		}
	})
}

func TestAnAccountMigratesAfterItsFirstCHG(t *testing.T) {
	d := data(t, "[[account]]\nemail = 'a@x.com'\nmigrate = 'login'\n[[account.group]]\nid = 3\nname = 'G'\n")
	for _, dialect := range []string{"MSNP10", "MSNP9"} {
		srv := &Server{Data: d}
		bubble(t, srv, func(t *testing.T) {
			p := srv.client(t, "a@x.com", dialect).say("CHG 5 NLN 0")
			if dialect == "MSNP9" {
				if p.hears("CHG 5 NLN 0"); p.over() {
					t.Error("MSNP9 has no OUT MIG")
				}
				return
			}
			if p.hears("CHG 5 NLN 0", "OUT MIG"); !p.over() {
				t.Error("OUT MIG does not end the connection")
			}
			p = srv.client(t, "a@x.com", dialect).say("CHG 5 NLN 0", "SYN 6 0 0")
			if got := p.hear(); !strings.Contains(got, "LSG G ") || strings.Contains(got, "LSG G 3") || p.over() {
				t.Errorf("migrated: %q", got)
			}
		})
	}
}
