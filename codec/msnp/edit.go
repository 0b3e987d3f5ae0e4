package msnp

import (
	"errors"
	"time"

	"nudge/codec"
)

// ErrDialect is returned by edits that the session's dialect does not have: RL
// and PL, and what is stored of contacts but for the name, came with MSNP10
// (§6.1, §6.6), and no dialect lets a client remove from RL (§6.3).
var ErrDialect = errors.New("msnp: not in this dialect")

// draft is an edit being written.
type draft struct {
	codec.Line
	s    *Session
	w    *wait
	step Step
	list Lists
}

// draft begins the command of a step, with the TrID.
func (s *Session) draft(step Step, verb codec.Verb, out []byte) (draft, error) {
	if s.state != StateOnline {
		return draft{}, ErrState
	}
	w := s.room(step)
	if w == nil {
		return draft{}, ErrFull
	}
	d := draft{Line: codec.Begin(out, verb), s: s, w: w, step: step}
	d.TrID(s.nextID())
	return d, nil
}

// end ends the command and waits for the reply.
func (d *draft) end(now time.Duration) ([]byte, error) {
	b, err := d.End()
	if err == nil {
		d.s.wrote(d.w, d.step, now)
		d.w.list = d.list
	}
	return b, err
}

// address writes an address as ADC and ADD have it.
func (d *draft) address(email string) {
	if d.s.dialect < MSNP10 || email == "" { // N= alone would be written
		d.Arg(email)
	} else {
		d.Key('N', email)
	}
}

// AddContact appends what puts an address on FL under a name, which is
// percent-encoded here (§6.2). Without a name the server chooses one, but
// MSNP8 and MSNP9 want it. The reply tells the contact's id: see [ParseEdit].
func (s *Session) AddContact(email, name string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepADC, StepADC.verbIn(s.dialect), out)
	if err != nil {
		return out, err
	}
	d.list = FL
	d.Arg("FL")
	d.address(email)
	switch {
	case s.dialect < MSNP10:
		d.Escape(name)
	case name != "":
		d.EscapeKey('F', name)
	}
	return d.end(now)
}

// AddToGroup appends what puts a contact into a group beside those it is in
// (§6.2). MSNP8 and MSNP9 want its name as well, and the address as its id.
func (s *Session) AddToGroup(id, name, group string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepADC, StepADC.verbIn(s.dialect), out)
	if err != nil {
		return out, err
	}
	d.list = FL
	d.Arg("FL")
	switch {
	case s.dialect < MSNP10:
		d.Arg(id).Escape(name)
	case id == "":
		d.Arg("") // Key would write it
	default:
		d.Key('C', id)
	}
	d.Arg(group)
	return d.end(now)
}

// AddTo appends what puts an address on AL or BL, or on RL after a decision
// about it (§6.2, §12.23).
func (s *Session) AddTo(list Lists, email string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepADC, StepADC.verbIn(s.dialect), out)
	switch {
	case err != nil:
		return out, err
	case list != AL && list != BL && (list != RL || s.dialect < MSNP10):
		return out, ErrDialect
	}
	d.list = list
	d.Arg(list.name())
	d.address(email)
	if s.dialect < MSNP10 {
		d.Arg(email) // as the name
	}
	return d.end(now)
}

// Remove appends what takes an id off FL, or an address off AL, BL or PL; or,
// with a group, a contact out of that alone (§6.3).
func (s *Session) Remove(list Lists, id, group string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepREM, codec.REM, out)
	switch {
	case err != nil:
		return out, err
	case list != FL && list != AL && list != BL && (list != PL || s.dialect < MSNP10):
		return out, ErrDialect
	}
	d.list = list
	d.Arg(list.name()).Arg(id)
	if group != "" {
		d.Arg(group)
	}
	return d.end(now)
}

// AddGroup appends what makes a group (§6.5). The reply tells its id: see
// [GroupID].
func (s *Session) AddGroup(name string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepADG, codec.ADG, out)
	if err != nil {
		return out, err
	}
	d.Escape(name)
	return s.groupEnd(&d, now)
}

// RenameGroup appends what gives a group another name (§6.5).
func (s *Session) RenameGroup(id, name string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepREG, codec.REG, out)
	if err != nil {
		return out, err
	}
	d.Arg(id).Escape(name)
	return s.groupEnd(&d, now)
}

// groupEnd ends ADG and REG, which in MSNP8 and MSNP9 have a 0 at the end.
func (s *Session) groupEnd(d *draft, now time.Duration) ([]byte, error) {
	if s.dialect < MSNP10 {
		d.Arg("0")
	}
	return d.end(now)
}

// RemoveGroup appends what deletes a group (§6.5). Contacts that were in no
// other may leave FL with it (§12.27).
func (s *Session) RemoveGroup(id string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(StepRMG, codec.RMG, out)
	if err != nil {
		return out, err
	}
	d.Arg(id)
	return d.end(now)
}
