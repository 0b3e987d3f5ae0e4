package loadgen

import (
	"errors"
	"fmt"
	"math"
)

// Kind is clients that do the same, among others that do not.
type Kind struct {
	Weight     float64 // share of the clients, in proportion to the others'; above 0
	Think      Dist    // closed model: between iterations, and before the first; zero: none
	Iterations bool    // false: clients get none, and only stay
}

// MaxKinds bounds the kinds of a run.
const MaxKinds = 64

// Interleave deals n places out to as many kinds as there are weights. Of the
// first m places, for any m, each kind has its share by weight, but for less
// than one place. It is Tijdeman's solution of the chairman assignment problem:
// of the kinds that are owed enough, the one gets the place that must have its
// next one first.
func Interleave(weights []float64, n int) []uint8 {
	places := make([]uint8, n)
	if len(weights) < 2 {
		return places
	}
	all := 0.0
	for _, w := range weights {
		all += w
	}
	enough := 1 / float64(2*len(weights)-2)
	dealt := make([]float64, len(weights))
	for m := range places {
		first, least := 0, math.Inf(1)
		for i, w := range weights {
			owed := float64(m+1)*w/all - dealt[i]
			if owed < enough-1e-9 {
				continue
			}
			if latest := (1 - enough - owed) / w; latest < least {
				first, least = i, latest
			}
		}
		dealt[first]++
		places[m] = uint8(first)
	}
	return places
}

// kinds are those of a run, and which clients are of each.
type kinds struct {
	list   []Kind
	of     []uint8 // by client; nil: all are of the first
	counts []int   // clients of each
}

func newKinds(cfg *Config) (kinds, error) {
	k := kinds{list: cfg.Kinds}
	if len(k.list) == 0 {
		k.list, k.counts = []Kind{{1, cfg.Think, cfg.Iterations}}, []int{cfg.Clients}
		return k, nil
	}
	if len(k.list) > MaxKinds {
		return k, fmt.Errorf("loadgen: %d kinds, at most %d are allowed", len(k.list), MaxKinds)
	}
	var weights []float64
	for _, kind := range k.list {
		if !(kind.Weight > 0) || math.IsInf(kind.Weight, 1) {
			return k, errors.New("loadgen: the weight of a kind must be above 0")
		}
		weights = append(weights, kind.Weight)
	}
	k.of, k.counts = Interleave(weights, cfg.Clients), make([]int, len(k.list))
	for _, i := range k.of {
		k.counts[i]++
	}
	for i, n := range k.counts {
		if n == 0 {
			return k, fmt.Errorf("loadgen: %d clients are too few for kind %d, which gets none", cfg.Clients, i)
		}
	}
	return k, nil
}

// kind returns which one a client is of.
func (k *kinds) kind(client int) uint8 {
	if k.of == nil {
		return 0
	}
	return k.of[client]
}

// iterate reports whether any kind gets iterations.
func (k *kinds) iterate() bool {
	for i := range k.list {
		if k.list[i].Iterations {
			return true
		}
	}
	return false
}

// share is a kind's part of the iterations of the open model: that of its
// weight among the kinds that get any.
func (k *kinds) share(kind int) float64 {
	all := 0.0
	for i := range k.list {
		if k.list[i].Iterations {
			all += k.list[i].Weight
		}
	}
	return k.list[kind].Weight / all
}

// members are the clients of a loop that are of a kind, each by its number among
// all of that kind.
func (r *run) members(loop, kind int) []int32 {
	var own []int32
	n := int32(0)
	for client := range r.Clients {
		if r.kinds.kind(client) != uint8(kind) {
			continue
		}
		if client%r.loops == loop {
			own = append(own, n)
		}
		n++
	}
	return own
}
