package message

import (
	"slices"

	"nudge/codec"
)

// Typing says that somebody is writing. It is sent every 5 seconds while that
// lasts (§9.8).
type Typing struct {
	User      []byte // the sender's own address
	Recording bool   // a voice clip: RecordingUser in place of TypingUser
}

// ParseTyping reads who is typing. User is a view of the payload. Nothing is
// allocated but an error: of another kind, or without a user.
func ParseTyping(c codec.Content) (Typing, error) {
	if got := KindOf(c); got != KindTyping {
		return Typing{}, wrongKind(KindTyping, got)
	}
	if user := c.Header("TypingUser"); len(user) > 0 {
		return Typing{User: slices.Clip(user)}, nil
	}
	if user := c.Header("RecordingUser"); len(user) > 0 {
		return Typing{User: slices.Clip(user), Recording: true}, nil
	}
	return Typing{}, malformed(KindTyping, "TypingUser", 0, "it is missing or empty")
}

// Append writes the message at the end of dst; its body is a CR LF. With room
// in dst nothing is allocated. On an error dst is returned as it was.
func (t Typing) Append(dst []byte) ([]byte, error) {
	w := begin(dst, KindTyping)
	name := "TypingUser"
	if t.Recording {
		name = "RecordingUser"
	}
	if len(trim(t.User)) == 0 {
		w.refuse(malformed(KindTyping, name, 0, "it is missing or empty"))
	}
	w.field(name, t.User)
	w.blank()
	w.blank()
	return w.end()
}
