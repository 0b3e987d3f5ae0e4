package live

import (
	"math/rand/v2"
	"slices"

	"nudge/codec/msnp"
)

// maker makes cases of their paths.
type maker struct {
	seed    uint64
	scripts []script // played as they are, once
	bases   []script // that cases are made from: all but those that take long
}

func newMaker(seed uint64, d msnp.Dialect, m msnp.Mode) *maker {
	all := scripts(d, m)
	return &maker{seed, all, slices.DeleteFunc(slices.Clone(all), script.slow)}
}

// mostEdits is how many edits one number of a path makes at most.
const mostEdits = 4

// make makes the case of a path. The first numbers are the scripts as they are.
func (m *maker) make(p Path) *Case {
	e := &editor{rng: rand.New(rand.NewPCG(m.seed, p[0])), scripts: m.bases}
	var c *Case
	if p[0] < uint64(len(m.scripts)) {
		c = (&Case{steps: m.scripts[p[0]].steps}).clone()
		c.first = len(c.steps)
	} else {
		c = (&Case{steps: pick(e, m.bases).steps}).clone()
		e.editSome(c)
	}
	for _, n := range p[1:] {
		e.rng = rand.New(rand.NewPCG(m.seed, n))
		e.editSome(c)
	}
	c.Path = p
	return c
}

// editSome makes some edits: few more often than many.
func (e *editor) editSome(c *Case) {
	n := 1
	for n < mostEdits && e.rng.IntN(2) == 0 {
		n++
	}
	for tries := 0; n > 0 && tries < 64; tries++ {
		if pick(e, edits)(e, c) {
			n--
		}
	}
	if c.edits == 0 {
		c.first = len(c.steps)
	}
}
