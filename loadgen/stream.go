package loadgen

import (
	"math"
	"math/rand/v2"
)

// stream is a client's own source of chance: PCG, 16 bytes of state, a function
// of the run's seed and the client's number alone. What one client draws never
// depends on what another does.
type stream struct{ pcg rand.PCG }

func (s *stream) init(seed uint64, client int) {
	// Both words go through a mixer, since neighbouring seeds and clients must
	// not have neighbouring states.
	s.pcg.Seed(mix(seed), mix(seed^mix(uint64(client)+1)))
}

// mix is the finalizer of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (s *stream) uint64() uint64 { return s.pcg.Uint64() }

// float64 returns a number from 0 up to and without 1.
func (s *stream) float64() float64 { return float64(s.pcg.Uint64()>>11) / (1 << 53) }

// normal returns a number from the standard normal distribution (Box–Muller).
func (s *stream) normal() float64 {
	return math.Sqrt(-2*math.Log(1-s.float64())) * math.Cos(2*math.Pi*s.float64())
}
