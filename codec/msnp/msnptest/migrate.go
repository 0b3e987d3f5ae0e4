package msnptest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nudge/codec"
)

// MigrateWhen says when accounts that are not migrated are (§8): each is sent
// OUT MIG and finds its lists with GUIDs when it comes back. Its zero value is
// never. Only clients of MSNP10 are migrated by it, after their first CHG.
type MigrateWhen struct {
	login bool
	after time.Duration // since the first CHG; 0: no
	rate  float64       // accounts per second; 0: no
}

// MigrateNever, MigrateAtLogin, MigrateAfter and MigrateRate are the times there
// are. MigrateNow can be called whatever was chosen.
var (
	MigrateNever   = MigrateWhen{}
	MigrateAtLogin = MigrateWhen{login: true}
)

// MigrateAfter migrates each account that long after its first CHG.
func MigrateAfter(d time.Duration) MigrateWhen { return MigrateWhen{after: d} }

// MigrateRate migrates that many accounts per second, those first that came
// first.
func MigrateRate(perSecond float64) MigrateWhen { return MigrateWhen{rate: perSecond} }

// maxMigrateRate is far above what clients can follow; the least keeps the
// interval within what a time.Duration holds.
const (
	maxMigrateRate = 1e6
	minMigrateRate = 1e-6
)

// ParseMigrateWhen reads never, login, after:30s or 50/s.
func ParseMigrateWhen(s string) (MigrateWhen, error) {
	bad := fmt.Errorf("%q is not never, login, a time such as after:30s or a rate such as 50/s", s)
	if s == "never" {
		return MigrateNever, nil
	}
	if s == "login" {
		return MigrateAtLogin, nil
	}
	if after, ok := strings.CutPrefix(s, "after:"); ok {
		d, err := time.ParseDuration(after)
		if err != nil || d <= 0 {
			return MigrateWhen{}, bad
		}
		return MigrateAfter(d), nil
	}
	number, ok := strings.CutSuffix(s, "/s")
	rate, err := strconv.ParseFloat(number, 64)
	switch {
	case !ok || err != nil || !(rate > 0):
		return MigrateWhen{}, bad
	case rate > maxMigrateRate || rate < minMigrateRate:
		return MigrateWhen{}, errors.New("a rate may be from 0.000001/s to 1000000/s")
	}
	return MigrateRate(rate), nil
}

// timed reports whether accounts wait for their time.
func (w MigrateWhen) timed() bool { return w.after > 0 || w.rate > 0 }

// awaitMigration has an account that has sent its first CHG migrated when its
// time comes. It reports whether that is now.
func (t *turn) awaitMigration(a *account) bool {
	when := t.s.MigrateWhen
	switch {
	case a.migrated || t.c.dialect < 10:
		return false
	case a.migrateAtLogin || when.login:
		t.migrate(a)
		return true
	case when.timed() && !a.queued:
		a.queued = true
		t.later(t.migrationTime(when), func(t *turn) { t.migrateIfOnline(a) })
	}
	return false
}

// migrationTime is when the account that asks next is migrated.
func (t *turn) migrationTime(when MigrateWhen) time.Time {
	due := time.Now().Add(when.after)
	if when.rate > 0 {
		interval := time.Duration(float64(time.Second) / when.rate)
		if next := t.s.lastMigration.Add(interval); next.After(due) {
			due = next
		}
	}
	t.s.lastMigration = due
	return due
}

// migrateIfOnline migrates an account whose time has come. Who has gone
// meanwhile waits again when it is back.
func (t *turn) migrateIfOnline(a *account) {
	a.queued = false
	if c := a.session; c != nil && c.announced && c.dialect >= 10 && !a.migrated {
		t.migrate(a)
	}
}

// migrate gives an account GUIDs, and sends away whoever has signed in with the
// ids of before (§8). A client of MSNP8 or MSNP9 goes on with numbers.
func (t *turn) migrate(a *account) {
	t.spoil(a)
	a.migrated, a.migrateAtLogin = true, false
	t.s.stats.Migrations++
	if c := a.session; c != nil && c.dialect >= 10 {
		t.line(codec.OUT).Arg("MIG")
		t.send(c)
		t.end(c)
	}
}

// MigrateNow migrates all accounts that are not, whether or not they have signed
// in, and returns how many those are.
func (s *Server) MigrateNow() int {
	if s.init() != nil {
		return 0
	}
	n := 0
	s.do(nil, func(t *turn) {
		for i := range s.store.byRule {
			if a := s.store.byRule[i]; a != nil && !a.migrated {
				t.migrate(a)
				n++
			} else if a == nil && !s.store.migrated.of(i+1) {
				n++
			}
		}
		s.store.migrated = MigratedAll // those that nobody has asked for yet
		for _, a := range s.store.named {
			if a.exists && !a.migrated {
				t.migrate(a)
				n++
			}
		}
	})
	return n
}
