package results

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"nudge/loadgen/yardstick"
)

// BenchmarkFigureRecord records operations; its yardstick looks at the clock as often.
func BenchmarkFigureRecord(b *testing.B) {
	const times = 1_000_000
	c, err := New(Config{Ops: testOps})
	if err != nil {
		b.Fatal(err)
	}
	r := c.Recorder(0)
	r.OK(opChg, 0) // makes what is made once
	start, sum := time.Now(), time.Duration(0)
	var before, after runtime.MemStats
	var pairs yardstick.Pairs
	for b.Loop() {
		var ours, plain time.Duration
		runtime.ReadMemStats(&before)
		pairs.Take(func() {
			from := time.Now()
			for i, d := 0, 100*time.Microsecond; i < times; i++ {
				r.OK(opChg, d)
				d = (d*5 + 7) & (1<<24 - 1)
			}
			ours = time.Since(from)
		}, func() {
			from := time.Now()
			for range times {
				sum += time.Since(start)
			}
			plain = time.Since(from)
		})
		runtime.ReadMemStats(&after)
		pairs.Ratio("time", "ns/record", float64(ours)/times, float64(plain)/times)
		pairs.Add("allocs/record", float64(after.Mallocs-before.Mallocs)/times)
	}
	pairs.Report(b)
	if sum == 0 {
		b.Fatal("the clock stands")
	}
}

// BenchmarkFigureSecond writes what two loops recorded in one second: 20 operations of 5,000 values each. Its yardstick
// merges and encodes as many histograms of the library.
func BenchmarkFigureSecond(b *testing.B) {
	ops := make([]OpInfo, 20)
	for i := range ops {
		ops[i].Name = string(rune('a' + i))
	}
	c, err := New(Config{Ops: ops, Recorders: 2, Dir: filepath.Join(b.TempDir(), "run")})
	if err != nil {
		b.Fatal(err)
	}
	c.dir.begin(time.Now(), c.cfg, generatorLine{})
	rnd := rand.New(rand.NewPCG(1, 2))
	draw := func() time.Duration { return time.Duration(float64(time.Millisecond) * (1 + rnd.ExpFloat64())) }
	fill := func(v *interval, hs []*histogram) {
		for i := range ops {
			v.cells[i].ok = &tape{}
			hs[i].Reset()
			for range 2500 {
				d := draw()
				v.cells[i].ok.record(d)
				hs[i].RecordValue(int64(d))
			}
		}
	}
	var plain [3][]*histogram // of each loop, and of both
	for i := range plain {
		for range ops {
			plain[i] = append(plain[i], newHistogram())
		}
	}
	var pairs yardstick.Pairs
	for b.Loop() {
		for i := range c.have {
			c.have[i] = newInterval(i, len(c.series))
			c.have[i].to = time.Second
			fill(c.have[i], plain[i])
		}
		var ours, library time.Duration
		pairs.Take(func() {
			start := time.Now()
			c.flush()
			ours = time.Since(start)
		}, func() {
			start := time.Now()
			for i, sum := range plain[2] {
				sum.Reset()
				sum.Merge(plain[0][i])
				sum.Merge(plain[1][i])
				encode(sum)
			}
			library = time.Since(start)
		})
		for _, r := range c.recorders {
			<-r.free
		}
		pairs.Ratio("time", "%core", 100*ours.Seconds(), 100*library.Seconds())
	}
	pairs.Report(b)
	if _, err := c.Finish(End{}); err == nil {
		b.Fatal("not started, and finished")
	}
}
