package scenario

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"nudge/results"
)

// Lag that never makes a measurement invalid: what a busy machine takes to wake a
// thread. In the closed model it is no part of any latency and only lowers the
// rate, so that more of it is harmless.
const (
	lagFreeOpen   = time.Millisecond
	lagFreeClosed = 10 * time.Millisecond
)

// pace watches whether the generator keeps up, second by second, from what the
// collector tells of each. A measurement is invalid if in the median second of
// hold the p99 of lag is above 1 ms (closed model: 10 ms) and above that of the
// iterations' service time. In the open model an iteration's latency has the lag
// in it, and it is half of that which lag is held against.
type pace struct {
	open bool
	next func(results.Tick) // may be nil

	mu           sync.Mutex
	lag, service []time.Duration // p99 of each second of hold with iterations
}

// tick takes a second.
func (p *pace) tick(t results.Tick) {
	for _, op := range t.Ops {
		if t.Phase == results.Hold && op.Name == operations[opIteration].Name {
			p.add(t.LagP99, op.P99)
		}
	}
	if p.next != nil {
		p.next(t)
	}
}

func (p *pace) add(lag, iteration time.Duration) {
	if p.open {
		iteration /= 2
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lag = append(p.lag, lag)
	p.service = append(p.service, iteration)
}

// invalid says why the measurement is not to be trusted; nil if it is.
func (p *pace) invalid() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	free := lagFreeClosed
	if p.open {
		free = lagFreeOpen
	}
	lag, limit := median(p.lag), max(free, median(p.service))
	if lag <= limit {
		return nil
	}
	return []string{fmt.Sprintf("the generator did not keep up: p99 of lag was %v in the median second, and may be %v",
		lag.Round(time.Microsecond), limit.Round(time.Microsecond))}
}

// median returns the middle one of the times, 0 without any.
func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(times))[len(times)/2]
}
