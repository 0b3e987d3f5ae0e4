package msnpcheck

import (
	"strings"
	"sync"
	"time"
)

// patience shortens waiting for what a server has left unanswered again and again
// while checks were prepared, so that one that does not know a command is not
// waited for in each of them. A rule of its own is waited for in full.
type patience struct {
	mu     sync.Mutex
	silent map[string]int // silences in a row, by verb
}

// maxSilent is how many silences in a row are waited for in full.
const maxSilent = 3

// left is how long to wait for what a verb brings.
func (t *trial) left(verb string) time.Duration {
	p := &t.run.patience
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent[verb] >= maxSilent {
		return min(t.cfg.Quiet, t.cfg.Timeout)
	}
	return t.cfg.Timeout
}

// heard notes whether a verb brought anything.
func (t *trial) heard(verb string, anything bool) {
	p := &t.run.patience
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case anything:
		delete(p.silent, verb)
	case p.silent == nil:
		p.silent = map[string]int{verb: 1}
	default:
		p.silent[verb]++
	}
}

// awaiting waits for what a verb brings, in preparation with patience only.
func (p *peer) awaiting(text string, wanted func(l *line) bool) *line {
	verb, _, _ := strings.Cut(text, " ")
	wait := p.t.cfg.Timeout
	if p.t.preparing > 0 || verb == "PNG" {
		wait = p.t.left(verb)
	}
	l := p.find(wait, wanted)
	if p.t.preparing > 0 || verb == "PNG" {
		p.t.heard(verb, l != nil || p.end != nil)
	}
	return l
}
