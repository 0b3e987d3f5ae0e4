package codec

import (
	"errors"
	"strings"
	"testing"
)

func TestParseReads(t *testing.T) {
	for _, tt := range []struct {
		name string
		from Side
		in   string
		want string // as describe says it
	}{
		{"a verb alone", FromClient, "PNG\r\n", `PNG no TrID [] payload none`},
		{"a TrID of 0", FromServer, "CHL 0 123\r\n", `CHL 0 ["123"] payload none`},
		{"the largest TrID", FromClient, "CHG 4294967295 NLN\r\n", `CHG 4294967295 ["NLN"] payload none`},
		{"a number as argument where there is no TrID", FromServer, "QNG 50\r\n", `QNG no TrID ["50"] payload none`},
		{"a setting inside SYN", FromServer, "GTC A\r\n", `GTC no TrID ["A"] payload none`},
		{"a setting as reply", FromServer, "PRP 7 MFN x\r\n", `PRP 7 ["MFN" "x"] payload none`},
		{"a numeric reply with more than a TrID", FromServer, "715 9 x\r\n", `715 9 ["x"] payload none`},
		{"a numeric reply without TrID", FromServer, "500\r\n", `500 no TrID [] payload none`},
		{"an unknown verb with a TrID", FromServer, "XYZ 7 a\r\n", `XYZ 7 ["a"] payload none`},
		{"an unknown verb without", FromServer, "XYZ a 7\r\n", `XYZ no TrID ["a" "7"] payload none`},
		{"a number too large for an optional TrID", FromServer, "XYZ 4294967296\r\n", `XYZ no TrID ["4294967296"] payload none`},
		{"MSG of a server", FromServer, "MSG a b 3\r\nx\r\nOUT", `MSG no TrID ["a" "b" "3"] payload "x\r\n"`},
		{"MSG of a client", FromClient, "MSG 4 N 2\r\nhi", `MSG 4 ["N" "2"] payload "hi"`},
		{"an empty payload", FromServer, "MSG a b 0\r\n", `MSG no TrID ["a" "b" "0"] payload ""`},
		{"the length before other words", FromServer, "NOT 2 x\r\nhi", `NOT no TrID ["2" "x"] payload "hi"`},
		{"a length that is last", FromClient, "PAG 5 a b c 2\r\nhi", `PAG 5 ["a" "b" "c" "2"] payload "hi"`},
		{"UBX of MSNP11", FromServer, "UBX a@b 2\r\nhi", `UBX no TrID ["a@b" "2"] payload "hi"`},
		{"GCF of MSNP11", FromServer, "GCF 3 f.xml 2\r\nhi", `GCF 3 ["f.xml" "2"] payload "hi"`},
		{"no UUX payload of a server", FromServer, "UUX 3 0\r\n", `UUX 3 ["0"] payload none`},
		{"SBS of MSNP11", FromServer, "SBS 0 null\r\n", `SBS 0 ["null"] payload none`},
		{"64 bytes of words", FromServer, "NLN " + strings.Repeat("a ", 31) + "bb\r\n",
			`NLN no TrID [` + strings.Repeat(`"a" `, 31) + `"bb"] payload none`},
	} {
		if got := describe(Syntax{From: tt.from}, []byte(tt.in)); got != tt.want {
			t.Errorf("%s: %q\n got %s\nwant %s", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  Side
		in    string
		at    int64
		cause Cause
	}{
		{"lower case", FromClient, "ver 1\r\n", 0, CauseVerb},
		{"two letters", FromClient, "VE\r\n", 2, CauseVerb},
		{"four letters", FromClient, "VERS 1\r\n", 3, CauseVerb},
		{"letters and digits", FromServer, "A1B\r\n", 1, CauseVerb},
		{"digits and letters", FromServer, "71B\r\n", 2, CauseVerb},
		{"a space in front", FromServer, " OUT\r\n", 0, CauseVerb},
		{"only spaces", FromServer, "   \r\n", 0, CauseVerb},
		{"a tab behind the verb", FromServer, "OUT\t\r\n", 3, CauseVerb},
		{"no TrID", FromClient, "VER\r\n", 3, CauseTrID},
		{"a word for a TrID", FromClient, "VER abc\r\n", 4, CauseTrID},
		{"a negative TrID", FromClient, "CVR -5 x\r\n", 4, CauseTrID},
		{"a TrID that ends in a letter", FromClient, "VER 12x\r\n", 6, CauseTrID},
		{"a TrID of 2^32", FromClient, "VER 4294967296\r\n", 13, CauseTrID},
		{"no length", FromServer, "MSG a b\r\n", 7, CauseLengthMissing},
		{"no length at all", FromServer, "NOT\r\n", 3, CauseLengthMissing},
		{"no last length", FromClient, "PAG 5\r\n", 5, CauseLengthMissing},
		{"a length with a sign", FromServer, "NOT +5\r\n", 4, CauseLength},
		{"a length with a letter", FromServer, "MSG a b 12x\r\n", 10, CauseLength},
		{"a length above the limit", FromServer, "NOT 65537\r\n", 4, CausePayloadTooLarge},
		{"a length beyond any number", FromServer, "NOT 99999999999999999999\r\n", 4, CausePayloadTooLarge},
		{"a client's message above 1664 bytes", FromClient, "MSG 1 N 1665\r\n", 8, CausePayloadTooLarge},
		{"a challenge's answer above 32 bytes", FromClient, "QRY 1 P 33\r\n", 8, CausePayloadTooLarge},
		{"a line too long", FromServer, "NLN " + strings.Repeat("x", 8188), 8192, CauseLineTooLong},
		{"a line too long with its end", FromServer, "NLN " + strings.Repeat("x", 8187) + "\r\n", 8192, CauseLineTooLong},
		{"too many blank lines", FromServer, strings.Repeat("\r\n", 5000), 8192, CauseBlankLine},
		{"what follows blank lines", FromServer, "\r\n\nout\r\n", 3, CauseVerb},
	} {
		var c Command
		s := Syntax{From: tt.from}
		n, err := s.Parse(&c, []byte(tt.in))
		var e *SyntaxError
		if !errors.As(err, &e) || *e != (SyntaxError{tt.at, tt.cause}) || n != 0 {
			t.Errorf("%s: got %d, %v, want %v", tt.name, n, err, &SyntaxError{tt.at, tt.cause})
		}
		if c.Verb != 0 || c.Raw() != nil {
			t.Errorf("%s: the command was touched", tt.name)
		}
	}
}

func TestLinesAndPayloadsMayFillTheirLimits(t *testing.T) {
	for _, in := range []string{
		"NLN " + strings.Repeat("x", 8186) + "\r\n",
		"NOT 65536\r\n" + strings.Repeat("x", 65536),
		strings.Repeat("\n", 8192) + "OUT\r\n",
	} {
		var c Command
		if n, err := new(Syntax).Parse(&c, []byte(in)); n != len(in) || err != nil {
			t.Errorf("%d bytes: %d, %v", len(in), n, err)
		}
	}
}

func TestEachLeniencyCanBeSwitchedOff(t *testing.T) {
	for _, tt := range []struct {
		leniency Leniency
		in       string
		want     string
		at       int64
		cause    Cause
	}{
		{BareLF, "QNG 50\n", `QNG no TrID ["50"] payload none`, 6, CauseBareLF},
		{SpaceRuns, "CHL  0   x\r\n", `CHL 0 ["x"] payload none`, 4, CauseSpaceRun},
		{TrailingSpace, "LST N=a 11  \r\n", `LST no TrID ["N=a" "11"] payload none`, 10, CauseTrailingSpace},
		{BlankLines, "\r\nQNG 50\r\n", `QNG no TrID ["50"] payload none`, 0, CauseBlankLine},
		{StrayCR, "NLN a\rb c\r\n", `NLN no TrID ["a\rb" "c"] payload none`, 5, CauseStrayCR},
	} {
		if got := describe(Syntax{Refuse: AllLeniencies &^ tt.leniency}, []byte(tt.in)); got != tt.want {
			t.Errorf("%q with leniency %d alone: %s", tt.in, tt.leniency, got)
		}
		s := Syntax{Refuse: tt.leniency}
		_, err := s.Parse(new(Command), []byte(tt.in))
		var e *SyntaxError
		if !errors.As(err, &e) || *e != (SyntaxError{tt.at, tt.cause}) {
			t.Errorf("%q without leniency %d: %v", tt.in, tt.leniency, err)
		}
	}
	s := Syntax{Refuse: BareLF}
	if _, err := s.Parse(new(Command), []byte("\nOUT\r\n")); err == nil || err.Error() != "codec: byte 0: LF without CR" {
		t.Errorf("a blank line of LF alone: %v", err)
	}
}

func TestSyntaxErrorsNeverRepeatTheInput(t *testing.T) {
	for c := Cause(0); int(c) <= len(causes); c++ {
		if s := c.String(); s == "" || (c == 0 || int(c) >= len(causes)) != (s == "unknown cause") {
			t.Errorf("cause %d is %q", c, s)
		}
	}
	_, err := new(Syntax).Parse(new(Command), []byte("secret\r\n"))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestParseUintTakesPlainDecimalBelow2To32(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "7": 7, "007": 7, "4294967295": 4294967295, "4294967296": -1, "": -1, "-1": -1, "+1": -1, " 1": -1, "1a": -1,
		"18446744073709551617": -1,
	} {
		n, ok := ParseUint([]byte(in))
		if ok != (want >= 0) || ok && int64(n) != want {
			t.Errorf("ParseUint(%q) = %d, %v", in, n, ok)
		}
	}
}

func TestAZeroCommandIsEmpty(t *testing.T) {
	var c Command
	if c.HasTrID() || c.NArgs() != 0 || c.Arg(0) != nil || c.Payload() != nil || len(c.Raw())+len(c.Line()) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestLineIsTheLineWithoutItsEnd(t *testing.T) {
	for in, want := range map[string]string{
		"QNG 50\r\n": "QNG 50", "QNG 50\n": "QNG 50", "LST a 11 \r\n": "LST a 11 ", "NOT 2\r\n\r\n": "NOT 2",
	} {
		var c Command
		if _, err := new(Syntax).Parse(&c, []byte(in)); err != nil || string(c.Line()) != want {
			t.Errorf("line of %q: %q, %v", in, c.Line(), err)
		}
	}
}
