package fuzz

import (
	"slices"
	"strconv"

	"nudge/codec"
)

// ruleTable is the codec's table of commands, and rulesOf the rows of it for either side: what the
// grammar writes is made of them.
var (
	ruleTable = slices.Collect(codec.Rules())
	rulesOf   = [2][]codec.Rule{codec.FromServer: rulesFrom(codec.FromServer), codec.FromClient: rulesFrom(codec.FromClient)}
)

func rulesFrom(side codec.Side) []codec.Rule {
	return slices.DeleteFunc(slices.Clone(ruleTable), func(r codec.Rule) bool { return r.From != side })
}

// verdict is what a reader must make of a command that the grammar wrote.
type verdict uint8

const (
	read    verdict = iota // exactly what was meant
	refused                // an error within it
	unknown                // that depends: its length or its form was a lie
)

// span is a part of the stream that a grammar has written.
type span struct{ from, to int }

// meant is one command as the grammar meant it.
type meant struct {
	whole     span // blank lines before it included
	verb      codec.Verb
	trID      uint32
	hasTrID   bool
	args      span // of grammar.words
	payload   span
	hasBody   bool
	verdict   verdict
	lineStart int
}

// grammar writes a stream of commands of one side: a choice for everything that the protocol's page
// leaves open, and some that it does not. A length is computed, and lied about one time in eight.
type grammar struct {
	choices
	syntax codec.Syntax
	stream []byte
	meant  []meant
	words  []span
	body   []byte // of the command that is being written
	run    bool   // the next space is a run of them
}

// begin makes the grammar ready for another stream.
func (g *grammar) begin(s codec.Syntax, data []byte) {
	g.choices = choices{data}
	g.syntax = s
	g.stream, g.meant, g.words = g.stream[:0], g.meant[:0], g.words[:0]
}

// command writes one command.
func (g *grammar) command() {
	m := meant{whole: span{from: len(g.stream)}}
	g.run = false
	g.blankLines(&m)
	m.lineStart = len(g.stream)
	rule := g.verb(&m)
	g.trID(&m, rule)
	g.arguments(&m, rule)
	g.lineEnd(&m)
	if m.hasBody {
		m.payload = span{len(g.stream), len(g.stream) + len(g.body)}
		g.stream = append(g.stream, g.body...)
	}
	m.whole.to = len(g.stream)
	g.meant = append(g.meant, m)
}

// lenient notes that a leniency was made use of.
func (g *grammar) lenient(m *meant, l codec.Leniency) {
	if g.syntax.Refuse&l != 0 {
		m.must(refused)
	}
}

// must sets a verdict; what is not known stays so.
func (m *meant) must(v verdict) { m.verdict = max(m.verdict, v) }

func (g *grammar) blankLines(m *meant) {
	if !g.oneIn(16) {
		return
	}
	n := 1 + g.of(3)
	if g.oneIn(8) {
		n = g.of(64)
	}
	for range n {
		g.lenient(m, codec.BlankLines)
		if g.oneIn(2) {
			g.lenient(m, codec.BareLF)
		} else {
			g.stream = append(g.stream, '\r')
		}
		g.stream = append(g.stream, '\n')
	}
	if len(g.stream)-m.whole.from > g.maxLine() {
		m.must(refused)
	}
}

func (g *grammar) maxLine() int {
	if g.syntax.MaxLine == 0 {
		return codec.DefaultMaxLine
	}
	return g.syntax.MaxLine
}

// verb chooses a row of the table, or a verb that is in no row.
func (g *grammar) verb(m *meant) codec.Rule {
	rules := rulesOf[g.syntax.From]
	rule := rules[g.of(len(rules))]
	switch g.of(32) {
	case 29: // a numeric reply
		rule = codec.Rule{Verb: codec.Verb('0'+g.of(10))<<16 | codec.Verb('0'+g.of(10))<<8 | codec.Verb('0'+g.of(10)), TrID: codec.TrIDOptional, Max: 2}
	case 30: // perhaps in the table, perhaps not, perhaps the other side's
		v := codec.Verb('A'+g.of(26))<<16 | codec.Verb('A'+g.of(26))<<8 | codec.Verb('A'+g.of(26))
		if g.oneIn(2) {
			v = ruleTable[g.of(len(ruleTable))].Verb
		}
		rule = codec.Rule{Verb: v, TrID: codec.TrIDOptional, Max: 4}
		if r, ok := codec.RuleOf(v, g.syntax.From); ok {
			rule = r
		}
	case 31: // no verb
		m.must(refused)
		rule.Verb ^= codec.Verb(0x20) << (8 * g.of(3))
	}
	m.verb = rule.Verb
	g.stream = append(g.stream, byte(m.verb>>16), byte(m.verb>>8), byte(m.verb))
	return rule
}

func (g *grammar) trID(m *meant, rule codec.Rule) {
	if rule.TrID == codec.TrIDNone || rule.TrID == codec.TrIDOptional && g.oneIn(2) {
		return
	}
	if g.oneIn(32) {
		m.must(unknown) // the next word is in its place
		return
	}
	m.hasTrID, m.trID = true, g.number()
	g.space(m)
	for range g.zeros() {
		g.stream = append(g.stream, '0')
	}
	g.stream = strconv.AppendUint(g.stream, uint64(m.trID), 10)
	if g.oneIn(64) {
		g.stream = append(g.stream, "99999999999"...) // too large a number, or no TrID
		m.must(unknown)
	}
}

// zeros are what may stand before a number, seldom.
func (g *grammar) zeros() int {
	if g.oneIn(32) {
		return 1 + g.of(4)
	}
	return 0
}

// number chooses one that is small, or about a limit.
func (g *grammar) number() uint32 {
	n := uint32(g.next())
	switch n {
	case 255:
		return 1<<32 - 1 - uint32(g.of(2))
	case 254:
		return uint32(g.next())<<24 | uint32(g.next())<<16 | uint32(g.next())<<8 | uint32(g.next())
	case 253:
		return 9990 + uint32(g.next())
	}
	return n
}

// arguments writes as many as the rule says, or some more or less, with the length of the payload
// where the rule has it.
func (g *grammar) arguments(m *meant, rule codec.Rule) {
	most := int(rule.Max)
	if rule.Max == codec.Many {
		most = int(rule.Min) + 3
	}
	n := int(rule.Min) + g.of(most-int(rule.Min)+1)
	switch g.of(16) {
	case 14:
		n = max(n-1-g.of(2), 0)
	case 15:
		n += 1 + g.of(3)
	}
	length := int(rule.Payload)
	if rule.Payload == codec.LastArg {
		length = n
	}
	if rule.Payload != 0 && (length > n || n == 0) {
		m.must(refused) // there is no length
	}
	m.args = span{len(g.words), len(g.words)}
	for i := 1; i <= n; i++ {
		g.space(m)
		from := len(g.stream)
		if rule.Payload != 0 && i == length {
			g.length(m, rule)
		} else {
			g.argument(m, rule.TrID == codec.TrIDOptional && !m.hasTrID && i == 1)
		}
		g.words = append(g.words, span{from, len(g.stream)})
	}
	m.args.to = len(g.words)
}

// space separates two words.
func (g *grammar) space(m *meant) {
	g.stream = append(g.stream, ' ')
	if run := g.run; g.oneIn(64) || run {
		g.run = false
		g.lenient(m, codec.SpaceRuns)
		for range 1 + g.of(3) {
			g.stream = append(g.stream, ' ')
		}
	}
}

func (g *grammar) lineEnd(m *meant) {
	if g.oneIn(32) {
		g.lenient(m, codec.TrailingSpace)
		g.stream = append(g.stream, "   "[:1+g.of(3)]...)
	}
	if g.oneIn(32) {
		g.lenient(m, codec.BareLF)
	} else {
		g.stream = append(g.stream, '\r')
	}
	g.stream = append(g.stream, '\n')
	if len(g.stream)-m.lineStart > g.maxLine() {
		m.must(refused)
	}
}
