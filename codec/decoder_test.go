package codec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// chunks returns b in pieces of the given size.
type chunks struct {
	b    []byte
	size int
}

func (r *chunks) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.b[:min(r.size, len(r.b))])
	r.b = r.b[n:]
	return n, nil
}

// decodeAll describes all commands of a stream with their offsets, and how it ends.
func decodeAll(s Syntax, r io.Reader) string {
	var out strings.Builder
	d := NewDecoder(r, s)
	for {
		var c Command
		if err := d.Decode(&c); err != nil {
			return out.String() + err.Error()
		}
		fmt.Fprintf(&out, "%d %q %v %d %q %q\n", d.Offset(), c.Raw(), c.HasTrID(), c.TrID, c.Args(nil), c.Payload())
	}
}

func TestEverySplitOfARecordingDecodesTheSame(t *testing.T) {
	for _, r := range recordings(t) {
		s := Syntax{From: r.from}
		want := decodeAll(s, bytes.NewReader(r.data))
		for _, size := range []int{1, 2, 3, 7, 64, 1000} {
			if got := decodeAll(s, &chunks{b: r.data, size: size}); got != want {
				t.Fatalf("%s in pieces of %d:\n got %s\nwant %s", r.name, size, got, want)
			}
		}
		head := r.data[:min(len(r.data), 1200)]
		want = decodeAll(s, bytes.NewReader(head))
		for cut := range head {
			two := io.MultiReader(bytes.NewReader(head[:cut]), bytes.NewReader(head[cut:]))
			if got := decodeAll(s, two); got != want {
				t.Fatalf("%s cut at %d:\n got %s\nwant %s", r.name, cut, got, want)
			}
		}
	}
}

func TestEveryPrefixOfARecordingIsShortOrEndsBetweenCommands(t *testing.T) {
	data := seedSession(t)[0].data
	var c Command
	var s Syntax
	for b := data; len(b) > 0; {
		n, err := s.Parse(&c, b)
		if err != nil {
			t.Fatal(err)
		}
		for cut := range n {
			need, err := s.Parse(&c, b[:cut])
			if err != ErrShort || need <= cut || need > n {
				t.Fatalf("%q: n %d, %v", b[:cut], need, err)
			}
		}
		b = b[n:]
	}
}

func TestDecodeEnds(t *testing.T) {
	broken := errors.New("line cut")
	for _, tt := range []struct {
		name string
		r    io.Reader
		want error
	}{
		{"between commands in io.EOF", strings.NewReader("OUT\r\n"), io.EOF},
		{"at once in io.EOF", strings.NewReader(""), io.EOF},
		{"after blank lines in io.EOF", strings.NewReader("OUT\r\n\r\n\n"), io.EOF},
		{"within a line in io.ErrUnexpectedEOF", strings.NewReader("OUT\r\nOU"), io.ErrUnexpectedEOF},
		{"after a CR in io.ErrUnexpectedEOF", strings.NewReader("OUT\r\n\r"), io.ErrUnexpectedEOF},
		{"within a payload in io.ErrUnexpectedEOF", strings.NewReader("OUT\r\nNOT 5\r\nabcd"), io.ErrUnexpectedEOF},
		{"with the data in io.EOF", iotest.DataErrReader(strings.NewReader("OUT\r\n")), io.EOF},
		{"between commands in the reader's error", io.MultiReader(strings.NewReader("OUT\r\n"), iotest.ErrReader(broken)), broken},
		{"within a command in the reader's error", io.MultiReader(strings.NewReader("OUT\r\nOU"), iotest.ErrReader(broken)), broken},
		{"in a timeout that stays", iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("OUT\r\n"))), iotest.ErrTimeout},
		{"in io.ErrNoProgress when nothing ever comes", idle{}, io.ErrNoProgress},
	} {
		d := NewDecoder(tt.r, Syntax{})
		var c Command
		var err error
		for err == nil {
			err = d.Decode(&c)
		}
		again := d.Decode(&c)
		if err != tt.want || again != tt.want {
			t.Errorf("a stream ends %s: got %v, then %v", tt.name, err, again)
		}
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestDecodeIsDeadAfterASyntaxErrorAndSaysWhereItWas(t *testing.T) {
	for _, r := range []io.Reader{
		strings.NewReader("OUT\r\nQNG 50\r\nout\r\nOUT\r\n"),
		iotest.OneByteReader(strings.NewReader("OUT\r\nQNG 50\r\nout\r\nOUT\r\n")),
		iotest.HalfReader(strings.NewReader("OUT\r\nQNG 50\r\nout\r\nOUT\r\n")),
	} {
		d := NewDecoder(r, Syntax{})
		var c Command
		for range 2 {
			if err := d.Decode(&c); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			var e *SyntaxError
			if err := d.Decode(&c); !errors.As(err, &e) || *e != (SyntaxError{13, CauseVerb}) {
				t.Fatalf("got %v", err)
			}
		}
		if d.Offset() != 5 {
			t.Errorf("offset of the last good command: %d", d.Offset())
		}
	}
}

func TestDecoderHoldsNoMoreThanHasCome(t *testing.T) {
	d := NewDecoder(strings.NewReader("NOT 60000\r\nabc"), Syntax{})
	var c Command
	if err := d.Decode(&c); err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	claim := testing.AllocsPerRun(10, func() {
		d := NewDecoder(strings.NewReader("NOT 60000\r\nabc"), Syntax{})
		for d.fill(); d.rerr == nil; d.fill() {
			if cap(d.buf) > 2*firstBuffer {
				t.Fatalf("%d bytes set aside", cap(d.buf))
			}
		}
	})
	if claim > 5 {
		t.Errorf("%v allocations", claim)
	}
	endless := NewDecoder(&chunks{b: bytes.Repeat([]byte("x"), 1<<20), size: 1 << 20}, Syntax{MaxLine: 100})
	var e *SyntaxError
	if err := endless.Decode(&c); !errors.As(err, &e) || *e != (SyntaxError{100, CauseLineTooLong}) {
		t.Error(err)
	}
}

func TestDecodeLooksAtALongLineOnceHoweverItComes(t *testing.T) {
	line := "VER 1 " + strings.Repeat("x", 6000) + "\r\n"
	d := NewDecoder(iotest.OneByteReader(strings.NewReader(line)), Syntax{})
	d.fill()
	var c Command
	calls := 0
	for done := false; !done; calls++ {
		var err error
		if done, err = d.parse(&c); err != nil {
			t.Fatal(err)
		}
		if !done && d.scanned != len(d.buf)-d.next {
			t.Fatalf("%d of %d bytes known to have no line end", d.scanned, len(d.buf))
		}
		if !done {
			d.fill()
		}
	}
	if calls != len(line) {
		t.Errorf("%d looks at %d bytes", calls, len(line))
	}
}

func TestACommandIsValidUntilTheNextDecode(t *testing.T) {
	d := NewDecoder(&chunks{b: []byte("QNG 11\r\nQNG 22\r\nQNG 33\r\n"), size: 8}, Syntax{})
	var first, second Command
	if err := d.Decode(&first); err != nil {
		t.Fatal(err)
	}
	view := first.Arg(0)
	if string(view) != "11" {
		t.Fatalf("%q", view)
	}
	if err := d.Decode(&second); err != nil {
		t.Fatal(err)
	}
	if string(view) == "11" {
		t.Error("the view outlived the next Decode here: the decoder copies, or this test no longer shows what it should")
	}
	if string(second.Arg(0)) != "22" {
		t.Errorf("%q", second.Arg(0))
	}
}

func TestParseKeepsViewsThatCannotGrowIntoWhatFollows(t *testing.T) {
	b := []byte("NLN AWY a@b A 1\r\nNOT 3\r\nabcOUT\r\n")
	before := string(b)
	var s Syntax
	for rest := b; len(rest) > 0; {
		var c Command
		n, err := s.Parse(&c, rest)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range append(c.Args(nil), c.Raw(), c.Line(), c.Payload()) {
			_ = append(v, '#')
		}
		if n > 3 {
			rest[3] ^= 1
			if c.Raw()[3] != rest[3] {
				t.Error("Raw is a copy, not a view")
			}
			rest[3] ^= 1
		}
		rest = rest[n:]
	}
	if string(b) != before {
		t.Errorf("appending to a view changed the input: %q", b)
	}
}

func TestDecodeAllocatesNothingInTheSteadyState(t *testing.T) {
	r := &repeat{b: seedSession(t)[0].data}
	d := NewDecoder(r, Syntax{})
	var c Command
	if n := testing.AllocsPerRun(5000, func() {
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a command", n)
	}
}

// repeat returns b again and again.
type repeat struct {
	b  []byte
	at int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.b[r.at:])
	r.at = (r.at + n) % len(r.b)
	return n, nil
}

// The cost of blank lines that came one byte at a time was once the square of
// their number, up to Syntax.MaxLine.
func TestWorkIsLinearHoweverAStreamIsCut(t *testing.T) {
	for _, tt := range []struct{ name, stream string }{
		{"blank lines", strings.Repeat("\r\n", 4000) + "PNG\r\n"},
		{"blank lines of LF alone", strings.Repeat(strings.Repeat("\n", 8000)+"PNG\r\n", 3)},
		{"a long line", "CHG 1 " + strings.Repeat("x", 8000) + "\r\n"},
		{"a line that is too long", strings.Repeat("x", 9000)},
		{"a payload", "MSG 1 N 1600\r\n" + strings.Repeat("x\n", 800)},
		{"a line behind blank lines, and a payload", strings.Repeat("\r\n", 40) + "MSG 1 " + strings.Repeat("x", 100) + " 2\r\nab"},
		{"short commands", strings.Repeat("PNG\r\n", 1000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{1, 2, 3, 7, 100, len(tt.stream)} {
				d := NewDecoder(&chunks{b: []byte(tt.stream), size: size}, Syntax{From: FromClient})
				var c Command
				for d.Decode(&c) == nil {
				}
				if got, most := d.Scanned(), int64(6*len(tt.stream)); got == 0 || got > most {
					t.Errorf("in pieces of %d: looked at %d bytes, want at most %d", size, got, most)
				}
			}
		})
	}
}
