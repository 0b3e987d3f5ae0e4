package live

import (
	"fmt"
	"slices"
	"strings"
)

// difference is a step of a case that two servers answer differently.
type difference struct {
	step    int
	state   stage
	verb    string
	answers [2]string // in short
	says    [2]string // the first lines that differ
}

// key is what differences have in common that are of one kind.
func (d *difference) key() string {
	return differenceKey(d.state.String(), d.verb, d.answers)
}

func differenceKey(state, verb string, answers [2]string) string {
	return fmt.Sprintf("%s %s: %s | %s", state, verb, answers[0], answers[1])
}

// verdict is the difference as a verdict.
func (d *difference) verdict() Verdict {
	return Verdict{Class: Differs, State: d.state.String(), Verb: d.verb, At: d.step,
		Detail: fmt.Sprintf("the first server says %s, the second %s", told(d.line(0, 1)), told(d.line(1, 0)))}
}

// line is the first line that is not alike in what a server says: one of a payload, if what stands before it is.
func (d *difference) line(of, other int) string {
	verb, rest, _ := strings.Cut(d.says[of], "\r\n")
	same, others, _ := strings.Cut(d.says[other], "\r\n")
	if verb != same {
		return verb
	}
	for rest != "" || others != "" {
		var x, y string
		x, rest, _ = strings.Cut(rest, "\r\n")
		y, others, _ = strings.Cut(others, "\r\n")
		if x != y {
			return firstWord(verb) + " … " + x
		}
	}
	return verb
}

func told(line string) string {
	if line == "" {
		return "nothing more"
	}
	return shown([]byte(line))
}

// differences compares what two servers made of a case, step by step, as far as the account does the same on both:
// beyond that all that differs may be the consequence of what differed before.
func differences(a, b []exchange) (all []difference) {
	for i := range min(len(a), len(b)) {
		x, y := &a[i], &b[i]
		if x.state != y.state || x.verb != y.verb || len(x.sent) > 0 && x.sent[0] != y.sent[0] {
			return all
		}
		if d, ok := differ(x, y); ok {
			d.step = i
			all = append(all, d)
		}
		if x.last || y.last || slices.Contains(x.said, answerEnded) != slices.Contains(y.said, answerEnded) || !slices.Equal(x.sent, y.sent) {
			return all
		}
	}
	return all
}

// differ compares one exchange.
func differ(x, y *exchange) (difference, bool) {
	a, b := x.answers(), y.answers()
	if slices.Equal(a, b) {
		return difference{}, false
	}
	d := difference{state: x.state, verb: knownVerb(x.verb), answers: [2]string{short(a), short(b)}}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	if at < len(a) {
		d.says[0] = a[at]
	}
	if at < len(b) {
		d.says[1] = b[at]
	}
	if d.answers[0] == d.answers[1] {
		where := fmt.Sprintf(" (%s)", unlike(d.says[0], d.says[1]))
		d.answers[0] += where
		d.answers[1] += where
	}
	return d, true
}

// unlike says where two lines differ first.
func unlike(a, b string) string {
	words, others := strings.Fields(a), strings.Fields(b)
	for i := range min(len(words), len(others)) {
		if words[i] != others[i] {
			return fmt.Sprintf("word %d of %s", i+1, firstWord(a))
		}
	}
	return fmt.Sprintf("length of %s", firstWord(a))
}
