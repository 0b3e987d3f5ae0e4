package msnpcheck

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
)

// watch makes the checks of migration at a server that makes a fault.
func watch(t *testing.T, faults map[msnptest.Fault]float64, adjust func(n *inner, cfg *Config)) map[string]Result {
	t.Helper()
	n := serve(&msnptest.Server{Migrated: msnptest.MigratedNone, Faults: faults})
	cfg := n.config("migration")
	cfg.Migration, cfg.Await = 5*time.Second, func(string) { n.srv.MigrateNow() }
	adjust(n, &cfg)
	results := map[string]Result{}
	for _, r := range n.run(t, cfg).Checks {
		results[r.Name] = r
	}
	return results
}

func TestFaultsOfAMigrationAreFound(t *testing.T) {
	for _, tt := range []struct {
		fault      msnptest.Fault
		check, got string
	}{
		{msnptest.Lose, "migration.nothing-lost", `contact user00002@example.com: was on FL AL as "Bob before" in "nudge & friends renamed", is not there`},
		{msnptest.Alter, "migration.nothing-altered", `is on FL AL as "Bob before!"`},
	} {
		t.Run(tt.fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				results := watch(t, map[msnptest.Fault]float64{tt.fault: 1}, func(*inner, *Config) {})
				for name, r := range results {
					switch failed := r.Status == Fail; {
					case failed != (name == tt.check):
						t.Errorf("%s: %s %s %s", name, r.Status, r.Got, r.Missing)
					case failed && (!strings.Contains(r.Got, tt.got) || len(r.Conversation) == 0):
						t.Errorf("%s", r.Got)
					}
				}
			})
		})
	}
}

// TestAMigrationHasToBeAskedFor: without one the checks that need it say what is missing.
func TestAMigrationHasToBeAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name, missing string
		adjust        func(n *inner, cfg *Config)
	}{
		{"not waited for", "that has to be asked for, as it cannot be undone", func(_ *inner, cfg *Config) { cfg.Migration = 0 }},
		{"none came", "user00001@example.com was not sent OUT MIG within 5s", func(_ *inner, cfg *Config) { cfg.Await = nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for name, r := range watch(t, nil, tt.adjust) {
					passes := name == "migration.profile" || name == "migration.contact-ids" || name == "migration.group-ids"
					if passes != (r.Status == Pass) || !passes && !strings.Contains(r.Missing, tt.missing) {
						t.Errorf("%s: %s %s", name, r.Status, r.Missing)
					}
				}
			})
		})
	}
}

// TestASessionThatIsNotEndedAsItShould: another ending than OUT MIG is told.
func TestASessionThatIsNotEndedAsItShould(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := watch(t, nil, func(n *inner, cfg *Config) {
			cfg.Await = func(string) { go n.srv.Close() }
		})
		if r := results["migration.out-mig"]; r.Status != Fail || r.Want != "OUT MIG" || r.Got != "OUT SSD" {
			t.Errorf("%+v", r)
		}
		if r := results["migration.comes-back"]; r.Status != Fail {
			t.Errorf("%+v", r)
		}
		if r := results["migration.profile-after"]; r.Status != Skip || !strings.HasPrefix(r.Missing, "the client could not come back") {
			t.Errorf("%+v", r)
		}
	})
}
