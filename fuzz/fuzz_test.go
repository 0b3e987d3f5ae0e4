package fuzz_test

import (
	"testing"

	"nudge/fuzz"
)

func FuzzLine(f *testing.F)     { drive(f) }
func FuzzStream(f *testing.F)   { drive(f) }
func FuzzCommands(f *testing.F) { drive(f) }
func FuzzMessage(f *testing.F)  { drive(f) }
func FuzzContent(f *testing.F)  { drive(f) }
func FuzzEscape(f *testing.F)   { drive(f) }
func FuzzEncode(f *testing.F)   { drive(f) }

// drive runs the target of the same name under the engine of package testing.
func drive(f *testing.F) {
	target := targetOf(f, f.Name())
	for _, seed := range seedsOf(f, f.Name()) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := target.Run(data); got < -1 || got > 1 {
			t.Errorf("result %d, want -1, 0 or 1", got)
		}
	})
}

func targetOf(tb testing.TB, name string) fuzz.Target {
	tb.Helper()
	for _, target := range fuzz.Targets {
		if target.Name == name {
			return target
		}
	}
	tb.Fatalf("%s is not in the table of targets", name)
	return fuzz.Target{}
}

// TestSeeds replays all seeds, and sees to it that they reach what the targets check, and that an
// input has the same result however often it is run.
func TestSeeds(t *testing.T) {
	for _, target := range fuzz.Targets {
		t.Run(target.Name, func(t *testing.T) {
			t.Parallel()
			seeds, interesting := seedsOf(t, target.Name), 0
			for _, seed := range seeds {
				got := target.Run(seed)
				if got == 1 {
					interesting++
				}
				if again := target.Run(seed); again != got {
					t.Errorf("%q gave %d and then %d", seed, got, again)
				}
			}
			if interesting < len(seeds)/3 || len(seeds) < 10 {
				t.Errorf("%d of %d seeds hold anything", interesting, len(seeds))
			}
			for n := range target.Header {
				if got := target.Run(make([]byte, n)); got != -1 {
					t.Errorf("%d bytes gave %d, want -1", n, got)
				}
			}
			if got := target.Run(make([]byte, target.Header)); got < 0 {
				t.Errorf("a header without anything gave %d", got)
			}
		})
	}
}
