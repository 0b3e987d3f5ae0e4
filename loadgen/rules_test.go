package loadgen

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryArrivalIsDueWhenTheIntegralOfTheRateReachesItsNumber(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name string
		r    Rate
		k    int64
		want time.Duration
		ok   bool
	}{
		{"the first is due at once", Rate{[]Stage{{0, 500}, {time.Hour, 500}}}, 0, 0, true},
		{"a constant rate is exact after a day", Rate{[]Stage{{0, 3}, {2 * day, 3}}}, 3 * 86400, day, true},
		{"a rate that is no whole number of nanoseconds does not drift", Rate{[]Stage{{0, 7000}, {2 * day, 7000}}}, 7000 * 86400, day, true},
		{"a ramp from 0 to 100/s in 10 s brings a quarter by its half", Rate{[]Stage{{10 * time.Second, 100}}}, 125, 5 * time.Second, true},
		{"behind a ramp the constant piece goes on", Rate{[]Stage{{10 * time.Second, 100}, {day, 100}}}, 500 + 100, 11 * time.Second, true},
		{"a falling ramp brings three quarters by its half", Rate{[]Stage{{0, 100}, {10 * time.Second, 0}}}, 375, 5 * time.Second, true},
		{"a stage at rest brings none", Rate{[]Stage{{0, 10}, {time.Second, 10}, {0, 0}, {time.Second, 0}, {0, 10}, {time.Second, 10}}}, 10, 2 * time.Second, true},
		{"after the last there is none", Rate{[]Stage{{0, 10}, {time.Second, 10}}}, 10, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := tt.r.due(tt.k)
			if ok != tt.ok || got != tt.want {
				t.Errorf("got %v %v, want %v %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestClientsStartEvenlyAndTheHighestNumbersStopFirst(t *testing.T) {
	l, err := ParseStages("4s:4,1s:4,2s:2")
	if err != nil {
		t.Fatal(err)
	}
	s := time.Second
	want := []change{{0, 0, true}, {s, 1, true}, {2 * s, 2, true}, {3 * s, 3, true}, {5 * s, 3, false}, {6 * s, 2, false}}
	var got []change
	for turns := l.changes(); ; turns.next() {
		c, ok := turns.peek()
		if !ok {
			break
		}
		got = append(got, c)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestWhatIsParsedPrintsAsItWas(t *testing.T) {
	load := func(s string) (string, error) { l, err := ParseStages(s); return l.String(), err }
	rate := func(s string) (string, error) { r, err := ParseRate(s); return r.String(), err }
	dist := func(s string) (string, error) { d, err := ParseDist(s); return d.String(), err }
	tests := []struct {
		parse    func(string) (string, error)
		in, want string // want: the text, or what an error must say
		bad      bool
	}{
		{load, "30s:1000,5m:1000,30s:0", "30s:1000,5m0s:1000,30s:0", false},
		{load, "30s", "DURATION:TARGET", true},
		{load, "x:1", "not a duration", true},
		{load, "30s:-1", "not a number of clients", true},
		{load, "30s:0", "never a client", true},
		{load, "0s:5", "no time at all", true},
		{rate, "500/s", "500/s", false},
		{rate, "30/m", "0.5/s", false},
		{rate, "30s:100/s,5m:500/s", "30s:100/s,5m0s:500/s", false},
		{rate, "500", "not a rate such as", true},
		{rate, "NaN/s", "not a rate such as", true},
		{rate, "0/s", "never an iteration", true},
		{dist, "10s", "10s", false},
		{dist, "exp:10s", "exp:10s", false},
		{dist, "uniform:5s,15s", "uniform:5s,15s", false},
		{dist, "lognormal:10s,1.2", "lognormal:10s,1.2", false},
		{dist, "uniform:15s,5s", "greater bound comes second", true},
		{dist, "lognormal:10s,NaN", "not a sigma", true},
		{dist, "exp:-1s", "not a duration", true},
		{dist, "gauss:1s", `no distribution "gauss"`, true},
	}
	for _, tt := range tests {
		got, err := tt.parse(tt.in)
		switch {
		case tt.bad && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%q: error %v, want one that says %q", tt.in, err, tt.want)
		case !tt.bad && (err != nil || got != tt.want):
			t.Errorf("%q: got %q, %v", tt.in, got, err)
		}
	}
}

func TestThinkTimesHaveTheParametersThatWereGiven(t *testing.T) {
	tests := []struct {
		in   string
		mean time.Duration
	}{
		{"10s", 10 * time.Second},
		{"exp:10s", 10 * time.Second},
		{"uniform:5s,15s", 10 * time.Second},
		{"lognormal:10s,0.5", time.Duration(10e9 * math.Exp(0.125))}, // median·e^(σ²/2)
	}
	for _, tt := range tests {
		d, err := ParseDist(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		var r stream
		r.init(1, 1)
		const n = 100_000
		sum := 0.0
		for range n {
			x := d.draw(&r)
			if x < 0 || x > maxThink {
				t.Fatalf("%s: drew %v", tt.in, x)
			}
			sum += float64(x)
		}
		if mean := sum / n; math.Abs(mean/float64(tt.mean)-1) > 0.02 {
			t.Errorf("%s: mean %v, want %v", tt.in, time.Duration(mean), tt.mean)
		}
	}
}

func TestTimersComeInTheOrderOfTimeWhateverWasSetAndCleared(t *testing.T) {
	const slots = 500
	var q timers
	q.init(slots)
	var r stream
	r.init(7, 7)
	want := map[int32]time.Duration{}
	for range 20_000 {
		slot := int32(r.uint64() % slots)
		if r.uint64()%3 == 0 {
			q.clear(slot)
			delete(want, slot)
			continue
		}
		due := time.Duration(r.uint64() % 1000)
		q.set(slot, due)
		want[slot] = due
	}
	last := timer{due: -1}
	for len(want) > 0 {
		x, ok := q.next()
		if !ok || want[x.slot] != x.due || x.before(last) {
			t.Fatalf("got %v %v behind %v, want due %v", x, ok, last, want[x.slot])
		}
		q.clear(x.slot)
		delete(want, x.slot)
		last = x
	}
	if x, ok := q.next(); ok {
		t.Errorf("%v is left", x)
	}
}
