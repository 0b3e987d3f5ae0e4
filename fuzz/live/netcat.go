package live

import "fmt"

// Netcat returns the bytes of a replay's last connection to a notification server on which anything was sent,
// barriers and all, so that they can be sent again as they are; and notes of what is lost by that, each on one line.
// The bytes are the replay's own, and addr is where they went. Without such a connection there are none.
func (f *Finding) Netcat(r *Replay) (sent []byte, addr string, notes []string) {
	others := 0
	for _, s := range r.sent {
		if len(s.bytes) == 0 {
			continue
		}
		if s.on == onNotification {
			if sent != nil {
				others++
			}
			sent, addr = s.bytes, s.addr
			continue
		}
		others++
	}
	if others > 0 {
		notes = append(notes, fmt.Sprintf("left out: %d other connections of the session", others))
	}
	return sent, addr, append(append(notes, f.Case.lostTiming()...), f.Case.lostFields()...)
}

// lostTiming says what of a case plain bytes can't keep.
func (c *Case) lostTiming() (notes []string) {
	cuts, ends := 0, 0
	for _, s := range c.steps {
		switch s.act {
		case actSend:
			cuts += len(s.splits)
		case actShut, actReset, actClose:
			ends++
		}
	}
	if cuts > 0 {
		notes = append(notes, fmt.Sprintf("left out: %d cuts between writes", cuts))
	}
	if d := c.pauses(); d > 0 {
		notes = append(notes, fmt.Sprintf("left out: pauses of %v in all", d))
	}
	if ends > 0 {
		notes = append(notes, fmt.Sprintf("left out: how connections are ended, %d times", ends))
	}
	return notes
}

// ofServer are the fields whose values a server hands out anew, and what is to be said of them. Tickets are left to
// who knows where they came from.
var ofServer = []struct {
	field field
	what  string
}{
	{fieldAnswer, "the answer to a challenge"},
	{fieldCookie, "the cookie of a switchboard"},
	{fieldCall, "the id of a call"},
	{fieldContact, "the id of a contact"},
	{fieldGroup, "the id of a group"},
	{fieldList, "the versions of the lists"},
	{fieldSettings, "the versions of the settings"},
}

// lostFields says which values are those of one server at one time.
func (c *Case) lostFields() (notes []string) {
	for _, f := range ofServer {
		if c.uses(f.field) {
			notes = append(notes, "fixed as it was in this replay: "+f.what)
		}
	}
	return notes
}
