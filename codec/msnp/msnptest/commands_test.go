package msnptest

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// row is one of the page's table of commands (§11).
type row struct {
	verbs          []string
	client, server bool // who sends it, to or from a dispatch or notification server
	since, removed int  // dialects; 0: from the first on, never
}

// pageTable reads §11. What only switchboards know (§9) is left out, as scripts have none.
func pageTable(t *testing.T) (rows []row) {
	t.Helper()
	page, err := os.ReadFile("../../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n## 11.")
	table, _, end := strings.Cut(table, "\n## 12.")
	if !ok || !end {
		t.Fatal("the page has no §11")
	}
	dialects := map[string][2]int{} // of the first row of a verb: a blank one is like it
	for line := range strings.Lines(table) {
		cell := strings.Split(line, "|")
		if len(cell) < 9 || strings.HasPrefix(cell[1], "-") || strings.TrimSpace(cell[1]) == "Verb" {
			continue
		}
		r := row{verbs: verb.FindAllString(cell[1], -1)}
		for who := range strings.SplitSeq(cell[2], ",") {
			from, to, _ := strings.Cut(strings.TrimSpace(who), "->")
			r.client = r.client || from == "C" && to != "SB"
			r.server = r.server || to == "C" && from != "SB"
		}
		r.since, r.removed = dialect(cell[6]), dialect(cell[7])
		if cell[1] == " error " {
			r.verbs = []string{"error"}
		}
		if was, ok := dialects[r.verbs[0]]; ok && strings.TrimSpace(cell[6]) == "" {
			r.since, r.removed = was[0], was[1]
		} else {
			dialects[r.verbs[0]] = [2]int{r.since, r.removed}
		}
		if r.client || r.server {
			rows = append(rows, r)
		}
	}
	return rows
}

var (
	verb   = regexp.MustCompile(`[A-Z]{3}`)
	number = regexp.MustCompile(`\d+`)
)

// dialect is the number that a cell begins with, such as **10** or 2 (TWN 8).
func dialect(cell string) int {
	n, _ := strconv.Atoi(number.FindString(cell))
	return n
}

// in reports whether a row holds in a mode. What a year stands for went then
// for every dialect, and is still answered (§7.7); SND was superseded, not removed.
func (r row) in(m msnp.Mode) bool {
	low, high := 8, 9
	if m != msnp.ModeP9 {
		low, high = 10, 10
	}
	if slices.Contains(r.verbs, "CVQ") { // comes with CVR0, before there is any mode
		return m != msnp.ModeP9
	}
	return r.since <= high && (r.removed == 0 || r.removed > low || slices.Contains(r.verbs, "SND"))
}

// unsent are what no script has: RNG is sent in the tests of switchboards.
var unsent = []string{"RNG"}

// TestEveryCommandOfThePageIsPlayed reads the table of commands and wants each to
// stand in a script that a client of ours has played with the server, in each mode that has it.
func TestEveryCommandOfThePageIsPlayed(t *testing.T) {
	server, client := map[use]bool{}, map[use]bool{}
	for file, text := range scripts(t) {
		p := play(t, &Server{}, file, text)
		for u := range p.serverSide {
			server[u] = true
		}
		for u := range p.clientSide {
			client[u] = true
		}
	}
	rows, checked := pageTable(t), 0
	for _, r := range rows {
		for _, m := range []msnp.Mode{msnp.ModeP9, msnp.ModeM0, msnp.ModeM1} {
			for _, v := range r.verbs {
				for from, has := range map[codec.Side]bool{codec.FromClient: r.client, codec.FromServer: r.server} {
					if !has || !r.in(m) || slices.Contains(unsent, v) {
						continue
					}
					checked++
					what := fmt.Sprintf("%s from the %s in %v", v, map[codec.Side]string{codec.FromClient: "client", codec.FromServer: "server"}[from], m)
					if !server[use{v, from, m}] {
						t.Errorf("no script has %s", what)
					}
					if !client[use{v, from, m}] && v != "CVQ" { // which no client of ours sends
						t.Errorf("no script that a client plays has %s", what)
					}
				}
			}
		}
	}
	if len(rows) < 55 || checked < 150 {
		t.Errorf("§11 has %d rows, %d uses: the table was not read", len(rows), checked)
	}
}
