package msnp

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Difference is one thing that two rosters do not agree about.
type Difference struct {
	Entry   string // contact bob@example.com, group Friends, PHH
	Was, Is string // in words
}

func (d Difference) String() string { return fmt.Sprintf("%s: was %s, is %s", d.Entry, d.Was, d.Is) }

const nothing = "not there"

// Compare tells what is not in after as it is in r, as when an account was
// migrated between the two (§8). Ids may differ, and so may the spelling of
// addresses: contacts are told apart by address, groups by name. Group 0, and
// being in it, are the same as no group (§12.9, §12.11), and a contact that is on
// no list, as some servers keep those that were removed, as no contact. The properties of
// contacts are theirs, and not compared, nor are MBE and WWE unless both rosters
// have them. Of who came by ADC 0 RL since the answer to SYN nobody knows whether
// she is on RL, on PL or on both: all three are RL then. The order is fixed:
// settings, groups, contacts.
func (r *Roster) Compare(after *Roster) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		_ = r.compareSettings(after, yield) && r.compareGroups(after, yield) && r.compareContacts(after, yield)
	}
}

// shown are the settings without those that say what their absence says.
func (r *Roster) shown() map[string]string {
	m := map[string]string{}
	for key, value := range r.Settings {
		if key != "MOB" || value != "N" {
			m[key] = value
		}
	}
	return m
}

func (r *Roster) compareSettings(after *Roster, yield func(Difference) bool) bool {
	return compareMaps("", r.shown(), after.shown(), yield, func(key string, was, is *string) (string, string) {
		if (was == nil || is == nil) && (key == "MBE" || key == "WWE") {
			return "", ""
		}
		return quoted(was), quoted(is)
	})
}

func quoted(s *string) string {
	if s == nil {
		return nothing
	}
	return fmt.Sprintf("%q", *s)
}

// compareMaps compares what two maps have, key by key in order. word says what
// either has of a key, nil for nothing.
func compareMaps[V any](kind string, a, b map[string]V, yield func(Difference) bool, word func(key string, was, is *V) (string, string)) bool {
	keys := slices.Collect(maps.Keys(a))
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		var was, is *V
		if v, ok := a[key]; ok {
			was = &v
		}
		if v, ok := b[key]; ok {
			is = &v
		}
		if old, now := word(key, was, is); old != now && !yield(Difference{kind + key, old, now}) {
			return false
		}
	}
	return true
}

// named are the groups by name, but for group 0, each with how many there are.
func (r *Roster) named() map[string]int {
	m := map[string]int{}
	for _, g := range r.Groups {
		if g.ID != "0" {
			m[g.Name]++
		}
	}
	return m
}

func (r *Roster) compareGroups(after *Roster, yield func(Difference) bool) bool {
	zero := map[string]bool{} // group 0 may have become one like any other
	for _, g := range r.Groups {
		zero[g.Name] = zero[g.Name] || g.ID == "0"
	}
	for _, g := range after.Groups {
		zero[g.Name] = zero[g.Name] || g.ID == "0"
	}
	return compareMaps("group ", r.named(), after.named(), yield, func(name string, was, is *int) (string, string) {
		if zero[name] {
			return "", ""
		}
		return times(was), times(is)
	})
}

func times(n *int) string {
	switch {
	case n == nil:
		return nothing
	case *n == 1:
		return "there"
	}
	return fmt.Sprintf("there %d times", *n)
}

func (r *Roster) compareContacts(after *Roster, yield func(Difference) bool) bool {
	a, b := r.byAddress(), after.byAddress()
	return compareMaps("contact ", a, b, yield, func(_ string, was, is *[]RosterContact) (string, string) {
		if was != nil && is != nil && (anyUnsure(*was) || anyUnsure(*is)) {
			decide(*was)
			decide(*is)
		}
		return r.describeAll(was, after), after.describeAll(is, r)
	})
}

func anyUnsure(all []RosterContact) bool {
	return slices.ContainsFunc(all, func(x RosterContact) bool { return x.unsure })
}

func decide(all []RosterContact) {
	for i := range all {
		all[i].Lists = all[i].Lists.decided()
	}
}

// decided takes RL and PL for the same.
func (l Lists) decided() Lists {
	if l&PL != 0 {
		l |= RL
	}
	return l &^ PL
}

// byAddress are the contacts by address, of which each should have one.
func (r *Roster) byAddress() map[string][]RosterContact {
	m := make(map[string][]RosterContact, len(r.Contacts))
	for _, x := range r.Contacts {
		if x.Lists != 0 {
			key := strings.ToLower(x.Email)
			m[key] = append(m[key], x)
		}
	}
	return m
}

// describeAll says what a roster has of an address.
func (r *Roster) describeAll(all *[]RosterContact, other *Roster) string {
	if all == nil {
		return nothing
	}
	var each []string
	for i := range *all {
		each = append(each, r.describe(&(*all)[i], other))
	}
	slices.Sort(each)
	return strings.Join(each, " and ")
}

// describe says what a roster has of a contact: lists, name and groups by name.
func (r *Roster) describe(x *RosterContact, other *Roster) string {
	var b strings.Builder
	b.WriteString("on")
	for l := FL; l <= PL; l <<= 1 {
		if x.Lists&l != 0 {
			b.WriteString(" " + l.name())
		}
	}
	if x.Lists&FL == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, " as %q", x.Name)
	var in []string
	for _, id := range x.Groups {
		if name := r.groupName(id); name != "" && !other.isZero(name) {
			in = append(in, fmt.Sprintf("%q", name))
		}
	}
	slices.Sort(in)
	if len(in) > 0 {
		b.WriteString(" in " + strings.Join(in, ", "))
	}
	return b.String()
}

// groupName is the name of a group, "" for group 0.
func (r *Roster) groupName(id string) string {
	if id == "0" {
		return ""
	}
	for _, g := range r.Groups {
		if g.ID == id {
			return g.Name
		}
	}
	return "a group with the unknown id " + id
}

// isZero reports whether group 0 has the name.
func (r *Roster) isZero(name string) bool {
	return slices.ContainsFunc(r.Groups, func(g RosterGroup) bool { return g.ID == "0" && g.Name == name })
}
