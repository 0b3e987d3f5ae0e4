package message

import (
	"slices"

	"nudge/codec"
)

// Capabilities is what third-party programs tell each other of themselves (§9.8).
type Capabilities struct {
	ClientName  []byte // Client-Name: program and version, as "Purple/2.14.14"
	ChatLogging byte   // Chat-Logging: 'Y', 'N' or 'S'; 0: not said
}

// ParseCapabilities reads the lines of the body, in any order; either may be
// missing. ClientName is a view of the payload. Nothing is allocated but an
// error: of another kind, a line that is no "Name: value", another Chat-Logging.
func ParseCapabilities(c codec.Content) (Capabilities, error) {
	f, err := fields(KindCapabilities, c)
	if err != nil {
		return Capabilities{}, err
	}
	k := Capabilities{ClientName: slices.Clip(f.Header("Client-Name"))}
	if v := f.Header("Chat-Logging"); len(v) > 0 {
		if len(v) > 1 || !isLogging(v[0]) {
			return Capabilities{}, malformed(KindCapabilities, "Chat-Logging", 0, wantLogging)
		}
		k.ChatLogging = v[0]
	}
	return k, nil
}

const wantLogging = "it is Y, N or S"

func isLogging(c byte) bool { return c == 'Y' || c == 'N' || c == 'S' }

// Append writes the message at the end of dst. With room in dst nothing is
// allocated. On an error dst is returned as it was.
func (k Capabilities) Append(dst []byte) ([]byte, error) {
	w := begin(dst, KindCapabilities)
	w.blank()
	w.optional("Client-Name", k.ClientName)
	if k.ChatLogging != 0 {
		if !isLogging(k.ChatLogging) {
			w.refuse(malformed(KindCapabilities, "Chat-Logging", 0, wantLogging))
		}
		w.field("Chat-Logging", []byte{k.ChatLogging})
	}
	return w.end()
}
