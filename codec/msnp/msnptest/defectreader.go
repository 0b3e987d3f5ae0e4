package msnptest

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"nudge/codec"
)

// badReader reads the commands of a connection to a server with defects: those
// of framing are its own, and those that hold up a reader.
type badReader struct {
	c   *conn
	d   *defects
	dec *codec.Decoder

	again []byte // read already, and to be read again
	kept  []byte // read since the start of the command that is awaited
	end   int64  // of the last command, in the stream that dec reads
}

func newBadReader(c *conn) *badReader {
	r := &badReader{c: c, d: c.srv.defects}
	r.dec = codec.NewDecoder(r, fromClients)
	return r
}

// Read reads for the decoder, and keeps what it read.
func (r *badReader) Read(p []byte) (n int, err error) {
	if len(r.again) > 0 {
		n = copy(p, r.again)
		r.again = r.again[n:]
	} else {
		n, err = r.c.nc.Read(p)
	}
	r.kept = append(r.kept, p[:n]...)
	return n, err
}

// Decode is Decode of the decoder, but for the defects. It returns the error of
// a decoder, or ErrClosed.
func (r *badReader) Decode(cmd *codec.Command) error {
	err := r.dec.Decode(cmd)
	for err != nil && r.passes(err) {
		err = r.dec.Decode(cmd)
	}
	if err == io.EOF && r.d.on[HalfCloseLeak] && r.signedIn() {
		return r.hang(HalfCloseLeak, "")
	}
	if err != nil {
		return err
	}
	start := r.dec.Offset()
	if r.d.on[StuckAfterBlankLine] && start > r.end {
		r.d.struck(r.c, StuckAfterBlankLine, cmd.Verb.String())
		if _, err := io.Copy(io.Discard, r.c.nc); err != nil {
			return err
		}
		return io.EOF
	}
	next := start + int64(len(cmd.Raw()))
	r.kept = append(r.kept[:0], r.kept[next-r.end:]...)
	r.end = next
	return r.ponder(cmd)
}

// ponder does what a command has the reader do before it is handled.
func (r *badReader) ponder(cmd *codec.Command) error {
	d, verb := r.d, cmd.Verb.String()
	if d.on[HangOnLongLine] && len(cmd.Line()) > 1000 {
		return r.hang(HangOnLongLine, verb)
	}
	if !r.signedIn() {
		return nil
	}
	switch name := nameIn(cmd); {
	case d.on[Deadlock] && edits(cmd.Verb) && r.locked():
		return r.hang(Deadlock, verb)
	case d.on[SlowRegexp] && len(name) > maxName:
		d.struck(r.c, SlowRegexp, verb)
		backtrack(name)
	}
	if args := cmd.Args(nil); d.on[PanicOnMissingArgument] && (edits(cmd.Verb) || cmd.Verb == codec.PRP) {
		if rule, ok := codec.RuleOf(cmd.Verb, codec.FromClient); ok && len(args) < int(rule.Min) {
			d.struck(r.c, PanicOnMissingArgument, verb)
			_ = args[rule.Min-1]
		}
	}
	return nil
}

// edits reports whether a verb edits lists or groups (§6).
func edits(v codec.Verb) bool {
	switch v {
	case codec.ADC, codec.ADD, codec.REM, codec.ADG, codec.REG, codec.RMG, codec.SBP:
		return true
	}
	return false
}

// signedIn reports whether somebody has, on a notification connection.
func (r *badReader) signedIn() bool {
	r.c.srv.mu.Lock()
	defer r.c.srv.mu.Unlock()
	return r.c.account != nil
}

func (r *badReader) locked() bool {
	r.c.srv.mu.Lock()
	defer r.c.srv.mu.Unlock()
	return r.d.locked[r.c.account]
}

// hang reads no more, until the server is closed.
func (r *badReader) hang(kind Defect, verb string) error {
	r.d.struck(r.c, kind, verb)
	<-r.c.srv.agenda.over
	return ErrClosed
}

// passes reports whether reading goes on behind a line that was refused for the
// length in it, and has the decoder do so.
func (r *badReader) passes(err error) bool {
	var syntax *codec.SyntaxError
	if !errors.As(err, &syntax) {
		return false
	}
	line, rest, _ := bytes.Cut(bytes.TrimLeft(r.kept, "\r\n"), []byte("\n"))
	words := bytes.Fields(line)
	if len(words) == 0 {
		return false
	}
	length, notNumber := strconv.ParseInt(string(words[len(words)-1]), 10, 64)
	ofLength := syntax.Cause == codec.CauseLength || syntax.Cause == codec.CauseLengthMissing || syntax.Cause == codec.CausePayloadTooLarge
	await := int64(0)
	switch verb := string(words[0]); {
	case r.d.on[UnboundedLength] && syntax.Cause == codec.CausePayloadTooLarge && notNumber == nil:
		await = length
		r.d.struck(r.c, UnboundedLength, verb)
	case r.d.on[UnboundedLength] && syntax.Cause == codec.CauseLength && length < 0:
		r.d.struck(r.c, UnboundedLength, verb)
	case r.d.on[PayloadAsCommands] && ofLength:
		r.d.struck(r.c, PayloadAsCommands, verb)
	default:
		return false
	}
	r.again, r.kept, r.end = bytes.Clone(rest), nil, 0
	r.dec = codec.NewDecoder(r, fromClients)
	return r.skip(await)
}

// skip reads so many bytes. It reports whether they came.
func (r *badReader) skip(n int64) bool {
	here := min(n, int64(len(r.again)))
	r.again = r.again[here:]
	_, err := io.CopyN(io.Discard, r.c.nc, n-here)
	return err == nil
}
