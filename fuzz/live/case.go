package live

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Act is what a step of a case does.
type Act uint8

const (
	ActSend  Act = iota // a command
	ActOpen             // a connection, in place of the one there was
	ActClose            // in order, as a socket is closed
	ActShut             // the sending half
	ActReset            // by RST
	ActPause            // nothing is sent for a while
	numActs
)

var actNames = [numActs]string{"send", "open", "close", "shut", "reset", "pause"}

// place is one of the connections of a case.
type place uint8

const (
	onDispatch place = iota
	onNotification
	onBoard
	numPlaces
)

var placeNames = [numPlaces]string{"ds", "ns", "sb"}

func (p place) String() string { return placeNames[p] }

// maxPause is the longest pause of a step.
const maxPause = 2 * time.Second

// step is one thing that a case does.
type step struct {
	act    Act
	on     place
	cmd    *command      // ActSend
	splits []int         // offsets in its bytes at which it is cut into writes, rising
	pause  time.Duration // between the parts; of ActPause
}

// Case is one session: what a client writes from start to end, on all its connections. Of the same path and
// seed the same case is made. It is not changed once it is made.
type Case struct {
	Path  Path // where it comes from
	steps []step
	edits int // made to it; 0: an honest session
	first int // index of the first step that was edited; len(steps): none
}

// Path says how a case was made: the number that it has, or, if an earlier one was edited further, the numbers
// of all of them, the first first. With the seed it is all that it takes to make it again.
type Path []uint64

// String writes a path as ParsePath reads it: 17/1234.
func (p Path) String() string {
	var b strings.Builder
	for i, n := range p {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(strconv.FormatUint(n, 10))
	}
	return b.String()
}

// maxPath is the most numbers of a path.
const maxPath = 16

// ParsePath reads a path.
func ParsePath(s string) (Path, error) {
	var p Path
	for part := range strings.SplitSeq(s, "/") {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || len(p) == maxPath {
			return nil, fmt.Errorf("%q: want a number, or up to %d with slashes between them as they are printed, like 17/1234", s, maxPath)
		}
		p = append(p, n)
	}
	return p, nil
}

// clone copies a case so that it can be edited.
func (c *Case) clone() *Case {
	d := *c
	d.steps = slices.Clone(c.steps)
	for i := range d.steps {
		d.steps[i].splits = slices.Clone(d.steps[i].splits)
		if d.steps[i].cmd != nil {
			d.steps[i].cmd = d.steps[i].cmd.clone()
		}
	}
	return &d
}

// Commands counts the commands of a case.
func (c *Case) Commands() int {
	n := 0
	for _, s := range c.steps {
		if s.act == ActSend {
			n++
		}
	}
	return n
}

// touched notes that a step was edited.
func (c *Case) touched(i int) {
	if c.edits == 0 || i < c.first {
		c.first = i
	}
	c.edits++
}

// appendText appends the step as parseStep reads it.
func (s *step) appendText(dst []byte) []byte {
	switch s.act {
	case ActPause:
		return append(append(dst, "pause "...), s.pause.String()...)
	case ActSend:
	default:
		return append(append(append(dst, actNames[s.act]...), ' '), s.on.String()...)
	}
	dst = append(dst, s.on.String()...)
	for _, at := range s.splits {
		dst = strconv.AppendInt(append(dst, " split="...), int64(at), 10)
	}
	if s.pause != 0 {
		dst = append(append(dst, " pause="...), s.pause.String()...)
	}
	if s.cmd.lie != 0 {
		dst = fmt.Appendf(dst, " lie=%+d", s.cmd.lie)
	}
	if s.cmd.odd {
		dst = append(dst, " odd"...)
	}
	dst = strconv.AppendQuote(append(dst, ' '), s.cmd.lineText())
	if s.cmd.payload != nil {
		dst = strconv.AppendQuote(append(dst, ' '), string(s.cmd.payload.appendText(nil)))
	}
	return dst
}

// Text is the case, a step a line, as ParseCase reads it.
func (c *Case) Text() string {
	var b []byte
	for i := range c.steps {
		b = append(c.steps[i].appendText(b), '\n')
	}
	return string(b)
}

// Limits of a case that is read.
const (
	maxSteps  = 1000
	maxSplits = 256
)

// ParseCase reads a case from its text. An error names the line.
func ParseCase(text string) (*Case, error) {
	var c Case
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		s, err := parseStep(line)
		if err == nil && len(c.steps) == maxSteps {
			err = fmt.Errorf("more than %d steps", maxSteps)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		c.steps = append(c.steps, s)
	}
	c.first, c.edits = 0, 1 // who wrote it is not known: nothing is taken for honest by its place
	return &c, nil
}

// parseStep reads a step.
func parseStep(line string) (step, error) {
	var s step
	name, rest, _ := strings.Cut(line, " ")
	if on := slices.Index(placeNames[:], name); on >= 0 {
		s.on = place(on)
		return s, s.parseSend(rest)
	}
	act := slices.Index(actNames[:], name)
	if act <= 0 {
		return s, fmt.Errorf("%q: a line begins with one of ds, ns, sb, %s", name, strings.Join(actNames[1:], ", "))
	}
	s.act = Act(act)
	if s.act == ActPause {
		return s, s.parsePause(rest)
	}
	on := slices.Index(placeNames[:], rest)
	if on < 0 {
		return s, fmt.Errorf("%s %q: want ds, ns or sb", name, rest)
	}
	s.on = place(on)
	return s, nil
}

func (s *step) parsePause(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > maxPause {
		return fmt.Errorf("pause %q: want a time of at most %v", text, maxPause)
	}
	s.pause = d
	return nil
}

// parseSend reads what stands behind the place: options, the line, the payload.
func (s *step) parseSend(rest string) error {
	lie, odd := 0, false
	for rest != "" && rest[0] != '"' {
		option, tail, _ := strings.Cut(rest, " ")
		rest = strings.TrimLeft(tail, " ")
		key, value, _ := strings.Cut(option, "=")
		var err error
		switch key {
		case "split":
			var at int
			at, err = strconv.Atoi(value)
			if n := len(s.splits); err == nil && (at <= 0 || n == maxSplits || n > 0 && at <= s.splits[n-1]) {
				err = fmt.Errorf("offsets rise, and there are at most %d", maxSplits)
			}
			s.splits = append(s.splits, at)
		case "pause":
			err = s.parsePause(value)
		case "lie":
			lie, err = strconv.Atoi(value)
		case "odd":
			odd = true
		default:
			err = fmt.Errorf("want split=, pause=, lie= or odd")
		}
		if err != nil {
			return fmt.Errorf("%q: %w", option, err)
		}
	}
	texts, err := quotedTexts(rest)
	if err != nil || len(texts) == 0 || len(texts) > 2 {
		return fmt.Errorf("%s: want the line in quotes, and perhaps a payload in quotes", rest)
	}
	if s.cmd, err = parseCommand(texts[0]); err != nil {
		return err
	}
	s.cmd.lie, s.cmd.odd = lie, odd
	if len(texts) == 2 {
		if s.cmd.payload, err = parseWord(texts[1]); err != nil {
			return err
		}
		if s.cmd.payload == nil {
			s.cmd.payload = word{}
		}
	}
	return nil
}

// quotedTexts reads strings in Go's quotes.
func quotedTexts(s string) ([]string, error) {
	var all []string
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return nil, err
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
		s = s[len(quoted):]
	}
	return all, nil
}
