package live

import (
	"testing"
	"testing/synctest"

	"nudge/codec/msnp"
)

// TestMemoryDoesNotGrow plays sessions and looks at what is kept from one to the next.
func TestMemoryDoesNotGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		b := w.bench(t, msnp.MSNP10)
		m := newMaker(1, msnp.MSNP10, b.peer.mode)
		for n := range uint64(600) {
			if v, err := b.try(t.Context(), m.make(Path{n})); v != nil || err != nil {
				t.Fatalf("session %d: %v, %v", n, v, err)
			}
		}
		b.begin(nil)
		for _, a := range []*actor{b.peer, b.stranger} {
			l := a.at()
			kept := map[string]int{
				"questions": len(l.asked), "bytes asked": len(l.kept), "numbers": len(l.numbers), "barriers": len(l.acks), "bytes read": len(l.in),
				"presence": len(a.presence), "messages": len(a.messages), "calls": len(a.rings), "connections": len(a.former),
			}
			for what, n := range kept {
				if n > 0 {
					t.Errorf("%s: %d %s are kept", a.name, n, what)
				}
			}
		}
		if len(b.silent) > 200 || len(b.buffers) > keepBuffers || len(b.main.former) > 0 {
			t.Errorf("%d kinds of silence, %d buffers, %d connections", len(b.silent), len(b.buffers), len(b.main.former))
		}
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		if open := len(w.open); open > 2 {
			t.Errorf("%d connections are open beside those of the clean clients", open-2)
		}
	})
}
