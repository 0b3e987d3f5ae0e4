package results

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestATapeIsTheHistogramOfTheLibrary(t *testing.T) {
	var w tapeWriter
	if n := len(newHistogram().Export().Counts); n != slots {
		t.Fatalf("%d slots, the library has %d", slots, n)
	}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) int64 {
			return min(rapid.Int64Range(0, 1<<rapid.IntRange(0, 42).Draw(t, "bits")).Draw(t, "ns"), int64(Longest))
		}), 1, 300).Draw(t, "values")
		a, b, h := &tape{}, &tape{}, newHistogram()
		for i, v := range values {
			if i%2 == 0 {
				a.record(time.Duration(v))
			} else {
				b.record(time.Duration(v))
			}
			if err := h.RecordValue(v); err != nil {
				t.Fatal(err)
			}
			if low := lowest(slot(time.Duration(v))); int64(low) > v || !h.ValuesAreEquivalent(int64(low), v) {
				t.Fatalf("%d is counted with %d", v, low)
			}
		}
		for _, p := range []float64{0.1, 50, 99, 100} {
			if got, want := tapesAt(p, a, nil, b), percentile(h, p); got != want {
				t.Fatalf("p%v: got %d, want %d", p, got, want)
			}
		}
		a.add(b)
		code, err := w.append([]byte("x"), a)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := encode(h); err != nil || string(code) != "x"+want {
			t.Fatalf("got  %s\nwant x%s, %v", code, want, err)
		}
		var sum *histogram
		if dropped := a.addTo(&sum); dropped != 0 || !sum.Equals(h) {
			t.Fatalf("%d are lost, or the sum differs", dropped)
		}
		if a.empty(); a.length() != 0 || a.addTo(&sum) != 0 || !sum.Equals(h) {
			t.Fatal("an emptied tape is not empty")
		}
	})
}
