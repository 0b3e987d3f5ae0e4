package msnpcheck

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Column is a report in a matrix.
type Column struct {
	Title string
	*Report
}

// marks stand for results in a matrix.
var marks = map[Status]string{Pass: "pass", Warn: "warn", Fail: "**FAIL**", Skip: "skip"}

// Matrix writes a table in Markdown: checks against reports. A dash stands for a
// check that is no rule in a mode, or that a report lacks.
func Matrix(w io.Writer, columns []Column) error {
	b := bufio.NewWriter(w)
	row := func(first, section string, cell func(c Column) string) {
		fmt.Fprintf(b, "| %s | %s |", first, section)
		for _, c := range columns {
			fmt.Fprintf(b, " %s |", cell(c))
		}
		fmt.Fprintln(b)
	}
	row("check", "§", func(c Column) string { return cellText(c.Title) })
	row("---", "---", func(Column) string { return "---" })
	var results []map[string]*Result
	for _, c := range columns {
		results = append(results, c.byName())
	}
	for _, info := range Checks() {
		i := 0
		row(info.Name, info.Section, func(c Column) string {
			r := results[i][info.Name]
			i++
			if r == nil || !r.applies(c.Mode) {
				return "-"
			}
			return marks[r.Status]
		})
	}
	row("**passed**", "", func(c Column) string {
		n := c.Counts
		return fmt.Sprintf("**%d of %d**", n.Pass, n.Pass+n.Warn+n.Fail)
	})
	return b.Flush()
}

// cellText keeps a title from ending its cell.
func cellText(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
