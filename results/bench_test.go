package results

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkRecord records one operation; its yardstick is one look at the clock.
func BenchmarkRecord(b *testing.B) {
	b.Run("op", func(b *testing.B) {
		c, err := New(Config{Ops: testOps})
		if err != nil {
			b.Fatal(err)
		}
		r := c.Recorder(0)
		d := 100 * time.Microsecond
		b.ReportAllocs()
		for b.Loop() {
			r.OK(opChg, d)
			d = (d*5 + 7) & (1<<24 - 1)
		}
	})
	b.Run("yardstick=time.Since", func(b *testing.B) {
		start, sum := time.Now(), time.Duration(0)
		for b.Loop() {
			sum += time.Since(start)
		}
		if sum == 0 {
			b.Fatal("the clock stands")
		}
	})
}

// BenchmarkSecond writes what two loops recorded in one second: 20 operations of 5,000 values each.
func BenchmarkSecond(b *testing.B) {
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
	fill := func(v *interval) {
		for i := range ops {
			v.cells[i].ok = &tape{}
			for range 2500 {
				v.cells[i].ok.record(time.Duration(float64(time.Millisecond) * (1 + rnd.ExpFloat64())))
			}
		}
	}
	spent := time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		for i := range c.have {
			c.have[i] = newInterval(i, len(c.series))
			c.have[i].to = time.Second
			fill(c.have[i])
		}
		start := time.Now()
		b.StartTimer()
		c.flush()
		spent += time.Since(start)
		b.StopTimer()
		for _, r := range c.recorders {
			<-r.free
		}
		b.StartTimer()
	}
	b.ReportMetric(100*spent.Seconds()/float64(b.N), "%core")
	if _, err := c.Finish(End{}); err == nil {
		b.Fatal("not started, and finished")
	}
}
