package codec

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rowsOf returns the cells of the tables in the section of MSNP10.md whose
// heading begins with the given words, without the heads.
func rowsOf(t *testing.T, heading string) [][]string {
	t.Helper()
	var rows [][]string
	inside := false
	for line := range strings.Lines(readFile(t, "MSNP10.md")) {
		if strings.HasPrefix(line, "#") {
			inside = strings.HasPrefix(line, heading)
		}
		if !inside || !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "*")
		}
		rows = append(rows, cells)
	}
	if len(rows) < 5 {
		t.Fatalf("no table under %q", heading)
	}
	return rows[2:]
}

// pageRule is what §11 says of one verb and side, its rows put together.
type pageRule struct {
	trid           TrIDKind
	min, max       int
	payload        int
	since, removed int
}

type ruleKey struct {
	verb string
	from Side
}

var (
	remark = regexp.MustCompile(`\([^)]*\)|, \d+ in P9|\+v`)
	number = regexp.MustCompile(`\d+|\bn\b`)
)

// commandTable reads §11.
func commandTable(t *testing.T) map[ruleKey]pageRule {
	page := map[ruleKey]pageRule{}
	dialects := map[string][2]int{} // of a verb's first row, where a later one says nothing
	kinds := map[ruleKey]string{}
	for _, row := range rowsOf(t, "## 11.") {
		verb, dir, trid, args, payload := strings.Fields(row[0])[0], row[1], row[2], row[3], row[4]
		if verb == "error" {
			if trid != "y (0 if none)" || args != "0" {
				t.Errorf("numeric replies are now described as %q %q", trid, args)
			}
			continue
		}
		for _, v := range regexp.MustCompile(`[A-Z]{3}`).FindAllString(strings.ReplaceAll(row[0], "(login)", ""), -1) {
			for _, side := range []Side{FromServer, FromClient} {
				if !slices.ContainsFunc(strings.Split(dir, ", "), func(d string) bool {
					return side == FromClient && strings.HasPrefix(d, "C->") || side == FromServer && strings.HasSuffix(d, "->C")
				}) {
					continue
				}
				word := trid
				if like, ok := strings.CutPrefix(trid, "like "); ok {
					word = kinds[ruleKey{like, side}]
				}
				kinds[ruleKey{v, side}] = word
				rule := pageRule{trid: kindOf(t, word), payload: position(payload)}
				rule.min, rule.max = span(args, side)
				if row[5] == "" {
					rule.since, rule.removed = dialects[v][0], dialects[v][1]
				} else {
					rule.since, rule.removed = leading(row[5]), leading(row[6])
					if _, ok := dialects[v]; !ok {
						dialects[v] = [2]int{rule.since, rule.removed}
					}
				}
				key := ruleKey{v, side}
				if old, ok := page[key]; ok {
					rule.min, rule.max = min(rule.min, old.min), max(rule.max, old.max)
				}
				page[key] = rule
			}
		}
	}
	return page
}

func kindOf(t *testing.T, cell string) TrIDKind {
	switch {
	case cell == "n":
		return TrIDNone
	case strings.Contains(cell, "n in SYN"):
		return TrIDOptional
	case strings.HasPrefix(cell, "y"), strings.HasPrefix(cell, "0"):
		return TrIDRequired
	}
	t.Errorf("TrID %q", cell)
	return 0
}

// span reads the cell of the arguments; what it says of P9 and of single
// servers counts only where P9 is all there is.
func span(cell string, from Side) (least, most int) {
	if cell == "-" {
		return 1, Many
	}
	if rest, ok := strings.CutPrefix(cell, "P9 "); ok { // client / server
		client, server, _ := strings.Cut(rest, " / ")
		cell = client
		if from == FromServer {
			cell = server
		}
	}
	least = Many
	for _, n := range number.FindAllString(remark.ReplaceAllString(cell, ""), -1) {
		k := Many
		if n != "n" {
			k, _ = strconv.Atoi(n)
		}
		least, most = min(least, k), max(most, k)
	}
	return least, most
}

func position(cell string) int {
	if cell == "yes (last)" {
		return LastArg
	}
	return leading(strings.TrimPrefix(cell, "yes ("))
}

func leading(cell string) int {
	n, _ := strconv.Atoi(regexp.MustCompile(`^[0-9]*`).FindString(strings.TrimPrefix(cell, "always ")))
	return n
}

func TestTableIsThatOfTheProtocolPage(t *testing.T) {
	page := commandTable(t)
	if len(page) < 70 {
		t.Fatalf("only %d rows read", len(page))
	}
	for r := range Rules() {
		want, ok := page[ruleKey{r.Verb.String(), r.From}]
		delete(page, ruleKey{r.Verb.String(), r.From})
		if !ok {
			if r.Since <= 10 {
				t.Errorf("%v from %d is not in §11", r.Verb, r.From)
			}
			continue
		}
		got := pageRule{r.TrID, int(r.Min), int(r.Max), int(r.Payload), int(r.Since), int(r.Removed)}
		if got != want {
			t.Errorf("%v from %d: %+v, §11 says %+v", r.Verb, r.From, got, want)
		}
	}
	for k := range page {
		t.Errorf("%s from %d is in §11 and not in the table", k.verb, k.from)
	}
}

func TestPayloadsAreThoseOfTheProtocolPage(t *testing.T) {
	seen := 0
	for _, row := range rowsOf(t, "### 1.3") {
		from := FromServer
		if strings.HasPrefix(row[1], "C->") {
			from = FromClient
		}
		r, ok := RuleOf(VerbOf(strings.Trim(row[0], "`")), from)
		at := leading(row[2])
		if row[2] == "last" {
			at = LastArg
		}
		if !ok || int(r.Payload) != at || int(r.MaxPayload) != leading(row[3]) {
			t.Errorf("%s %s: position %d, at most %d; §1.3 says %q, %q", row[0], row[1], r.Payload, r.MaxPayload, row[2], row[3])
		}
		seen++
	}
	if seen != 9 {
		t.Errorf("%d rows in §1.3", seen)
	}
	for r := range Rules() {
		if r.Payload != 0 && r.Payload != LastArg && (r.Payload != r.Max || r.Min < r.Payload) {
			t.Errorf("%v: length is argument %d of %d..%d", r.Verb, r.Payload, r.Min, r.Max)
		}
	}
}

func TestEveryVerbHasASlotOfItsOwn(t *testing.T) {
	seen := map[uint8]Verb{}
	for i, r := range table {
		if v, ok := seen[hash(r.Verb)]; ok && v != r.Verb {
			t.Errorf("%v and %v share a slot: another factor is needed in hash", v, r.Verb)
		}
		seen[hash(r.Verb)] = r.Verb
		if got, ok := RuleOf(r.Verb, r.From); !ok || got != r {
			t.Errorf("RuleOf(%v, %d) = %+v, %v, want row %d", r.Verb, r.From, got, ok, i)
		}
		if slices.ContainsFunc(table[:i], func(o Rule) bool { return o.Verb == r.Verb && o.From == r.From }) {
			t.Errorf("%v from %d has two rows", r.Verb, r.From)
		}
	}
	for range Rules() {
		break // stops when told to
	}
}

func TestVerbsAreThreeCharacters(t *testing.T) {
	for _, tt := range []struct {
		name string
		word string
		verb Verb
		code int
		rule bool // of a server
	}{
		{"a word is its letters packed", "NLN", NLN, 0, true},
		{"a numeric reply is its number", "911", '9'<<16 | '1'<<8 | '1', 911, true},
		{"an unknown word has no rule", "XYZ", 'X'<<16 | 'Y'<<8 | 'Z', 0, false},
		{"a client's verb has no rule for a server", "PNG", PNG, 0, false},
	} {
		v := VerbOf(tt.word)
		if _, ok := RuleOf(v, FromServer); v != tt.verb || v.String() != tt.word || v.Code() != tt.code || ok != tt.rule {
			t.Errorf("%s: VerbOf(%q) = %#x %v %d %v", tt.name, tt.word, uint32(v), v, v.Code(), ok)
		}
	}
	for _, s := range []string{"", "VE", "VERS"} {
		if VerbOf(s) != 0 {
			t.Errorf("VerbOf(%q) is a verb", s)
		}
	}
	if _, ok := RuleOf(0, FromServer); ok {
		t.Error("the zero Verb has a rule")
	}
	if _, ok := RuleOf(VerbOf("911"), FromClient); ok {
		t.Error("a client has numeric replies")
	}
}

func TestCodeNamesAreThoseOfTheProtocolPage(t *testing.T) {
	listed := map[int]bool{}
	for _, row := range rowsOf(t, "## 10.") {
		cell := strings.ReplaceAll(row[1], "`", "")
		var codes []int
		if from, to, ok := strings.Cut(row[0], ".."); ok {
			for c := leading(from); c <= leading(to); c++ {
				codes = append(codes, c)
			}
		} else {
			for c := range strings.SplitSeq(row[0], ", ") {
				codes = append(codes, leading(c))
			}
		}
		parts := regexp.MustCompile(`[,;] `).Split(cell, -1)
		if len(parts) != len(codes) {
			parts = slices.Repeat([]string{cell}, len(codes))
		}
		for i, c := range codes {
			listed[c] = true
			name := CodeName(c)
			part, _, _ := strings.Cut(parts[i], " (E)")
			if name == "" || !strings.Contains(part, name) && !strings.HasSuffix(name, strings.TrimPrefix(part, "disabled ")) {
				t.Errorf("%d is %q, §10 says %q", c, name, part)
			}
		}
	}
	for c := -1; c < 1100; c++ {
		if CodeName(c) != "" && !listed[c] {
			t.Errorf("%d is not in §10", c)
		}
	}
	if len(listed) < 90 {
		t.Errorf("only %d codes read", len(listed))
	}
}
