package results

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Longest is the greatest latency that is told apart; what is longer counts as this much, and is counted as clamped.
const Longest = time.Hour

// digits is how many significant digits a histogram keeps: values are within 0.1 % of what was recorded.
const digits = 3

// histogram is the one place where the library's type is named.
type histogram = hdrhistogram.Histogram

// newHistogram takes 264 KiB.
func newHistogram() *histogram { return hdrhistogram.New(1, int64(Longest), digits) }

// cell holds one operation in one phase. Histograms are made when first needed.
type cell struct {
	ok, failed *histogram
	errors     map[string]int64 // failures by class; their sum is failed's count
}

// count is the number of values in a histogram that may not have been made.
func count(h *histogram) int64 {
	if h == nil {
		return 0
	}
	return h.TotalCount()
}

// merge adds from to *into, making it if there is something to add. It returns how many values could not be kept.
func merge(into **histogram, from *histogram) (dropped int64) {
	if count(from) == 0 {
		return 0
	}
	if *into == nil {
		*into = newHistogram()
	}
	return (*into).Merge(from)
}

// add adds another cell to c.
func (c *cell) add(from *cell) (dropped int64) {
	dropped = merge(&c.ok, from.ok) + merge(&c.failed, from.failed)
	for class, n := range from.errors {
		if c.errors == nil {
			c.errors = map[string]int64{}
		}
		c.errors[class] += n
	}
	return dropped
}

// taped is a cell of one loop and one second.
type taped struct {
	ok, failed *tape
	errors     map[string]int64
}

// empty takes all values out of the cell and keeps its memory.
func (c *taped) empty() {
	c.ok.empty()
	c.failed.empty()
	clear(c.errors)
}

// add adds what another loop recorded. Where c has nothing it takes the other's tapes as they are.
func (c *taped) add(from *taped) {
	c.ok = joined(c.ok, from.ok)
	c.failed = joined(c.failed, from.failed)
	c.errors = joinedCounts(c.errors, from.errors)
}

func joined(a, b *tape) *tape {
	switch {
	case b.length() == 0:
		return a
	case a.length() == 0:
		return b
	}
	a.add(b)
	return a
}

func joinedCounts(a, b map[string]int64) map[string]int64 {
	if len(a) == 0 {
		return b
	}
	addCounts(a, b)
	return a
}

// addTo adds the cell to that of the total. It returns how many values could not be kept.
func (c *taped) addTo(total *cell) (dropped int64) {
	dropped = c.ok.addTo(&total.ok) + c.failed.addTo(&total.failed)
	if len(c.errors) > 0 {
		if total.errors == nil {
			total.errors = map[string]int64{}
		}
		addCounts(total.errors, c.errors)
	}
	return dropped
}

// together is the sum of histograms, some of which may not have been made: one of them if the others are empty, else a new one.
// The caller must not change it. nil if there is nothing.
func together(hs ...*histogram) *histogram {
	var sum *histogram
	for i, h := range hs {
		switch {
		case count(h) == 0:
		case sum == nil:
			sum = h
		default:
			sum = nil
			for _, h := range hs[:i+1] {
				merge(&sum, h)
			}
			for _, h := range hs[i+1:] {
				merge(&sum, h)
			}
			return sum
		}
	}
	return sum
}

// percentile is the value at a percentile, 0 to 100, by the nearest rank: 0 if there are no values.
func percentile(h *histogram, p float64) time.Duration {
	if count(h) == 0 {
		return 0
	}
	return min(time.Duration(h.ValueAtPercentile(p)), Longest)
}

// greatest is the greatest value of a histogram that has some. The library gives the upper end of the range in which it lies.
func greatest(h *histogram) time.Duration { return min(time.Duration(h.Max()), Longest) }

// encode returns the histogram in the compressed V2 form, base64: "HISTF…".
func encode(h *histogram) (string, error) {
	b, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(b), err
}

// decode reads what encode, or the library of another language, wrote. Histograms of another range are taken as they are.
func decode(s string) (*histogram, error) { return hdrhistogram.Decode([]byte(s)) }
