package live

import (
	"fmt"
	"strings"
	"time"
)

// did is what an entry of a transcript tells.
type did uint8

const (
	didSend did = iota
	didHear
	didOpen
	didAct
)

var didMarks = [...]string{">", "<", "=", "="}

// entry is one thing that happened.
type entry struct {
	who      string
	on       place
	did      did
	at       time.Duration // since the case began
	from, to int           // of transcript.bytes
}

// transcript is all that happened in a case, of all its clients.
type transcript struct {
	begin   time.Time
	entries []entry
	bytes   []byte
}

// Limits of what is kept.
const (
	maxEntries    = 5000
	maxTranscript = 4 << 20 // bytes
)

func (t *transcript) reset() {
	t.begin, t.entries, t.bytes = time.Now(), t.entries[:0], t.bytes[:0]
}

func (t *transcript) add(who string, on place, d did, b []byte) {
	if len(t.entries) == maxEntries || len(t.bytes)+len(b) > maxTranscript {
		return
	}
	from := len(t.bytes)
	t.bytes = append(t.bytes, b...)
	t.entries = append(t.entries, entry{who, on, d, time.Since(t.begin), from, len(t.bytes)})
}

// shownBytes is how much of one entry is shown.
const shownBytes = 600

// String is the transcript for people, a line for each entry: when, who, on which connection, what.
func (t *transcript) String() string {
	var b strings.Builder
	for _, e := range t.entries {
		text := t.bytes[e.from:e.to]
		more := ""
		if len(text) > shownBytes {
			more = fmt.Sprintf(" … %d bytes in all", len(text))
			text = text[:shownBytes]
		}
		fmt.Fprintf(&b, "%9.3f ms  %-8s %s %s %q%s\n", float64(e.at)/1e6, e.who, e.on, didMarks[e.did], text, more)
	}
	return b.String()
}
