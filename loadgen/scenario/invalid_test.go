package scenario

import (
	"testing"
	"time"

	"nudge/results"
)

func TestInvalid(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		what           string
		open           bool
		lag, p99       time.Duration
		seconds, quiet int // with these figures; with neither lag nor latency
		outside        int // with these figures before or after hold
		invalid        bool
	}{
		{what: "no iterations"},
		{what: "small lag of a fast server", lag: 10 * ms, p99: ms / 10, seconds: 10},
		{what: "small lag of a fast server, open", open: true, lag: ms, p99: ms / 10, seconds: 10},
		{what: "lag above a fast server, open", open: true, lag: 2 * ms, p99: ms / 10, seconds: 10, invalid: true},
		{what: "lag above a fast server", lag: 20 * ms, p99: ms / 10, seconds: 10, invalid: true},
		{what: "a slow server", lag: 40 * ms, p99: 50 * ms, seconds: 10},
		{what: "lag above a slow server", lag: 60 * ms, p99: 50 * ms, seconds: 10, invalid: true},
		{what: "most of an open iteration is lag", open: true, lag: 60 * ms, p99: 100 * ms, seconds: 10, invalid: true},
		{what: "the lesser part of it", open: true, lag: 40 * ms, p99: 100 * ms, seconds: 10},
		{what: "one bad second", lag: 60 * ms, p99: ms, seconds: 1, quiet: 9},
		{what: "bad during the ramp only", lag: 60 * ms, p99: ms, outside: 10},
	}
	for _, tt := range tests {
		told := 0
		p := pace{open: tt.open, next: func(results.Tick) { told++ }}
		second := func(phase results.Phase, lag, p99 time.Duration) {
			p.tick(results.Tick{Phase: phase, LagP99: lag, Ops: []results.OpTick{{Name: "chg"}, {Name: "iteration", P99: p99}}})
		}
		for range tt.quiet {
			second(results.Hold, 0, 0)
		}
		for range tt.seconds {
			second(results.Hold, tt.lag, tt.p99)
		}
		for range tt.outside {
			second(results.Ramp, tt.lag, tt.p99)
		}
		if got := p.invalid(); (got != nil) != tt.invalid {
			t.Errorf("%s: %q", tt.what, got)
		}
		if told != tt.quiet+tt.seconds+tt.outside {
			t.Errorf("%s: %d seconds were passed on", tt.what, told)
		}
	}
}
