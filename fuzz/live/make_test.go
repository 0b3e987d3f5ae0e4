package live

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"nudge/codec/msnp"
)

// makers are of each dialect and mode.
func makers(seed uint64) (all []*maker) {
	for _, d := range []msnp.Dialect{msnp.MSNP8, msnp.MSNP9, msnp.MSNP10} {
		for _, m := range []msnp.Mode{msnp.ModeM0, msnp.ModeM1} {
			all = append(all, newMaker(seed, d, m))
		}
	}
	return all
}

// TestEveryCaseIsMadeAgain makes many cases of paths of all lengths, twice, and has each written and read.
func TestEveryCaseIsMadeAgain(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 5000
	}
	a, b := makers(7), makers(7)
	rng := rand.New(rand.NewPCG(1, 2))
	edited := 0
	for i := range n {
		p := Path{uint64(i)}
		for rng.IntN(4) == 0 && len(p) < maxPath {
			p = append(p, rng.Uint64N(1<<20))
		}
		c := a[i%len(a)].make(p)
		if c.first < len(c.steps) {
			edited++
		}
		if i%64 != 0 {
			continue // the rest is to show that nothing panics
		}
		text := c.Text()
		if again := b[i%len(b)].make(p).Text(); again != text {
			t.Fatalf("path %v made\n%s\nand then\n%s", p, text, again)
		}
		read, err := ParseCase(text)
		if err != nil {
			t.Fatalf("path %v: %v\n%s", p, err, text)
		}
		if read.Text() != text {
			t.Fatalf("path %v: read\n%s\nwritten\n%s", p, text, read.Text())
		}
	}
	if edited < n/2 {
		t.Errorf("%d of %d cases were edited", edited, n)
	}
}

// TestEveryEditKeepsACaseReadable makes each edit many times, to each script.
func TestEveryEditKeepsACaseReadable(t *testing.T) {
	m := newMaker(1, msnp.MSNP10, msnp.ModeM0)
	for i, f := range edits {
		done := 0
		for j := range 60 {
			e := &editor{rng: rand.New(rand.NewPCG(uint64(i), uint64(j))), scripts: m.bases}
			from := pick(e, m.bases).steps
			before := (&Case{steps: from}).Text()
			c := (&Case{steps: from}).clone()
			changed := f(e, c)
			if (&Case{steps: from}).Text() != before {
				t.Fatalf("edit %d changes the script that it was to change a copy of", i)
			}
			if !changed {
				continue
			}
			done++
			if c.edits != 1 || c.first > len(c.steps) {
				t.Fatalf("edit %d: %d edits, the first at %d of %d", i, c.edits, c.first, len(c.steps))
			}
			read, err := ParseCase(c.Text())
			if err != nil || read.Text() != c.Text() {
				t.Fatalf("edit %d: %v\n%s", i, err, c.Text())
			}
		}
		if done == 0 {
			t.Errorf("edit %d was never made", i)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	a, b := newMaker(1, msnp.MSNP10, msnp.ModeM1), newMaker(2, msnp.MSNP10, msnp.ModeM1)
	same := 0
	for n := range uint64(100) {
		if a.make(Path{n + 1000}).Text() == b.make(Path{n + 1000}).Text() {
			same++
		}
	}
	if same > 5 {
		t.Errorf("%d cases of 100 are the same for two seeds", same)
	}
	if s := fmt.Sprint(a.make(Path{0}).Path); s != "0" {
		t.Errorf("path %s", s)
	}
}
