package live

import (
	"context"
	"fmt"
	"slices"
)

// Replay is what came of playing a finding once more.
type Replay struct {
	Verdict    *Verdict // nil: nothing was wrong
	Same       bool     // it is the finding's
	Transcript string   // of all clients

	sent []stream // what the account wrote
}

// stream is all that was sent on one connection.
type stream struct {
	on    place
	addr  string
	bytes []byte
}

// Replay plays a finding so many times, with the account's lists in order before each, and on a server that is started
// anew if it is ours and the finding may harm all of it. Run is not called beside it. The error says that a replay
// could not be played; what came of those before it is returned with it. A server that is none of ours and does not
// survive the finding gives such an error at the next one.
func (f *Fuzzer) Replay(ctx context.Context, finding *Finding, times int) ([]Replay, error) {
	if len(f.Accounts) < AccountsPerWorker {
		return nil, fmt.Errorf("%d accounts: a replay needs %d", len(f.Accounts), AccountsPerWorker)
	}
	f.addr = f.Addr
	b := newBench(f, 0)
	defer b.close()
	b.sought = finding.shownBy
	var all []Replay
	for range times {
		if err := b.afresh(ctx, finding); err != nil {
			return all, err
		}
		v, err := b.try(ctx, finding.Case)
		if err != nil {
			return all, err
		}
		if v == nil && len(b.passed) > 0 {
			v = b.passed[0]
		}
		all = append(all, Replay{Verdict: v, Same: finding.shownBy(v), Transcript: b.script.String(), sent: b.script.streams(b.main.name)})
	}
	return all, nil
}

// streams collects what an account sent, by connection, in the order in which they were opened.
func (t *transcript) streams(who string) (all []stream) {
	var at [numPlaces]int // index in all, from 1
	for i := range t.entries {
		e := &t.entries[i]
		switch {
		case e.who != who:
		case e.did == didOpen:
			all = append(all, stream{on: e.on, addr: string(t.text(e))})
			at[e.on] = len(all)
		case e.did == didSend && at[e.on] > 0:
			s := &all[at[e.on]-1]
			s.bytes = append(s.bytes, t.text(e)...)
		}
	}
	return all
}

// NeedsTicket reports whether a ticket is filled in anywhere in a case.
func (c *Case) NeedsTicket() bool { return c.uses(fieldTicket) }

// uses reports whether a field is filled in anywhere in a case.
func (c *Case) uses(f field) bool {
	has := func(w word) bool { return slices.ContainsFunc(w, func(p piece) bool { return p.field == f }) }
	return slices.ContainsFunc(c.steps, func(s step) bool {
		return s.act == actSend && (slices.ContainsFunc(s.cmd.words, has) || has(s.cmd.payload))
	})
}
