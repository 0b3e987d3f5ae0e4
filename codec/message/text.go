package message

import (
	"slices"

	"nudge/codec"
)

// Text is what somebody wrote (§9.7, §9.8). What is empty is not written.
type Text struct {
	Body       []byte // UTF-8; lines end in CR LF or CR, the last in nothing
	Format     Format // X-MMS-IM-Format
	UserAgent  []byte // User-Agent: the sender's program
	Name       []byte // P4-Context: shown in place of the sender's name
	TypingUser []byte // an address, which some programs add
}

// ParseText reads a text. Its slices are views of the payload that c was parsed
// from. Nothing is allocated but an error. A malformed format gives an error
// and all of the text nevertheless, with zeros for what could not be read; a
// program that only shows texts may ignore it.
//
// The first chunk of a long text is a text too: a [Joiner] tells.
func ParseText(c codec.Content) (t Text, err error) {
	if got := KindOf(c); got != KindText {
		return t, wrongKind(KindText, got)
	}
	t.Body = slices.Clip(c.Body())
	formatted := false
	for name, value := range c.Headers() {
		switch {
		case !formatted && equalFold(name, formatHeader):
			t.Format, err = parseFormat(value)
			formatted = true
		case t.UserAgent == nil && equalFold(name, "User-Agent"):
			t.UserAgent = slices.Clip(value)
		case t.Name == nil && equalFold(name, "P4-Context"):
			t.Name = slices.Clip(value)
		case t.TypingUser == nil && equalFold(name, "TypingUser"):
			t.TypingUser = slices.Clip(value)
		}
	}
	return t, err
}

// Append writes the message at the end of dst. With room in dst nothing is
// allocated. It may be longer than MaxPayload: see [Split]. On an error dst is
// returned as it was.
func (t Text) Append(dst []byte) ([]byte, error) {
	w := begin(dst, KindText)
	w.format(&t.Format)
	w.optional("User-Agent", t.UserAgent)
	w.optional("P4-Context", t.Name)
	w.optional("TypingUser", t.TypingUser)
	w.blank()
	w.dst = append(w.dst, t.Body...)
	return w.end()
}
