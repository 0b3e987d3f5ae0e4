package yardstick

import (
	"slices"
	"testing"
)

// Pairs are the slices of a benchmark and of its yardstick, in turns.
type Pairs struct {
	swapped bool
	units   []string
	samples map[string][]float64
}

// Take takes a slice of each, the other one first every second time, so that
// what changes on the machine meanwhile favours neither.
func (p *Pairs) Take(ours, plain func()) {
	if p.swapped = !p.swapped; p.swapped {
		ours()
		plain()
	} else {
		plain()
		ours()
	}
}

// Add adds a figure of one pair.
func (p *Pairs) Add(unit string, figure float64) {
	if p.samples == nil {
		p.samples = map[string][]float64{}
	}
	if p.samples[unit] == nil {
		p.units = append(p.units, unit)
	}
	p.samples[unit] = append(p.samples[unit], figure)
}

// Ratio adds a figure of ours and of the yardstick, named for what they have in
// common, and their ratio.
func (p *Pairs) Ratio(name, unit string, ours, plain float64) {
	p.Add(name+"-ratio", ours/plain)
	p.Add(unit, ours)
	p.Add("plain-"+unit, plain)
}

// Report reports the median of each figure.
func (p *Pairs) Report(b *testing.B) {
	b.ReportMetric(0, "ns/op") // the time of a whole pair says nothing
	for _, unit := range p.units {
		b.ReportMetric(Median(p.samples[unit]), unit)
	}
}

// Median is the middle one of some figures, of an even number the upper.
func Median[T int | float64 | ~int64](x []T) T {
	var none T
	if len(x) == 0 {
		return none
	}
	return slices.Sorted(slices.Values(x))[len(x)/2]
}
