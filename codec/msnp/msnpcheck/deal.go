package msnpcheck

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nudge/codec/msnp"
)

// maxRefused is how many accounts in a row may be refused before no more are
// tried.
const maxRefused = 5

// deal finds out which accounts can be used, and deals them out: each lane gets
// AccountsPerCheck that sign in, are in the same mode and do not know each other.
// A server at which no account signs in, though it refuses none, is checked all
// the same, to say what is wrong with it.
func (r *running) deal(ctx context.Context) ([][]*member, error) {
	var (
		used    []*member
		refused []string
		inARow  int
		broken  = len(r.cfg.Accounts) >= AccountsPerCheck
	)
	need := AccountsPerCheck * r.cfg.Parallel
	for _, account := range r.cfg.Accounts {
		if len(used) == need || inARow == maxRefused || ctx.Err() != nil {
			break
		}
		m := &member{Account: account}
		s := r.survey(ctx, m)
		switch {
		case s.foreign:
			return nil, fmt.Errorf("%s is no MSNP server: to VER came %s", r.cfg.Addr, s.got)
		case strings.HasPrefix(s.why, connecting):
			return nil, errors.New(s.why)
		}
		if inARow++; s.why != "" {
			broken = broken && s.broken
			refused = append(refused, account.Email+": "+s.why)
			continue
		}
		inARow, broken = 0, false
		if r.mode == "" {
			r.mode = s.mode
		}
		if why := m.unfit(s.mode, r.mode, used); why != "" {
			refused = append(refused, account.Email+" "+why)
			continue
		}
		used = append(used, m)
	}
	if broken {
		r.mode = M1
		if r.cfg.Dialect < msnp.MSNP10 {
			r.mode = P9
		}
		for _, account := range r.cfg.Accounts[:AccountsPerCheck] {
			used = append(used, &member{Account: account})
		}
	}
	return r.lanes(used, refused)
}

// lanes deals out the accounts that will do.
func (r *running) lanes(used []*member, refused []string) ([][]*member, error) {
	r.report.Mode = r.mode
	if len(used) < AccountsPerCheck {
		return nil, tooFew(len(used), refused)
	}
	var lanes [][]*member
	for lane := range slices.Chunk(used[:len(used)/AccountsPerCheck*AccountsPerCheck], AccountsPerCheck) {
		lanes = append(lanes, lane)
		for _, m := range lane {
			r.report.Accounts = append(r.report.Accounts, m.Email)
		}
	}
	return lanes, nil
}

// tooFew says which accounts are needed and why those that there are won't do.
func tooFew(n int, refused []string) error {
	text := fmt.Sprintf("the checks need %d accounts that sign in, are all migrated or all not, and do not have each other on any list; found %d",
		AccountsPerCheck, n)
	for i, why := range refused {
		if i == maxRefused {
			text += fmt.Sprintf("\n  and %d more", len(refused)-i)
			break
		}
		text += "\n  " + why
	}
	return fmt.Errorf("%s", text)
}

// unfit says why an account that can sign in is of no use.
func (m *member) unfit(is, mode Mode, used []*member) string {
	if is != mode {
		return fmt.Sprintf("is in mode %s, others are in %s", is, mode)
	}
	for _, other := range used {
		if m.knows(other) || other.knows(m) {
			return "is on the lists of " + other.Email + ", or has that account on its own"
		}
	}
	return ""
}

// knows reports whether the other account is on a list of this.
func (m *member) knows(other *member) bool {
	for _, x := range m.base.Contacts {
		if strings.EqualFold(x.Email, other.Email) {
			return true
		}
	}
	return false
}

// found is what a first look at an account found.
type found struct {
	mode   Mode
	why    string // it is of no use; "": it is
	got    string // what made it so
	broken bool   // that is no fault of the account: the server is there, and goes wrong

	foreign bool // what is there says nothing to VER, or nothing that could be MSNP
}

// survey signs in once, to see what the account is like.
func (r *running) survey(ctx context.Context, m *member) found {
	var f found
	t := r.aside(ctx, m)
	t.play(func(t *trial) {
		p := t.login(0)
		t.prepare(func() {
			f.mode = t.modeOf(p)
			p.sync()
			m.base, m.name, m.known = cloned(p.roster), p.named, true
		})
	})
	f.why = t.result.Missing
	sent, got := t.result.Sent, t.result.Got
	f.got = got
	f.foreign = strings.HasPrefix(sent, "VER ") && (strings.HasPrefix(got, unanswered) || t.result.Want == aCommand)
	number, _, _ := strings.Cut(got, " ")
	f.broken = !strings.HasPrefix(sent, connecting) && !strings.HasPrefix(sent, ticketing) &&
		!(strings.HasPrefix(sent, "USR ") && isNumber(number))
	return f
}

// aside makes a trial that is none of the checks.
func (r *running) aside(ctx context.Context, members ...*member) *trial {
	return &trial{ctx: ctx, cfg: r.cfg, mode: r.mode, members: members, run: r, result: new(Result), began: time.Now()}
}

// modeOf tells the mode of a session from its dialect and its profile (§0).
func (t *trial) modeOf(p *peer) Mode {
	if t.dialect() < msnp.MSNP10 {
		return P9
	}
	if content, ok := p.profile(); ok && string(content.Header("ABCHMigrated")) == "1" {
		return M1
	}
	return M0
}
