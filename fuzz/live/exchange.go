package live

import (
	"fmt"
	"slices"
	"strings"

	"nudge/codec"
)

// exchange is what an account sent in one step of a case, and what it was answered, normalised.
type exchange struct {
	state stage
	verb  string   // of the first command sent; "": none was
	sent  []string // lines
	said  []string // replies, in their order, and the end of the connection
	told  []string // what came unasked, sorted: its place among the replies is chance
	last  bool     // there was a verdict: the case was not played further
}

// Ends of an exchange, in the place of a reply.
const answerEnded = "(ended)"

// exchanges takes a transcript to pieces by the steps of the case. A verdict is the last thing that was answered in
// its step.
func (t *transcript) exchanges(who string, steps int, v *Verdict) []exchange {
	all := make([]exchange, steps)
	for i := range t.entries {
		e := &t.entries[i]
		if e.who != who || e.step >= steps {
			continue
		}
		all[e.step].add(e, t.text(e))
	}
	if v != nil && v.At < steps {
		all[v.At].last = true
		all[v.At].said = append(all[v.At].said, fmt.Sprintf("(%s) %s", v.Class, normalText([]byte(v.Detail))))
	}
	for i := range all {
		slices.Sort(all[i].told)
	}
	return all
}

// add takes one entry.
func (x *exchange) add(e *entry, text []byte) {
	switch e.did {
	case didSend:
		if x.verb == "" {
			verb, _, _ := strings.Cut(string(text), " ")
			x.state, x.verb = e.stage, strings.TrimRight(verb, "\r\n")
		}
		x.sent = append(x.sent, normal(codec.FromClient, text))
	case didAct:
		if x.verb == "" && string(text) == actNames[actShut] {
			x.state, x.verb = e.stage, halfClose
		}
	case didEnd:
		x.said = append(x.said, answerEnded)
	case didHear:
		var c codec.Command
		_, err := fromServer.Parse(&c, text)
		switch {
		case err == nil && c.Verb == codec.QNG: // a barrier's: where it is missing there is a verdict
		case err != nil || c.Verb.IsNumeric() || c.HasTrID() && c.TrID != 0:
			x.said = append(x.said, normal(codec.FromServer, text))
		default:
			x.told = append(x.told, normal(codec.FromServer, text))
		}
	}
}

// answers is what came, in one list.
func (x *exchange) answers() []string { return slices.Concat(x.said, x.told) }

// Limits of what differences are told apart by.
const (
	maxWords = 32
	maxWord  = 24 // bytes
)

// short is what came in a word for each line, the same word in a row once with its number.
func short(answers []string) string {
	var words []string
	for i := 0; i < len(answers); {
		word, n := firstWord(answers[i]), 1
		for i+n < len(answers) && firstWord(answers[i+n]) == word {
			n++
		}
		i += n
		if n > 1 {
			word = fmt.Sprintf("%s*%d", word, n)
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "nothing"
	}
	if len(words) > maxWords {
		words = append(words[:maxWords], "…")
	}
	return strings.Join(words, " ")
}

// firstWord is the verb of a line, and the whole of what stands in brackets.
func firstWord(line string) string {
	word, _, _ := strings.Cut(line, " ")
	if strings.HasPrefix(line, "(") {
		word, _, _ = strings.Cut(line, ")")
		word += ")"
	}
	return printable(strings.TrimRight(word[:min(len(word), maxWord)], "\r\n"))
}
