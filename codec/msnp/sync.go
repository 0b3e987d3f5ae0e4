package msnp

import (
	"time"

	"nudge/codec"
)

// versions are the two version tokens of SYN, opaque (§4.4): what to send, and
// what the last answer gave.
type versions struct {
	sendList, sendSettings string
	gotList, gotSettings   string
}

// maxVersion is the longest version token that is kept, in bytes; timestamps
// have 33.
const maxVersion = 128

// SetVersions sets what the next SYN sends as its cached versions, the tokens of
// an earlier answer; "" for either is 0, so that everything comes. MSNP8 and 9
// send the first alone. OUT MIG clears them.
func (s *Session) SetVersions(list, settings string) {
	if list == "" && settings == "" && s.versions == nil {
		return
	}
	v := s.kept()
	v.sendList, v.sendSettings = list, settings
}

// Versions returns the tokens of the last SYN answer if Software.KeepVersions is
// set, else "". MSNP8 and 9 have one.
func (s *Session) Versions() (list, settings string) {
	if s.versions == nil {
		return "", ""
	}
	return s.versions.gotList, s.versions.gotSettings
}

func (s *Session) kept() *versions {
	if s.versions == nil {
		s.versions = new(versions)
	}
	return s.versions
}

// sendSync appends SYN with the given versions, or the cached ones, or zeros.
func (s *Session) sendSync(now time.Duration, out []byte, args ...string) ([]byte, error) {
	for i := range s.waits {
		if w := &s.waits[i]; w.step == StepSYN && w.mark != late {
			return out, ErrBusy
		}
	}
	if len(args) > 0 {
		return s.ask(StepSYN, now, out, args...)
	}
	list, settings := "0", "0"
	if v := s.versions; v != nil {
		if v.sendList != "" {
			list = v.sendList
		}
		if v.sendSettings != "" {
			settings = v.sendSettings
		}
	}
	if s.dialect < MSNP10 {
		return s.ask(StepSYN, now, out, list)
	}
	return s.ask(StepSYN, now, out, list, settings)
}

// synced reads the first line of a SYN answer. The step is over with the last
// LST line it announces, at once when that is none (§4.2).
func (s *Session) synced(c *codec.Command, w *wait, ev Event) Event {
	if s.synTrID == c.TrID {
		return violation(WhyTwice, c)
	}
	list, settings, contacts, ok := s.syncCounts(c)
	if !ok {
		*w = wait{}
		return s.broken(ev, WhySyntax)
	}
	if s.sw.KeepVersions {
		s.keepVersions(list, settings)
	}
	s.synTrID, s.contactsLeft = c.TrID, contacts
	if contacts == 0 {
		return s.syncEnded()
	}
	return Event{Kind: KindNone, Step: StepSYN, TrID: c.TrID, Sent: ev.Sent}
}

// syncCounts takes the line apart: <list> [<settings>] [<contacts> <groups>].
// MSNP8 and 9 have no settings version. The short form has no counts (§4.3);
// tokens behind the full form are ignored, and so is the number of groups, as
// it may or may not count the default group.
func (s *Session) syncCounts(c *codec.Command) (list, settings []byte, contacts uint32, ok bool) {
	n, at := c.NArgs(), 2
	if s.dialect < MSNP10 || n == 3 { // three tokens fit only the older form
		at = 1
	} else {
		settings = c.Arg(1)
	}
	if n <= 2 {
		return c.Arg(0), settings, 0, n > 0
	}
	contacts, ok = codec.ParseUint(c.Arg(at))
	return c.Arg(0), settings, contacts, ok
}

// keepVersions stores the tokens, unless too long, as one string where they are
// equal and none anew where they are known.
func (s *Session) keepVersions(list, settings []byte) {
	if len(list) > maxVersion || len(settings) > maxVersion {
		return
	}
	v := s.kept()
	if string(list) != v.gotList {
		v.gotList = string(list)
	}
	switch {
	case string(settings) == v.gotSettings:
	case string(settings) == v.gotList:
		v.gotSettings = v.gotList
	default:
		v.gotSettings = string(settings)
	}
}

// syncEnded ends the SYN whose answer is complete.
func (s *Session) syncEnded() Event {
	id := s.synTrID
	s.synTrID = 0
	w := s.find(id)
	if w == nil { // timed out, and its place taken
		return Event{Kind: KindLate, Step: StepSYN, TrID: id}
	}
	ev := Event{Kind: KindAnswered, Step: StepSYN, TrID: id, Sent: w.sent}
	if w.mark == late {
		ev.Kind = KindLate
	}
	*w = wait{}
	if ev.Kind == KindAnswered && s.state == StateSync {
		s.become(StateOnline)
	}
	return ev
}

// listed takes the lines of a SYN answer, which bear no TrID. Other lines may
// stand between them, and all but LST may come after the last LST, or at any
// later time.
func (s *Session) listed(c *codec.Command) Event {
	if s.flags&signedIn == 0 {
		return violation(WhyEarly, c)
	}
	switch c.Verb {
	case codec.LST:
		return s.counted(c)
	case codec.LSG:
		var g Group
		if ParseGroup(c, s.dialect, &g) != nil {
			return violation(WhySyntax, c)
		}
		return Event{Kind: KindGroup}
	case codec.BPR:
		var p Property
		if ParseProperty(c, &p) != nil {
			return violation(WhySyntax, c)
		}
		return Event{Kind: KindSetting, Email: p.Email}
	}
	if c.NArgs() == 0 {
		return violation(WhySyntax, c)
	}
	return Event{Kind: KindSetting}
}

// counted takes one LST line. A malformed one breaks the answer, since what the
// account's lists are is not known then, but it counts, so that the lines after
// it keep their meaning.
func (s *Session) counted(c *codec.Command) Event {
	if s.contactsLeft == 0 {
		return violation(WhyCount, c)
	}
	s.contactsLeft--
	var x Contact
	if ParseContact(c, &x) != nil {
		return s.miscounted(c)
	}
	if s.contactsLeft > 0 {
		return Event{Kind: KindContact, Email: x.Email}
	}
	ev := s.syncEnded()
	ev.Email = x.Email
	return ev
}

func (s *Session) miscounted(c *codec.Command) Event {
	ev := violation(WhySyntax, c)
	if w := s.find(s.synTrID); w != nil {
		if w.mark != late {
			ev.Step, ev.Sent = StepSYN, w.sent
		}
		*w = wait{}
		s.stop(ev.Step)
	}
	if s.contactsLeft == 0 {
		s.synTrID = 0
	}
	return ev
}
