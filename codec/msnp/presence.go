package msnp

import (
	"errors"
	"time"

	"nudge/codec"
)

// Status is an account's presence (§5.1).
type Status uint8

const (
	StatusUnknown Status = iota
	NLN                  // online
	BSY                  // busy
	IDL                  // idle
	BRB                  // be right back
	AWY                  // away
	PHN                  // on the phone
	LUN                  // out to lunch
	HDN                  // appear offline; only one's own
	FLN                  // offline; not to be asked for (§12.16)
)

var statuses = [...]string{"", "NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "FLN"}

// String returns the status as it stands on the wire, "" if unknown.
func (s Status) String() string {
	if int(s) >= len(statuses) {
		return ""
	}
	return statuses[s]
}

// ParseStatus reads a status, in capitals as servers demand it.
func ParseStatus(b []byte) Status {
	switch string(b) {
	case "NLN":
		return NLN
	case "BSY":
		return BSY
	case "IDL":
		return IDL
	case "BRB":
		return BRB
	case "AWY":
		return AWY
	case "PHN":
		return PHN
	case "LUN":
		return LUN
	case "HDN":
		return HDN
	case "FLN":
		return FLN
	}
	return StatusUnknown
}

// DefaultClientID is the client-id number of a client 6.1 (§5.2).
const DefaultClientID = 536870948

// ErrMalformed is what the Parse functions return for a command that lacks what
// they look for, or is of another verb.
var ErrMalformed = errors.New("msnp: arguments missing or malformed")

// Presence is what ILN, NLN and FLN say of a contact (§5.4). Its slices are
// views of the command.
type Presence struct {
	Status   Status // FLN of an FLN line
	Email    []byte
	Name     []byte // escaped; nil in FLN
	ClientID uint32 // 0 when absent
	Object   []byte // escaped MSNObject; nil when absent, or one of the ways to say so (§12.18)
}

// ParsePresence reads ILN, NLN or FLN.
func ParsePresence(c *codec.Command, p *Presence) error {
	*p = Presence{Status: FLN}
	at := 0
	switch c.Verb {
	case codec.ILN, codec.NLN:
	case codec.FLN:
		at = 1 // has no status
	default:
		return ErrMalformed
	}
	ok := true
	for a := range c.All() {
		switch at {
		case 0:
			p.Status = ParseStatus(a)
			ok = p.Status != StatusUnknown && p.Status < HDN
		case 1:
			p.Email = a
		case 2:
			p.Name = a
		case 3:
			p.ClientID, ok = codec.ParseUint(a)
		case 4:
			p.Object = object(a)
		}
		if at++; !ok || at > 4 || p.Status == FLN {
			break
		}
	}
	if !ok || p.Email == nil {
		return ErrMalformed
	}
	return nil
}

// object is nil for the ways to say that there is none (§12.18).
func object(b []byte) []byte {
	switch string(b) {
	case "0", "%3Cmsnobj%2F%3E":
		return nil
	}
	return b
}

// presence takes ILN, NLN and FLN. Duplicates are normal (§5.4). An ILN bears
// the TrID of the CHG or ADC that caused it.
func (s *Session) presence(c *codec.Command) Event {
	var p Presence
	switch {
	case s.flags&signedIn == 0:
		return violation(WhyEarly, c)
	case ParsePresence(c, &p) != nil:
		return violation(WhySyntax, c)
	case c.Verb == codec.ILN && !s.wasSent(c.TrID):
		return violation(WhyTrID, c)
	}
	return Event{Kind: KindPresence, Status: p.Status, TrID: c.TrID, ClientID: p.ClientID, Email: p.Email}
}

// Chg appends CHG: the account's own status, with a client id (§12.15 says why
// there always is one). For an MSNObject use Ask.
func (s *Session) Chg(status Status, clientID uint32, now time.Duration, out []byte) ([]byte, error) {
	if s.state != StateOnline {
		return out, ErrState
	}
	w := s.room(StepCHG)
	if w == nil {
		return out, ErrFull
	}
	l := codec.Begin(out, codec.CHG)
	l.TrID(s.nextID()).Escape(status.String()).Uint(uint64(clientID))
	b, err := l.End()
	if err != nil {
		return out, err
	}
	s.wrote(w, StepCHG, now)
	w.status = status
	return b, nil
}

// Png appends PNG, which carries no TrID.
func (s *Session) Png(now time.Duration, out []byte) ([]byte, error) {
	if s.state != StateOnline {
		return out, ErrState
	}
	w := s.room(StepPNG)
	if w == nil {
		return out, ErrFull
	}
	l := codec.Begin(out, codec.PNG)
	s.take(w, wait{sent: now, step: StepPNG})
	return l.End()
}

const (
	defaultPing = 50 * time.Second
	maxPing     = 1<<16 - 1 // seconds
)

// pong takes QNG: it answers the oldest PNG, and notes when the next one is
// wanted. One that nobody waits for is ignored (§7.1).
func (s *Session) pong(c *codec.Command) Event {
	if n, ok := codec.ParseUint(c.Arg(0)); ok && n > 0 {
		s.pingSeconds = uint16(min(n, maxPing))
	}
	var oldest *wait
	for i := range s.waits {
		if w := &s.waits[i]; w.step == StepPNG && (oldest == nil || w.sent < oldest.sent) {
			oldest = w
		}
	}
	if oldest == nil {
		return Event{}
	}
	ev := Event{Kind: KindAnswered, Step: StepPNG, Sent: oldest.sent}
	*oldest = wait{}
	return ev
}

// PingEvery returns how often the server wants a PNG, by its last QNG: 50 s
// before the first, and at least 1 s.
func (s *Session) PingEvery() time.Duration {
	if s.pingSeconds == 0 {
		return defaultPing
	}
	return time.Duration(s.pingSeconds) * time.Second
}
