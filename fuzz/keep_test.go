package fuzz_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"nudge/corpus"
	"nudge/fuzz"
)

// Flags of TestKeep, by which nudge corpus min asks.
var (
	keepTarget = flag.String("keep.target", "", "target whose inputs TestKeep looks at")
	keepList   = flag.String("keep.list", "", "file with one path of an input a line, in the order to be tried")
	keepOut    = flag.String("keep.out", "", "file to be written: the paths worth keeping, each with why")
)

// TestKeep runs a target on the inputs of -keep.list in turn, and writes those to -keep.out that reach what none
// before them did. Coverage is that of the packages named by -coverpkg.
func TestKeep(t *testing.T) {
	if *keepList == "" {
		t.Skip("for nudge corpus min")
	}
	at := slices.IndexFunc(fuzz.Targets, func(target fuzz.Target) bool { return folder(target.Name) == *keepTarget })
	if at < 0 {
		t.Fatalf("no target %q", *keepTarget)
	}
	list, err := os.ReadFile(*keepList)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	k := keeper{run: fuzz.Targets[at].Run}
	for path := range strings.Lines(string(list)) {
		path = strings.TrimSuffix(path, "\n")
		all, err := corpus.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range all {
			if why := k.why(in.Data); why != "" {
				fmt.Fprintf(&out, "%s\t%s\n", path, why)
			}
		}
	}
	if err := os.WriteFile(*keepOut, []byte(out.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// keeper knows what the inputs so far have reached.
type keeper struct {
	run     func(data []byte) int
	results [3]bool
	reached float64
}

// why runs the target and says what is new about an input, "" if nothing is: a result, code that was not reached,
// or that a property does not hold.
func (k *keeper) why(data []byte) (why string) {
	defer func() {
		if broken := recover(); broken != nil {
			why = "broken property"
		}
	}()
	result := k.run(data)
	now := testing.Coverage()
	switch {
	case now > k.reached:
		why = "coverage"
	case !k.results[result+1]:
		why = fmt.Sprintf("result %d", result)
	}
	k.reached, k.results[result+1] = max(now, k.reached), true
	return why
}

func TestKeeperSaysWhatIsNew(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage grows by other tests")
	}
	k := keeper{run: func(data []byte) int {
		if string(data) == "broken" {
			panic(data)
		}
		return min(len(data), 1)
	}}
	for _, tt := range []struct{ data, want string }{
		{"a", "result 1"}, {"b", ""}, {"", "result 0"}, {"broken", "broken property"}, {"c", ""}, {"broken", "broken property"},
	} {
		if got := k.why([]byte(tt.data)); got != tt.want {
			t.Errorf("%q is kept for %q, want %q", tt.data, got, tt.want)
		}
	}
}
