package results

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Noticed says what the clients of the load noticed of the sessions beside them.
type Noticed struct {
	Errors  []string `json:"errors"`            // that something failed which did not before, each a sentence
	Latency []string `json:"latency"`           // that answers took longer, likewise
	Unknown string   `json:"unknown,omitempty"` // why it is not known whether answers took longer
}

// Any says that they noticed something.
func (n *Noticed) Any() bool { return len(n.Errors)+len(n.Latency) > 0 }

// What has to be exceeded for a rise to be noticed.
const (
	noticeChance = 0.01        // that as much comes of nothing, for counts and for ranks
	noticeFactor = 2           // times the median before
	noticeRise   = lagFree     // what any busy machine takes to wake a thread
	noticeStall  = time.Second // what a person notices
	noticeOwn    = lagPart     // times the rise of the generator's own lateness
)

// notice holds what clients met with while sessions were played against what they met with before. In a measurement
// that is not valid times say as much of this machine as of the target, and are not judged.
func notice(before, during *FuzzWindow, valid bool) *Noticed {
	n := &Noticed{Errors: []string{}, Latency: []string{}}
	share := during.Duration.Seconds() / max((before.Duration+during.Duration).Seconds(), 1e-9)
	for _, kind := range []struct {
		what           string
		before, during map[string]int64
	}{
		{"failed operations", before.Errors, during.Errors},
		{"lost connections", before.Lost, during.Lost},
		{"violations", before.Violations, during.Violations},
	} {
		for _, class := range sortedKeys(kind.during) {
			if a, b := kind.before[class], kind.during[class]; more(a, b, share) {
				n.Errors = append(n.Errors, fmt.Sprintf("%s, %s: %d, before %s", kind.what, class, b, orNone(a)))
			}
		}
	}
	if !valid {
		n.Unknown = "whether answers took longer is not judged: the measurement is not valid"
		return n
	}
	n.slower(before, during)
	n.stalled(before, during)
	return n
}

func orNone(n int64) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// more reports whether something happened more often later on. What never happened before is more. Else, were it as
// frequent as before, later ones would be share of all: as many or more must be as improbable as noticeChance.
func more(before, later int64, share float64) bool {
	if before == 0 {
		return later > 0
	}
	return binomialTail(before+later, later, share) < noticeChance
}

// binomialTail is the probability of k or more out of n, each with probability p.
func binomialTail(n, k int64, p float64) float64 {
	if p <= 0 || p >= 1 {
		return 1
	}
	logOf := func(n int64) float64 { g, _ := math.Lgamma(float64(n) + 1); return g }
	sum := 0.0
	for i, term := k, 1.0; i <= n && (term > 1e-9 || float64(i) < float64(n)*p); i++ {
		term = math.Exp(logOf(n) - logOf(i) - logOf(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
		sum += term
	}
	return sum
}

func secondP50(s fuzzSecond) time.Duration  { return s.p50 }
func secondP99(s fuzzSecond) time.Duration  { return s.p99 }
func secondLate(s fuzzSecond) time.Duration { return s.late }

// medianOf is the figure of the second in the middle, 0 without any.
func medianOf(seconds []fuzzSecond, of func(fuzzSecond) time.Duration) time.Duration {
	if len(seconds) == 0 {
		return 0
	}
	all := make([]time.Duration, len(seconds))
	for i, s := range seconds {
		all[i] = of(s)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// slower compares the p99s of the seconds. They have to be longer by rank, by a factor, by more than a machine takes
// to wake a thread, and by more than what the generator's own lateness may stand for.
func (n *Noticed) slower(before, during *FuzzWindow) {
	a, b := len(before.seconds), len(during.seconds)
	if limit := zOf(float64(a)*float64(b), a, b); limit < zChance {
		n.Unknown = fmt.Sprintf("too few seconds with iterations to tell whether answers took longer: %d before, %d later", a, b)
		return
	}
	was, is := medianOf(before.seconds, secondP99), medianOf(during.seconds, secondP99)
	own := medianOf(during.seconds, secondLate) - medianOf(before.seconds, secondLate)
	if rankZ(before.seconds, during.seconds) < zChance || is < noticeFactor*was || is-was < noticeRise || is-was < noticeOwn*own {
		return
	}
	n.Latency = append(n.Latency, fmt.Sprintf("p99 of service time: %s in the median second, before %s", formatTime(is), formatTime(was)))
}

// stalled looks for a second in which somebody waited for as long as a person notices, which is far longer than
// before, while the generator was not late itself.
func (n *Noticed) stalled(before, during *FuzzWindow) {
	var most time.Duration
	for _, s := range during.seconds {
		if s.late < s.p99/lagPart {
			most = max(most, s.p99)
		}
	}
	if most < noticeStall || most < noticeFactor*before.Slowest || len(before.seconds) == 0 {
		return
	}
	n.Latency = append(n.Latency, fmt.Sprintf("p99 of service time: %s in the slowest second, before %s", formatTime(most), formatTime(before.Slowest)))
}

// zChance is the deviation, in standard deviations, of which the chance is noticeChance.
var zChance = math.Sqrt2 * math.Erfinv(1-2*noticeChance)

// rankZ is that of the rank-sum test of Mann and Whitney, one-sided: how far the p99s of later lie behind those of
// before. Equal ones count for half.
func rankZ(before, later []fuzzSecond) float64 {
	u := 0.0
	for _, x := range before {
		for _, y := range later {
			switch {
			case y.p99 > x.p99:
				u++
			case y.p99 == x.p99:
				u += 0.5
			}
		}
	}
	return zOf(u, len(before), len(later))
}

// zOf is the deviation of a sum of ranks from its mean, corrected for being a whole number; 0 if there is none.
func zOf(u float64, a, b int) float64 {
	product := float64(a) * float64(b)
	if product == 0 {
		return 0
	}
	return (u - product/2 - 0.5) / math.Sqrt(product*float64(a+b+1)/12)
}
