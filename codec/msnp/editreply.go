package msnp

import (
	"bytes"

	"nudge/codec"
)

// Edit is what ADC, ADD or REM says of a list, as a reply or by the server
// itself (§6.2, §6.3). Its slices are views of the command. Who is meant is told
// by Email or ID or both: in REM FL the only one of them is ID, in MSNP8 and
// MSNP9 the address is the id.
type Edit struct {
	List  Lists
	Email []byte
	Name  []byte // escaped; nil when absent
	ID    []byte // to be sent back in REM and SBP (§0); nil when absent
	Group []byte // id; nil: no group in particular
}

var listNames = [...]string{"FL", "AL", "BL", "RL", "PL"}

// name names a single list: FL, AL, BL, RL or PL; "" for none or more.
func (l Lists) name() string {
	for i, name := range listNames {
		if l == 1<<i {
			return name
		}
	}
	return ""
}

// listOf is the list of a name, 0 for none.
func listOf(name []byte) Lists {
	for i, n := range listNames {
		if string(name) == n {
			return 1 << i
		}
	}
	return 0
}

// ParseEdit reads ADC, ADD and REM. A list version behind the name of the list
// is ignored where there may be one, and so is the prefix N= in REM (§12.25), an
// empty N= or C=, attributes with other letters, and what stands behind the group.
func ParseEdit(c *codec.Command, d Dialect, e *Edit) error {
	*e = Edit{List: listOf(c.Arg(0))}
	at := 1
	if versioned(c, d, e.List) {
		at = 2
	}
	switch {
	case e.List == 0 || c.NArgs() <= at:
		return ErrMalformed
	case c.Verb == codec.REM:
		e.removal(c, at)
	case c.Verb == codec.ADC || c.Verb == codec.ADD:
		e.addition(c, at)
	default:
		return ErrMalformed
	}
	if len(e.Email) == 0 && len(e.ID) == 0 {
		return ErrMalformed
	}
	return nil
}

// versioned reports whether a list version stands behind the list. MSNP8 and
// MSNP9 have one, unmigrated MSNP10 may (§12.12). There REM FL is the only form
// in which what looks like one might be an opaque id, unless an address or more
// than a group follows.
func versioned(c *codec.Command, d Dialect, list Lists) bool {
	if _, number := codec.ParseUint(c.Arg(1)); !number || c.NArgs() < 3 {
		return false
	}
	return d < MSNP10 || c.Verb != codec.REM || list != FL || c.NArgs() > 3 || bytes.IndexByte(c.Arg(2), '@') >= 0
}

// removal reads what follows the list in REM: who, and perhaps a group.
func (e *Edit) removal(c *codec.Command, at int) {
	who := bytes.TrimPrefix(c.Arg(at), []byte("N="))
	if e.List == FL {
		e.ID, e.Group = who, c.Arg(at+1)
	} else {
		e.Email = who
	}
	if bytes.IndexByte(who, '@') >= 0 {
		e.Email = who
	}
}

// addition reads what follows the list in ADC and ADD: attributes in any order
// and a group; or, when the first token is no attribute, address, name and group
// by position.
func (e *Edit) addition(c *codec.Command, at int) {
	if _, _, ok := attribute(c.Arg(at)); !ok {
		e.Email, e.ID, e.Name, e.Group = c.Arg(at), c.Arg(at), c.Arg(at+1), c.Arg(at+2)
		return
	}
	for i := at; i < c.NArgs(); i++ {
		a := c.Arg(i)
		switch key, value, ok := attribute(a); {
		case !ok && e.Group == nil:
			e.Group = a
		case !ok:
		case key == 'F':
			e.Name = value
		case len(value) == 0: // as if absent
		case key == 'N':
			e.Email = value
		case key == 'C':
			e.ID = value
		}
	}
}

// edited takes a change of lists that the server tells by itself.
func (s *Session) edited(c *codec.Command) Event {
	var e Edit
	switch {
	case s.flags&signedIn == 0:
		return violation(WhyEarly, c)
	case ParseEdit(c, s.dialect, &e) != nil:
		return violation(WhySyntax, c)
	}
	return Event{Kind: KindEdit, TrID: c.TrID, Email: e.Email}
}

// GroupID returns the id of the group that a reply to ADG tells, as a view: the
// token behind the one that is the name once decoded, whatever stands before
// (§6.5). nil: there is none. A list version equal to the name is told from it
// by what follows: at least one token more than the 0 that may stand at the end.
func GroupID(c *codec.Command, name string) []byte {
	for i := range c.NArgs() - 1 {
		switch {
		case unescaped(c.Arg(i)) != name:
		case unescaped(c.Arg(i+1)) == name && i+2 < c.NArgs() && string(c.Arg(i+2)) != "0":
		default:
			return c.Arg(i + 1)
		}
	}
	return nil
}
