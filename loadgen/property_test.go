package loadgen

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func genStages(target func(t *rapid.T) float64) *rapid.Generator[[]Stage] {
	return rapid.Custom(func(t *rapid.T) []Stage {
		stages := make([]Stage, rapid.IntRange(1, 6).Draw(t, "stages"))
		for i := range stages {
			d := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, int64(3*time.Hour))).Draw(t, "duration")
			stages[i] = Stage{time.Duration(d), target(t)}
		}
		return stages
	})
}

// TestTurnsAddUpToTheLevel: turns come in the order of time, always of the
// lowest client that is not there or the highest that is, and behind each the
// number of clients is the level at that time, rounded up.
func TestTurnsAddUpToTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stages := genStages(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 200).Draw(t, "clients")) }).Draw(t, "load")
		n, last := 0, time.Duration(0)
		for turns := (Load{stages}).changes(); ; turns.next() {
			c, ok := turns.peek()
			if !ok {
				break
			}
			if c.at < last || c.at > total(stages) {
				t.Fatalf("turn at %v behind %v, in a load of %v", c.at, last, total(stages))
			}
			last = c.at
			if c.start && c.client != n || !c.start && c.client != n-1 {
				t.Fatalf("turn %+v with %d clients", c, n)
			}
			if n--; c.start {
				n += 2
			}
		}
		if want := int(stages[len(stages)-1].Target); n != want {
			t.Fatalf("%d clients at the end, want %d", n, want)
		}
	})
}

// integral is how many arrivals the rate brings until t.
func (r Rate) integral(t time.Duration) float64 {
	n, from := 0.0, 0.0
	for _, s := range r.Stages {
		d := min(t, s.Duration)
		if s.Duration > 0 {
			at := from + (s.Target-from)*float64(d)/float64(s.Duration)
			n += (from + at) / 2 * d.Seconds()
		}
		from = s.Target
		if t -= d; t <= 0 && d < s.Duration {
			break
		}
	}
	return n
}

// TestArrivalsAreDueWhereTheIntegralSays, up to some 10^9 of them, to a
// millionth of an arrival in the time that one takes, or of all there were.
func TestArrivalsAreDueWhereTheIntegralSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{genStages(func(t *rapid.T) float64 { return rapid.Float64Range(0, 60_000).Draw(t, "rate") }).Draw(t, "rate")}
		all := r.Total()
		if all < 2 {
			return
		}
		k := rapid.Int64Range(0, all-2).Draw(t, "k")
		at, ok := r.due(k)
		next, ok2 := r.due(k + 1)
		if !ok || next < at || ok2 && next > r.Duration() {
			t.Fatalf("number %d of %d is due at %v %v, the next at %v %v", k, all, at, ok, next, ok2)
		}
		slack := 1e-6 + r.at(at)*2e-9 + float64(k)*1e-12 // of the arithmetic, and of the nanosecond that is rounded to
		if n := r.integral(at); math.Abs(n-float64(k)) > slack+1e-9*float64(all) {
			t.Fatalf("number %d is due at %v, when the integral is %v", k, at, n)
		}
		if at, ok := r.due(all + 1); ok {
			t.Fatalf("number %d of %d is due at %v", all+1, all, at)
		}
	})
}

func TestABillionArrivalsDoNotDrift(t *testing.T) {
	const day = 24 * time.Hour
	r := Rate{[]Stage{{0, 12_500}, {day, 12_500}}} // 1.08·10^9 of 80 µs
	for _, k := range []int64{0, 1, 999_999_999, 1_000_000_000, 1_079_999_999} {
		if got, ok := r.due(k); !ok || got != time.Duration(k)*80*time.Microsecond {
			t.Errorf("number %d is due at %v, want %v", k, got, time.Duration(k)*80*time.Microsecond)
		}
	}
	if n := r.Total(); n != 1_080_000_000 {
		t.Errorf("%d in all", n)
	}
}

// TestTimersAreASortedSlice compares the heap with one.
func TestTimersAreASortedSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const slots = 40
		var q timers
		q.init(slots)
		var model []timer
		without := func(slot int32) {
			model = slices.DeleteFunc(model, func(x timer) bool { return x.slot == slot })
		}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				x := timer{time.Duration(rapid.Int64Range(0, 20).Draw(t, "due")), rapid.Int32Range(0, slots-1).Draw(t, "slot")}
				q.set(x.slot, x.due)
				without(x.slot)
				model = append(model, x)
			},
			"clear": func(t *rapid.T) {
				slot := rapid.Int32Range(0, slots-1).Draw(t, "slot")
				q.clear(slot)
				without(slot)
			},
			"": func(t *rapid.T) {
				slices.SortFunc(model, func(a, b timer) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.slot, b.slot)) })
				first, ok := q.next()
				if ok != (len(model) > 0) || ok && first != model[0] {
					t.Fatalf("first is %v %v of %v", first, ok, model)
				}
			},
		})
	})
}

// TestThinkTimesHaveTheSpreadThatWasAskedFor compares the standard deviation,
// and looks at the stream of one client for the same draws again.
func TestThinkTimesHaveTheSpreadThatWasAskedFor(t *testing.T) {
	s := math.Sqrt((math.Exp(0.25) - 1) * math.Exp(0.25)) // of the log-normal, by its median
	tests := map[string]float64{"10s": 0, "exp:10s": 10, "uniform:5s,15s": 10 / math.Sqrt(12), "lognormal:10s,0.5": 10 * s}
	for in, want := range tests {
		d, err := ParseDist(in)
		if err != nil {
			t.Fatal(err)
		}
		var one, other stream
		one.init(3, 4)
		other.init(3, 4)
		const n = 200_000
		sum, squares := 0.0, 0.0
		for range n {
			x := d.draw(&one)
			if y := d.draw(&other); x != y {
				t.Fatalf("%s: the same seed draws %v and %v", in, x, y)
			}
			sum += x.Seconds()
			squares += x.Seconds() * x.Seconds()
		}
		if got := math.Sqrt(max(squares/n-sum/n*sum/n, 0)); math.Abs(got-want) > want*0.03+1e-6 {
			t.Errorf("%s: standard deviation %.3f s, want %.3f s", in, got, want)
		}
	}
	if x := (Dist{kind: lognormal, a: maxThink, sigma: 10}).draw(&stream{}); x > maxThink {
		t.Errorf("drew %v", x)
	}
}
