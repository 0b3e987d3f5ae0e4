//go:build unix

package main

import (
	"os"
	"syscall"
)

// migrateSignals have nudge serve migrate all accounts.
var migrateSignals = []os.Signal{syscall.SIGUSR1}
