package msnptest

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"

	"nudge/loadgen/yardstick"
)

// roles are what this binary does as a child of its own benchmarks.
var roles = yardstick.Roles{}

func TestMain(m *testing.M) {
	if roles.Play(os.Getenv(yardstick.RoleEnv), os.Stdin, os.Stdout, os.Stderr) {
		return
	}
	code := m.Run()
	if left := leaked(); left != "" && code == 0 {
		fmt.Fprintln(os.Stderr, "goroutines are left:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the goroutines of servers that Close has not waited for.
func leaked() string {
	runtime.Gosched()
	var b strings.Builder
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	var left []string
	for stack := range strings.SplitSeq(b.String(), "\n\n") {
		if strings.Contains(stack, "msnptest.(*Server).") || strings.Contains(stack, "msnptest.(*conn).") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
