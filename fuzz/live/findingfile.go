package live

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"nudge/codec/msnp"
)

// A finding's file is text: a first line that says what it is, keys with values, the session as ParseCase reads
// it, and the transcript, which is for people alone.
const (
	findingHead       = "nudge finding 1"
	sessionSection    = "== session"
	transcriptSection = "== transcript"
)

// maxFindingFile is the largest file that is read, in bytes.
const maxFindingFile = 16 << 20

// WriteTo writes the finding's file.
func (f *Finding) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintln(&b, findingHead)
	for _, kv := range [][2]string{
		{"server", f.Server},
		{"seed", strconv.FormatUint(f.Seed, 10)},
		{"number", f.Path.String()},
		{"class", string(f.Verdict.Class)},
		{"state", f.Verdict.State},
		{"command", oneWord(f.Verdict.Verb)},
		{"verdict", f.Verdict.Detail},
		{"replays", fmt.Sprintf("%d of %d", f.Reproduced, f.Replays)},
		{"dialect", strconv.Itoa(int(cmp.Or(f.Dialect, msnp.MSNP10)))},
		{"honest steps", strconv.Itoa(f.Case.honest())},
		{"fresh", strconv.FormatBool(f.Fresh)},
	} {
		fmt.Fprintf(&b, "%s: %s\n", kv[0], oneLine(kv[1]))
	}
	if f.Verdict.Where != "" {
		fmt.Fprintf(&b, "where: %s\n", oneLine(f.Verdict.Where))
	}
	if f.Verdict.Class == Differs {
		fmt.Fprintf(&b, "first server: %s\nsecond server: %s\n", oneLine(f.Answers[0]), oneLine(f.Answers[1]))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n%s\n%s", sessionSection, f.Case.Text(), transcriptSection, f.Transcript)
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// oneWord quotes what is no plain word, as an edited verb may be anything.
func oneWord(s string) string {
	if s != blankLine && strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' }) {
		return strconv.Quote(s)
	}
	return s
}

// ErrNoFinding says that a file is none of a finding.
var ErrNoFinding = errors.New("not a finding's file")

// ReadFinding reads a finding's file. Errors name the line.
func ReadFinding(r io.Reader) (*Finding, error) {
	lines := bufio.NewScanner(io.LimitReader(r, maxFindingFile))
	lines.Buffer(nil, maxFindingFile)
	if !lines.Scan() || lines.Text() != findingHead {
		if err := lines.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: the first line is to be %q", ErrNoFinding, findingHead)
	}
	f := new(Finding)
	n, honest := 1, 0
	for lines.Scan() {
		n++
		key, value, ok := strings.Cut(lines.Text(), ": ")
		key = strings.TrimSuffix(key, ":")
		err := f.set(key, value)
		if key == "honest steps" {
			honest, err = strconv.Atoi(value)
		}
		switch {
		case lines.Text() == "":
		case lines.Text() == sessionSection:
			if err := f.readSession(lines, n); err != nil {
				return nil, err
			}
			f.Case.first = min(max(honest, 0), len(f.Case.steps))
			return f, nil
		case !ok && !strings.HasSuffix(lines.Text(), ":"):
			return nil, fmt.Errorf("line %d: %q: %w", n, lines.Text(), errKey)
		case err != nil:
			return nil, fmt.Errorf("line %d: %q: %w", n, lines.Text(), err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%w: no line %q", ErrNoFinding, sessionSection)
}

var errKey = errors.New("want a key, a colon and a value")

// set takes one key. Those that are for people alone are not looked at.
func (f *Finding) set(key, value string) (err error) {
	if key != "command" { // which is quoted
		value = printable(value)
	}
	switch key {
	case "server":
		f.Server = value
	case "seed":
		f.Seed, err = strconv.ParseUint(value, 10, 64)
	case "number":
		if value != "" {
			f.Path, err = ParsePath(value)
		}
	case "fresh":
		f.Fresh, err = strconv.ParseBool(value)
	case "class":
		if f.Verdict.Class = Class(value); !slices.Contains(Classes, f.Verdict.Class) {
			err = fmt.Errorf("no such class; there are %v", Classes)
		}
	case "state":
		f.Verdict.State = value
	case "command":
		if f.Verdict.Verb = value; strings.HasPrefix(value, `"`) {
			f.Verdict.Verb, err = strconv.Unquote(value)
		}
	case "first server":
		f.Answers[0] = value
	case "second server":
		f.Answers[1] = value
	case "where":
		f.Verdict.Where = value
	case "verdict":
		f.Verdict.Detail = value
	case "dialect":
		var d uint64
		if d, err = strconv.ParseUint(value, 10, 8); err == nil && (d < uint64(msnp.MSNP8) || d > uint64(msnp.MSNP10)) {
			err = errors.New("want 8, 9 or 10")
		}
		f.Dialect = msnp.Dialect(d)
	}
	return err
}

// readSession reads the session, which begins behind line n.
func (f *Finding) readSession(lines *bufio.Scanner, n int) error {
	var b strings.Builder
	b.WriteString(strings.Repeat("\n", n)) // so that lines are counted from the beginning of the file
	whole := false
	for !whole && lines.Scan() {
		if whole = lines.Text() == transcriptSection; !whole {
			b.WriteString(lines.Text() + "\n")
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	c, err := ParseCase(b.String())
	switch {
	case err != nil:
		return err
	case len(c.steps) == 0:
		return fmt.Errorf("line %d: %w: no step of a session stands behind it", n, ErrNoFinding)
	case f.Verdict.Class == "":
		return fmt.Errorf("%w: no line of its class before line %d", ErrNoFinding, n)
	case !whole:
		return fmt.Errorf("%w, or cut off: no line %q behind the session", ErrNoFinding, transcriptSection)
	}
	c.Path = f.Path
	f.Case, f.Commands = c, c.Commands()
	return nil
}
