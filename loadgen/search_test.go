package loadgen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// server is a simulated one: where its limit is, within which share of it steps go by chance, and how many go
// against their level at all.
type server struct {
	limit, width, lapse float64
}

func (s server) keeps(level float64, r *rand.Rand) bool {
	breaks := 1 / (1 + math.Exp(-math.Log(level/s.limit)/max(s.width, 1e-9)))
	return r.Float64() >= s.lapse+(1-2*s.lapse)*breaks
}

// search makes steps until there are none left, and returns their levels. It checks what holds of every search.
func search(t *testing.T, s *Search, most int, keeps func(level float64) bool) []float64 {
	t.Helper()
	var levels []float64
	for len(levels) < most {
		level, ok := s.Next()
		if !ok {
			break
		}
		if again, _ := s.Next(); again != level {
			t.Fatalf("Next gave %v, and %v when asked again", level, again)
		}
		if level < s.From || s.To > 0 && level > s.To || s.Whole && level != math.Trunc(level) {
			t.Fatalf("level %v: from %v, to %v, whole %v", level, s.From, s.To, s.Whole)
		}
		levels = append(levels, level)
		s.Tell(level, keeps(level))
		if iv := s.Interval(); !(iv.Low <= iv.Mid && iv.Mid <= iv.High) || iv.Low < 0 {
			t.Fatalf("after %v: interval %v", levels, iv)
		}
	}
	return levels
}

func TestSearchBisectsWhileOutcomesAgree(t *testing.T) {
	s := &Search{From: 100}
	levels := search(t, s, 50, func(level float64) bool { return level < 2345 })
	if want := []float64{100, 200, 400, 800, 1600, 3200}; !slices.Equal(levels[:6], want) {
		t.Errorf("the level does not double until a step breaks: %v", levels)
	}
	if got, want := levels[6], 1600*math.Sqrt2; math.Abs(got/want-1) > 0.05 {
		t.Errorf("after %v comes %v, want about %.0f, half way in the logarithm", levels[:6], got, want)
	}
	iv := s.Interval()
	if s.Finding() != Found || iv.Low > 2345 || iv.High < 2345 || iv.High > 1.1*iv.Low || len(levels) > 17 {
		t.Errorf("finding %v, %v after %d steps: %v", s.Finding(), iv, len(levels), levels)
	}
}

func TestSearchEndsAtItsBounds(t *testing.T) {
	for _, tt := range []struct {
		name    string
		s       Search
		limit   float64
		finding Finding
		levels  []float64
	}{
		{"everything is kept", Search{From: 100, To: 700}, 1e9, Above, []float64{100, 200, 400, 700}},
		{"from is to", Search{From: 100, To: 100}, 1e9, Above, []float64{100}},
		{"nothing is kept", Search{From: 100, To: 700}, 1, Below, []float64{100, 100}},
		{"whole numbers", Search{From: 3, To: 10, Whole: true}, 1e9, Above, []float64{3, 6, 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			levels := search(t, &tt.s, 50, func(level float64) bool { return level < tt.limit })
			if tt.s.Finding() != tt.finding || !slices.Equal(levels, tt.levels) {
				t.Errorf("finding %v, levels %v", tt.s.Finding(), levels)
			}
		})
	}
}

func TestSearchGetsOverOneBadStep(t *testing.T) {
	for bad := range 6 {
		t.Run(fmt.Sprintf("step %d", bad), func(t *testing.T) {
			s, n := &Search{From: 100}, -1
			levels := search(t, s, 60, func(level float64) bool {
				n++
				return level < 2345 && n != bad
			})
			if iv := s.Interval(); s.Finding() != Found || iv.Low > 2345 || iv.High < 2345 {
				t.Errorf("finding %v, %v, levels %v", s.Finding(), iv, levels)
			}
		})
	}
}

func TestSearchOfWholeNumbersEndsBetweenTwo(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 30} {
		s := &Search{From: 1, Whole: true, Precision: 0.02}
		levels := search(t, s, 60, func(level float64) bool { return level <= float64(limit) })
		if iv := s.Interval(); s.Finding() != Found || int(iv.Mid) != limit {
			t.Errorf("limit %d: finding %v, %v, levels %v", limit, s.Finding(), iv, levels)
		}
	}
}

func TestLevelsAreRound(t *testing.T) {
	s := Search{From: 0.001}
	for level, want := range map[float64]float64{2828.43: 2850, 141.42: 142, 1.41421: 1.42, 0.0141421: 0.0142, 99.99: 100, 35.5: 35.5} {
		if got := s.round(level); got != want {
			t.Errorf("round(%v) = %v, want %v", level, got, want)
		}
	}
}

// TestSearchIntervalHolds simulates many servers: the interval has to enclose the limit nearly as often as it says,
// and quiet servers must not take many steps.
func TestSearchIntervalHolds(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 20
	}
	for _, tt := range []struct {
		width, lapse float64
		median       int // steps
	}{
		{0, 0, 16},
		{0.01, 0, 20},
		{0.02, 0.02, 24},
		{0.05, 0.02, 40},
	} {
		t.Run(fmt.Sprintf("width %v, lapses %v", tt.width, tt.lapse), func(t *testing.T) {
			t.Parallel()
			enclosed := 0
			var steps []int
			for seed := range runs {
				r := rand.New(rand.NewPCG(uint64(seed), 1))
				srv := server{105 * math.Pow(64, r.Float64()), tt.width, tt.lapse}
				s := &Search{From: 100}
				n := len(search(t, s, 40, func(level float64) bool { return srv.keeps(level, r) }))
				if iv := s.Interval(); iv.Low <= srv.limit && srv.limit <= iv.High {
					enclosed++
				}
				steps = append(steps, n)
			}
			slices.Sort(steps)
			t.Logf("enclosed in %d of %d; steps: median %d, 9th decile %d", enclosed, runs, steps[runs/2], steps[runs*9/10])
			if enclosed < runs*9/10 {
				t.Errorf("the 95 %% interval encloses the limit in %d of %d searches", enclosed, runs)
			}
			if steps[runs/2] > tt.median {
				t.Errorf("%d steps in the median, want at most %d", steps[runs/2], tt.median)
			}
		})
	}
}

func BenchmarkSearchNext(b *testing.B) {
	for b.Loop() {
		s := &Search{From: 100, Precision: 0.02}
		for range 30 {
			level, _ := s.Next()
			s.Tell(level, level < 2345)
		}
	}
}
