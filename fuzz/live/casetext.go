package live

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// appendText appends the step as parseStep reads it.
func (s *step) appendText(dst []byte) []byte {
	switch s.act {
	case actPause:
		return append(append(dst, "pause "...), s.pause.String()...)
	case actSend:
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
	maxLie    = 1 << 30 // either way
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
	at := slices.Index(actNames[:], name)
	if at <= 0 {
		return s, fmt.Errorf("%q: a line begins with one of ds, ns, sb, %s", name, strings.Join(actNames[1:], ", "))
	}
	s.act = act(at)
	if s.act == actPause {
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
			if lie, err = strconv.Atoi(value); err == nil && (lie > maxLie || lie < -maxLie) {
				err = fmt.Errorf("at most %d, either way", maxLie)
			}
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

// pauses is the sum of all pauses of a case.
func (c *Case) pauses() (d time.Duration) {
	for _, s := range c.steps {
		if s.act == actPause {
			d += s.pause
		}
		d += s.pause * time.Duration(len(s.splits))
	}
	return d
}
