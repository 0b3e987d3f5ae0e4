package codec

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// reference reads the command at the start of b as §1 says, as simply as
// possible, and describes it; or says which cause it is refused for; or "short".
func reference(s Syntax, b string) string {
	maxLine, maxPayload := 8192, uint64(65536)
	if s.MaxLine != 0 {
		maxLine = s.MaxLine
	}
	if s.MaxPayload != 0 {
		maxPayload = uint64(s.MaxPayload)
	}
	skipped := 0
	for strings.HasPrefix(b, "\n") || strings.HasPrefix(b, "\r\n") {
		end := strings.Index(b, "\n") + 1
		skipped += end
		switch {
		case s.Refuse&BlankLines != 0:
			return CauseBlankLine.String()
		case end == 1 && s.Refuse&BareLF != 0:
			return CauseBareLF.String()
		case skipped > maxLine:
			return CauseBlankLine.String()
		}
		b = b[end:]
	}
	line, rest, ok := strings.Cut(b, "\n")
	if len(line)+1 > maxLine {
		return CauseLineTooLong.String()
	}
	if !ok {
		return "short"
	}
	line, crlf := strings.CutSuffix(line, "\r")
	if !crlf && s.Refuse&BareLF != 0 {
		return CauseBareLF.String()
	}
	if s.Refuse&StrayCR != 0 && strings.Contains(line, "\r") {
		return CauseStrayCR.String()
	}
	if s.Refuse&TrailingSpace != 0 && strings.HasSuffix(line, " ") {
		return CauseTrailingSpace.String()
	}
	if s.Refuse&SpaceRuns != 0 && strings.Contains(strings.TrimRight(line, " "), "  ") {
		return CauseSpaceRun.String()
	}
	words := slices.DeleteFunc(strings.Split(line, " "), func(w string) bool { return w == "" })
	const upper, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	if len(words) == 0 || !strings.HasPrefix(line, words[0]) || len(words[0]) != 3 ||
		strings.Trim(words[0], upper) != "" && strings.Trim(words[0], digits) != "" {
		return CauseVerb.String()
	}
	rule := Rule{TrID: TrIDOptional}
	for _, r := range table {
		if r.Verb.String() == words[0] && r.From == s.From {
			rule = r
		}
	}
	args, id := words[1:], "no TrID"
	if rule.TrID != TrIDNone {
		n, err := uint64(0), errors.New("missing")
		if len(args) > 0 && strings.Trim(args[0], digits) == "" {
			n, err = strconv.ParseUint(args[0], 10, 32)
		}
		if err == nil {
			args, id = args[1:], fmt.Sprint(n)
		} else if rule.TrID == TrIDRequired {
			return CauseTrID.String()
		}
	}
	payload := "none"
	if at := int(rule.Payload); at != 0 {
		if at == LastArg {
			at = len(args)
		}
		if len(args) < at || at == 0 {
			return CauseLengthMissing.String()
		}
		if strings.Trim(args[at-1], digits) != "" {
			return CauseLength.String()
		}
		n, err := strconv.ParseUint(args[at-1], 10, 64)
		if err != nil || n > maxPayload || rule.MaxPayload != 0 && n > uint64(rule.MaxPayload) {
			return CausePayloadTooLarge.String()
		}
		if uint64(len(rest)) < n {
			return "short"
		}
		payload = fmt.Sprintf("%q", rest[:n])
	}
	return fmt.Sprintf("%s %s %q payload %s", words[0], id, args, payload)
}

// describe says what Parse makes of b, in the words of reference.
func describe(s Syntax, b []byte) string {
	var c Command
	n, err := s.Parse(&c, b)
	var bad *SyntaxError
	switch {
	case err == ErrShort:
		if n <= len(b) {
			return fmt.Sprintf("short, but %d of %d bytes would do", n, len(b))
		}
		return "short"
	case errors.As(err, &bad):
		if n != 0 || bad.Offset < 0 || bad.Offset > int64(len(b)) {
			return fmt.Sprintf("n %d, offset %d", n, bad.Offset)
		}
		return bad.Cause.String()
	}
	id, payload := "no TrID", "none"
	if c.HasTrID() {
		id = fmt.Sprint(c.TrID)
	}
	if c.Payload() != nil {
		payload = fmt.Sprintf("%q", c.Payload())
	}
	if !bytes.HasSuffix(b[:n], c.Raw()) {
		return "raw is not the end of what was consumed"
	}
	args := c.Args(nil)
	for i, a := range args {
		if !bytes.Equal(c.Arg(i), a) {
			return "Arg and Args differ"
		}
	}
	if c.NArgs() != len(args) || c.Arg(len(args)) != nil {
		return "NArgs and Args differ"
	}
	return fmt.Sprintf("%s %s %q payload %s", c.Verb, id, args, payload)
}

// genInput generates commands, mostly well formed, of either side.
func genInput() *rapid.Generator[[]byte] {
	var verbs []string
	for r := range Rules() {
		verbs = append(verbs, r.Verb.String())
	}
	verbs = append(verbs, "715", "911", "XYZ", "ver", "AB", "A1B", "12A", "LONG", "")
	sep := rapid.SampledFrom([]string{" ", " ", " ", " ", " ", "  ", "   ", "\r", "\t"})
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"0", "1", "12", "123", "9999", "10000", "4294967295", "4294967296", "007", "-5", "1x",
			"NLN", "user@example.com", "MSNP10", "\x00", "é", "a\rb", "5", "3", "32", "33", "1664", "1665", "65536", "65537",
			"99999999999999999999", "0000000000000000005"}),
		rapid.StringMatching(`[!-~]{1,70}`),
	)
	end := rapid.SampledFrom([]string{"\r\n", "\r\n", "\r\n", "\r\n", "\n", " \r\n", "  \n", "\r\r\n", "\r", ""})
	return rapid.Custom(func(t *rapid.T) []byte {
		var b []byte
		if rapid.IntRange(0, 9).Draw(t, "blank") == 0 {
			b = append(b, rapid.SampledFrom([]string{"\r\n", "\n", "\n\r\n", "\r\n\r\n\r\n"}).Draw(t, "blanks")...)
		}
		b = append(b, rapid.SampledFrom(verbs).Draw(t, "verb")...)
		for range rapid.IntRange(0, 9).Draw(t, "words") {
			b = append(b, sep.Draw(t, "sep")...)
			b = append(b, word.Draw(t, "word")...)
		}
		b = append(b, end.Draw(t, "end")...)
		return append(b, rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "rest")...)
	})
}

func genSyntax() *rapid.Generator[Syntax] {
	return rapid.Custom(func(t *rapid.T) Syntax {
		return Syntax{
			From:       Side(rapid.IntRange(0, 1).Draw(t, "side")),
			MaxLine:    rapid.SampledFrom([]int{0, 0, 0, 10, 40, 9000}).Draw(t, "max line"),
			MaxPayload: rapid.SampledFrom([]int{0, 0, 4, 70000}).Draw(t, "max payload"),
			Refuse:     Leniency(rapid.SampledFrom([]int{0, 0, 1, 2, 4, 8, 16, 31}).Draw(t, "refuse")),
		}
	})
}

func TestParseAgreesWithASimpleReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := genSyntax().Draw(t, "syntax"), genInput().Draw(t, "input")
		want := reference(s, string(b))
		if got := describe(s, b); got != want {
			t.Fatalf("%q as %+v:\n got %s\nwant %s", b, s, got, want)
		}
	})
}

func TestParseOfEveryRecordedCommandAgreesWithASimpleReader(t *testing.T) {
	for _, r := range recordings(t) {
		s := Syntax{From: r.from}
		for b := r.data; len(b) > 0; {
			if got, want := describe(s, b), reference(s, string(b)); got != want {
				t.Fatalf("%s: %q:\n got %s\nwant %s", r.name, b[:min(len(b), 80)], got, want)
			}
			var c Command
			n, err := s.Parse(&c, b)
			if err != nil {
				break
			}
			b = b[n:]
		}
	}
}

func TestAnyBytesParseWithoutPanicAndAlikeInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSyntax().Draw(t, "syntax")
		b := slices.Concat(genInput().Draw(t, "a"), rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "noise"), genInput().Draw(t, "b"))
		whole := decodeAll(s, bytes.NewReader(b))
		cut := decodeAll(s, &chunks{b: b, size: rapid.IntRange(1, 20).Draw(t, "size")})
		if whole != cut {
			t.Fatalf("%q as %+v:\nwhole %s\n  cut %s", b, s, whole, cut)
		}
	})
}

func TestWhatParseReadsIsAppendedAndReadTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := genSyntax().Draw(t, "syntax"), genInput().Draw(t, "input")
		var c Command
		if _, err := s.Parse(&c, b); err != nil {
			return
		}
		again, err := c.Append(nil)
		if err != nil {
			if err != ErrWord || !bytes.ContainsAny(c.Line(), "\r\x00") {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		strict := Syntax{From: s.From, MaxLine: 20000, MaxPayload: s.MaxPayload, Refuse: AllLeniencies}
		if got, want := describe(strict, again), describe(s, b); got != want {
			t.Fatalf("%q appended as %q:\n got %s\nwant %s", b, again, got, want)
		}
	})
}
