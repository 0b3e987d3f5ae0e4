package msnp

import (
	"errors"
	"strings"

	"nudge/codec"
)

// MaxContacts and MaxGroups bound a Roster. The largest known lists have 600
// contacts on FL and some thousand on the others (§1.6).
const (
	MaxContacts = 8192
	MaxGroups   = 256
)

// ErrRosterFull is returned by Collect past MaxContacts or MaxGroups.
var ErrRosterFull = errors.New("msnp: roster full")

// Roster is the whole of a SYN answer in memory of its own, for whoever wants
// that: a session keeps none of it. The zero value is empty.
type Roster struct {
	Settings map[string]string // GTC, BLP and the account's own properties by key, unescaped
	Groups   []RosterGroup     // in the server's order
	Contacts []RosterContact   // in the server's order
}

// RosterGroup is a group of a Roster.
type RosterGroup struct{ ID, Name string }

// RosterContact is a contact of a Roster.
type RosterContact struct {
	Email, Name, ID string // Name unescaped; ID "": none was told, and the address takes its place
	Lists           Lists
	Groups          []string          // ids
	Properties      map[string]string // by key, unescaped

	unsure bool // RL and PL are as the server pushed them
}

// Collect adds what a command says, if it is one of a SYN answer (SYN itself
// empties the roster), and ignores all others. It copies what it keeps. Call it
// with every command that Handle takes while State is StateSync, and with the
// BPR lines after that.
func (r *Roster) Collect(c *codec.Command, d Dialect) error {
	switch c.Verb {
	case codec.SYN:
		*r = Roster{}
	case codec.GTC, codec.BLP, codec.PRP:
		if c.HasTrID() {
			return nil
		}
		var p Property
		if err := ParseProperty(c, &p); err != nil {
			return err
		}
		if r.Settings == nil {
			r.Settings = map[string]string{}
		}
		return put(r.Settings, p)
	case codec.LSG:
		return r.group(c, d)
	case codec.LST:
		return r.contact(c)
	case codec.BPR:
		return r.property(c)
	}
	return nil
}

func (r *Roster) group(c *codec.Command, d Dialect) error {
	var g Group
	if err := ParseGroup(c, d, &g); err != nil {
		return err
	}
	if len(r.Groups) >= MaxGroups {
		return ErrRosterFull
	}
	r.Groups = append(r.Groups, RosterGroup{ID: string(g.ID), Name: unescaped(g.Name)})
	return nil
}

func (r *Roster) contact(c *codec.Command) error {
	var x Contact
	if err := ParseContact(c, &x); err != nil {
		return err
	}
	if len(r.Contacts) >= MaxContacts {
		return ErrRosterFull
	}
	rc := RosterContact{Email: string(x.Email), Name: unescaped(x.Name), ID: string(x.ID), Lists: x.Lists}
	for id := range x.Groups() {
		rc.Groups = append(rc.Groups, string(id))
	}
	r.Contacts = append(r.Contacts, rc)
	return nil
}

// property files a BPR under the contact it names, or under the last one.
func (r *Roster) property(c *codec.Command) error {
	var p Property
	if err := ParseProperty(c, &p); err != nil {
		return err
	}
	at := len(r.Contacts) - 1
	if p.Email != nil {
		for at >= 0 && !strings.EqualFold(r.Contacts[at].Email, string(p.Email)) {
			at--
		}
	}
	if at < 0 {
		return nil // of nobody on the lists
	}
	rc := &r.Contacts[at]
	if rc.Properties == nil {
		rc.Properties = map[string]string{}
	}
	return put(rc.Properties, p)
}

// put keeps a property, or clears it.
func put(m map[string]string, p Property) error {
	switch {
	case p.Value == nil:
		delete(m, string(p.Key))
	case m[string(p.Key)] == "" && len(m) >= MaxGroups:
		return ErrRosterFull
	default:
		m[string(p.Key)] = unescaped(p.Value)
	}
	return nil
}

func unescaped(b []byte) string { return string(codec.AppendUnescape(nil, b)) }
