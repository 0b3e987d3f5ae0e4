package live

import (
	"fmt"
	"strconv"
	"strings"
)

// dry is what a connection of a case comes to when nobody is there to answer: enough to know what the server waits
// for after each command.
type dry struct {
	link
	next int  // index in handshake of what a client sends now
	odd  bool // something was sent that no client sends at that stage
}

// handshake is what a client sends until it has signed in (§3).
var handshake = []string{"VER", "CVR", "USR", "USR"}

// goSteps are the steps of a case as literals of the type step in gotest.tmpl.
func (c *Case) goSteps() (all []string) {
	var links [numPlaces]dry
	for i := range c.steps {
		st := &c.steps[i]
		switch st.act {
		case actPause:
			all = append(all, fmt.Sprintf("{do: %q, pause: %d}", actNames[st.act], st.pause))
		case actSend:
			all = append(all, links[st.on].goSend(st))
		case actOpen:
			links[st.on] = dry{}
			fallthrough
		default:
			all = append(all, fmt.Sprintf("{do: %q, on: %q}", actNames[st.act], st.on))
		}
	}
	return all
}

// goSend is a command as such a literal.
func (d *dry) goSend(st *step) string {
	d.note(st.cmd.dryBytes())
	rest := d.complete()
	if d.on = st.on; st.cmd.odd || rest != "" || !d.expects(st.cmd.verb()) {
		d.odd = true
	}
	var b strings.Builder
	fmt.Fprintf(&b, "{do: \"send\", on: %q, line: %s", st.on, strconv.Quote(st.cmd.lineText()))
	if len(st.cmd.payload) > 0 {
		fmt.Fprintf(&b, ", payload: %s", strconv.Quote(string(st.cmd.payload.appendText(nil))))
	}
	if st.cmd.lie != 0 {
		fmt.Fprintf(&b, ", lie: %d", st.cmd.lie)
	}
	if len(st.splits) > 0 {
		fmt.Fprintf(&b, ", splits: %#v", st.splits)
	}
	if st.pause > 0 {
		fmt.Fprintf(&b, ", pause: %d", st.pause)
	}
	if rest != "" {
		fmt.Fprintf(&b, ", rest: %s", goRepeat(rest))
	}
	if d.lost != 0 {
		b.WriteString(", lost: true")
	}
	if d.odd {
		b.WriteString(", odd: true")
	}
	return b.String() + "}"
}

// expects reports whether a client sends a verb now, as far as the order of what it sends tells.
func (d *dry) expects(verb string) bool {
	switch {
	case d.on == onBoard || d.next == len(handshake):
		return true
	case verb != handshake[d.next]:
		return false
	}
	d.next++
	return true
}

// complete is what the server waits for: the rest of a payload, or of a line (see actor.complete).
func (d *dry) complete() (rest string) {
	for i := 0; i < 3 && d.lost == 0 && len(d.out) > 0; i++ {
		more := "\r\n"
		if d.missing > 0 {
			more = strings.Repeat(".", min(d.missing, maxFiller))
		}
		d.note([]byte(more))
		rest += more
	}
	return rest
}

// dryBytes is a command with something for each of its fields: of the length of a payload only the lie matters.
func (c *command) dryBytes() []byte {
	fill := func(dst []byte, w word, length int) []byte {
		for _, p := range w {
			switch p.field {
			case fieldNone:
				dst = append(dst, p.text...)
			case fieldLength:
				dst = strconv.AppendInt(dst, int64(length), 10)
			default:
				dst = append(dst, '1')
			}
		}
		return dst
	}
	payload := fill(nil, c.payload, 0)
	var b []byte
	for i, w := range c.words {
		if i > 0 {
			b = append(b, ' ')
		}
		b = fill(b, w, max(len(payload)+c.lie, -len(payload)-1))
	}
	return append(append(b, c.end...), payload...)
}

// goRepeat is a text as Go, with a run of dots told by its length.
func goRepeat(s string) string {
	dots := strings.TrimRight(s, "\r\n")
	if len(dots) < 16 || strings.Trim(dots, ".") != "" {
		return strconv.Quote(s)
	}
	text := fmt.Sprintf("strings.Repeat(\".\", %d)", len(dots))
	if tail := s[len(dots):]; tail != "" {
		text += " + " + strconv.Quote(tail)
	}
	return text
}
