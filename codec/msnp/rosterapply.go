package msnp

import (
	"cmp"
	"slices"
	"strings"

	"nudge/codec"
)

// Apply brings the roster up to date with an edit. Without asked it is one that
// the server tells by itself: ADC 0, ADD 0, REM 0, or BPR with an address. Else
// c is the reply to asked, a command of the account's own as it was sent; of the
// reply only ids, and values that the server may choose, are believed, since
// servers differ in all else (§6.5, §12.13, §12.22). Commands that edit nothing
// are ignored, and so are numbers, as 215 or 216, which say that a list was so
// before.
//
// The roster is to be as the next answer to SYN would show it. What can't be
// known without one is left as it was: whether a removed group takes contacts
// with it (§12.27), so that they only leave the group, and the account's own name
// in MSNP8 and MSNP9, which that answer does not have. What Apply copies is
// bounded as for Collect, and a contact is in no more than [MaxGroups] groups.
func (r *Roster) Apply(c, asked *codec.Command, d Dialect) error {
	switch {
	case asked == nil:
		return r.pushed(c, d)
	case c.Verb.IsNumeric():
		return nil
	}
	switch asked.Verb {
	case codec.ADC, codec.ADD:
		return r.added(c, asked, d)
	case codec.REM:
		return r.removed(asked)
	case codec.ADG, codec.REG, codec.RMG:
		return r.regrouped(c, asked)
	case codec.SBP, codec.REA:
		return r.renamed(asked)
	case codec.PRP, codec.GTC, codec.BLP:
		return r.set(c)
	}
	return nil
}

// pushed takes who has added the account, or dropped it, what was edited
// elsewhere (§6.2, §6.3), and a property with the address of whose it is (§4.9).
func (r *Roster) pushed(c *codec.Command, d Dialect) error {
	switch c.Verb {
	case codec.BPR:
		var p Property
		if err := ParseProperty(c, &p); err != nil || p.Email == nil {
			return err
		}
		return r.property(c)
	case codec.ADC, codec.ADD, codec.REM:
	default:
		return nil
	}
	var e Edit
	if err := ParseEdit(c, d, &e); err != nil {
		return err
	}
	if c.Verb == codec.REM {
		return r.remove(&e)
	}
	x, err := r.add(&e, &e)
	if x != nil && e.List == RL {
		x.unsure = true // on RL, on PL or on both, as the next answer to SYN will say
	}
	return err
}

// added takes the reply to ADC and ADD.
func (r *Roster) added(c, asked *codec.Command, d Dialect) error {
	var e, reply Edit
	if err := ParseEdit(asked, MSNP10, &e); err != nil { // a client's ADD has no version to be skipped
		return err
	}
	if err := ParseEdit(c, d, &reply); err != nil {
		return err
	}
	x, err := r.add(&e, &reply)
	if x != nil && e.List == RL {
		x.Lists &^= PL
	}
	return err
}

// add puts somebody on a list, under the name and id that the reply tells, else
// those asked for, or into a group. The contact is nil if there is none.
func (r *Roster) add(e, reply *Edit) (*RosterContact, error) {
	x := r.find(string(e.ID))
	if e.Email != nil {
		var err error
		if x, err = r.admit(string(e.Email)); err != nil {
			return nil, err
		}
	}
	if x == nil {
		return nil, nil
	}
	x.Lists |= e.List
	if e.List != FL {
		return x, nil
	}
	if e.Email != nil {
		x.Name = cmp.Or(unescaped(reply.Name), unescaped(e.Name), x.Name, x.Email)
		x.ID = cmp.Or(string(reply.ID), x.ID, x.Email)
	}
	switch {
	case e.Group == nil || slices.Contains(x.Groups, string(e.Group)):
	case len(x.Groups) >= MaxGroups:
		return nil, ErrRosterFull
	default:
		x.Groups = append(x.Groups, string(e.Group))
	}
	return x, nil
}

// removed takes the reply to REM.
func (r *Roster) removed(asked *codec.Command) error {
	var e Edit
	if err := ParseEdit(asked, MSNP10, &e); err != nil {
		return err
	}
	return r.remove(&e)
}

func (r *Roster) remove(e *Edit) error {
	who := string(e.Email)
	if e.List == FL {
		who = string(e.ID)
	}
	x := r.find(who)
	switch {
	case x == nil:
		return nil
	case e.Group != nil:
		x.Groups = slices.DeleteFunc(x.Groups, func(id string) bool { return id == string(e.Group) })
		return nil
	case e.List == FL:
		x.Name, x.ID, x.Groups, x.Properties = "", "", nil, nil
	case e.List == RL: // she has dropped the account, and there is nothing to be decided
		x.Lists &^= PL
	}
	if x.Lists &^= e.List; x.Lists == 0 {
		gone := x.Email
		r.Contacts = slices.DeleteFunc(r.Contacts, func(y RosterContact) bool { return y.Email == gone })
	}
	return nil
}

// regrouped takes the reply to ADG, REG and RMG.
func (r *Roster) regrouped(c, asked *codec.Command) error {
	first := string(asked.Arg(0))
	switch asked.Verb {
	case codec.ADG:
		name := unescaped(asked.Arg(0))
		id := GroupID(c, name)
		if id == nil {
			return ErrMalformed
		}
		if len(r.Groups) >= MaxGroups {
			return ErrRosterFull
		}
		r.Groups = append(r.Groups, RosterGroup{ID: string(id), Name: name})
	case codec.REG:
		for i := range r.Groups {
			if r.Groups[i].ID == first {
				r.Groups[i].Name = unescaped(asked.Arg(1))
			}
		}
	case codec.RMG:
		r.Groups = slices.DeleteFunc(r.Groups, func(g RosterGroup) bool { return g.ID == first })
		for i := range r.Contacts {
			x := &r.Contacts[i]
			x.Groups = slices.DeleteFunc(x.Groups, func(id string) bool { return id == first })
		}
	}
	return nil
}

// renamed takes the reply to SBP and REA. What is no contact is the account
// itself, as REA has it (§6.7), if its name is kept at all.
func (r *Roster) renamed(asked *codec.Command) error {
	name := asked.Arg(1)
	if asked.Verb == codec.SBP {
		if string(name) != "MFN" {
			return nil
		}
		name = asked.Arg(2)
	}
	if x := r.find(string(asked.Arg(0))); x != nil {
		x.Name = unescaped(name)
	} else if _, kept := r.Settings["MFN"]; kept && asked.Verb == codec.REA {
		return r.put(Property{Key: []byte("MFN"), Value: name})
	}
	return nil
}

// set takes the reply to PRP, GTC and BLP.
func (r *Roster) set(c *codec.Command) error {
	var p Property
	if err := ParseProperty(c, &p); err != nil {
		return err
	}
	return r.put(p)
}

func (r *Roster) put(p Property) error {
	if r.Settings == nil {
		r.Settings = map[string]string{}
	}
	return put(r.Settings, p)
}

// find returns the contact with an id or address, nil without. It is valid until
// the next edit.
func (r *Roster) find(id string) *RosterContact {
	for i := range r.Contacts {
		if x := &r.Contacts[i]; x.ID == id && id != "" || strings.EqualFold(x.Email, id) {
			return x
		}
	}
	return nil
}

// admit is find, with a new contact if there is none.
func (r *Roster) admit(email string) (*RosterContact, error) {
	if x := r.find(email); x != nil {
		return x, nil
	}
	if len(r.Contacts) >= MaxContacts {
		return nil, ErrRosterFull
	}
	r.Contacts = append(r.Contacts, RosterContact{Email: email})
	return &r.Contacts[len(r.Contacts)-1], nil
}
