package yardstick

import (
	"slices"
	"strings"
	"testing"
)

func TestPairsTakeTurnsAtBeingFirst(t *testing.T) {
	var order strings.Builder
	var p Pairs
	for range 3 {
		p.Take(func() { order.WriteByte('o') }, func() { order.WriteByte('p') })
	}
	if order.String() != "oppoop" {
		t.Errorf("%s", &order)
	}
}

func TestFiguresKeepTheirOrder(t *testing.T) {
	var p Pairs
	for _, ours := range []float64{3, 1, 2} {
		p.Ratio("cpu", "ns/trip", ours, 2)
		p.Add("allocs/trip", 0)
	}
	if want := []string{"cpu-ratio", "ns/trip", "plain-ns/trip", "allocs/trip"}; !slices.Equal(p.units, want) {
		t.Errorf("%q", p.units)
	}
	if m := Median(p.samples["cpu-ratio"]); m != 1 {
		t.Errorf("%v of %v", m, p.samples["cpu-ratio"])
	}
}

func TestTheMedianOfAnEvenNumberIsTheUpper(t *testing.T) {
	x := []int{4, 1, 3, 2}
	if got := Median(x); got != 3 || !slices.Equal(x, []int{4, 1, 3, 2}) || Median[int](nil) != 0 {
		t.Errorf("%d of %v", got, x)
	}
}
