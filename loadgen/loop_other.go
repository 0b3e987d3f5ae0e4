//go:build !linux

package loadgen

// newDriver: other systems have the portable driver alone.
func newDriver(l *loop) (driver, error) { return newNetDriver(l), nil }
