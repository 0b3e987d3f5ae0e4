package msnptest

import (
	"bytes"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"nudge/codec"
)

// faults are those that a server makes. Server.mu guards them.
type faults struct {
	wanted [numFaults]bool
	chance [numFaults]float64
	count  [numFaults]int64
	rng    *rand.Rand
	delay  time.Duration // longest
}

// reorderWait is how long a notification waits to be overtaken.
const reorderWait = time.Second

// newFaults returns nil, the fast way, if there are to be none.
func newFaults(s *Server) *faults {
	if len(s.Faults) == 0 {
		return nil
	}
	f := &faults{rng: rand.New(rand.NewPCG(max(s.FaultSeed, 1), 0)), delay: orDefault(s.FaultDelay, 2*time.Second)}
	for kind, p := range s.Faults {
		if kind < numFaults {
			f.wanted[kind], f.chance[kind] = true, p
		}
	}
	return f
}

// strikes reports whether a fault is to be made now. One that is off takes no
// chance, so that the others strike as they would without it.
func (f *faults) strikes(kind Fault) bool {
	return f != nil && f.chance[kind] > 0 && f.rng.Float64() < f.chance[kind]
}

// counts are how often each fault that is wanted was made.
func (f *faults) counts() map[Fault]int64 {
	if f == nil {
		return nil
	}
	m := map[Fault]int64{}
	for kind, wanted := range f.wanted {
		if wanted {
			m[Fault(kind)] = f.count[kind]
		}
	}
	return m
}

// markShift is where in a client id load generators put the number of a change:
// bits 12 to 27.
const markShift, markMask = 12, 0xffff

// made counts and logs a fault: who hears or misses something, of whom, with the
// mark in that account's client id, and what.
func (t *turn) made(kind Fault, who string, of *account, what []byte) {
	t.s.faults.count[kind]++
	about, mark := "", uint32(0)
	if of != nil {
		about, mark = of.email, of.clientID>>markShift&markMask
	}
	what, _, _ = bytes.Cut(what, []byte("\r\n"))
	t.s.Log.Warn("fault", "kind", kind.String(), "account", who, "of", about, "mark", mark, "what", string(what))
}

// notify queues a line that tells somebody else of the account: NLN, FLN, BPR,
// or a change of lists. It is valid until notify returns.
func (t *turn) notify(to *conn, of *account, line []byte) {
	if t.s.faults == nil {
		t.push(to, line)
		return
	}
	t.notifyBadly(to, of, line)
	t.release(to)
}

// notifyBadly is notify with one fault or none.
func (t *turn) notifyBadly(to *conn, of *account, line []byte) {
	f, who := t.s.faults, to.email
	switch {
	case f.strikes(Drop):
		t.made(Drop, who, of, line)
	case f.strikes(Misdirect):
		wrong := t.bystander(to, of)
		if wrong == nil {
			t.push(to, line)
			return
		}
		t.made(Misdirect, wrong.account.email, of, line)
		t.push(wrong, line)
	case f.strikes(Duplicate):
		t.made(Duplicate, who, of, line)
		t.push(to, line)
		t.push(to, line)
	case f.strikes(Delay):
		t.made(Delay, who, of, line)
		h := &held{to, bytes.Clone(line)}
		t.later(time.Now().Add(1+time.Duration(f.rng.Int64N(int64(f.delay)))), h.release)
	case f.strikes(Reorder) && to.held == nil:
		t.made(Reorder, who, of, line)
		h := &held{to, bytes.Clone(line)}
		to.held = h
		t.later(time.Now().Add(reorderWait), h.release)
		to.fresh = true
	default:
		t.push(to, line)
	}
}

// held is a notification that is kept back.
type held struct {
	to   *conn
	line []byte // nil: it has been sent
}

// release sends what was kept back. Whose connection is over has missed it.
func (h *held) release(t *turn) {
	if h.line != nil && h.to.stage != ended {
		t.push(h.to, h.line)
	}
	h.line = nil
	if h.to.held == h {
		h.to.held = nil
	}
}

// release sends what has been overtaken by now.
func (t *turn) release(to *conn) {
	switch {
	case to.held == nil:
	case to.fresh:
		to.fresh = false // it is the one that was just kept back
	default:
		to.held.release(t)
	}
}

// bystander is somebody who has signed in and does not have the account on FL;
// nil: there is nobody. Who it is does not depend on the order of a map.
func (t *turn) bystander(to *conn, of *account) *conn {
	var salt [8]byte
	n := t.s.faults.rng.Uint64()
	for i := range salt {
		salt[i] = byte(n >> (8 * i))
	}
	var least uint64
	var found *conn
	for c := range t.s.conns {
		if c == to || c.account == nil || c.account == of || !c.announced || c.account.watches(of) {
			continue
		}
		h := fnv.New64a()
		h.Write(salt[:])
		h.Write([]byte(c.account.email))
		if sum := h.Sum64(); found == nil || sum < least {
			least, found = sum, c
		}
	}
	return found
}

// wrongTrID returns the TrID of a reply: that of the command, or by a fault one
// that was never sent.
func (t *turn) wrongTrID(cmd *codec.Command) uint32 {
	if !t.s.faults.strikes(TrID) {
		return cmd.TrID
	}
	t.made(TrID, t.c.email, t.c.account, cmd.Line()[:3])
	return cmd.TrID + 1<<30
}

// wrongLength makes the length before the payload of a command wrong by one. The
// command is what the turn's buffer holds from a place on.
func (t *turn) wrongLength(from int) {
	f, b := t.s.faults, t.buf[from:]
	if !f.strikes(Length) {
		return
	}
	who := ""
	if t.c != nil {
		who = t.c.email
	}
	t.made(Length, who, nil, b)
	_, payload, _ := bytes.Cut(b, []byte("\r\n"))
	n := uint64(len(payload)) + 1
	if n > 1 && f.rng.Uint64()&1 == 0 {
		n -= 2
	}
	t.setLength(from, n)
}

// setLength sets the length before the payload of a command, which is what the
// turn's buffer holds from a place on.
func (t *turn) setLength(from int, n uint64) {
	b := t.buf[from:]
	end := bytes.Index(b, []byte("\r\n"))
	space := bytes.LastIndexByte(b[:end], ' ')
	rest := bytes.Clone(b[end:])
	t.buf = append(strconv.AppendUint(t.buf[:from+space+1], n, 10), rest...)
}

// resets reports whether the connection is reset instead of a command being done.
func (t *turn) resets(cmd *codec.Command) bool {
	if !t.s.faults.strikes(Reset) {
		return false
	}
	t.made(Reset, t.c.email, nil, cmd.Line()[:3]) // arguments may be secrets
	t.c.abort()
	return true
}

// splits has what is queued for a connection written byte by byte.
func (t *turn) splits(to *conn, b []byte) {
	if t.s.faults.strikes(Split) {
		t.made(Split, to.email, nil, b[:min(3, len(b))])
		to.splitNext()
	}
}
