package scenario

import (
	"sync/atomic"
	"time"

	"nudge/codec/msnp"
)

// A mark is the sequence number of a CHG among the changes of its client's
// presence, carried by the client id (§5.2), so that whoever reads an NLN knows
// which CHG it tells of.
//
//	31    28 27                12 11          0
//	 0 0 1 0  m m m m … m m m m m  0000 0010 0100
//
// The top digit says client 6.1 and the low twelve bits are the capabilities of
// one, as in 536870948. The mark stands between, where §5.2 lists capabilities of
// later clients, which servers of this dialect hand on unread, and free bits.
// A server may set low bits by itself (§5.2): they are not looked at. Marks count
// from 1 and pass over 0, which is what a client that is none of ours sends.
type mark uint16

const (
	markShift = 12
	markMask  = 0xffff << markShift
	marks     = 1<<16 - 1 // how many there are
)

func (m mark) clientID() uint32 { return msnp.DefaultClientID&^uint32(markMask) | uint32(m)<<markShift }

// markIn returns the mark that a client id carries, 0 for none.
func markIn(clientID uint32) mark { return mark(clientID >> markShift) }

// markOf returns the mark of a client's n-th change, counted from 1.
func markOf(n uint64) mark { return mark((n-1)%marks + 1) }

func (m mark) next() mark { return max(m+1, 1) }

// after reports whether m was sent later than n, which holds as long as fewer
// than half of all marks lie between; 0 is before all.
func (m mark) after(n mark) bool { return m != 0 && (n == 0 || int16(m-n) > 0) }

// ringSize is how many changes of a client are remembered. Of an older one, read
// by a slow contact, only a lower bound of its latency is known.
const ringSize = 8

// timeBits is how much of a time is remembered: nanoseconds modulo 39 hours.
const (
	timeBits = 47
	timeMask = 1<<timeBits - 1
	goneBit  = 1 << timeBits
)

// sent remembers when a client last changed its presence, for whoever reads of
// it: CHG shows as NLN, and OUT, which takes a mark of its own, as FLN. The
// client's loop writes; every loop reads.
type sent struct {
	ring  [ringSize]atomic.Uint64 // by number: mark in the upper 16 bits, goneBit, time
	count atomic.Uint64           // CHG and OUT so far
}

// upcoming returns the mark of the next change.
func (s *sent) upcoming() mark { return markOf(s.count.Load() + 1) }

// note remembers that a CHG, or with gone an OUT, is sent now. Its mark is the
// upcoming one.
func (s *sent) note(now time.Duration, gone bool) {
	n := s.count.Load() + 1
	e := uint64(markOf(n))<<(timeBits+1) | uint64(now)&timeMask
	if gone {
		e |= goneBit
	}
	s.ring[n%ringSize].Store(e)
	s.count.Store(n)
}

// change is what is known of a mark.
type change struct {
	ago   time.Duration // how long before now it was sent
	exact bool          // false: ringSize others have overtaken it, and ago is a lower bound
	gone  bool          // it was an OUT; only if exact
}

// find returns what is known of a mark; false if it was never sent.
func (s *sent) find(m mark, now time.Duration) (change, bool) {
	n := s.count.Load()
	if m == 0 || n == 0 {
		return change{}, false
	}
	back := (uint64(markOf(n)) + marks - uint64(m)) % marks
	if back >= n {
		return change{}, false
	}
	n -= min(back, ringSize-1)
	e := s.ring[n%ringSize].Load()
	exact := mark(e>>(timeBits+1)) == m
	return change{
		ago:   time.Duration((uint64(now) - e) & timeMask),
		exact: exact,
		gone:  exact && e&goneBit != 0,
	}, true
}
