package msnp

import (
	"time"

	"nudge/codec"
)

// SetContact appends what stores a property of a contact, such as MFN, the name
// (§6.6); an empty value clears it. MSNP8 and MSNP9 have the name alone, which
// can't be empty, and the address as id (§6.7).
func (s *Session) SetContact(id, key, value string, now time.Duration, out []byte) ([]byte, error) {
	rename := s.dialect < MSNP10
	d, err := s.draft(StepSBP, StepSBP.verbIn(s.dialect), out)
	switch {
	case err != nil:
		return out, err
	case rename && key != "MFN":
		return out, ErrDialect
	}
	d.Arg(id)
	if !rename {
		d.Arg(key)
	}
	if value != "" || rename {
		d.Escape(value)
	}
	return d.end(now)
}

// SetProperty appends what sets a property of the account's own; an empty value
// clears it (§4.6). The name goes by REA in MSNP8 and MSNP9 (§6.7).
func (s *Session) SetProperty(key, value string, now time.Duration, out []byte) ([]byte, error) {
	verb := codec.PRP
	rename := s.dialect < MSNP10 && key == "MFN"
	if rename {
		verb = codec.REA
	}
	d, err := s.draft(StepPRP, verb, out)
	switch {
	case err != nil:
		return out, err
	case rename:
		d.Arg(s.email)
	default:
		d.Arg(key)
	}
	if value != "" || rename {
		d.Escape(value)
	}
	return d.end(now)
}

// SetGTC appends what is to be done when somebody adds the account: A to ask, N
// to put them on AL silently. The server only stores it (§4.5).
func (s *Session) SetGTC(value string, now time.Duration, out []byte) ([]byte, error) {
	return s.askValue(StepGTC, value, now, out)
}

// SetBLP appends what holds for people on neither AL nor BL: AL or BL, as if
// they were there (§4.5).
func (s *Session) SetBLP(value string, now time.Duration, out []byte) ([]byte, error) {
	return s.askValue(StepBLP, value, now, out)
}

func (s *Session) askValue(step Step, value string, now time.Duration, out []byte) ([]byte, error) {
	d, err := s.draft(step, step.verbIn(s.dialect), out)
	if err != nil {
		return out, err
	}
	d.Arg(value)
	return d.end(now)
}
