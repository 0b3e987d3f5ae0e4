package live

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// edge is a step of the server's state machine as a client sees it: in a state a command is answered, by a
// reply, by nothing, or by the end of the connection.
type edge struct {
	from  stage
	verb  string // or one of the three below
	reply string
	to    stage
}

// What stands in the place of a verb.
const (
	unasked   = "(unasked)"    // what the server says by itself
	halfClose = "(half-close)" // the end of the client's sending
)

// feedback is what was seen of a server: every transition with how often, and the paths of the cases that showed
// one first. It may be used by many goroutines.
type feedback struct {
	mu    sync.Mutex
	edges map[edge]int64
	pool  []Path
}

// maxPool is how many cases are kept to be edited further, and maxEdges how many transitions are told apart.
const (
	maxPool  = 2000
	maxEdges = 10_000
)

// add adds what was seen in a case. It reports whether any of it was new.
func (f *feedback) add(seen []edge, p Path) (news bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.edges == nil {
		f.edges = map[edge]int64{}
	}
	for _, e := range seen {
		if _, ok := f.edges[e]; !ok {
			if len(f.edges) >= maxEdges {
				continue
			}
			news = true
		}
		f.edges[e]++
	}
	if news && len(p) < maxPath && len(f.pool) < maxPool {
		f.pool = append(f.pool, p)
	}
	return news
}

// parent returns one of the cases kept, by a number; nil without one.
func (f *feedback) parent(n uint64) Path {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.pool) == 0 {
		return nil
	}
	return f.pool[n%uint64(len(f.pool))]
}

// sorted returns the edges in a fixed order.
func (f *feedback) sorted() []edge {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.SortedFunc(maps.Keys(f.edges), func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.verb, b.verb), cmp.Compare(a.from, b.from), cmp.Compare(a.reply, b.reply), cmp.Compare(a.to, b.to))
	})
}

// matrix writes what each command was answered with in each state, as a table: the states are its columns.
func (f *feedback) matrix(w io.Writer) error {
	edges := f.sorted()
	cells := map[string]map[stage][]string{}
	var used [numStages]bool
	for _, e := range edges {
		if cells[e.verb] == nil {
			cells[e.verb] = map[stage][]string{}
		}
		used[e.from] = true
		if !slices.Contains(cells[e.verb][e.from], e.reply) {
			cells[e.verb][e.from] = append(cells[e.verb][e.from], e.reply)
		}
	}
	rows := [][]string{{"command"}}
	for s, ok := range used {
		if ok {
			rows[0] = append(rows[0], stage(s).String())
		}
	}
	for _, verb := range slices.Sorted(maps.Keys(cells)) {
		row := []string{verb}
		for s, ok := range used {
			if ok {
				row = append(row, strings.Join(cells[verb][stage(s)], " "))
			}
		}
		rows = append(rows, row)
	}
	return writeTable(w, rows)
}

// maxTable is how wide a table is, in columns of a terminal.
const maxTable = 110

// writeTable writes rows with their columns aligned. What is too wide is written as tables one below the other, each
// with the first column, the first row, and those of the others that have anything in it.
func writeTable(w io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var b strings.Builder
	for from, to := 1, 0; to < len(widths); from = to {
		wide := widths[0]
		for to = from; to < len(widths) && (to == from || wide+2+widths[to] <= maxTable); to++ {
			wide += 2 + widths[to]
		}
		if from > 1 {
			b.WriteByte('\n')
		}
		for i, row := range rows {
			cells := strings.Builder{}
			for at := from; at < to; at++ {
				fmt.Fprintf(&cells, "  %-*s", widths[at], row[at])
			}
			if line := strings.TrimRight(cells.String(), " "); line != "" || i == 0 {
				fmt.Fprintf(&b, "%-*s%s\n", widths[0], row[0], line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// dot writes the state machine as a graph: states, and between them the commands that lead from one to the
// other with what they were answered.
func (f *feedback) dot(w io.Writer) error {
	type arrow struct{ from, to stage }
	labels := map[arrow][]string{}
	for _, e := range f.sorted() {
		a := arrow{e.from, e.to}
		labels[a] = append(labels[a], e.verb+" / "+e.reply)
	}
	var b strings.Builder
	b.WriteString("digraph server {\n\trankdir=LR\n\tnode [shape=box, style=rounded, fontname=\"sans-serif\"]\n\tedge [fontname=\"monospace\", fontsize=9]\n")
	for _, a := range slices.SortedFunc(maps.Keys(labels), func(x, y arrow) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) }) {
		fmt.Fprintf(&b, "\t%q -> %q [label=%q]\n", a.from.String(), a.to.String(), wrapLabels(labels[a]))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// mostLabels is how many commands an arrow names.
const mostLabels = 24

func wrapLabels(all []string) string {
	if n := len(all) - mostLabels; n > 0 {
		all = append(slices.Clone(all[:mostLabels]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(all, "\n")
}
