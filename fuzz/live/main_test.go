package live

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
)

// TestMain checks that no run leaves a goroutine behind.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leaked(); left != "" && code == 0 {
		fmt.Fprintln(os.Stderr, "goroutines are left:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the goroutines of a fuzzer or of two servers' comparison that Run has not waited for.
func leaked() string {
	runtime.Gosched()
	var b strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&b, 1) // a strings.Builder takes everything
	var left []string
	for stack := range strings.SplitSeq(b.String(), "\n\n") {
		for _, own := range []string{"live.(*Fuzzer).", "live.(*Differ).", "live.(*bench)."} {
			if strings.Contains(stack, own) {
				left = append(left, stack)
				break
			}
		}
	}
	return strings.Join(left, "\n\n")
}
