package msnpcheck

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// shownBefore is how many lines of the conversation a failure shows.
const shownBefore = 6

// Text writes the report for a person to read: what failed, in full; what was
// skipped; how many there were. With all it also lists what passed.
func (r *Report) Text(w io.Writer, all bool) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s speaks %s (%s); profile %s; %s\n", r.Target, r.Dialect, r.Mode.says(), r.Profile, r.Start.Format("2006-01-02 15:04:05 UTC"))
	fmt.Fprintf(b, "with %s\n\n", strings.Join(r.Accounts, ", "))
	for i := range r.Checks {
		r.Checks[i].text(b, all)
	}
	r.skipped(b, all)
	r.table(b)
	for _, what := range r.Changed {
		fmt.Fprintf(b, "not as it was found: %s\n", what)
	}
	r.verdict(b)
	return b.Flush()
}

// says explains a mode.
func (m Mode) says() string {
	return map[Mode]string{P9: "numbers and addresses as ids", M0: "accounts that are not migrated: M0", M1: "migrated accounts: M1"}[m]
}

// applies reports whether a result is more than that there was nothing to check.
func (c *Result) applies(mode Mode) bool {
	for _, m := range c.Modes {
		if m == mode {
			return true
		}
	}
	return len(c.Modes) == 0
}

var labels = map[Status]string{Pass: "PASS", Warn: "WARN", Fail: "FAIL", Skip: "SKIP"}

// text writes one result.
func (c *Result) text(b *bufio.Writer, all bool) {
	switch c.Status {
	case Pass:
		if all {
			fmt.Fprintf(b, "PASS %s (§%s): %s\n", c.Name, c.Section, c.Says)
		}
	case Skip:
	default:
		fmt.Fprintf(b, "%s %s (§%s): %s\n", labels[c.Status], c.Name, c.Section, c.Says)
		c.decided(b)
		fmt.Fprintln(b)
	}
}

// skipped writes why checks were not made, each reason once. Those that are no
// rules are named only if all are to be.
func (r *Report) skipped(b *bufio.Writer, all bool) {
	var reasons []string
	names := map[string][]string{}
	for _, c := range r.Checks {
		if c.Status != Skip || !all && strings.HasPrefix(c.Missing, noRule) {
			continue
		}
		if names[c.Missing] == nil {
			reasons = append(reasons, c.Missing)
		}
		names[c.Missing] = append(names[c.Missing], c.Name)
	}
	for _, reason := range reasons {
		fmt.Fprintf(b, "SKIP %s\n     %s\n", reason, strings.Join(names[reason], ", "))
	}
	if len(reasons) > 0 {
		fmt.Fprintln(b)
	}
}

// decided writes what decided a result that is not good.
func (c *Result) decided(w io.Writer) {
	line := func(head, text string) {
		if text != "" {
			fmt.Fprintf(w, "     %-7s %s\n", head, text)
		}
	}
	line("on", c.On)
	line("sent", c.Sent)
	line("wanted", c.Want)
	line("got", c.Got)
	line("", c.Why)
	if c.Known != "" && c.Status == Warn {
		line("known", "§"+c.Known)
	}
	said := c.before()
	for i, s := range said {
		head := ""
		if i == 0 {
			head = "before"
		}
		line(head, fmt.Sprintf("%8.3fs %s %s", s.Since.Seconds(), s.By, s.Text))
	}
}

// before is the end of what was said on the connection that decided the result.
func (c *Result) before() []Said {
	var on []Said
	for _, s := range c.Conversation {
		if s.On == c.On && s.Text != "PNG" && s.Text != "OUT" && !strings.HasPrefix(s.Text, "QNG") {
			on = append(on, s)
		}
	}
	return on[max(len(on)-shownBefore, 0):]
}

// table writes how many checks of each group came to what.
func (r *Report) table(b *bufio.Writer) {
	fmt.Fprintf(b, "%-13s %5s %5s %5s %5s\n", "", "pass", "warn", "fail", "skip")
	for _, group := range Groups() {
		var n Counts
		for _, c := range r.Checks {
			if c.Group == group && c.applies(r.Mode) {
				n.add(c.Status)
			}
		}
		if n != (Counts{}) {
			fmt.Fprintf(b, "%-13s %5s %5s %5s %5s\n", group, count(n.Pass), count(n.Warn), count(n.Fail), count(n.Skip))
		}
	}
}

func count(n int) string {
	if n == 0 {
		return "."
	}
	return fmt.Sprint(n)
}

func (r *Report) verdict(b *bufio.Writer) {
	none := 0
	for _, c := range r.Checks {
		if !c.applies(r.Mode) {
			none++
		}
	}
	n := r.Counts
	n.Skip -= none
	fmt.Fprintf(b, "%d checks in %v: %s", len(r.Checks)-none, r.Duration.Round(time.Millisecond), n)
	if none > 0 {
		fmt.Fprintf(b, "; not counted: %d of other modes than %s", none, r.Mode)
	}
	if r.Interrupted {
		fmt.Fprint(b, "; interrupted before the rest")
	}
	fmt.Fprintln(b)
}
