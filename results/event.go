package results

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Event is something worth telling that happened to a client: an error, a violation, or a thing to know.
type Event struct {
	At     time.Duration `json:"t_ns"` // since the run's start
	Kind   string        `json:"kind"` // "event" or "violation"
	Class  string        `json:"class"`
	Client string        `json:"client,omitempty"`
	Op     string        `json:"op,omitempty"`
	Text   string        `json:"text"`
}

// Kinds of events.
const (
	kindEvent     = "event"
	kindViolation = "violation"
)

// eventKey is what events are counted under.
type eventKey struct{ kind, class string }

// Event keeps what happened to a client, as a line of text or as its conversation. Of each class the run keeps the
// first 1,000 and counts the rest. It counts nothing as failed: that is what Fail is for.
func (r *Recorder) Event(class, client, text string) {
	r.event(Event{Kind: kindEvent, Class: class, Client: client, Text: text})
}

// OpEvent is Event with the operation in which it happened.
func (r *Recorder) OpEvent(op Op, class, client, text string) {
	r.event(Event{Kind: kindEvent, Class: class, Client: client, Op: r.c.series[op].Name, Text: text})
}

// Violation counts something that the server may not do, such as a notification that was lost, and keeps it as an event.
// One is enough for the run to fail.
func (r *Recorder) Violation(kind, client, text string) {
	if !r.violations[kind] {
		if len(r.violations) >= maxClasses {
			kind = otherClass
		}
		r.violations[kind] = true
	}
	r.cur.wrong[kind]++
	r.event(Event{Kind: kindViolation, Class: kind, Client: client, Text: text})
}

func (r *Recorder) event(e Event) {
	key := eventKey{e.Kind, e.Class}
	n, seen := r.kept[key]
	if !seen && len(r.kept) >= maxClasses {
		e.Class = otherClass
		key.class = otherClass
		n = r.kept[key]
	}
	r.cur.counts[key]++
	if n >= maxEvents {
		return
	}
	r.kept[key] = n + 1
	e.At = r.c.now()
	e.Text = cut(e.Text)
	r.cur.events = append(r.cur.events, e)
}

// cut shortens a text to what is kept of it, between two characters.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n]) + "…"
}
