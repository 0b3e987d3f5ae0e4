package msnptest

import (
	"strings"
	"testing"
	"time"
)

func TestParseMigrateWhen(t *testing.T) {
	for s, want := range map[string]MigrateWhen{
		"never": MigrateNever, "login": MigrateAtLogin, "after:30s": MigrateAfter(30 * time.Second), "50/s": MigrateRate(50), "0.5/s": MigrateRate(0.5),
	} {
		if got, err := ParseMigrateWhen(s); err != nil || got != want {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "Never", "after:", "after:0s", "after:-1s", "30s", "50", "0/s", "-1/s", "NaN/s", "Inf/s", "1e-9/s", "1e9/s"} {
		if got, err := ParseMigrateWhen(s); err == nil {
			t.Errorf("%s: %v, want an error", s, got)
		}
	}
}

// migratedAfter signs n accounts in and returns how long after their first CHG each was sent away.
func migratedAfter(t *testing.T, srv *Server, n int) []time.Duration {
	t.Helper()
	began, all := time.Now(), make([]time.Duration, n)
	var peers []*peer
	for i := range n {
		peers = append(peers, srv.client(t, user(i+1), "MSNP10").say("SYN 5 0 0", "CHG 6 NLN 0"))
	}
	for left := n; left > 0 && time.Since(began) < time.Minute; time.Sleep(10 * time.Millisecond) {
		for i, p := range peers {
			if all[i] == 0 && p.over() {
				if got := p.hear(); !strings.HasSuffix(got, "OUT MIG\r\n") {
					t.Errorf("account %d: %q", i+1, got)
				}
				all[i] = max(time.Since(began), 1)
				left--
			}
		}
	}
	return all
}

func TestWhenAccountsAreMigrated(t *testing.T) {
	for _, tt := range []struct {
		name string
		when MigrateWhen
		want []time.Duration
	}{
		{"at login", MigrateAtLogin, []time.Duration{1, 1, 1}},
		{"after a time", MigrateAfter(5 * time.Second), []time.Duration{5 * time.Second, 5 * time.Second, 5 * time.Second}},
		{"at a rate", MigrateRate(4), []time.Duration{1, 250 * time.Millisecond, 500 * time.Millisecond}},
		{"never", MigrateNever, []time.Duration{0, 0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Migrated: MigratedNone, MigrateWhen: tt.when}
			bubble(t, srv, func(t *testing.T) {
				got := migratedAfter(t, srv, 3)
				for i, want := range tt.want {
					if got[i] < want || got[i] > want+20*time.Millisecond {
						t.Errorf("account %d: after %v, want %v", i+1, got[i], want)
					}
				}
			})
		})
	}
}

// TestMigration is §8: who comes back finds the same contacts, groups and settings, with GUIDs and two times.
func TestMigration(t *testing.T) {
	srv := &Server{Data: data(t, listsData), MigrateWhen: MigrateAfter(time.Second)}
	bubble(t, srv, func(t *testing.T) {
		nine := srv.client(t, "bob@x.com", "MSNP9").say("SYN 5 0", "CHG 6 NLN 0", "ADG 7 Chess 0", "ADD 8 FL erin@x.com Eri 2", "ADD 9 BL alice@x.com x")
		nine.hear()
		time.Sleep(2 * time.Second)
		if nine.over() {
			t.Error("a client of MSNP9 was sent away")
		}
		nine.say("OUT").hear()
		p := srv.client(t, "bob@x.com", "MSNP10").say("SYN 5 0 0", "CHG 6 NLN 0", "PRP 7 PHM 1")
		p.hear()
		time.Sleep(2 * time.Second)
		p.hears("OUT MIG")
		if !p.over() {
			t.Fatal("the connection goes on after OUT MIG")
		}
		back := srv.dial(t, Notification)
		back.say("VER 1 MSNP10 CVR0", "CVR 2 "+cvr, "USR 3 TWN I bob@x.com", "USR 4 TWN S "+srv.Ticket("bob@x.com"))
		if got := back.hear(); !strings.Contains(got, "ABCHMigrated: 1\r\n") {
			t.Errorf("the profile says %q", got)
		}
		back.say("SYN 5 44 0")
		set := srv.store.known("bob@x.com").set
		friends, chess := guid(guidGroup+" bob@x.com", 1), guid(guidGroup+" bob@x.com", 42)
		back.hears("SYN 5 "+set.listTime+" "+set.setTime+" 3 2", "GTC A", "BLP AL", "PRP MFN Bob", "PRP PHM 1",
			"LSG Friends "+friends, "LSG Chess "+chess,
			"LST N=carol@x.com F=Carol C="+guid(guidAccount+" carol@x.com", 0)+" 11 "+friends,
			"LST N=erin@x.com F=Eri C="+guid(guidAccount+" erin@x.com", 0)+" 1 "+chess, "BPR PHH +1%20(555)",
			"LST N=alice@x.com 4")
		back.say("SYN 6 " + set.listTime + " " + set.setTime)
		back.hears("SYN 6 " + set.listTime + " " + set.setTime)
		if got := srv.Stats().Migrations; got != 1 {
			t.Errorf("%d migrations counted", got)
		}
		// A client of before, with the same account, still has numbers.
		if got := srv.client(t, "bob@x.com", "MSNP8").say("SYN 5 0").hear(); !strings.Contains(got, "LST erin@x.com Eri 1 2\r\n") {
			t.Errorf("MSNP8 after the migration: %q", got)
		}
	})
}

func TestMigrateNow(t *testing.T) {
	srv := &Server{Accounts: 5, Contacts: 2, Migrated: MigratedShare(0.4), Data: data(t, listsData)}
	bubble(t, srv, func(t *testing.T) {
		p := srv.client(t, user(1), "MSNP10")
		if n := srv.MigrateNow(); n != 3+3 { // three of five by rule, and bob, carol and erin
			t.Errorf("%d accounts migrated", n)
		}
		p.hears("OUT MIG")
		if n := srv.MigrateNow(); n != 0 {
			t.Errorf("%d accounts migrated twice", n)
		}
		if got := srv.client(t, user(4), "MSNP10").say("SYN 5 0 0").hear(); !strings.Contains(got, "C="+guid(guidAccount, 3)) {
			t.Errorf("an account that nobody had asked for: %q", got)
		}
	})
}
