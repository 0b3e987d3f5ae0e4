package loadgen

import "math"

// Search looks for the highest level of a load, of iterations per second or of
// clients, that a server still keeps up with. It is a pure sequence: Next says
// at which level the next step is to be made and Tell takes what came of it.
//
// The level doubles from From on until a step breaks; then it is halved in,
// in its logarithm. Steps near the limit go now one way and now the other, so
// that an outcome is a sample and no proof: see belief for what is made of them.
// As long as they agree the levels are those of bisection.
type Search struct {
	From      float64 // lowest level, where the search begins; above 0
	To        float64 // highest level; 0: there is none
	Precision float64 // how wide the interval may be in the end, as a share of its low end; 0: 0.1
	Whole     bool    // levels are whole numbers

	told   []outcome
	belief *belief // of told; nil: to be made
	next   float64 // level; 0: to be found
}

// outcome is what came of a step.
type outcome struct {
	level float64
	kept  bool
}

// Finding is what a search has come to.
type Finding uint8

const (
	Looking Finding = iota // more steps would tell more
	Found                  // the interval is as narrow as was asked for
	Above                  // the highest level was kept
	Below                  // the lowest level was not kept
)

// Interval is where the limit lies: the level at which one step in two is kept.
// Low and High enclose it with a probability of 95 %, and it is as likely above
// Mid as below.
type Interval struct {
	Low, Mid, High float64
}

const defaultPrecision = 0.1

func (s *Search) precision() float64 {
	if s.Precision <= 0 {
		return defaultPrecision
	}
	return s.Precision
}

// Tell takes the outcome of a step at some level.
func (s *Search) Tell(level float64, kept bool) {
	o := outcome{level, kept}
	s.told, s.next = append(s.told, o), 0
	if s.belief != nil && level <= s.belief.top {
		s.belief.learn(o)
	} else {
		s.belief = nil // its grid is too short
	}
}

// Next returns the level of the next step; false: there is none to make.
func (s *Search) Next() (level float64, ok bool) {
	if s.next > 0 {
		return s.next, true
	}
	if s.Finding() != Looking {
		return 0, false
	}
	switch top := s.top(); {
	case top == 0: // nothing was kept so far
		s.next = s.From
	case s.broke() == 0:
		s.next = s.round(2 * top)
	default:
		s.next = s.telling()
	}
	return s.next, true
}

// Finding says what the search has come to.
func (s *Search) Finding() Finding {
	top, broke := s.top(), s.broke()
	switch {
	case top == 0 && broke >= 2: // one step that breaks may be bad luck
		return Below
	case top == 0 || broke == 0 && (s.To == 0 || top < s.To):
		return Looking
	case broke == 0:
		return Above
	}
	b := s.believe()
	if s.To > 0 && b.below(s.To) < 0.05 {
		return Above
	}
	if b.below(s.From) > 0.95 {
		return Below
	}
	if iv := b.interval(); iv.High <= iv.Low*(1+s.precision()) || s.Whole && iv.High-iv.Low <= 1 {
		return Found
	}
	return Looking
}

// Interval is where the limit lies as far as is known. With no step that broke
// High is infinite, with none that was kept Low is 0.
func (s *Search) Interval() Interval {
	switch top := s.top(); {
	case len(s.told) == 0:
		return Interval{0, math.Inf(1), math.Inf(1)}
	case s.broke() == 0:
		return Interval{top, math.Inf(1), math.Inf(1)}
	case top == 0:
		return Interval{0, 0, s.lowest()}
	}
	return s.believe().interval()
}

// telling is the level of which the outcome is expected to tell most.
func (s *Search) telling() float64 {
	b := s.believe()
	best, least := 0.0, math.Inf(1)
	for _, q := range candidates {
		level := s.bound(b.quantile(q))
		// The first candidate is the median; another must be clearly better.
		if e := b.expected(level); e < least-0.001 {
			best, least = level, e
		}
	}
	return s.rounded(best)
}

// candidates are the quantiles of the limit at which a step may be made.
var candidates = [...]float64{0.5, 0.3, 0.7, 0.15, 0.85, 0.05, 0.95}

// rounded is a level as it is tried: of whole numbers, where the limit lies
// between two, now the one and now the other.
func (s *Search) rounded(level float64) float64 {
	r := s.round(level)
	if !s.Whole || s.quantum(level) > 1 {
		return r
	}
	down, up := s.bound(math.Floor(level)), s.bound(math.Floor(level)+1)
	if s.tries(up) < s.tries(down) {
		return up
	}
	return down
}

// round gives a level that a person can read: a multiple of 1, 2 or 5 times a
// power of ten, and not a fifth of the precision away.
func (s *Search) round(level float64) float64 {
	q := s.quantum(level)
	if s.Whole {
		q = max(q, 1)
	}
	n := math.Round(level / q)
	if q < 1 { // dividing by a whole number gives the nearest decimal
		return s.bound(n / math.Round(1/q))
	}
	return s.bound(n * q)
}

// quantum is the distance of round levels.
func (s *Search) quantum(level float64) float64 {
	want := level * s.precision() / 5
	ten := math.Pow(10, math.Floor(math.Log10(want)))
	for _, m := range []float64{5, 2} {
		if m*ten <= want {
			return m * ten
		}
	}
	return ten
}

// bound keeps a level within those that may be tried.
func (s *Search) bound(level float64) float64 {
	if s.To > 0 {
		level = min(level, s.To)
	}
	return max(level, s.From)
}

// top is the highest level that was kept; 0: none was.
func (s *Search) top() (level float64) {
	for _, o := range s.told {
		if o.kept {
			level = max(level, o.level)
		}
	}
	return level
}

// lowest is the lowest level that was not kept; there is one.
func (s *Search) lowest() float64 {
	level := math.Inf(1)
	for _, o := range s.told {
		if !o.kept {
			level = min(level, o.level)
		}
	}
	return level
}

// broke is how many steps did not keep their level.
func (s *Search) broke() (n int) {
	for _, o := range s.told {
		if !o.kept {
			n++
		}
	}
	return n
}

// tries is how many steps were made at a level.
func (s *Search) tries(level float64) (n int) {
	for _, o := range s.told {
		if o.level == level {
			n++
		}
	}
	return n
}

func (s *Search) believe() *belief {
	if s.belief == nil {
		s.belief = newBelief(s.told, s.From, s.precision())
	}
	return s.belief
}
