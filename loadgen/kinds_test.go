package loadgen

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestInterleave demands of every beginning that each kind has its share but for less than one place.
func TestInterleave(t *testing.T) {
	if got := Interleave([]float64{8, 2}, 10); !slices.Equal(got, []uint8{0, 0, 1, 0, 0, 0, 0, 1, 0, 0}) {
		t.Errorf("eight to two: %v", got)
	}
	if got := Interleave([]float64{3}, 4); !slices.Equal(got, []uint8{0, 0, 0, 0}) {
		t.Errorf("one kind: %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0.1, 100), 1, 8).Draw(t, "weights")
		n := rapid.IntRange(0, 500).Draw(t, "n")
		all := 0.0
		for _, w := range weights {
			all += w
		}
		got := make([]float64, len(weights))
		for m, kind := range Interleave(weights, n) {
			got[kind]++
			for i, w := range weights {
				if want := float64(m+1) * w / all; math.Abs(got[i]-want) >= 1 {
					t.Fatalf("of the first %d places kind %d has %v, want %v", m+1, i, got[i], want)
				}
			}
		}
	})
}

// mixed plays clients of several kinds that Iterate as it says, and counts iterations by kind.
func mixed(t *testing.T, cfg Config, iterate func(s *script)) (begun []int, out Outcome) {
	t.Helper()
	perLoop := make([][]int, max(cfg.Loops, 1))
	for i := range perLoop {
		perLoop[i] = make([]int, len(cfg.Kinds))
	}
	out, _ = play(t, cfg, func(s *script) {
		s.start = s.Ready
		s.iterate = func() {
			perLoop[s.loop.id][s.Kind()]++
			iterate(s)
		}
	})
	begun = make([]int, len(cfg.Kinds))
	for _, one := range perLoop {
		for kind, n := range one {
			begun[kind] += n
		}
	}
	return begun, out
}

// TestKindsShareTheIterations demands the weights of the open model to the iteration, whoever iterates how fast, and
// however clients fall to loops.
func TestKindsShareTheIterations(t *testing.T) {
	for _, loops := range []int{1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			cfg := Config{
				Load: Ramp(12, 0, time.Second), Rate: Rate{[]Stage{{0, 100}, {10 * time.Second, 100}}}, Loops: loops,
				Kinds: []Kind{{Weight: 6, Iterations: true}, {Weight: 3}, {Weight: 3, Iterations: true}},
			}
			begun, out := mixed(t, cfg, func(s *script) { s.Done("") })
			if want := []int{667, 0, 333}; math.Abs(float64(begun[0]-want[0])) > 1 || begun[1] != 0 || math.Abs(float64(begun[2]-want[2])) > 1 {
				t.Errorf("%d loops: %v iterations, want %v", loops, begun, want)
			}
			if out.DroppedLag+out.DroppedWait != 0 {
				t.Errorf("%d loops: %+v", loops, out)
			}
		})
	}
}

// TestABusyKindHoldsUpNoOther: one kind's clients are all in iterations that never end, and the other's go on in time.
func TestABusyKindHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := time.Duration(0)
		cfg := Config{
			Load: Ramp(10, 0, time.Second), Rate: Rate{[]Stage{{0, 20}, {10 * time.Second, 20}}}, GracefulStop: time.Second,
			Kinds: []Kind{{Weight: 1, Iterations: true}, {Weight: 1, Iterations: true}},
		}
		begun, out := mixed(t, cfg, func(s *script) {
			if s.Kind() == 1 {
				late = max(late, s.Now()-s.due)
				s.Done("")
			}
		})
		if begun[0] != 5 || begun[1] != 100 || late != 0 {
			t.Errorf("%v iterations, want 5 that hang and 100 in time, not %v late", begun, late)
		}
		if out.DroppedWait != 95 || out.DroppedLag != 0 || out.Cut != 5 {
			t.Errorf("%+v", out)
		}
	})
}

func TestEachKindThinksForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := Config{
			Load:  Ramp(4, 0, 10*time.Second+time.Millisecond),
			Kinds: []Kind{{Weight: 1, Iterations: true, Think: Constant(time.Second)}, {Weight: 1, Iterations: true, Think: Constant(5 * time.Second)}},
		}
		begun, _ := mixed(t, cfg, func(s *script) { s.Done("") })
		if !slices.Equal(begun, []int{20, 4}) {
			t.Errorf("%v iterations of two clients each, want 20 and 4", begun)
		}
	})
}

func TestKindsThatCannotBe(t *testing.T) {
	for name, kinds := range map[string][]Kind{
		"no weight": {{}}, "negative": {{Weight: -1}}, "not a number": {{Weight: math.NaN()}}, "endless": {{Weight: math.Inf(1)}},
		"nobody of a kind": {{Weight: 100}, {Weight: 1}}, "too many": slices.Repeat([]Kind{{Weight: 1}}, MaxKinds+1),
	} {
		if _, err := newRun(Config{Clients: 10, Kinds: kinds, New: func(*Client) Handler { return nil }, Recorder: collector(t, 1).Recorder}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
