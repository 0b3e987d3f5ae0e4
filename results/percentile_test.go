package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// shapes are distributions of latencies, in nanoseconds, by their name.
var shapes = map[string]func(*rand.Rand) float64{
	"constant":    func(*rand.Rand) float64 { return 123_456_789 },
	"small":       func(r *rand.Rand) float64 { return r.Float64() * 3000 },
	"uniform":     func(r *rand.Rand) float64 { return r.Float64() * 1e9 },
	"normal":      func(r *rand.Rand) float64 { return 1e7 + 1e6*r.NormFloat64() },
	"exponential": func(r *rand.Rand) float64 { return 1e6 * r.ExpFloat64() },
	"lognormal":   func(r *rand.Rand) float64 { return 1e6 * math.Exp(2*r.NormFloat64()) },
	"heavy tail":  func(r *rand.Rand) float64 { return 1e5 * math.Pow(1-r.Float64(), -1/1.1) }, // Pareto: hardly a mean
	"two peaks": func(r *rand.Rand) float64 {
		if r.IntN(100) < 97 {
			return 2e5 + 1e4*r.NormFloat64()
		}
		return 3e9 + 1e7*r.NormFloat64()
	},
	"two peaks, as high": func(r *rand.Rand) float64 { return []float64{1e5, 1e9}[r.IntN(2)] * (1 + 0.01*r.Float64()) },
}

// TestPercentilesAreThoseOfTheSortedSamples: within 0.1 %, by the same rank, whatever the distribution, from tapes of
// several loops and seconds, and from histograms merged of them.
func TestPercentilesAreThoseOfTheSortedSamples(t *testing.T) {
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
				samples := make([]time.Duration, rapid.IntRange(1, 5000).Draw(t, "samples"))
				tapes := make([]*tape, rapid.IntRange(1, 4).Draw(t, "tapes"))
				for i := range tapes {
					tapes[i] = &tape{}
				}
				for i := range samples {
					samples[i] = time.Duration(min(max(shape(rnd), 0), float64(Longest)))
					tapes[rnd.IntN(len(tapes))].record(samples[i])
				}
				var merged *histogram
				for _, one := range tapes {
					var h *histogram
					if one.addTo(&h)+merge(&merged, h) != 0 {
						t.Fatal("values are lost")
					}
				}
				slices.Sort(samples)
				for _, p := range []float64{0, 0.1, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100} {
					want := rank(samples, p)
					for from, got := range map[string]time.Duration{"tapes": tapesAt(p, tapes...), "histogram": percentile(merged, p)} {
						if math.Abs(float64(got-want)) > float64(want)/1000 {
							t.Fatalf("p%v of the %s: got %d, want %d", p, from, got, want)
						}
					}
				}
			})
		})
	}
}
