package live

import (
	"context"
	"slices"
	"strings"
	"time"
)

// minimizer makes a case smaller as long as it shows the same.
type minimizer struct {
	shows func(ctx context.Context, c *Case) (bool, error) // plays a case, and reports whether it shows the same
	until time.Time
	best  *Case
	kept  int // smaller cases found
	err   error
}

// run leaves steps out of the best case until no more can be, or the time is up; with parts also what is in them.
func (m *minimizer) run(ctx context.Context, parts bool) {
	for before := -1; before != m.kept && m.err == nil && m.left(); {
		before = m.kept
		m.dropSteps(ctx)
		if parts {
			m.simplify(ctx)
		}
	}
}

func (m *minimizer) left() bool { return time.Now().Before(m.until) }

// keepIf takes a case in place of the best one, if it shows the same.
func (m *minimizer) keepIf(ctx context.Context, c *Case) bool {
	if m.err != nil || !m.left() || len(c.steps) == 0 {
		return false
	}
	shows := false
	if shows, m.err = m.shows(ctx, c); !shows || m.err != nil {
		return false
	}
	m.best = c
	m.kept++
	return true
}

// cutBehind leaves out all that stands behind a step.
func (m *minimizer) cutBehind(ctx context.Context, at int) {
	if at+1 < len(m.best.steps) {
		short := m.best.clone()
		short.steps = short.steps[:at+1]
		m.keepIf(ctx, short)
	}
}

// dropSteps leaves out runs of steps, long ones first, from the end.
func (m *minimizer) dropSteps(ctx context.Context) {
	for n := max(len(m.best.steps)/2, 1); n > 0; n /= 2 {
		for i := len(m.best.steps) - n; i >= 0; i-- {
			if i+n > len(m.best.steps) {
				continue
			}
			c := m.best.clone()
			if spare := !slices.ContainsFunc(c.steps[i:i+n], func(s step) bool { return !s.spare() }); spare && i+n <= c.first {
				c.first -= n
			} else {
				c.first = min(c.first, i)
			}
			c.steps = slices.Delete(c.steps, i, i+n)
			m.keepIf(ctx, c)
		}
	}
}

// spare reports whether an honest session is one without a step as well: nothing behind it rests on it.
func (s *step) spare() bool {
	return s.act == actSend && !s.cmd.odd && (s.cmd.verb() == "MSG" || s.cmd.verb() == "PNG")
}

// simplify makes the commands plain, one after the other.
func (m *minimizer) simplify(ctx context.Context) {
	for i := len(m.best.steps) - 1; i >= 0; i-- {
		m.plainWrites(ctx, i)
		if m.best.steps[i].act == actSend && m.best.steps[i].cmd.odd {
			m.dropWords(ctx, i)
			m.shorten(ctx, i)
		}
	}
}

// change tries one change of a step.
func (m *minimizer) change(ctx context.Context, i int, f func(s *step) bool) bool {
	c := m.best.clone()
	return f(&c.steps[i]) && m.keepIf(ctx, c)
}

// plainWrites writes a command at once, if it need not be cut.
func (m *minimizer) plainWrites(ctx context.Context, i int) {
	m.change(ctx, i, func(s *step) bool {
		had := len(s.splits) > 0 || s.pause > 0
		s.splits, s.pause = nil, 0
		return had
	})
	for len(m.best.steps[i].splits) > 1 && m.change(ctx, i, func(s *step) bool { s.splits = s.splits[:len(s.splits)/2]; return true }) {
	}
}

func (m *minimizer) dropWords(ctx context.Context, i int) {
	m.change(ctx, i, func(s *step) bool {
		had := s.cmd.payload != nil
		s.cmd.payload = nil
		return had
	})
	for n := len(m.best.steps[i].cmd.words) / 2; n > 0; n /= 2 {
		for at := len(m.best.steps[i].cmd.words) - n; at > 0; at-- {
			m.change(ctx, i, func(s *step) bool {
				if at+n > len(s.cmd.words) {
					return false
				}
				s.cmd.words = slices.Delete(s.cmd.words, at, at+n)
				return true
			})
		}
	}
}

// shorten halves the texts of a command, and then takes bytes off them, as long as it shows the same.
func (m *minimizer) shorten(ctx context.Context, i int) {
	for w := range m.best.steps[i].cmd.words {
		for p := range m.best.steps[i].cmd.words[w] {
			m.shortenPiece(ctx, i, func(c *command) *piece { return &c.words[w][p] })
		}
	}
	for p := range m.best.steps[i].cmd.payload {
		m.shortenPiece(ctx, i, func(c *command) *piece { return &c.payload[p] })
	}
	m.change(ctx, i, func(s *step) bool {
		was := s.cmd.end
		s.cmd.end = "\r\n"
		return was != s.cmd.end
	})
}

func (m *minimizer) shortenPiece(ctx context.Context, i int, at func(*command) *piece) {
	for n := len(at(m.best.steps[i].cmd).text) / 2; n > 0; n /= 2 {
		for m.change(ctx, i, func(s *step) bool {
			p := at(s.cmd)
			if len(p.text) <= n || strings.TrimSpace(p.text) == "" {
				return false
			}
			p.text = p.text[:len(p.text)-n]
			return true
		}) {
		}
	}
}
