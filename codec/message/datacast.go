package message

import (
	"slices"

	"nudge/codec"
)

// Datacast is a small thing sent to everybody in the conversation (§9.8).
type Datacast struct {
	ID   uint32 // 1 nudge, 2 wink, 3 voice clip, 4 action text
	Data []byte // empty for a nudge
}

// ParseDatacast reads ID and Data; Data is a view of the payload. Nothing is
// allocated but an error: of another kind, a line that is no "Name: value", an
// ID that is missing or no number.
func ParseDatacast(c codec.Content) (Datacast, error) {
	f, err := fields(KindDatacast, c)
	if err != nil {
		return Datacast{}, err
	}
	id, ok := number(f.Header("ID"), 10, 32)
	if !ok {
		return Datacast{}, malformed(KindDatacast, "ID", 0, wantNumber32)
	}
	return Datacast{ID: uint32(id), Data: slices.Clip(f.Header("Data"))}, nil
}

// Append writes the message at the end of dst; an empty line ends it. With room
// in dst nothing is allocated. On an error dst is returned as it was.
func (d Datacast) Append(dst []byte) ([]byte, error) {
	w := begin(dst, KindDatacast)
	w.blank()
	w.uint("ID", uint64(d.ID))
	w.optional("Data", d.Data)
	w.blank()
	return w.end()
}
