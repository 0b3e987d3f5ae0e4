package live

import (
	"context"
	"strings"

	"nudge/codec/msnp"
)

// prepare puts the lists of a clean client in order: it and whom it calls its peer have and allow each other.
func (a *actor) prepare(ctx context.Context) error {
	if a != a.b.peer {
		return nil
	}
	return a.restore(ctx)
}

// restore makes the account what cases begin with: the peer on its list and allowed, nothing else that cases
// leave behind. What is wrong about that shows in sessions as well, which make the same edits and can be played again.
func (a *actor) restore(ctx context.Context) error {
	a.b.tidying = true
	defer func() { a.b.tidying = false }()
	for _, line := range a.unlike() {
		st := step{on: onNotification, cmd: literal(line)}
		goes, err := a.send(ctx, &st, true, false)
		if err != nil {
			return err
		}
		if !goes {
			return nil
		}
	}
	return nil
}

// literal makes a command of a line in which {trid} is all that is filled in.
func literal(line string) *command {
	verb, rest, _ := strings.Cut(line, " ")
	return &command{words: []word{{{text: verb}}, {{field: fieldTrID}}, {{text: rest}}}, end: "\r\n"}
}

// unlike are the edits that bring the lists back, in the form of the dialect.
func (a *actor) unlike() (lines []string) {
	l := a.link(onNotification)
	if !a.known || l == nil {
		return nil
	}
	has := false
	for i := range a.roster.Contacts {
		x := &a.roster.Contacts[i]
		own := strings.EqualFold(x.Email, a.peer)
		has = has || own && x.Lists&msnp.FL != 0
		lines = append(lines, a.unlikeContact(l.dialect, x, own)...)
	}
	if !has {
		lines = append(lines, addition(l.dialect, "FL", a.peer))
	}
	for _, g := range a.roster.Groups {
		if strings.Contains(g.Name, markBegin) && g.ID != "0" {
			lines = append(lines, "RMG "+g.ID)
		}
	}
	return append(lines, a.unlikeSettings()...)
}

func (a *actor) unlikeSettings() (lines []string) {
	set := a.roster.Settings
	if set["BLP"] == "BL" {
		lines = append(lines, "BLP AL")
	}
	if set["GTC"] == "N" {
		lines = append(lines, "GTC A")
	}
	if strings.Contains(set["MFN"], markBegin) {
		lines = append(lines, "PRP MFN "+a.Email)
	}
	for _, key := range []string{"PHH", "PHW", "PHM"} {
		if set[key] != "" {
			lines = append(lines, "PRP "+key)
		}
	}
	return lines
}

// unlikeContact leaves alone who is neither the peer nor there because of a case.
func (a *actor) unlikeContact(d msnp.Dialect, x *msnp.RosterContact, own bool) (lines []string) {
	if own {
		if x.Lists&msnp.BL != 0 {
			lines = append(lines, "REM BL "+x.Email)
		}
		if x.Lists&msnp.AL == 0 {
			lines = append(lines, addition(d, "AL", x.Email))
		}
		return lines
	}
	if !strings.EqualFold(x.Email, a.stranger) && !strings.Contains(x.Name, markBegin) {
		return nil
	}
	id := x.ID
	if id == "" {
		id = x.Email
	}
	for _, on := range []struct {
		list msnp.Lists
		line string
	}{{msnp.FL, "REM FL " + id}, {msnp.AL, "REM AL " + x.Email}, {msnp.BL, "REM BL " + x.Email}} {
		if x.Lists&on.list != 0 {
			lines = append(lines, on.line)
		}
	}
	return lines
}

// addition puts somebody on a list (§6.2).
func addition(d msnp.Dialect, list, email string) string {
	switch {
	case d < msnp.MSNP10:
		return "ADD " + list + " " + email + " " + email
	case list == "FL":
		return "ADC FL N=" + email + " F=" + email
	}
	return "ADC " + list + " N=" + email
}
