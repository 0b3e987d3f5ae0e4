package loadgen

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Dist is a distribution of think times, for the closed model. The zero Dist
// is no think time at all.
type Dist struct {
	kind  distKind
	a, b  time.Duration // exp: mean, –; uniform: least, most; lognormal: median, –
	sigma float64       // lognormal: standard deviation of the logarithm
}

type distKind uint8

const (
	constant distKind = iota
	exponential
	uniform
	lognormal
)

// maxThink bounds what is drawn, and with it the tails of exp and lognormal.
const maxThink = 24 * time.Hour

// Constant is a think time that is always the same.
func Constant(d time.Duration) Dist { return Dist{kind: constant, a: d} }

// Exponential is a think time with that mean, as between independent events.
func Exponential(mean time.Duration) Dist { return Dist{kind: exponential, a: mean} }

// ParseDist reads a distribution:
//
//	10s                 always 10 s
//	exp:10s             exponential, mean 10 s
//	uniform:5s,15s      anything from 5 s to 15 s, all alike
//	lognormal:10s,1.2   log-normal, median 10 s, sigma 1.2 (of the natural logarithm)
func ParseDist(s string) (Dist, error) {
	kind, rest, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		kind, rest = "", kind
	}
	parts := strings.Split(rest, ",")
	bad := func(why string) (Dist, error) {
		return Dist{}, fmt.Errorf("think time %q: %s; want 10s, exp:10s, uniform:5s,15s or lognormal:10s,1.2", s, why)
	}
	first, err := parseThink(parts[0])
	if err != nil {
		return bad(err.Error())
	}
	switch {
	case kind == "" && len(parts) == 1:
		return Constant(first), nil
	case kind == "exp" && len(parts) == 1:
		return Exponential(first), nil
	case kind == "uniform" && len(parts) == 2:
		second, err := parseThink(parts[1])
		if err != nil {
			return bad(err.Error())
		}
		if second < first {
			return bad("the greater bound comes second")
		}
		return Dist{kind: uniform, a: first, b: second}, nil
	case kind == "lognormal" && len(parts) == 2:
		sigma, err := strconv.ParseFloat(strings.TrimSpace(parts[1]), 64)
		if err != nil || !(sigma >= 0 && sigma <= 10) {
			return bad(fmt.Sprintf("%q is not a sigma from 0 to 10", parts[1]))
		}
		return Dist{kind: lognormal, a: first, sigma: sigma}, nil
	case kind == "" || kind == "exp" || kind == "uniform" || kind == "lognormal":
		return bad("wrong number of parameters")
	}
	return bad(fmt.Sprintf("there is no distribution %q", kind))
}

func parseThink(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err != nil || d < 0 || d > maxThink {
		return 0, fmt.Errorf("%q is not a duration from 0s to 24h", s)
	}
	return d, nil
}

// String is the distribution as ParseDist reads it.
func (d Dist) String() string {
	switch d.kind {
	case exponential:
		return fmt.Sprintf("exp:%v", d.a)
	case uniform:
		return fmt.Sprintf("uniform:%v,%v", d.a, d.b)
	case lognormal:
		return fmt.Sprintf("lognormal:%v,%s", d.a, strconv.FormatFloat(d.sigma, 'f', -1, 64))
	}
	return d.a.String()
}

// Mean is the expected think time.
func (d Dist) Mean() time.Duration {
	switch d.kind {
	case uniform:
		return d.a + (d.b-d.a)/2
	case lognormal:
		return clampThink(float64(d.a) * math.Exp(d.sigma*d.sigma/2))
	}
	return d.a
}

// draw returns one think time from the stream.
func (d Dist) draw(r *stream) time.Duration {
	switch d.kind {
	case exponential:
		return clampThink(-math.Log(1-r.float64()) * float64(d.a))
	case uniform:
		return d.a + time.Duration(r.float64()*float64(d.b-d.a))
	case lognormal:
		return clampThink(float64(d.a) * math.Exp(d.sigma*r.normal()))
	}
	return d.a
}

func clampThink(ns float64) time.Duration {
	return time.Duration(min(ns, float64(maxThink)))
}
