package loadgen

import "time"

// timers is a 4-ary heap of due times, at most one for each slot. Four children
// lie in one or two cache lines, and the tree is half as deep as a binary one.
type timers struct {
	heap []timer
	at   []int32 // by slot: index in heap, -1 if it has no due time
}

type timer struct {
	due  time.Duration
	slot int32
}

func (t *timers) init(slots int) {
	t.heap = make([]timer, 0, slots)
	t.at = make([]int32, slots)
	for i := range t.at {
		t.at[i] = -1
	}
}

// set gives a slot its due time, instead of any it had.
func (t *timers) set(slot int32, due time.Duration) {
	i := t.at[slot]
	if i < 0 {
		i = int32(len(t.heap))
		t.heap = append(t.heap, timer{due, slot})
		t.up(int(i))
		return
	}
	was := t.heap[i].due
	t.heap[i].due = due
	if due < was {
		t.up(int(i))
	} else {
		t.down(int(i))
	}
}

// clear takes a slot's due time away.
func (t *timers) clear(slot int32) {
	i := int(t.at[slot])
	if i < 0 {
		return
	}
	t.at[slot] = -1
	last := len(t.heap) - 1
	moved := t.heap[last]
	t.heap = t.heap[:last]
	if i == last {
		return
	}
	t.heap[i] = moved
	t.up(i)
	t.down(int(t.at[moved.slot]))
}

// next returns the earliest due time.
func (t *timers) next() (timer, bool) {
	if len(t.heap) == 0 {
		return timer{}, false
	}
	return t.heap[0], true
}

// before orders by due time, and slots of the same one by number, so that the
// order is the same in every run.
func (a timer) before(b timer) bool {
	return a.due < b.due || a.due == b.due && a.slot < b.slot
}

func (t *timers) up(i int) {
	x := t.heap[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !x.before(t.heap[parent]) {
			break
		}
		t.place(i, t.heap[parent])
		i = parent
	}
	t.place(i, x)
}

func (t *timers) down(i int) {
	x := t.heap[i]
	for {
		first := 4*i + 1
		if first >= len(t.heap) {
			break
		}
		least := first
		for child := first + 1; child < min(first+4, len(t.heap)); child++ {
			if t.heap[child].before(t.heap[least]) {
				least = child
			}
		}
		if !t.heap[least].before(x) {
			break
		}
		t.place(i, t.heap[least])
		i = least
	}
	t.place(i, x)
}

func (t *timers) place(i int, x timer) {
	t.heap[i] = x
	t.at[x.slot] = int32(i)
}
