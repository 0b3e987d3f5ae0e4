package fuzz_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"nudge/codec"
)

// aPayload is the payload of commands made from rules: a line end within, and no letter that a verb could have.
const aPayload = "a\r\nb"

// sides are the two sides by name.
var sides = map[codec.Side]string{codec.FromServer: "server", codec.FromClient: "client"}

// fewest writes the shortest command that a rule allows, without a TrID if it can.
func fewest(r codec.Rule) string {
	words := r.Verb.String()
	if r.TrID == codec.TrIDRequired {
		words += " 0"
	}
	return withLength(r, words, int(r.Min), "")
}

// most writes the longest command that a rule allows, with the largest TrID and two arguments more than the
// least where there is no limit.
func most(r codec.Rule) string {
	words := r.Verb.String()
	if r.TrID != codec.TrIDNone {
		words += " 4294967295"
	}
	count := int(r.Max)
	if r.Max == codec.Many {
		count = int(r.Min) + 2
	}
	return withLength(r, words, count, aPayload)
}

// withLength adds so many arguments to a verb and its TrID, the length of the payload among them, and the payload.
func withLength(r codec.Rule, words string, count int, payload string) string {
	return withClaim(r, words, count, fmt.Sprint(len(payload)), payload)
}

// withClaim is withLength for a length that need not be true. The claim "" leaves the length and what follows it out.
func withClaim(r codec.Rule, words string, count int, claim, payload string) string {
	at := int(r.Payload)
	if r.Payload == codec.LastArg {
		at = count
	}
	for i := 1; i <= count; i++ {
		switch {
		case i != at || r.Payload == 0:
			words += fmt.Sprintf(" a%d", i)
		case claim == "":
			return words + "\r\n"
		default:
			words += " " + claim
		}
	}
	if r.Payload == 0 {
		payload = ""
	}
	return words + "\r\n" + payload
}

// lies are claims about the length of a payload of four bytes, by name: all of them for MSG, of which either side
// has one, and those that another verb could take another way.
func lies(r codec.Rule) map[string]string {
	limit := codec.DefaultMaxPayload
	if r.MaxPayload != 0 {
		limit = int(r.MaxPayload)
	}
	claims := map[string]string{"missing": "", "one-less": "3", "one-more": "5", "too-large": fmt.Sprint(limit + 1)}
	if r.Verb == codec.MSG {
		maps.Copy(claims, map[string]string{
			"zero": "0", "leading-zeros": "0004", "negative": "-4", "letter": "4x", "two-to-the-32": "4294967296",
		})
	}
	return claims
}

// withTrID is the verb of a rule with a TrID if it takes one.
func withTrID(r codec.Rule) string {
	if r.TrID == codec.TrIDNone {
		return r.Verb.String()
	}
	return r.Verb.String() + " 7"
}

// TestRuleSeedsAreWellFormed parses what fewest and most write: seeds that do not say what they should are worth
// nothing.
func TestRuleSeedsAreWellFormed(t *testing.T) {
	for r := range codec.Rules() {
		s := codec.Syntax{From: r.From, Refuse: codec.AllLeniencies}
		for _, text := range []string{fewest(r), most(r)} {
			var c codec.Command
			n, err := s.Parse(&c, []byte(text))
			if err != nil || n != len(text) || c.Verb != r.Verb || c.NArgs() < int(r.Min) || c.NArgs() > int(r.Max) {
				t.Errorf("%s %q: %d of %d bytes, %d arguments, %v", sides[r.From], text, n, len(text), c.NArgs(), err)
			}
			if (c.Payload() != nil) != (r.Payload != 0) {
				t.Errorf("%s %q: payload %q", sides[r.From], text, c.Payload())
			}
		}
	}
}

// everyRule writes a stream with one command for each rule of a side.
func everyRule(from codec.Side, write func(codec.Rule) string) string {
	var b strings.Builder
	for r := range codec.Rules() {
		if r.From == from {
			b.WriteString(write(r))
		}
	}
	return b.String()
}
