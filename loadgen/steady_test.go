package loadgen

import (
	"testing"
	"time"
)

func TestTheLongestSteadyStretch(t *testing.T) {
	const s = time.Second
	for _, tt := range []struct {
		load, rate string
		want       Stretch
		ok         bool
	}{
		{"5s:100,30s:100", "", Stretch{5 * s, 5 * s, 35 * s}, true},
		{"5s:100,30s:100,5s:0", "", Stretch{5 * s, 5 * s, 35 * s}, true},
		{"5s:100,10s:100,5s:200,20s:200,5s:0", "", Stretch{5 * s, 20 * s, 40 * s}, true},
		{"5s:100,10s:100,0s:200,20s:200", "", Stretch{5 * s, 15 * s, 35 * s}, true},
		{"5s:100,10s:100,10s:100,5s:0", "", Stretch{5 * s, 5 * s, 25 * s}, true},
		{"5s:100,0s:100,5s:0", "", Stretch{}, false},
		{"5s:100,5s:0,20s:0", "", Stretch{}, false},
		{"5s:100,30s:100", "50/s", Stretch{0, 0, 30 * s}, true},
		{"5s:100,30s:100", "10s:50/s,15s:50/s", Stretch{10 * s, 10 * s, 25 * s}, true},
		{"5s:100,30s:100", "10s:50/s,5s:0/s", Stretch{}, false},
	} {
		load, err := ParseStages(tt.load)
		if err != nil {
			t.Fatal(err)
		}
		var rate Rate
		if tt.rate != "" {
			if rate, err = ParseRate(tt.rate); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := Steady(load, rate); got != tt.want || ok != tt.ok {
			t.Errorf("%s %s: %v %v, want %v %v", tt.load, tt.rate, got, ok, tt.want, tt.ok)
		}
	}
}
