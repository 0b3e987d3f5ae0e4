package codec

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLineBuilds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		build func(buf []byte) ([]byte, error)
		want  string
	}{
		{"a verb alone", func(b []byte) ([]byte, error) { l := Begin(b, PNG); return l.End() }, "PNG\r\n"},
		{"TrID, word and number", func(b []byte) ([]byte, error) {
			l := Begin(b, CHG)
			return l.TrID(9).Arg("NLN").Uint(536870948).End()
		}, "CHG 9 NLN 536870948\r\n"},
		{"keys, the last with an empty value", func(b []byte) ([]byte, error) {
			l := Begin(b, ADC)
			return l.TrID(20).Arg("FL").Key('N', "a@b").Key('F', "").End()
		}, "ADC 20 FL N=a@b F=\r\n"},
		{"an escaped name", func(b []byte) ([]byte, error) {
			l := Begin(b, PRP)
			return l.TrID(1).Arg("MFN").Escape("a b\r\n%é").End()
		}, "PRP 1 MFN a%20b%0D%0A%25%C3%A9\r\n"},
		{"a numeric reply", func(b []byte) ([]byte, error) { l := Begin(b, VerbOf("911")); return l.TrID(4).End() }, "911 4\r\n"},
		{"a payload with its length", func(b []byte) ([]byte, error) {
			l := Begin(b, MSG)
			return l.Bytes([]byte("a@b")).Arg("A").EndPayload([]byte("x\r\n"))
		}, "MSG a@b A 3\r\nx\r\n"},
		{"an unknown verb", func(b []byte) ([]byte, error) { l := Begin(b, VerbOf("XYZ")); return l.TrID(1).Arg("a").End() }, "XYZ 1 a\r\n"},
	} {
		got, err := tt.build([]byte("OUT\r\n"))
		if err != nil || string(got) != "OUT\r\n"+tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

func TestLineRefusesAndGivesTheBufferBack(t *testing.T) {
	for _, tt := range []struct {
		name  string
		build func(l *Line) ([]byte, error)
		verb  Verb
		want  error
	}{
		{"no argument", func(l *Line) ([]byte, error) { return l.TrID(1).Arg("").End() }, CHG, ErrWord},
		{"a space", func(l *Line) ([]byte, error) { return l.TrID(1).Arg("a b").End() }, CHG, ErrWord},
		{"a CR", func(l *Line) ([]byte, error) { return l.TrID(1).Arg("a\r").End() }, CHG, ErrWord},
		{"an LF", func(l *Line) ([]byte, error) { return l.TrID(1).Bytes([]byte("a\nOUT")).End() }, CHG, ErrWord},
		{"a NUL", func(l *Line) ([]byte, error) { return l.TrID(1).Arg("a\x00").End() }, CHG, ErrWord},
		{"an LF in a value", func(l *Line) ([]byte, error) { return l.TrID(1).Key('N', "a\n").End() }, ADC, ErrWord},
		{"a space for a key", func(l *Line) ([]byte, error) { return l.TrID(1).Key(' ', "a").End() }, ADC, ErrWord},
		{"half a character for a key", func(l *Line) ([]byte, error) { return l.TrID(1).Key(0xC3, "a").End() }, ADC, ErrWord},
		{"nothing to escape", func(l *Line) ([]byte, error) { return l.TrID(1).Escape("").End() }, PRP, ErrWord},
		{"the first of two errors", func(l *Line) ([]byte, error) { return l.Arg("").TrID(1).TrID(2).Arg("x").End() }, CHG, ErrWord},
		{"no verb", func(l *Line) ([]byte, error) { return l.End() }, 0, ErrForm},
		{"a lower-case verb", func(l *Line) ([]byte, error) { return l.End() }, VerbOf("out"), ErrForm},
		{"a fourth character", func(l *Line) ([]byte, error) { return l.End() }, 'A'<<24 | OUT, ErrForm},
		{"a TrID behind an argument", func(l *Line) ([]byte, error) { return l.Arg("x").TrID(1).End() }, CHG, ErrForm},
		{"a second TrID", func(l *Line) ([]byte, error) { return l.TrID(1).TrID(1).End() }, CHG, ErrForm},
		{"a missing TrID", func(l *Line) ([]byte, error) { return l.Arg("NLN").End() }, CHG, ErrForm},
		{"a TrID where none is", func(l *Line) ([]byte, error) { return l.TrID(1).End() }, PNG, ErrForm},
		{"a number that reads as TrID", func(l *Line) ([]byte, error) { return l.Arg("12").End() }, SBS, ErrForm},
		{"an escaped number that reads as TrID", func(l *Line) ([]byte, error) { return l.Escape("12").End() }, SBS, ErrForm},
		{"a payload where none is", func(l *Line) ([]byte, error) { return l.TrID(1).EndPayload([]byte("OUT\r\n")) }, CHG, ErrForm},
		{"a payload of an unknown verb", func(l *Line) ([]byte, error) { return l.TrID(1).EndPayload(nil) }, VerbOf("XYZ"), ErrForm},
		{"a length in the wrong place", func(l *Line) ([]byte, error) { return l.TrID(1).EndPayload([]byte("x")) }, MSG, ErrForm},
		{"no payload where one is", func(l *Line) ([]byte, error) { return l.TrID(1).Arg("N").Uint(5).End() }, MSG, ErrForm},
	} {
		l := Begin([]byte("before"), tt.verb)
		got, err := tt.build(&l)
		if err != tt.want || string(got) != "before" {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

func TestALineIsOneCommandWhateverItIsGiven(t *testing.T) {
	var verbs []Verb
	for r := range Rules() {
		verbs = append(verbs, r.Verb)
	}
	verbs = append(verbs, VerbOf("XYZ"), VerbOf("540"))
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9A-Z@. ]{0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		l := Begin(nil, rapid.SampledFrom(verbs).Draw(t, "verb"))
		if rapid.Bool().Draw(t, "trid") {
			l.TrID(rapid.Uint32().Draw(t, "id"))
		}
		args := rapid.SliceOfN(text, 0, 8).Draw(t, "args")
		for _, a := range args {
			l.Arg(a)
		}
		var payload []byte
		end := l.End
		if rapid.Bool().Draw(t, "payload") {
			payload = rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "bytes")
			end = func() ([]byte, error) { return l.EndPayload(payload) }
		}
		b, err := end()
		if err != nil {
			return
		}
		for _, from := range []Side{FromServer, FromClient} {
			var c Command
			s := Syntax{From: from, Refuse: AllLeniencies}
			n, err := s.Parse(&c, b)
			if err == nil && n == len(b) && c.HasTrID() == l.trid && c.NArgs() == int(l.nargs) && bytes.Equal(c.Payload(), payload) {
				return
			}
		}
		t.Fatalf("%q is not read as what was meant", b)
	})
}

func TestEveryRecordedCommandIsEncodedAndDecodedTheSame(t *testing.T) {
	for _, r := range wellFormed(t) {
		s := Syntax{From: r.from}
		var out bytes.Buffer
		e, d := NewEncoder(&out), NewDecoder(bytes.NewReader(r.data), s)
		var c Command
		var want []string
		var err error
		for err = d.Decode(&c); err == nil; err = d.Decode(&c) {
			want = append(want, describe(s, c.Raw()))
			if err := e.Encode(&c); err == ErrWord && bytes.ContainsAny(c.Line(), "\x00") {
				want = want[:len(want)-1]
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Flush(); err != nil {
			t.Fatal(err)
		}
		strict := Syntax{From: r.from, Refuse: AllLeniencies}
		for i, b := 0, out.Bytes(); len(b) > 0; i++ {
			n, err := strict.Parse(&c, b)
			if err != nil || describe(strict, c.Raw()) != want[i] {
				t.Fatalf("%s: %q: %v, want %s", r.name, b[:min(80, len(b))], err, want[i])
			}
			b = b[n:]
		}
	}
}

type failing struct {
	n   int
	err error
}

func (w failing) Write([]byte) (int, error) { return w.n, w.err }

func TestEncoderErrors(t *testing.T) {
	var good, bad Command
	if _, err := new(Syntax).Parse(&good, []byte("QNG 50\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := new(Syntax).Parse(&bad, []byte("QNG a\rb\r\n")); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	e := NewEncoder(&out)
	if err := errors.Join(e.Flush(), e.Encode(&good)); err != nil || out.Len() != 0 {
		t.Errorf("before Flush: %q, %v", out.String(), err)
	}
	if err := e.Encode(&bad); err != ErrWord {
		t.Errorf("a CR was encoded: %v", err)
	}
	if err := e.Flush(); err != nil || out.String() != "QNG 50\r\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	broken := errors.New("line cut")
	for _, tt := range []struct {
		w    io.Writer
		want error
	}{{failing{0, broken}, broken}, {failing{3, nil}, io.ErrShortWrite}} {
		e := NewEncoder(tt.w)
		var err error
		for n := 0; err == nil && n < 10000; n++ {
			err = e.Encode(&good)
		}
		if again := e.Encode(&good); err != tt.want || again != tt.want || e.Flush() != tt.want {
			t.Errorf("got %v, then %v, want %v", err, again, tt.want)
		}
	}
}

func TestAppendingAllocatesNothing(t *testing.T) {
	var c Command
	if _, err := new(Syntax).Parse(&c, []byte("NLN AWY a@b A%20B 536870948\r\n")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 0, 200)
	if n := testing.AllocsPerRun(100, func() {
		b, err1 := c.Append(buf)
		l := Begin(b, MSG)
		b, err2 := l.TrID(7).Arg("N").EndPayload([]byte("hi"))
		l = Begin(b, PRP)
		_, err3 := l.TrID(7).Bytes([]byte("MFN")).Escape("a b").Uint(7).Key('N', "x").End()
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
