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

// Matrix writes a table in Markdown: checks against reports. The checks of a group
// that came to the same in every report share a line. A dash stands for a check
// that is no rule in a mode, or that a report lacks.
func Matrix(w io.Writer, columns []Column) error {
	b := bufio.NewWriter(w)
	row := func(cells ...string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	head, rule := []string{"group", "checks"}, []string{"---", "---"}
	var results []map[string]*Result
	for _, c := range columns {
		head, rule = append(head, cellText(c.Title)), append(rule, "---")
		results = append(results, c.byName())
	}
	row(head...)
	row(rule...)
	for _, g := range groups {
		var cells []string // what checks came to, in the order in which that was first seen
		names := map[string][]string{}
		for i := range g.checks {
			info := g.checks[i].info(g.name)
			key := outcome(columns, results, info)
			if names[key] == nil {
				cells = append(cells, key)
			}
			names[key] = append(names[key], g.checks[i].name)
		}
		for _, key := range cells {
			row(g.name, strings.Join(names[key], ", "), key)
		}
	}
	last := []string{"**passed**", ""}
	for _, c := range columns {
		last = append(last, fmt.Sprintf("**%d of %d**", c.Counts.Pass, c.Counts.Pass+c.Counts.Warn+c.Counts.Fail))
	}
	row(last...)
	return b.Flush()
}

// outcome is what a check came to in each report, as cells.
func outcome(columns []Column, results []map[string]*Result, info Info) string {
	var cells []string
	for i, c := range columns {
		cell := "-"
		if r := results[i][info.Name]; r != nil && r.applies(c.Mode) {
			cell = marks[r.Status]
		}
		cells = append(cells, cell)
	}
	return strings.Join(cells, " | ")
}

// cellText keeps a title from ending its cell.
func cellText(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
