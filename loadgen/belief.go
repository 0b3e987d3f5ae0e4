package loadgen

import (
	"iter"
	"math"
	"slices"
)

// belief is what the steps of a search tell of the limit: a probability for each
// of many limits, by Bayes' rule. A step at level x breaks, if the limit is c,
// with the probability
//
//	lapse + (1 − 2·lapse) / (1 + exp(−(ln x − ln c)/w))
//
// as in the psychometric methods QUEST and Psi: always far above c, never far
// below, and near it by chance, but for lapses, which have nothing to do with
// the level. How near that is, the width w, differs from server to server and
// machine to machine, and is found out with c. Before any step all limits on the
// grid and all widths are alike.
type belief struct {
	top       float64     // level, of those that were tried
	low, step float64     // of the grid, in the logarithm of the level
	p         [][]float64 // probability of each limit, by width
	all       []float64   // the same for any width
}

// widths are those that are considered, as a share of the level: from steps that
// agree as well as always to a tenth and more up and down.
var widths = [...]float64{0.003, 0.01, 0.03, 0.1}

// lapse is the share of steps that go against their level.
const lapse = 0.02

// The grid ends a factor of 4 beyond the levels, and has 10 limits within the
// interval that is asked for.
const (
	gridBeyond = 4
	gridWithin = 10
)

func newBelief(told []outcome, from, precision float64) *belief {
	top := from
	for _, o := range told {
		top = max(top, o.level)
	}
	b := &belief{top: top, low: math.Log(from / gridBeyond), step: math.Log1p(min(precision, 0.5)) / gridWithin}
	n := int((math.Log(top*gridBeyond)-b.low)/b.step) + 2
	for range widths {
		b.p = append(b.p, slices.Repeat([]float64{1}, n))
	}
	b.all = make([]float64, n)
	for _, o := range told {
		b.learn(o)
	}
	return b
}

// learn takes an outcome into account, by Bayes' rule.
func (b *belief) learn(o outcome) {
	sum := 0.0
	for w, p := range b.p {
		for i, breaks := range b.breaks(o.level, w, 0) {
			if o.kept {
				breaks = 1 - breaks
			}
			p[i] *= breaks
			sum += p[i]
		}
	}
	clear(b.all)
	for _, p := range b.p {
		for i := range p {
			p[i] /= sum
			if p[i] < negligible {
				p[i] = 0
			}
			b.all[i] += p[i]
		}
	}
}

// negligible is a probability that no later steps could bring up again.
const negligible = 1e-15

// breaks goes through the limits that are more probable than least with the w-th
// width, with the probability that a step at a level breaks.
func (b *belief) breaks(level float64, w int, least float64) iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		x := math.Log(level)
		for i, p := range b.p[w] {
			if p > least && !yield(i, lapse+(1-2*lapse)/(1+math.Exp((b.at(float64(i))-x)/widths[w]))) {
				return
			}
		}
	}
}

// at is the logarithm of the i-th limit.
func (b *belief) at(i float64) float64 { return b.low + i*b.step }

// quantile is the limit below which the real one is with probability q.
func (b *belief) quantile(q float64) float64 {
	sum := 0.0
	for i, p := range b.all {
		if sum+p >= q && p > 0 {
			return math.Exp(b.at(float64(i) - 0.5 + (q-sum)/p))
		}
		sum += p
	}
	return math.Exp(b.at(float64(len(b.all))))
}

// below is the probability that the limit is below a level.
func (b *belief) below(level float64) float64 {
	sum := 0.0
	for i, p := range b.all {
		if b.at(float64(i)) >= math.Log(level) {
			break
		}
		sum += p
	}
	return sum
}

func (b *belief) interval() Interval {
	return Interval{b.quantile(0.025), b.quantile(0.5), b.quantile(0.975)}
}

// expected is how much is expected to be unknown of limit and width, as entropy,
// once the outcome of a step at a level is known.
func (b *belief) expected(level float64) float64 {
	var sum, unknown [2]float64 // if it breaks, if it is kept
	for w, p := range b.p {
		for i, breaks := range b.breaks(level, w, 1e-9) {
			for k, both := range [2]float64{p[i] * breaks, p[i] * (1 - breaks)} {
				sum[k] += both
				unknown[k] -= both * math.Log(both)
			}
		}
	}
	return unknown[0] + sum[0]*math.Log(sum[0]) + unknown[1] + sum[1]*math.Log(sum[1])
}
