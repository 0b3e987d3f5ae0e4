package main

import "os"

// migrateSignals have nudge serve migrate all accounts; there are none here.
var migrateSignals []os.Signal
