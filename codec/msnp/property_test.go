package msnp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nudge/codec"
	"nudge/codec/msnp"
)

var (
	anyName   = rapid.StringN(1, 20, 60)
	anyToken  = rapid.StringMatching(`[0-9a-fA-F-]{1,36}`)
	anyPerson = rapid.Custom(func(t *rapid.T) string {
		return rapid.StringMatching(`[a-z]{1,8}\+?[a-z]{0,3}`).Draw(t, "user") + "@example.com"
	})
)

// TestEditsAreReadAsTheyWereMeant: what a session writes, ParseEdit takes apart again, whatever the name.
func TestEditsAreReadAsTheyWereMeant(t *testing.T) {
	sessions := map[string]*msnp.Session{}
	for _, d := range []string{"MSNP8", "MSNP9", "MSNP10"} {
		sessions[d] = &newPlayer(t, &msnp.Software{Dialects: []string{d}}).upTo(msnp.StateOnline).s
	}
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]string{"MSNP8", "MSNP9", "MSNP10"}).Draw(t, "dialect")
		s := *sessions[d]
		email, name, group := anyPerson.Draw(t, "email"), anyName.Draw(t, "name"), anyToken.Draw(t, "group")
		id := email // as in M0, MSNP9 and MSNP8
		if d == "MSNP10" && rapid.Bool().Draw(t, "migrated") {
			id = anyToken.Draw(t, "id")
		}
		positional := ""
		if d != "MSNP10" {
			positional = email
		}
		type edit struct{ email, name, id, group string }
		check := func(what string, b []byte, err error, list msnp.Lists, want edit) {
			t.Helper()
			syntax := codec.Syntax{From: codec.FromClient}
			var c codec.Command
			if err == nil {
				_, err = syntax.Parse(&c, b)
			}
			var e msnp.Edit
			if err == nil {
				err = msnp.ParseEdit(&c, msnp.MSNP10, &e)
			}
			if err != nil {
				t.Fatalf("%s: %q: %v", what, b, err)
			}
			got := edit{string(e.Email), string(codec.AppendUnescape(nil, e.Name)), string(e.ID), string(e.Group)}
			if e.List != list || got != want {
				t.Fatalf("%s: %q is read as %v %+v, want %v %+v", what, b, e.List, got, list, want)
			}
		}
		b, err := s.AddContact(email, name, time.Second, nil)
		check("AddContact", b, err, msnp.FL, edit{email, name, positional, ""})
		b, err = s.AddTo(msnp.BL, email, time.Second, nil)
		want := edit{email: email, name: positional, id: positional}
		check("AddTo", b, err, msnp.BL, want)
		b, err = s.AddToGroup(id, name, group, time.Second, nil)
		want = edit{id: id, group: group}
		if positional != "" {
			want.email, want.name = email, name
		}
		check("AddToGroup", b, err, msnp.FL, want)
		b, err = s.Remove(msnp.FL, id, group, time.Second, nil)
		want = edit{id: id, group: group}
		if strings.Contains(id, "@") {
			want.email = id
		}
		check("Remove", b, err, msnp.FL, want)
	})
}

// anyRoster has some of everything; names are unlike each other, and nobody is called stranger.
func anyRoster(t *rapid.T) *msnp.Roster {
	r := &msnp.Roster{Settings: map[string]string{"GTC": "A", "BLP": "AL", "MFN": anyName.Draw(t, "own name")}}
	names := rapid.SliceOfNDistinct(anyName, 1, 5, rapid.ID[string]).Draw(t, "groups")
	for i, name := range names {
		r.Groups = append(r.Groups, msnp.RosterGroup{ID: fmt.Sprint(i), Name: name})
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "contacts") {
		x := msnp.RosterContact{Email: fmt.Sprintf("user%d@example.com", i), Lists: msnp.Lists(rapid.IntRange(1, 31).Draw(t, "lists"))}
		if x.Lists&msnp.FL != 0 {
			x.ID, x.Name = x.Email, anyName.Draw(t, "name")
			x.Groups = rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) string {
				return r.Groups[rapid.IntRange(0, len(names)-1).Draw(t, "group")].ID
			}), rapid.ID[string]).Draw(t, "in")
		}
		r.Contacts = append(r.Contacts, x)
	}
	return r
}

// migratedRoster is what a roster is after the account was migrated: other ids, no group 0, and any order.
func migratedRoster(t *rapid.T, r *msnp.Roster) *msnp.Roster {
	m := &msnp.Roster{Settings: map[string]string{"MBE": "N"}}
	for key, value := range r.Settings {
		m.Settings[key] = value
	}
	for _, g := range r.Groups {
		if g.ID != "0" {
			m.Groups = append(m.Groups, msnp.RosterGroup{ID: "guid-" + g.ID, Name: g.Name})
		}
	}
	for i, x := range r.Contacts {
		x.Email, x.ID = strings.ToUpper(x.Email[:1])+x.Email[1:], fmt.Sprint("guid-of-", i)
		var in []string
		for _, id := range x.Groups {
			if id != "0" {
				in = append(in, "guid-"+id)
			}
		}
		x.Groups = in
		m.Contacts = append(m.Contacts, x)
	}
	m.Groups = rapid.Permutation(m.Groups).Draw(t, "order of groups")
	m.Contacts = rapid.Permutation(m.Contacts).Draw(t, "order of contacts")
	return m
}

// TestCompareFindsEveryChange and nothing but that, beside what a migration changes itself.
func TestCompareFindsEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := anyRoster(t)
		after := migratedRoster(t, before)
		if d := differences(before, before); d != nil {
			t.Fatalf("with itself: %q", d)
		}
		if d := differences(before, after); d != nil {
			t.Fatalf("after a migration: %q", d)
		}
		i := rapid.IntRange(0, len(after.Contacts)-1).Draw(t, "whom")
		x := &after.Contacts[i]
		entry := "contact " + strings.ToLower(x.Email)
		switch what := rapid.SampledFrom([]string{"lists", "name", "group", "lost", "twice", "more", "setting", "no setting", "group more"}).Draw(t, "what"); {
		case what == "lists":
			x.Lists ^= 1 << rapid.IntRange(0, 4).Draw(t, "list")
		case what == "name" && x.Lists&msnp.FL != 0:
			x.Name += "!"
		case what == "group" && x.Lists&msnp.FL != 0 && len(after.Groups) > 0:
			id := after.Groups[0].ID
			if at := slices.Index(x.Groups, id); at >= 0 {
				x.Groups = slices.Delete(x.Groups, at, at+1)
			} else {
				x.Groups = append(x.Groups, id)
			}
		case what == "lost":
			after.Contacts = slices.Delete(after.Contacts, i, i+1)
		case what == "twice":
			after.Contacts = append(after.Contacts, *x)
		case what == "setting":
			after.Settings["MFN"] += "!"
			entry = "MFN"
		case what == "no setting":
			delete(after.Settings, "BLP")
			entry = "BLP"
		case what == "group more":
			after.Groups = append(after.Groups, msnp.RosterGroup{ID: "new", Name: strings.Repeat("long", 20)})
			entry = "group " + strings.Repeat("long", 20)
		default:
			after.Contacts = append(after.Contacts, msnp.RosterContact{Email: "stranger@example.com", Lists: msnp.AL})
			entry = "contact stranger@example.com"
		}
		for _, pair := range [][2]*msnp.Roster{{before, after}, {after, before}} {
			n := 0
			for d := range pair[0].Compare(pair[1]) {
				if n++; d.Entry != entry || d.Was == d.Is {
					t.Fatalf("%q, want only one of %s", d, entry)
				}
			}
			if n != 1 {
				t.Fatalf("%d differences, want one of %s", n, entry)
			}
		}
	})
}

// TestApplyUndoes: an edit and its opposite leave a roster as it was.
func TestApplyUndoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		before := anyRoster(rt)
		for i := range before.Contacts { // one who is on RL no more is not waited for either
			if x := &before.Contacts[i]; x.Lists&msnp.PL != 0 {
				x.Lists &^= msnp.RL
			}
		}
		now := migratedRoster(rt, before)
		x := now.Contacts[rapid.IntRange(0, len(now.Contacts)-1).Draw(rt, "whom")]
		name := codec.AppendEscape(nil, anyName.Draw(rt, "new name"))
		both := func(do, undo string) {
			for _, line := range []string{do, undo} {
				if err := now.Apply(parsed(t, line), asked(t, line), msnp.MSNP10); err != nil {
					rt.Fatalf("%q: %v", line, err)
				}
			}
			if d := differences(before, now); d != nil {
				rt.Fatalf("%q and %q leave %q", do, undo, d)
			}
		}
		for _, list := range []struct {
			bit  msnp.Lists
			name string
		}{{msnp.AL, "AL"}, {msnp.BL, "BL"}} {
			if x.Lists&list.bit == 0 {
				both("ADC 6 "+list.name+" N="+x.Email, "REM 7 "+list.name+" "+x.Email)
			} else if x.Lists != list.bit {
				both("REM 6 "+list.name+" "+x.Email, "ADC 7 "+list.name+" N="+x.Email)
			}
		}
		both(fmt.Sprintf("ADC 6 FL N=stranger@example.com F=%s C=s-s", name), "REM 7 FL s-s")
		both(fmt.Sprintf("ADG 6 %s g-g", name), "RMG 7 g-g")
		both("PRP 6 PHH 1", "PRP 7 PHH")
		if x.Lists&msnp.FL != 0 {
			old := codec.AppendEscape(nil, x.Name)
			both(fmt.Sprintf("SBP 6 %s MFN %s", x.ID, name), fmt.Sprintf("SBP 7 %s MFN %s", x.ID, old))
			both(fmt.Sprintf("ADC 6 FL C=%s g-g", x.ID), fmt.Sprintf("REM 7 FL %s g-g", x.ID))
		}
	})
}

// TestApplyTakesAnything: whatever is pushed, asked and answered, a roster stays one: each contact has an address of its
// own and is on a list.
func TestApplyTakesAnything(t *testing.T) {
	verb := rapid.SampledFrom(strings.Fields("ADC ADD REM ADG REG RMG SBP REA PRP GTC BLP BPR 215 CHG"))
	word := rapid.SampledFrom(strings.Fields(`FL AL BL RL PL XX N= C= F= N=a@x.com N=A@x.com N=b@x.com F=A C=1 C=2 C=a@x.com a@x.com 0 1 2 42 MFN PHH Y`))
	line := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, 5).Draw(t, "words"), " ")
	})
	syntax := [2]codec.Syntax{{From: codec.FromServer}, {From: codec.FromClient}}
	rapid.Check(t, func(t *rapid.T) {
		var r msnp.Roster
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			d := rapid.SampledFrom([]msnp.Dialect{msnp.MSNP9, msnp.MSNP10}).Draw(t, "dialect")
			v, trid := verb.Draw(t, "verb"), rapid.SampledFrom([]string{"0", "6"}).Draw(t, "TrID")
			var c, ours codec.Command
			if _, err := syntax[0].Parse(&c, fmt.Appendf(nil, "%s %s %s\r\n", v, trid, line.Draw(t, "line"))); err != nil {
				continue
			}
			asked := &ours
			if _, err := syntax[1].Parse(&ours, fmt.Appendf(nil, "%s 6 %s\r\n", v, line.Draw(t, "asked"))); err != nil || trid == "0" {
				asked = nil
			}
			if err := r.Apply(&c, asked, d); err != nil && err != msnp.ErrMalformed {
				t.Fatalf("%q: %v", c.Line(), err)
			}
			seen := map[string]bool{}
			for _, x := range r.Contacts {
				key := strings.ToLower(x.Email)
				if key == "" || seen[key] || x.Lists == 0 {
					t.Fatalf("%q made %+v of them", c.Line(), r.Contacts)
				}
				seen[key] = true
			}
			if d := differences(&r, &r); d != nil {
				t.Fatalf("%q", d)
			}
		}
	})
}
