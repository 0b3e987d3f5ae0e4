package live

import (
	"slices"

	"nudge/codec"
	"nudge/codec/msnp"
)

// edits of lists, groups and settings.
var editVerbs = []codec.Verb{codec.ADC, codec.ADD, codec.REM, codec.ADG, codec.REG, codec.RMG, codec.SBP, codec.REA, codec.PRP, codec.GTC, codec.BLP}

// follow keeps the account's lists as SYN told them and as edits leave them.
func (a *actor) follow(l *link, c *codec.Command, q *question) {
	switch {
	case l.on != onNotification:
	case c.Verb == codec.SYN:
		a.beginSync(l, c)
	case q != nil && slices.Contains(editVerbs, q.verb):
		a.edited(l, c, q)
	case c.HasTrID() && c.TrID != 0:
	case slices.Contains([]codec.Verb{codec.GTC, codec.BLP, codec.PRP, codec.LSG, codec.LST}, c.Verb), c.Verb == codec.BPR && a.toCome > 0:
		a.collect(l, c)
	default:
		if a.roster.Apply(c, nil, l.dialect) != nil {
			a.known = false
		}
	}
}

// beginSync takes the first line of the answer to SYN.
func (a *actor) beginSync(l *link, c *codec.Command) {
	a.synced++
	l.advance(stageSynced)
	counts := 2 // §4.2
	if l.dialect < msnp.MSNP10 {
		counts = 1
	}
	a.list = string(c.Arg(0))
	if counts == 2 {
		a.settings = string(c.Arg(1))
	}
	n, ok := codec.ParseUint(c.Arg(counts))
	if !ok {
		return // the versions are equal: there is nothing more (§4.3)
	}
	a.was, a.compare = a.roster, a.known && a.form == l.dialect
	a.form = l.dialect
	a.roster = msnp.Roster{}
	_ = a.roster.Collect(c, l.dialect) // it empties, and cannot fail
	a.toCome = int(min(n, msnp.MaxContacts+1))
	a.known = a.toCome == 0
}

// collect takes a line of the lists.
func (a *actor) collect(l *link, c *codec.Command) {
	if err := a.roster.Collect(c, l.dialect); err != nil {
		a.b.find(a, l, Grammar, "SYN", "malformed in the answer to SYN, %v: %s", err, shown(c.Line()))
		a.known = false
		return
	}
	if c.Verb != codec.LST {
		return
	}
	if a.toCome--; a.toCome != 0 {
		return
	}
	a.known = true
	if a.contact = a.contactID(); len(a.roster.Groups) > 0 {
		a.group = a.roster.Groups[0].ID
	}
}

// edited takes the reply to an edit. What the server made of an odd one nobody knows.
func (a *actor) edited(l *link, c *codec.Command, q *question) {
	if c.Verb.IsNumeric() || c.Verb == codec.ILN || c.Verb == codec.BPR {
		return
	}
	a.compare = false
	var asked codec.Command
	if _, err := fromClient.Parse(&asked, q.raw); err != nil || !q.honest || l.times(q.trid) > 1 {
		a.known = false
		return
	}
	if a.roster.Apply(c, &asked, l.dialect) != nil {
		a.known = false
	}
	switch {
	case c.Verb == codec.RMG && a.mode != msnp.ModeM1:
		a.known = false // whether contacts have gone with the group (§6.5)
	case c.Verb == codec.ADG:
		a.group = string(msnp.GroupID(c, codec.Unescape(string(asked.Arg(0)))))
	case c.Verb == codec.ADC || c.Verb == codec.ADD:
		var e msnp.Edit
		if msnp.ParseEdit(c, l.dialect, &e) == nil && e.List == msnp.FL && len(e.ID) > 0 {
			a.contact = string(e.ID)
		}
	}
}

// compareLists holds the lists that SYN told against those that edits should have made.
func (a *actor) compareLists(l *link) {
	if !a.compare || a.toCome != 0 {
		return
	}
	a.compare = false
	a.ownNames()
	for d := range a.was.Compare(&a.roster) {
		a.b.find(a, l, Lists, "SYN", "%v", d)
		return
	}
}
