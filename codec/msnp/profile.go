package msnp

import (
	"bytes"

	"nudge/codec"
)

const profileType = "text/x-msmsgsprofile"

// message takes a MSG of the server. The profile is one: optional, at any time,
// its headers in any order and case (§12.6). All others are Unasked.
func (s *Session) message(c *codec.Command) Event {
	content, err := codec.ParseContent(c.Payload())
	if err != nil {
		return Event{Kind: KindUnasked} // what has no headers is to be ignored (§9.7)
	}
	kind, _, _ := bytes.Cut(content.Header("Content-Type"), []byte(";"))
	if !bytes.EqualFold(bytes.TrimSpace(kind), []byte(profileType)) {
		return Event{Kind: KindUnasked}
	}
	switch string(content.Header("ABCHMigrated")) {
	case "1":
		s.flags |= profiled | migrated
	case "0":
		s.flags |= profiled
		s.flags &^= migrated
	}
	s.set(touNeeded, string(content.Header("TOUNeeded")) == "1")
	return Event{Kind: KindNone}
}

// Migrated reports what the profile of this connection said of the account
// (§3.6); known is false as long as nothing was said.
func (s *Session) Migrated() (is, known bool) {
	return s.flags&migrated != 0, s.flags&profiled != 0
}

// TOUNeeded reports whether the profile asked for the terms of use to be shown.
func (s *Session) TOUNeeded() bool { return s.flags&touNeeded != 0 }
