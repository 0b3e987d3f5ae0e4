package fuzz_test

import (
	"testing"
	"time"

	"nudge/codec"
	"nudge/fuzz"
)

// BenchmarkTargets runs each target over its seeds. Beside the time of an execution it reports executions a
// second in one goroutine, and in how many times of it a recording of the same length is parsed: what the
// oracles cost, which does not depend on the machine.
func BenchmarkTargets(b *testing.B) {
	var recording []byte
	for _, s := range recorded(b) {
		if s.from == codec.FromServer && len(s.data) > len(recording) {
			recording = s.data
		}
	}
	for _, target := range fuzz.Targets {
		b.Run(target.Name, func(b *testing.B) {
			seeds := seedsOf(b, target.Name)
			b.ReportAllocs()
			executions := 0
			for b.Loop() {
				for _, seed := range seeds {
					target.Run(seed)
				}
				executions += len(seeds)
			}
			perExecution := b.Elapsed().Seconds() / float64(executions)
			b.ReportMetric(1/perExecution, "exec/s")
			start, rounds := time.Now(), 0
			for ; rounds < 8 || time.Since(start) < 20*time.Millisecond; rounds++ {
				for _, seed := range seeds {
					parseAll(recording[:min(len(seed), len(recording))])
				}
			}
			perParse := time.Since(start).Seconds() / float64(rounds*len(seeds))
			b.ReportMetric(perExecution/perParse, "parses/exec")
		})
	}
}

// parseAll parses command after command of a server.
func parseAll(b []byte) {
	s := codec.Syntax{From: codec.FromServer}
	var c codec.Command
	for len(b) > 0 {
		n, err := s.Parse(&c, b)
		if err != nil {
			return
		}
		b = b[n:]
	}
}
