package fuzz

import (
	"strconv"

	"nudge/codec"
)

// checkVerb checks that a verb that was read and its text stand for each other, that three digits are
// a reply with that number and no others are (§10), and that what has a number has a row for the server.
func checkVerb(v codec.Verb) {
	text := v.String()
	if codec.VerbOf(text) != v || codec.VerbOf(text[1:]) != 0 {
		fail("verb %q is %v as text", text, codec.VerbOf(text))
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if v.IsNumeric() != (err == nil) || v.Code() != int(n) {
		fail("verb %q has number %d: %v", text, v.Code(), v.IsNumeric())
	}
	if rule, known := codec.RuleOf(v, codec.FromServer); v.IsNumeric() && (!known || rule.Verb != v || rule.Payload != 0) {
		fail("the rule of reply %q is %+v", text, rule)
	}
	if codec.CodeName(v.Code()) != "" && !v.IsNumeric() {
		fail("verb %q is the error %q", text, codec.CodeName(v.Code()))
	}
}
