package live

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// field is a place in a command that is filled in when it is sent, from what the server said before: so a
// sign-in survives being edited.
type field uint8

const (
	fieldNone     field = iota // literal bytes
	fieldTrID                  // next on the connection
	fieldEmail                 // the account's own
	fieldPeer                  // of who is on its list, and online
	fieldStranger              // of somebody on nobody's list
	fieldTicket                // for the last challenge of USR TWN S
	fieldAnswer                // to the last CHL
	fieldCookie                // of the last XFR SB
	fieldCall                  // session id of the last CAL
	fieldContact               // id of the last contact added, else of the peer
	fieldGroup                 // id of the last group made, else of the first there is
	fieldList                  // the first version of the last answer to SYN
	fieldSettings              // the second, of MSNP10
	fieldMark                  // text that nobody else writes
	fieldLength                // of the payload, with the lie of the command
	numFields
)

var fieldNames = [numFields]string{"", "trid", "email", "peer", "stranger", "ticket", "answer", "cookie", "call", "contact",
	"group", "list", "settings", "mark", "length"}

// piece is a part of a word: bytes, or a field.
type piece struct {
	field field
	text  string // of fieldNone
}

// word is what stands between two spaces. Edits may put anything in it, spaces too.
type word []piece

// command is a command that can be edited: words, the end of the line, a payload.
type command struct {
	words   []word
	end     string // "\r\n", unless it was edited
	payload word   // nil: none
	lie     int    // added to the length that is told
	odd     bool   // an edit made of it what no client would send
}

func (c *command) clone() *command {
	d := *c
	d.words = make([]word, len(c.words))
	for i, w := range c.words {
		d.words[i] = slices.Clone(w)
	}
	d.payload = slices.Clone(c.payload)
	return &d
}

// verb is the first word, as far as it is literal.
func (c *command) verb() string {
	if len(c.words) == 0 || len(c.words[0]) == 0 {
		return ""
	}
	return c.words[0][0].text
}

// errTemplate says that a text is no template.
var errTemplate = errors.New("live: malformed template")

// parseCommand reads a command from its text: {trid} and the like are fields, {{ is a brace. Payload and lie
// stand apart.
func parseCommand(text string) (*command, error) {
	var c command
	line := strings.TrimRight(text, "\r\n")
	c.end = text[len(line):]
	for part := range strings.SplitSeq(line, " ") {
		w, err := parseWord(part)
		if err != nil {
			return nil, err
		}
		c.words = append(c.words, w)
	}
	return &c, nil
}

// parseWord reads pieces from a text.
func parseWord(text string) (word, error) {
	var w word
	for text != "" {
		at := strings.IndexByte(text, '{')
		switch {
		case at < 0:
			return w.literal(text), nil
		case at > 0:
			w = w.literal(text[:at])
			text = text[at:]
		case strings.HasPrefix(text, "{{"):
			w = w.literal("{")
			text = text[2:]
		default:
			end := strings.IndexByte(text, '}')
			if end < 0 {
				return nil, fmt.Errorf("%w: { without }; a brace itself is {{", errTemplate)
			}
			f := slices.Index(fieldNames[:], text[1:end])
			if f <= 0 {
				return nil, fmt.Errorf("%w: no field {%s}; there are %s", errTemplate, text[1:end], strings.Join(fieldNames[1:], ", "))
			}
			w = append(w, piece{field: field(f)})
			text = text[end+1:]
		}
	}
	return w, nil
}

// literal appends bytes, to the last piece if that is literal.
func (w word) literal(text string) word {
	if text == "" {
		return w
	}
	if n := len(w); n > 0 && w[n-1].field == fieldNone {
		w[n-1].text += text
		return w
	}
	return append(w, piece{text: text})
}

// appendText appends a word as parseWord reads it.
func (w word) appendText(dst []byte) []byte {
	for _, p := range w {
		if p.field != fieldNone {
			dst = append(append(append(dst, '{'), fieldNames[p.field]...), '}')
			continue
		}
		dst = append(dst, strings.ReplaceAll(p.text, "{", "{{")...)
	}
	return dst
}

// lineText is the line as parseCommand reads it.
func (c *command) lineText() string {
	var b []byte
	for i, w := range c.words {
		if i > 0 {
			b = append(b, ' ')
		}
		b = w.appendText(b)
	}
	return string(append(b, c.end...))
}

// equal reports whether both send the same.
func (c *command) equal(d *command) bool {
	return c.lineText() == d.lineText() && c.lie == d.lie &&
		bytes.Equal(c.payload.appendText(nil), d.payload.appendText(nil)) && (c.payload == nil) == (d.payload == nil)
}

// must makes a command of a script: its text is ours.
func must(line, payload string) *command {
	c, err := parseCommand(line + "\r\n")
	if err == nil && payload != "" {
		c.payload, err = parseWord(payload)
	}
	if err != nil {
		panic(err)
	}
	return c
}
