package fuzz

import (
	"encoding/binary"
	"errors"

	"nudge/codec"
)

// feed is a decoder on its way through a stream, compared with what Parse found there.
type feed struct {
	how    string
	dec    *codec.Decoder
	source source
	want   *reading
	done   int // commands
}

func newFeed(how string, want *reading, p pieces) *feed {
	f := &feed{how: how, want: want}
	f.source = source{rest: want.stream, pieces: p, withEOF: p&4 != 0, bound: mostPending(want.syntax)}
	f.dec = codec.NewDecoder(&f.source, want.syntax)
	return f
}

// step decodes one command; false: there is none left.
func (f *feed) step() bool {
	var c codec.Command
	if err := f.dec.Decode(&c); err != nil {
		f.finish(err)
		return false
	}
	if f.done == len(f.want.commands) {
		fail("%s: %q has a command more: %q", f.how, f.want.stream, c.Raw())
	}
	if got, want := f.dec.Offset(), int64(f.want.starts[f.done]); got != want {
		fail("%s: %q: command %d is at %d, want %d", f.how, f.want.stream, f.done, got, want)
	}
	sameCommand(f.how, &c, &f.want.commands[f.done])
	f.source.decoded = f.want.ends[f.done]
	f.done++
	// The bytes are the caller's until the next call: what it does to them, or what a reader left
	// behind them, is nothing to the commands that follow.
	copy(c.Raw(), poison[:])
	return true
}

// finish checks the error that ends the reading: the same as Parse gives, returned ever after
// without another read, and reached with work that is linear in the stream.
func (f *feed) finish(err error) {
	got := ending{err: err}
	var syntax *codec.SyntaxError
	if errors.As(err, &syntax) {
		checkErrorText(syntax)
		got = ending{cause: syntax.Cause, offset: syntax.Offset}
	}
	if f.done != len(f.want.commands) || got != f.want.end {
		fail("%s: %q ends after %d commands with %+v, want %d and %+v", f.how, f.want.stream, f.done, got, len(f.want.commands), f.want.end)
	}
	f.source.finished = true
	for range 2 {
		var c codec.Command
		if again := f.dec.Decode(&c); again != err || c.Raw() != nil {
			fail("%s: the decoder went on after %q: %v", f.how, err, again)
		}
	}
	if n, most := f.dec.Scanned(), int64(6*len(f.want.stream)); n > most {
		fail("%s: %d bytes looked at in a stream of %d", f.how, n, len(f.want.stream))
	}
}

// run decodes to the end.
func (f *feed) run() {
	for f.step() {
	}
}

// shortStream is up to which length a stream is also read one byte at a time.
const shortStream = 128

// checkPieces reads a stream with decoders. One gets it in pieces, whose lengths are a matter of
// seed, while another one reads a later part of it at the same time, command by command in turns:
// each must find what it finds alone, which is what Parse finds. A short stream is read byte by
// byte as well. Every single split is tried by a test over the seeds, not here: that would be
// quadratic.
func checkPieces(r *reading, seed uint32, x *scratch) {
	a := newFeed("in pieces", r, pieces(seed|2))
	at := 0
	if n := len(r.ends); n > 0 {
		at = r.ends[int(seed>>8)%n]
	}
	if at == len(r.stream) {
		at /= 2
	}
	x.tail.read(r.syntax, r.stream[at:], everything)
	b := newFeed("at the same time as another", &x.tail, pieces(seed>>3&1))
	for more, moreToo := true, true; more || moreToo; {
		more = more && a.step()
		moreToo = moreToo && b.step()
	}
	if len(r.stream) <= shortStream {
		newFeed("one byte at a time", r, oneByte).run()
	}
}

// seedOf makes a number of an input, so that what is chosen by it depends on every byte.
func seedOf(b []byte) uint32 {
	h := uint64(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h = (h ^ binary.LittleEndian.Uint64(b)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	for _, c := range b {
		h = (h ^ uint64(c)) * 0x9E3779B97F4A7C15
	}
	return uint32(h >> 32)
}
