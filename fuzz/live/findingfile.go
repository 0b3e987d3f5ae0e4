package live

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
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
		{"command", f.Verdict.Verb},
		{"verdict", f.Verdict.Detail},
		{"replays", fmt.Sprintf("%d of %d", f.Reproduced, f.Replays)},
		{"fresh", strconv.FormatBool(f.Fresh)},
	} {
		fmt.Fprintf(&b, "%s: %s\n", kv[0], oneLine(kv[1]))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n%s\n%s", sessionSection, f.Case.Text(), transcriptSection, f.Transcript)
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
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
	n := 1
	for lines.Scan() {
		n++
		key, value, ok := strings.Cut(lines.Text(), ": ")
		key = strings.TrimSuffix(key, ":")
		switch err := f.set(key, value); {
		case lines.Text() == "":
		case lines.Text() == sessionSection:
			return f, f.readSession(lines, n)
		case err != nil, !ok && value != "":
			return nil, fmt.Errorf("line %d: %q: %w", n, lines.Text(), errors.Join(err, errKey))
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
	switch key {
	case "server":
		f.Server = value
	case "seed":
		f.Seed, err = strconv.ParseUint(value, 10, 64)
	case "number":
		f.Path, err = ParsePath(value)
	case "fresh":
		f.Fresh, err = strconv.ParseBool(value)
	case "class":
		f.Verdict.Class = Class(value)
	case "state":
		f.Verdict.State = value
	case "command":
		f.Verdict.Verb = value
	case "verdict":
		f.Verdict.Detail = value
	}
	return err
}

// readSession reads the session, which begins behind line n.
func (f *Finding) readSession(lines *bufio.Scanner, n int) error {
	var b strings.Builder
	for lines.Scan() && lines.Text() != transcriptSection {
		b.WriteString(lines.Text() + "\n")
	}
	if err := lines.Err(); err != nil {
		return err
	}
	c, err := ParseCase(b.String())
	if err != nil {
		return fmt.Errorf("behind line %d, %w", n, err)
	}
	c.Path = f.Path
	f.Case, f.Commands = c, c.Commands()
	return nil
}
