package fuzz_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nudge/codec"
)

// leniency is one of codec's, with bytes that need it and what its refusal is called.
type leniency struct {
	name  string
	bit   codec.Leniency
	text  string // of a server
	cause codec.Cause
}

var leniencies = []leniency{
	{"bare-lf", codec.BareLF, "QNG 50\nQNG 51\r\n", codec.CauseBareLF},
	{"space-runs", codec.SpaceRuns, "CHL  0   x\r\nQNG 51\r\n", codec.CauseSpaceRun},
	{"trailing-space", codec.TrailingSpace, "LST N=a 11  \r\nQNG 51\r\n", codec.CauseTrailingSpace},
	{"blank-lines", codec.BlankLines, "\r\n\r\nQNG 50\r\n\r\nQNG 51\r\n\r\n", codec.CauseBlankLine},
	{"stray-cr", codec.StrayCR, "NLN a\rb c \r\r\nQNG 51\r\n", codec.CauseStrayCR},
}

// malformed are commands of a server, each with the cause for which it is refused, but for what is only refused
// with a leniency. The content of a message has causes of its own.
var malformed = []struct {
	name  string
	cause codec.Cause
	text  string
}{
	{"line-too-long", codec.CauseLineTooLong, "NLN " + strings.Repeat("x", 8<<10)},
	{"blank-lines-too-many", codec.CauseBlankLine, strings.Repeat("\n", 8<<10+1) + "QNG 50\r\n"},
	{"verb-lower-case", codec.CauseVerb, "ver 1 MSNP10\r\n"},
	{"verb-short", codec.CauseVerb, "VE\r\n"},
	{"verb-long", codec.CauseVerb, "VERS 1\r\n"},
	{"verb-letter-digit", codec.CauseVerb, "A1B 1\r\n"},
	{"verb-digit-letter", codec.CauseVerb, "71B 1\r\n"},
	{"verb-behind-space", codec.CauseVerb, " QNG 50\r\n"},
	{"verb-behind-tab", codec.CauseVerb, "QNG\t50\r\n"},
	{"verb-high-byte", codec.CauseVerb, "\xff\xfe\xfd 1\r\n"},
	{"trid-missing", codec.CauseTrID, "VER\r\n"},
	{"trid-word", codec.CauseTrID, "VER abc MSNP10\r\n"},
	{"trid-negative", codec.CauseTrID, "VER -1 MSNP10\r\n"},
	{"trid-ends-in-letter", codec.CauseTrID, "VER 12x MSNP10\r\n"},
	{"trid-two-to-the-32", codec.CauseTrID, "VER 4294967296 MSNP10\r\n"},
	{"length-missing", codec.CauseLengthMissing, "MSG a b\r\n"},
	{"length-not-decimal", codec.CauseLength, "MSG a b 12x\r\n"},
	{"payload-too-large", codec.CausePayloadTooLarge, "MSG a b 65537\r\n"},
}

// curious are streams that are read, each in its way.
var curious = map[string]string{
	"empty":                      "",
	"trid-zeros":                 "VER 00001 MSNP10\r\nVER 0000000000000000000000001 MSNP10\r\n",
	"trid-of-four-digits":        "VER 1234 MSNP10\r\nVER 12345 MSNP10\r\nCHL 0 1\r\n",
	"trid-optional":              "PRP MFN x\r\nPRP 5 MFN x\r\nPRP 5x MFN\r\nPRP 4294967296 x\r\nGTC A\r\nGTC\r\n",
	"verb-alone":                 "QNG\r\nOUT\r\nXYZ\r\n911\r\nQRY 1\r\n",
	"verb-unknown":               "XYZ 1 2\r\nXYZ a b 5\r\nXYZ 4294967296\r\n",
	"numeric-replies":            "911 7\r\n540 \r\n715\r\n200 a b\r\n000 1\r\n999 2\r\n",
	"payloads-in-a-row":          "MSG a b 0\r\nMSG a b 3\r\n\r\nxMSG a b 2\r\nabQNG 1\r\n",
	"payload-holds-commands":     "NOT 16\r\nOUT\r\nOUT\r\nNOT 1\rQNG 50\r\n",
	"payload-binary":             "NOT 5\r\n\xff\x00\xfe\r\nQNG 50\r\n",
	"payload-cut":                "QNG 50\r\nNOT 5\r\nabcd",
	"line-cut":                   "QNG 50\r\nNLN NLN us",
	"line-cut-behind-cr":         "QNG 50\r\nQNG 51\r",
	"blank-lines-of-lf":          "\n\r\n\nQNG 50\r\n\nQNG 51\n\n",
	"blank-cut-behind-cr":        "QNG 50\r\n\r",
	"argument-nul":               "CHL 2 \x00 a\x00b\r\n",
	"argument-cr-at-the-start":   "CHL 2 \ra b\r\n",
	"argument-tabs":              "CHL 2 a\tb \t c\r\n",
	"arguments-many":             "VER 1" + strings.Repeat(" a", 300) + "\r\n",
	"argument-long":              "NLN NLN " + strings.Repeat("x", 200) + " y\r\n",
	"space-runs-over-64-bytes":   "CHL 1 " + strings.Repeat("x", 55) + "  y" + strings.Repeat(" ", 70) + "z\r\n",
	"many-short-commands":        strings.Repeat("NLN NLN u@example.com a 0\r\n", 40),
	"last-argument-is-the-count": "PAG 5 a b 3\r\nxyzPNG\r\n",
}

// namedStreams are the seeds of FuzzStream: every rule, leniency, cause and limit of the codec, and every recording.
func namedStreams(tb testing.TB) seeds {
	s := seeds{}
	for from, side := range sides {
		for name, text := range map[string]string{"fewest": everyRule(from, fewest), "most": everyRule(from, most)} {
			s.add(tb, "rules-"+side+"-"+name, streamInput(from, 0, 0, text))
			s.add(tb, "rules-"+side+"-"+name+"-strict", streamInput(from, codec.AllLeniencies, 0, text))
		}
	}
	for r := range codec.Rules() {
		if r.Payload == 0 {
			continue
		}
		for lie, claim := range lies(r) {
			text := withClaim(r, withTrID(r), max(int(r.Min), 1), claim, aPayload) + "QNG 50\r\n"
			s.add(tb, lower(sides[r.From]+"-"+r.Verb.String()+"-length-"+lie), streamInput(r.From, 0, 0, text))
		}
	}
	for _, l := range leniencies {
		s.add(tb, "leniency-"+l.name, streamInput(codec.FromServer, 0, 0, l.text))
		s.add(tb, "leniency-"+l.name+"-refused", streamInput(codec.FromServer, l.bit, 0, l.text))
		s.add(tb, "leniency-"+l.name+"-alone", streamInput(codec.FromServer, codec.AllLeniencies&^l.bit, 0, l.text))
	}
	for _, m := range malformed {
		s.add(tb, "cause-"+m.name, streamInput(codec.FromServer, 0, 0, "QNG 50\r\n"+m.text))
	}
	for name, text := range curious {
		from := codec.FromServer
		if strings.Contains(text, "PAG ") {
			from = codec.FromClient
		}
		s.add(tb, name, streamInput(from, 0, 0, text))
	}
	addLimits(tb, s)
	addRecordings(tb, s)
	return s
}

// maxLines and maxPayloads are the limits that the second byte of an input chooses, in its order, but for the
// codec's own.
var maxLines, maxPayloads = []int{1: 32, 2: 256, 3: 2048}, []int{1: 32, 2: 256, 3: 2048}

// addLimits adds lines and payloads that fill each limit, and those that exceed it by one.
func addLimits(tb testing.TB, s seeds) {
	for i := 1; i < len(maxLines); i++ {
		line := func(n int) string { return "NLN " + strings.Repeat("x", n-6) + "\r\nQNG 50\r\n" }
		name := fmt.Sprintf("limit-line-%d", maxLines[i])
		s.add(tb, name+"-filled", streamInput(codec.FromServer, 0, byte(i), line(maxLines[i])))
		s.add(tb, name+"-exceeded", streamInput(codec.FromServer, 0, byte(i), line(maxLines[i]+1)))
		payload := func(n int) string { return fmt.Sprintf("NOT %d\r\n%sQNG 50\r\n", n, strings.Repeat("x", n)) }
		name = fmt.Sprintf("limit-payload-%d", maxPayloads[i])
		s.add(tb, name+"-filled", streamInput(codec.FromServer, 0, byte(i)<<2, payload(maxPayloads[i])))
		s.add(tb, name+"-exceeded", streamInput(codec.FromServer, 0, byte(i)<<2, payload(maxPayloads[i]+1)))
	}
	for r := range codec.Rules() {
		if n := int(r.MaxPayload); n != 0 {
			text := withClaim(r, withTrID(r), int(r.Max), fmt.Sprint(n), strings.Repeat("x", n)) + "PNG\r\n"
			s.add(tb, fmt.Sprintf("limit-%s-payload-%d-filled", lower(r.Verb.String()), n), streamInput(r.From, 0, 0, text))
		}
	}
}

// addRecordings adds what each side wrote on each recorded connection, once for all that wrote the same, and
// again with all leniencies refused if it then is read another way.
func addRecordings(tb testing.TB, s seeds) {
	seen := map[string]bool{}
	for _, r := range recorded(tb) {
		key := sides[r.from] + string(r.data)
		if seen[key] {
			continue
		}
		seen[key] = true
		name := "transcript-" + streamName(r)
		s.add(tb, name, streamInput(r.from, 0, 0, string(r.data)))
		if _, lenient := readThrough(codec.Syntax{From: r.from}, r.data); lenient == nil {
			if _, strict := readThrough(codec.Syntax{From: r.from, Refuse: codec.AllLeniencies}, r.data); strict != nil {
				s.add(tb, name+"-strict", streamInput(r.from, codec.AllLeniencies, 0, string(r.data)))
			}
		}
	}
}

// streamName turns "jml-msnp10-vs-escargot.txt A.NS C" into a name for a file.
func streamName(r stream) string {
	base, conn, _ := strings.Cut(strings.TrimSuffix(r.name, " C"), ".txt")
	conn = strings.TrimSuffix(conn, " S")
	return slug(base) + "-" + slug(conn) + "-" + sides[r.from]
}

// slug is a text as lower-case words with - between.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(lower(s), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), "-")
}

func lower(s string) string { return strings.ToLower(s) }

// readThrough parses commands until there are none, and returns how many there were and what ended them.
func readThrough(s codec.Syntax, data []byte) (n int, err error) {
	var c codec.Command
	for len(bytes.Trim(data, "\r\n")) > 0 {
		size, err := s.Parse(&c, data)
		if err != nil {
			return n, err
		}
		data = data[size:]
		n++
	}
	return n, nil
}

// TestSeedsShowWhatTheySay reads the seeds of leniencies and causes: each is refused for what its name says.
func TestSeedsShowWhatTheySay(t *testing.T) {
	all := codec.Leniency(0)
	causes := map[codec.Cause]bool{codec.CauseHeader: true, codec.CauseHeaders: true} // of content, see namedMessages
	for _, l := range leniencies {
		all |= l.bit
		causes[l.cause] = true
		if n, err := readThrough(codec.Syntax{Refuse: codec.AllLeniencies &^ l.bit}, []byte(l.text)); n != 2 || err != nil {
			t.Errorf("%s: %d commands, %v", l.name, n, err)
		}
		checkCause(t, l.name, codec.Syntax{Refuse: l.bit}, l.text, l.cause)
	}
	for _, m := range malformed {
		causes[m.cause] = true
		checkCause(t, m.name, codec.Syntax{}, m.text, m.cause)
	}
	if all != codec.AllLeniencies {
		t.Errorf("leniencies %b have no seed", codec.AllLeniencies&^all)
	}
	for c := codec.Cause(1); c.String() != codec.Cause(0).String(); c++ {
		if !causes[c] {
			t.Errorf("no seed is refused for: %v", c)
		}
	}
}

func checkCause(t *testing.T, name string, s codec.Syntax, text string, want codec.Cause) {
	t.Helper()
	_, err := readThrough(s, []byte(text))
	var e *codec.SyntaxError
	if !errors.As(err, &e) || e.Cause != want {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
}
