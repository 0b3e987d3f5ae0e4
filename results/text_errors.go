package results

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Limits of the text: errors and violations shown, and lines of the first example of each.
const (
	maxShown        = 10
	maxExampleLines = 40
)

// textErrors lists the classes of errors and the violations, each with the first example.
func (s *Summary) textErrors(b *bufio.Writer) {
	type class struct {
		name string
		n    int64
		ops  []string
	}
	byName := map[string]*class{}
	for _, o := range s.Ops {
		for name, n := range o.Errors {
			c := byName[name]
			if c == nil {
				c = &class{name: name}
				byName[name] = c
			}
			c.n += n
			c.ops = append(c.ops, fmt.Sprintf("%s %s (%s)", o.Name, formatCount(n), formatShare(float64(n)/float64(o.Count))))
		}
	}
	var classes []*class
	for _, name := range sortedKeys(byName) {
		classes = append(classes, byName[name])
	}
	slices.SortStableFunc(classes, func(a, b *class) int { return -cmp.Compare(a.n, b.n) })
	if len(classes) > 0 {
		fmt.Fprint(b, "\nerrors by class\n")
	}
	for i, c := range classes {
		if i == maxShown {
			fmt.Fprintf(b, "  and %s\n", plural(int64(len(classes)-i), "more class", "more classes"))
			break
		}
		fmt.Fprintf(b, "  %s: %s\n", printable(c.name), strings.Join(c.ops, ", "))
		s.textExample(b, kindEvent, c.name)
	}
	s.textOthers(b, func(name string) bool { return byName[name] != nil })
}

// textOthers lists the violations, and the events that are not errors of an operation shown.
func (s *Summary) textOthers(b *bufio.Writer, shown func(class string) bool) {
	title := map[string]string{kindViolation: "violations by the server", kindEvent: "events"}
	for _, kind := range []string{kindViolation, kindEvent} {
		n := 0
		for _, e := range s.Events {
			if e.Kind != kind || kind == kindEvent && shown(e.Class) {
				continue
			}
			if n == 0 {
				fmt.Fprintf(b, "\n%s\n", title[kind])
			}
			if n++; n <= maxShown {
				fmt.Fprintf(b, "  %s: %s\n", printable(e.Class), formatCount(e.Count))
				s.textExample(b, kind, e.Class)
			}
		}
		if n > maxShown {
			fmt.Fprintf(b, "  and %s\n", plural(int64(n-maxShown), "more class", "more classes"))
		}
	}
}

// textExample shows the first event of a class.
func (s *Summary) textExample(b *bufio.Writer, kind, class string) {
	i := slices.IndexFunc(s.Events, func(e EventCount) bool { return e.Kind == kind && e.Class == class })
	if i < 0 || s.Events[i].First.Text == "" {
		return
	}
	e := s.Events[i].First
	where := []string{"first after " + formatTime(e.At)}
	for _, w := range []string{e.Client, e.Op} {
		if w != "" {
			where = append(where, printable(w))
		}
	}
	fmt.Fprintf(b, "    %s:", strings.Join(where, ", "))
	lines := strings.Split(strings.TrimRight(e.Text, "\r\n"), "\n")
	if len(lines) == 1 {
		fmt.Fprintf(b, "\n      %s\n", printable(strings.TrimSuffix(lines[0], "\r")))
		return
	}
	fmt.Fprintln(b)
	for j, l := range lines {
		if j == maxExampleLines {
			fmt.Fprintf(b, "      … %s\n", plural(int64(len(lines)-j), "more line"))
			break
		}
		fmt.Fprintf(b, "      %s\n", printable(strings.TrimSuffix(l, "\r")))
	}
}
