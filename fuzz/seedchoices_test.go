package fuzz_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"nudge/codec"
	"nudge/fuzz"
)

// Inputs whose bytes are choices can not be written by hand: what a byte means depends on all before it. They are
// made of their first choices, all others being the plain ones, or looked for: of many inputs drawn from a fixed
// seed, the first that shows something is a seed of that name. What they show is asked of the target's grammar, so
// that seeds follow it when it changes.

// draws is how many inputs are looked at.
const draws = 1 << 15

// drawn yields inputs of growing length, and every second of them with few odd choices, which are the last ones.
func drawn(target string, yield func(data []byte)) {
	r := rand.New(rand.NewPCG(1, uint64(len(target))))
	for i := range draws {
		data := make([]byte, 2+r.IntN(4+i>>8))
		for j := range data {
			data[j] = byte(r.Uint32())
			if i%2 == 0 {
				data[j] &= 15
			}
		}
		yield(data)
	}
}

// namedCommands are the seeds of FuzzCommands: every rule, and for each cause and each leniency a stream that is
// refused for it, or needs it.
func namedCommands(tb testing.TB) seeds {
	s := seeds{}
	for from, side := range sides {
		for i, r := range fuzz.RulesFrom(from) {
			data := []byte{byte(from), 0, 0, byte(i)} // no blank lines before it, the rule
			text, syntax := fuzz.Written(data)
			var c codec.Command
			if _, err := syntax.Parse(&c, text); err != nil || c.Verb != r.Verb {
				tb.Errorf("seed of %s %v is %q: %v", side, r.Verb, text, err)
			}
			s.add(tb, lower("rule-"+side+"-"+r.Verb.String()), data)
		}
	}
	drawn("commands", func(data []byte) {
		text, syntax := fuzz.Written(data)
		for _, name := range shown(syntax, text) {
			if _, ok := s[name]; !ok {
				s.add(tb, name, data)
			}
		}
	})
	return s
}

// shown names what is to be seen in a stream: why it is refused, which leniency it needs, what its commands are.
func shown(s codec.Syntax, text []byte) (names []string) {
	n, err := readThrough(s, text)
	side := sides[s.From]
	var e *codec.SyntaxError
	switch {
	case errors.As(err, &e):
		names = append(names, side+"-refused-"+slug(e.Cause.String()))
	case errors.Is(err, codec.ErrShort):
		names = append(names, side+"-cut")
	case n >= 8:
		names = append(names, side+"-many-commands")
	}
	for _, l := range leniencies {
		strict := s
		strict.Refuse |= l.bit
		if m, err := readThrough(strict, text); m < n && errors.As(err, &e) && e.Cause == l.cause {
			names = append(names, side+"-leniency-"+l.name)
		}
	}
	var c codec.Command
	if _, err := s.Parse(&c, text); err == nil {
		_, known := codec.RuleOf(c.Verb, s.From)
		switch {
		case c.Verb.IsNumeric():
			names = append(names, side+"-numeric-reply")
		case !known:
			names = append(names, side+"-verb-unknown")
		case len(c.Payload()) > 0:
			names = append(names, lower(side+"-payload-"+c.Verb.String()))
		case c.NArgs() > 8:
			names = append(names, side+"-many-arguments")
		}
	}
	return names
}

// namedEncodings are the seeds of FuzzEncode: commands with and without TrID and payload, and each error.
func namedEncodings(tb testing.TB) seeds {
	s := seeds{}
	drawn("encode", func(data []byte) {
		command, err := fuzz.Encoded(data)
		name := ""
		var c codec.Command
		switch {
		case errors.Is(err, codec.ErrWord):
			name = "error-word"
		case errors.Is(err, codec.ErrForm):
			name = "error-form"
		default:
			name = encodedName(command, &c)
		}
		for i := 1; i <= 2 && name != ""; i++ {
			if n := fmt.Sprintf("%s-%d", name, i); s[n] == nil {
				s.add(tb, n, data)
				break
			}
		}
	})
	return s
}

// encodedName says what is to be seen in a command that was written.
func encodedName(command []byte, c *codec.Command) string {
	for _, from := range []codec.Side{codec.FromServer, codec.FromClient} { // many are of either
		syntax := codec.Syntax{From: from}
		if _, err := syntax.Parse(c, command); err != nil {
			continue
		}
		name := sides[from]
		if c.HasTrID() {
			name += "-trid"
		}
		if c.Payload() != nil {
			return name + "-payload"
		}
		if bytes.IndexByte(command, '%') >= 0 {
			return name + "-escaped"
		}
		return fmt.Sprintf("%s-%d-arguments", name, min(c.NArgs(), 4))
	}
	return "over-the-limit"
}
