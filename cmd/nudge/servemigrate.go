package main

import (
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnptest"
)

// onSignal is the value of --migrate-when that waits for a signal.
const onSignal = "usr1"

// migrateFlags are the settings of nudge serve about migration.
type migrateFlags struct{ which, when string }

func (m *migrateFlags) declare(fs *pflag.FlagSet) {
	fs.StringVar(&m.which, "migrated", "all", "`WHICH` accounts by rule are migrated from the beginning, with GUIDs: all, none, or a share like 0.25 (default: none with --migrate-when, else all)")
	fs.StringVar(&m.when, "migrate-when", "never", "`WHEN` accounts that are not migrated are, with OUT MIG: never, login, a time after the first CHG like after:30s, a rate like 50/s, or usr1 for when SIGUSR1 arrives")
	fs.Lookup("migrated").DefValue = ""
	annotate(fs, "migrate-when", valueChoices, "never", "login", "after:30s", "50/s", onSignal)
}

// settle lays the settings into the server's.
func (m *migrateFlags) settle(fs *pflag.FlagSet, srv *msnptest.Server) error {
	when, err := msnptest.MigrateNever, error(nil)
	if m.when != onSignal {
		when, err = msnptest.ParseMigrateWhen(m.when)
	} else if migrateSignals == nil {
		return usageError{"--migrate-when usr1: there is no such signal on this system"}
	}
	if err != nil {
		return usageError{fmt.Sprintf("--migrate-when %v, nor usr1", err)}
	}
	which := m.which
	if m.when != "never" && !fs.Changed("migrated") {
		which = "none"
	}
	migrated, err := msnptest.ParseMigration(which)
	if err != nil {
		return usageError{"--migrated " + err.Error()}
	}
	if m.when != "never" && migrated == msnptest.MigratedAll && !fs.Changed("data") {
		return usageError{"--migrate-when with --migrated all: nobody would be left to be migrated; give none or a share"}
	}
	srv.Migrated, srv.MigrateWhen = migrated, when
	return nil
}

// migrateOnSignal returns what the signal to migrate everybody arrives on, and
// what ends that.
func migrateOnSignal() (<-chan os.Signal, func()) {
	arrived := make(chan os.Signal, 1)
	if migrateSignals != nil {
		signal.Notify(arrived, migrateSignals...)
	}
	return arrived, func() { signal.Stop(arrived) }
}
