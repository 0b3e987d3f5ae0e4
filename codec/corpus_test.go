package codec

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nudge/corpus"
)

// stream is what one side wrote on one connection of a recording.
type stream struct {
	name string
	from Side
	data []byte
}

// garbage lists the streams in which a client sends malformed commands on
// purpose, or a server echoes them, with what they must be refused for.
var garbage = map[string]SyntaxError{
	"escargot-06-errors.txt e04 C": {4, CauseTrID},  // VER abc
	"escargot-06-errors.txt e05 C": {23, CauseTrID}, // CVR -5
	"escargot-06-errors.txt e05 S": {18, CauseTrID}, // CVR -5
	"escargot-06-errors.txt e06 C": {3, CauseTrID},  // VER alone
	"escargot-06-errors.txt e21 C": {0, CauseVerb},  // ver
}

// recordings returns every recorded stream, the seed's session, and the
// examples of MSNP10.md §13.
func recordings(t testing.TB) []stream {
	t.Helper()
	paths, err := filepath.Glob("../corpus/transcript/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	var all []stream
	for _, path := range paths {
		all = append(all, transcript(filepath.Base(path), readFile(t, path))...)
	}
	all = append(all, seedSession(t)...)
	return append(all, examples(t)...)
}

// wellFormed returns the recordings without the deliberate garbage.
func wellFormed(t testing.TB) []stream {
	return slices.DeleteFunc(recordings(t), func(s stream) bool {
		_, bad := garbage[s.name]
		return bad
	})
}

// transcript cuts a recording into streams. What the recorder shortened is left out.
func transcript(file, text string) []stream {
	var all []stream
	for _, x := range corpus.Read(text) {
		http := strings.HasPrefix(x.Conn, "HTTP") || strings.HasPrefix(file, "escargot-auth")
		if x.Who == '#' || http || strings.HasSuffix(x.Text+x.Payload, " bytes in all)") {
			continue
		}
		name := file + " " + x.Conn + " " + string(x.Who)
		i := slices.IndexFunc(all, func(s stream) bool { return s.name == name })
		if i < 0 {
			i = len(all)
			all = append(all, stream{name: name, from: sideOf(x.Who)})
		}
		if x.Text != "" {
			all[i].data = append(all[i].data, x.Text+"\r\n"...)
		}
		all[i].data = append(all[i].data, x.Payload...)
	}
	return all
}

// seedSession returns both sides of the session on the page that the project
// started from. Lines beginning with ".. " continue the line before, and the
// profile ends with an empty line that the page does not show.
func seedSession(t testing.TB) []stream {
	var client, server []byte
	payload := false
	text := strings.ReplaceAll(readFile(t, "../corpus/session/seed.txt"), "\n.. ", " ")
	_, text, _ = strings.Cut(text, "of the previous line.")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "C: "):
			client = append(client, line[3:]+"\r\n"...)
		case strings.HasPrefix(line, "S: "):
			server = append(server, line[3:]+"\r\n"...)
			payload = strings.HasPrefix(line, "S: MSG")
		case payload:
			server = append(server, line+"\r\n"...)
			payload = line != ""
		}
	}
	return []stream{{"seed S", FromServer, server}, {"seed C", FromClient, client}}
}

// examples returns the sessions of §13. Payload lines begin with "| " and end
// in CR LF unless they carry the mark ¬.
func examples(t testing.TB) []stream {
	var all []stream
	data := map[byte][]byte{}
	section, inside, side := "", false, byte(0)
	flush := func() {
		for _, s := range "CS" {
			if len(data[byte(s)]) > 0 {
				all = append(all, stream{"MSNP10.md " + section + " " + string(s), sideOf(byte(s)), data[byte(s)]})
			}
		}
		clear(data)
	}
	for line := range strings.Lines(readFile(t, "MSNP10.md")) {
		line = strings.TrimSuffix(line, "\n")
		line = regexp.MustCompile(`^[AB] ([CS]: )`).ReplaceAllString(line, "$1")
		switch {
		case strings.HasPrefix(line, "### "):
			flush()
			section = strings.Fields(line)[1]
		case strings.HasPrefix(line, "```"):
			inside = line == "```msnp"
		case !inside || !strings.HasPrefix(section, "13."):
		case line[0] == '|':
			text := strings.TrimPrefix(line[1:], " ")
			if cut, ok := strings.CutSuffix(text, "¬"); ok {
				text = cut
			} else {
				text += "\r\n"
			}
			data[side] = append(data[side], text...)
		default:
			side = line[0]
			data[side] = append(data[side], line[3:]+"\r\n"...)
		}
	}
	flush()
	return all
}

func sideOf(letter byte) Side {
	if letter == 'C' {
		return FromClient
	}
	return FromServer
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryRecordingDecodesExceptDeliberateGarbage(t *testing.T) {
	commands, seen := 0, 0
	for _, s := range recordings(t) {
		n, err := count(s, 0)
		commands += n
		want, bad := garbage[s.name]
		if !bad && err != io.EOF {
			t.Errorf("%s: after %d commands: %v", s.name, n, err)
		}
		if bad {
			seen++
			if got := new(SyntaxError); !errors.As(err, &got) || *got != want {
				t.Errorf("%s: got %v, want %v", s.name, err, &want)
			}
		}
	}
	if commands < 1000 || seen != len(garbage) {
		t.Errorf("only %d commands and %d pieces of garbage: are the recordings read?", commands, seen)
	}
}

func TestStrictSyntaxReadsTheServiceButNotItsImitations(t *testing.T) {
	for _, s := range recordings(t) {
		if !strings.HasPrefix(s.name, "seed") && !strings.HasPrefix(s.name, "MSNP10.md") {
			continue
		}
		if n, err := count(s, AllLeniencies); err != io.EOF {
			t.Errorf("%s: after %d commands: %v", s.name, n, err)
		}
	}
	refused := 0
	for _, s := range wellFormed(t) {
		var e *SyntaxError
		if _, err := count(s, TrailingSpace); errors.As(err, &e) {
			refused++
			if e.Cause != CauseTrailingSpace {
				t.Errorf("%s: %v", s.name, err)
			}
		}
	}
	if refused == 0 {
		t.Error("no recording has the trailing space of §12.11")
	}
}

// count decodes all of s and returns the number of commands and the last error.
func count(s stream, refuse Leniency) (n int, err error) {
	d := NewDecoder(bytes.NewReader(s.data), Syntax{From: s.from, Refuse: refuse})
	var c Command
	for ; err == nil; n++ {
		err = d.Decode(&c)
	}
	return n - 1, err
}
