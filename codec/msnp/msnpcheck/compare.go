package msnpcheck

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Comparison is two reports side by side: two servers, or one before and after.
type Comparison struct {
	A, B    *Report
	Changes []Change // in the order of the checks
	Same    int      // checks with the same status in both
}

// Change is a check whose status differs.
type Change struct {
	Name string
	A, B *Result // nil: the report has no such check
}

// Compare compares two reports, check by check.
func Compare(a, b *Report) *Comparison {
	c := &Comparison{A: a, B: b}
	left, right := a.byName(), b.byName()
	for _, name := range inOrder(a, b) {
		x, y := left[name], right[name]
		if statusOf(x) == statusOf(y) {
			c.Same++
			continue
		}
		c.Changes = append(c.Changes, Change{Name: name, A: x, B: y})
	}
	return c
}

func (r *Report) byName() map[string]*Result {
	m := map[string]*Result{}
	for i := range r.Checks {
		m[r.Checks[i].Name] = &r.Checks[i]
	}
	return m
}

// inOrder are the names of both, those of b that a lacks in their groups.
func inOrder(a, b *Report) []string {
	type place struct {
		name         string
		group, index int
	}
	var all []place
	seen := map[string]bool{}
	for _, r := range []*Report{a, b} {
		for i, c := range r.Checks {
			if !seen[c.Name] {
				seen[c.Name] = true
				all = append(all, place{c.Name, slices.Index(Groups(), c.Group), i})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y place) int { return cmp.Or(cmp.Compare(x.group, y.group), cmp.Compare(x.index, y.index)) })
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	return names
}

func statusOf(r *Result) Status {
	if r == nil {
		return ""
	}
	return r.Status
}

// Worse reports whether a check that held, perhaps with a warning, fails now.
func (c Change) Worse() bool {
	was := statusOf(c.A)
	return (was == Pass || was == Warn) && statusOf(c.B) == Fail
}

// Worse are the names of the checks that held in A and fail in B.
func (c *Comparison) Worse() []string {
	var names []string
	for _, ch := range c.Changes {
		if ch.Worse() {
			names = append(names, ch.Name)
		}
	}
	return names
}

// Text writes the comparison for a person to read.
func (c *Comparison) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i, r := range []*Report{c.A, c.B} {
		fmt.Fprintf(b, "%c: %s speaks %s (%s), profile %s, %s: %s\n",
			'A'+i, r.Target, r.Dialect, r.Mode, r.Profile, r.Start.Format("2006-01-02 15:04:05 UTC"), r.Counts)
	}
	if c.A.Mode != c.B.Mode || c.A.Profile != c.B.Profile {
		fmt.Fprintln(b, "The two differ in mode or profile, so that checks may differ without a change of the server.")
	}
	fmt.Fprint(b, "\nA      B\n")
	for _, ch := range c.Changes {
		mark := ""
		if ch.Worse() {
			mark = "  << held, and fails now"
		}
		fmt.Fprintf(b, "%-6s %-6s %s%s\n", label(ch.A), label(ch.B), ch.Name, mark)
		if r := ch.B; statusOf(r) == Fail {
			fmt.Fprintf(b, "       §%s: %s\n", r.Section, r.Says)
			r.decided(indented{b})
		}
	}
	fmt.Fprintf(b, "\n%d differ, %d of them held in A and fail in B; %d are the same\n", len(c.Changes), len(c.Worse()), c.Same)
	return b.Flush()
}

func label(r *Result) string {
	if r == nil {
		return "-"
	}
	return labels[r.Status]
}

// indented puts two spaces before each write, which is a line.
type indented struct{ w io.Writer }

func (i indented) Write(p []byte) (int, error) {
	if _, err := io.WriteString(i.w, "  "); err != nil {
		return 0, err
	}
	return i.w.Write(p)
}
