package loadgen

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is the open model: how many iterations come due per second over all
// clients, over time, whatever the server does. The zero Rate is the closed
// model.
type Rate struct {
	Stages []Stage // Target in iterations per second
}

// maxRate bounds a rate, in iterations per second.
const maxRate = 10_000_000

// ParseRate reads a rate such as 500/s, which lasts as long as the load does,
// or stages of it: 30s:100/s,5m:500/s. A first stage of no duration, as in
// 0s:100/s,5m:500/s, sets where the next begins. Also 30/m and 100/h.
func ParseRate(s string) (Rate, error) {
	if !strings.Contains(s, ":") {
		r, err := parsePerSecond(strings.TrimSpace(s))
		if err != nil {
			return Rate{}, fmt.Errorf("rate %w", err)
		}
		if r == 0 {
			return Rate{}, fmt.Errorf("rate %q: there is never an iteration", s)
		}
		return Rate{[]Stage{{0, r}}}, nil
	}
	stages, err := parseStages(s, parsePerSecond)
	if err != nil {
		return Rate{}, fmt.Errorf("rate: %w", err)
	}
	r := Rate{stages}
	if r.Total() < 1 {
		return Rate{}, fmt.Errorf("rate %q: there is never an iteration", s)
	}
	return r, nil
}

// parsePerSecond reads a number of iterations per s, m or h.
func parsePerSecond(s string) (float64, error) {
	n, unit, ok := strings.Cut(s, "/")
	per := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	v, err := strconv.ParseFloat(n, 64)
	if !ok || per == 0 || err != nil || !(v >= 0) || v/per > maxRate {
		return 0, fmt.Errorf("%q is not a rate such as 500/s, 30/m or 0.5/s, of at most %d/s", s, maxRate)
	}
	return v / per, nil
}

// IsZero reports whether this is the closed model.
func (r Rate) IsZero() bool { return len(r.Stages) == 0 }

// lasting gives a rate without duration that of the load.
func (r Rate) lasting(d time.Duration) Rate {
	if len(r.Stages) == 1 && r.Stages[0].Duration == 0 {
		return Rate{[]Stage{r.Stages[0], {d, r.Stages[0].Target}}}
	}
	return r
}

// Duration is how long iterations come due; 0: as long as the load lasts.
func (r Rate) Duration() time.Duration { return total(r.Stages) }

// Total is how many iterations come due in all.
func (r Rate) Total() int64 {
	n, from := 0.0, 0.0
	for _, s := range r.Stages {
		n += (from + s.Target) / 2 * s.Duration.Seconds()
		from = s.Target
	}
	return int64(math.Ceil(n - 1e-6))
}

// String is the rate as ParseRate reads it.
func (r Rate) String() string {
	var b strings.Builder
	for i, s := range r.Stages {
		if i > 0 {
			b.WriteByte(',')
		}
		if s.Duration > 0 || len(r.Stages) > 1 {
			fmt.Fprintf(&b, "%v:", s.Duration)
		}
		fmt.Fprintf(&b, "%s/s", strconv.FormatFloat(s.Target, 'f', -1, 64))
	}
	return b.String()
}

// at is the rate at t since the first arrival, in iterations per second.
func (r Rate) at(t time.Duration) float64 {
	from := 0.0
	for _, s := range r.Stages {
		if t < s.Duration {
			return from + (s.Target-from)*float64(t)/float64(s.Duration)
		}
		t -= s.Duration
		from = s.Target
	}
	return from
}

// due returns when the k-th iteration is due, from 0: see reaches.
func (r Rate) due(k int64) (t time.Duration, ok bool) { return r.reaches(float64(k)) }

// reaches returns the time, counted from when iterations begin, at which the
// rate's integral is n. It is a closed form of the stages, so that nothing
// drifts however long a run is. ok is false if it never is more than n.
//
// In a stage that goes from rate a to rate b within D seconds, x seconds bring
//
//	n = a·x + (b−a)·x²/(2·D)
//
// iterations; solved for x, and written so that b−a may be 0:
//
//	x = 2·n / (a + √(a² + 2·(b−a)·n/D))
func (r Rate) reaches(n float64) (t time.Duration, ok bool) {
	a := 0.0
	var begin time.Duration
	for _, s := range r.Stages {
		d, b := s.Duration.Seconds(), s.Target
		if all := (a + b) / 2 * d; n < all-1e-9 {
			if n <= 0 {
				return begin, true
			}
			x := 2 * n / (a + math.Sqrt(max(a*a+2*(b-a)*n/d, 0)))
			return begin + time.Duration(math.Round(x*1e9)), true
		} else {
			n -= all
		}
		begin += s.Duration
		a = b
	}
	return 0, false
}
