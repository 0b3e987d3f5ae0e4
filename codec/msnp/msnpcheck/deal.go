package msnpcheck

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nudge/codec/msnp"
)

// maxRefused is how many accounts in a row may be refused before no more are
// tried.
const maxRefused = 5

// deal finds out which accounts can be used, and deals them out: each lane gets
// AccountsPerCheck that sign in, are in the same mode and do not know each other.
func (r *running) deal(ctx context.Context) ([][]*member, error) {
	var (
		used    []*member
		refused []string
		inARow  int
	)
	need := AccountsPerCheck * r.cfg.Parallel
	for _, account := range r.cfg.Accounts {
		if len(used) == need || inARow == maxRefused || ctx.Err() != nil {
			break
		}
		m := &member{Account: account}
		mode, why := r.survey(ctx, m)
		if inARow++; why != "" {
			refused = append(refused, account.Email+" "+why)
			continue
		}
		inARow = 0
		if r.mode == "" {
			r.mode = mode
		}
		if why = m.unfit(mode, r.mode, used); why != "" {
			refused = append(refused, account.Email+" "+why)
			continue
		}
		used = append(used, m)
		r.report.Accounts = append(r.report.Accounts, account.Email)
	}
	r.report.Mode = r.mode
	if len(used) < AccountsPerCheck {
		return nil, tooFew(len(used), refused)
	}
	var lanes [][]*member
	for ; len(used) >= AccountsPerCheck; used = used[AccountsPerCheck:] {
		lanes = append(lanes, used[:AccountsPerCheck])
	}
	return lanes, nil
}

// tooFew says which accounts are needed and why those that there are won't do.
func tooFew(n int, refused []string) error {
	text := fmt.Sprintf("%d accounts that sign in with the passwords given, are in the same mode (migrated or not) and do not have each other on any list are needed for the checks; found %d",
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

// survey signs in once, to see what the account is like. why is empty if it can
// be used.
func (r *running) survey(ctx context.Context, m *member) (mode Mode, why string) {
	t := r.aside(ctx, m)
	t.play(func(t *trial) {
		p := t.login(0)
		t.prepare(func() {
			mode = t.modeOf(p)
			p.sync()
			m.base, m.name = p.roster, p.named
		})
	})
	return mode, t.result.Missing
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
