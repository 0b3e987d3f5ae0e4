package msnp

import (
	"bytes"
	"iter"
	"slices"

	"nudge/codec"
)

// Lists is the sum of the lists that an account is on (§4.8). Bits of later
// dialects below 256 are kept as they came.
type Lists uint8

const (
	FL Lists = 1 << iota // contacts
	AL                   // may see the account
	BL                   // may not
	RL                   // have the account on their FL
	PL                   // added the account and wait for its decision; MSNP10
)

// Contact is what an LST line says, in any of its variants (§4.8). Its slices
// are views of the command. ID is opaque (§0): what follows C=, to be sent back
// in REM and SBP; where there is none, the address takes its place.
type Contact struct {
	Email  []byte
	Name   []byte // escaped; nil when absent
	ID     []byte // nil when absent
	Lists  Lists
	groups []byte // comma-separated
}

// Groups returns the ids of the contact's groups, opaque, as views.
func (x *Contact) Groups() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := x.groups; len(rest) > 0; {
			var id []byte
			id, rest, _ = bytes.Cut(rest, []byte(","))
			if len(id) > 0 && !yield(id) {
				return
			}
		}
	}
}

// ParseContact reads an LST line. Attributes come before the first decimal
// token, in any order, unknown ones ignored; a first token that is none makes it
// the line of MSNP8 and 9, by position. Tokens behind the groups are ignored.
func ParseContact(c *codec.Command, x *Contact) error {
	*x = Contact{}
	at, positional, counted := 0, false, false // counted: the list number was read
	for a := range c.All() {
		key, value, ok := attribute(a)
		switch {
		case counted:
			x.groups = a
			return nil
		case at == 0 && !ok:
			positional, x.Email = true, a
		case positional && at == 1:
			x.Name = a
		case ok && !positional:
			x.attribute(key, value)
		default:
			n, isNumber := codec.ParseUint(a)
			if !isNumber || len(x.Email) == 0 || c.Verb != codec.LST {
				return ErrMalformed
			}
			counted, x.Lists = true, Lists(n)
		}
		at++
	}
	if !counted {
		return ErrMalformed
	}
	return nil
}

func (x *Contact) attribute(key byte, value []byte) {
	switch key {
	case 'N':
		x.Email = value
	case 'F':
		x.Name = value
	case 'C':
		x.ID = value
	}
}

// attribute splits a token of the form X=…
func attribute(b []byte) (key byte, value []byte, ok bool) {
	if len(b) < 2 || b[1] != '=' || b[0] < 'A' || b[0] > 'Z' {
		return 0, nil, false
	}
	return b[0], b[2:], true
}

// Group is what an LSG line says (§4.7). Its slices are views of the command.
type Group struct {
	ID   []byte // number or GUID: opaque
	Name []byte // escaped
}

// ParseGroup reads an LSG line: the id comes first in MSNP8 and 9, second in
// MSNP10. Tokens behind the two are ignored.
func ParseGroup(c *codec.Command, d Dialect, g *Group) error {
	*g = Group{Name: c.Arg(0), ID: c.Arg(1)}
	if d < MSNP10 {
		g.ID, g.Name = g.Name, g.ID
	}
	if c.Verb != codec.LSG || len(g.ID) == 0 || len(g.Name) == 0 {
		return ErrMalformed
	}
	return nil
}

// Property is what a BPR line says of a contact (§4.9), or a GTC, BLP or PRP
// line without TrID of the account itself (§4.5, §4.6). Its slices are views.
type Property struct {
	Email []byte // BPR: whose; nil inside a SYN answer, where it is that of the last LST
	Key   []byte // PHH, PHW, PHM, MOB, …; GTC and BLP: the verb
	Value []byte // escaped; nil clears the property
}

var propertyKeys = [...]string{"PHH", "PHW", "PHM", "MOB", "WWE", "HSB", "MFN", "MBE"}

// ParseProperty reads BPR, PRP, GTC or BLP: the first known key in a BPR is the
// key, the token before it, if any, the address, and what stands before that or
// behind the value is ignored.
func ParseProperty(c *codec.Command, p *Property) error {
	*p = Property{}
	switch c.Verb {
	case codec.BPR:
		return parseBPR(c, p)
	case codec.PRP:
		at := 0
		if _, ok := codec.ParseUint(c.Arg(0)); ok { // a list version (§12.12)
			at = 1
		}
		p.Key, p.Value = c.Arg(at), c.Arg(at+1)
	case codec.GTC, codec.BLP:
		if n := c.NArgs(); n > 0 { // a list version may stand before the value (§4.5)
			p.Key, p.Value = c.Line()[:3], c.Arg(n-1)
		}
	}
	if len(p.Key) == 0 {
		return ErrMalformed
	}
	return nil
}

func parseBPR(c *codec.Command, p *Property) error {
	at := 0
	for a := range c.All() {
		switch {
		case p.Key != nil:
			p.Value = a
			return nil
		case at < 3 && knownKey(a):
			p.Key = a
		default:
			p.Email = a
		}
		at++
	}
	if p.Key == nil {
		p.Email = nil
		return ErrMalformed
	}
	return nil
}

func knownKey(b []byte) bool {
	return len(b) == 3 && slices.Contains(propertyKeys[:], string(b))
}
