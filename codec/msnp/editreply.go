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
// is ignored where there may be one, and so is the prefix N= in REM (§12.25).
func ParseEdit(c *codec.Command, d Dialect, e *Edit) error {
	*e = Edit{List: listOf(c.Arg(0))}
	at := 1
	if d < MSNP10 {
		if _, ok := codec.ParseUint(c.Arg(1)); ok && c.NArgs() > 2 {
			at = 2
		}
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
// and a group, or address, name and group by position.
func (e *Edit) addition(c *codec.Command, at int) {
	bare := 0
	for i := at; i < c.NArgs(); i++ {
		a := c.Arg(i)
		switch key, value, ok := attribute(a); {
		case ok && key == 'N':
			e.Email = value
		case ok && key == 'F':
			e.Name = value
		case ok && key == 'C':
			e.ID = value
		case e.Email == nil && e.ID == nil:
			e.Email, e.ID, bare = a, a, i
		case bare != 0 && i == bare+1:
			e.Name = a
		case e.Group == nil:
			e.Group = a
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
// (§6.5). nil: there is none.
func GroupID(c *codec.Command, name string) []byte {
	for i := range c.NArgs() - 1 {
		if unescaped(c.Arg(i)) == name {
			return c.Arg(i + 1)
		}
	}
	return nil
}
