package scenario

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"nudge/loadgen/yardstick"
)

// roles are what this binary does as a child of its own benchmarks.
var roles = yardstick.Roles{}

func TestMain(m *testing.M) {
	if roles.Play(os.Getenv(yardstick.RoleEnv), os.Stdin, os.Stdout, os.Stderr) {
		return
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	for range 100_000 { // what ends by itself may need a turn
		if runtime.NumGoroutine() <= before {
			os.Exit(code)
		}
		runtime.Gosched()
	}
	fmt.Fprintf(os.Stderr, "%d goroutines are left over\n", runtime.NumGoroutine()-before)
	os.Exit(max(code, 1))
}
