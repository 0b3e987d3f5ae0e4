package codec

import "iter"

// Side says who wrote the bytes. The grammar of a verb depends on it.
type Side uint8

const (
	FromServer Side = iota
	FromClient
)

// TrIDKind says whether a command has a transaction ID.
type TrIDKind uint8

const (
	TrIDNone     TrIDKind = iota // the first word is an argument, even a number
	TrIDRequired                 // the first word is a TrID or the command is malformed
	TrIDOptional                 // the first word is a TrID if it is a number below 2^32
)

const (
	Many    = 255 // Rule.Max without a limit
	LastArg = 255 // Rule.Payload where the length is the last argument, wherever that is
)

// Rule is one row of the command table: what a verb carries when one side
// writes it (§11, §1.3).
type Rule struct {
	Verb Verb
	From Side
	TrID TrIDKind

	// Min and Max count the arguments after the TrID, a payload's length
	// among them, at MSNP10 or in the last dialect that had the verb. Real
	// servers differ (§12.12, §12.13): Parse does not enforce them.
	Min, Max uint8

	// Payload is the position, from 1, of the argument that holds the length
	// of the payload in bytes. 0: the command has none.
	Payload uint8

	// MaxPayload is the most bytes that the payload may have. 0: no limit of
	// its own, Syntax.MaxPayload holds.
	MaxPayload uint16

	// Since is the first dialect with the verb (0: CVR0), Removed the first
	// without it (0: none; above 1000 the year in which it went from all).
	Since, Removed uint16
}

// RuleOf returns the row of the command table for v written by from, and
// whether there is one. All numeric replies of a server share one rule.
func RuleOf(v Verb, from Side) (Rule, bool) {
	if v.IsNumeric() && from == FromServer {
		return Rule{Verb: v, From: from, TrID: TrIDOptional}, true
	}
	if r := rule(v, from); r != nil {
		return *r, true
	}
	return Rule{}, false
}

// Rules iterates over the whole command table.
func Rules() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for _, r := range table {
			if !yield(r) {
				return
			}
		}
	}
}

// unknown is the rule of a verb that is not in the table, and of all numeric replies.
var unknown = Rule{TrID: TrIDOptional}

// slot is what Parse needs to know of a verb: the verb in the upper three
// bytes, and for either side a form in four bits below.
type slot uint32

// form says which way through Parse a command takes.
type form uint8

const (
	formRare form = iota // no rule, or a payload
	formNone             // the three TrIDKinds
	formRequired
	formOptional
)

func (s slot) verb() Verb          { return Verb(s >> 8) }
func (s slot) form(from Side) form { return form(s>>(from&1*4)) & 15 }

// slots and rows find the verbs of the table by a hash that sends each to a
// place of its own. A new verb may need another factor; a test says so.
var slots, rows = index()

// row has for each side the row of the table, counted from 1; 0: none.
type row [2]uint8

func hash(v Verb) uint8 {
	return uint8(uint32(v) * 0xEEC1754D >> 24)
}

func index() (s [256]slot, rows [256]row) {
	for i, r := range table {
		h := hash(r.Verb)
		f := formRare
		if r.Payload == 0 {
			f = formNone + form(r.TrID)
		}
		s[h] = slot(r.Verb)<<8 | s[h]&0xFF | slot(f)<<(r.From*4)
		rows[h][r.From] = uint8(i + 1)
	}
	return s, rows
}

// rule returns the row of the table for v, nil if there is none.
func rule(v Verb, from Side) *Rule {
	h := hash(v)
	if i := rows[h][from&1]; i != 0 && slots[h].verb() == v {
		return &table[i-1]
	}
	return nil
}

// VerbOf packs the three characters of s, or returns 0 if s has not exactly
// three. It does not ask whether they are letters.
func VerbOf(s string) Verb {
	if len(s) != 3 {
		return 0
	}
	return Verb(s[0])<<16 | Verb(s[1])<<8 | Verb(s[2])
}

// String returns the three characters.
func (v Verb) String() string {
	return string([]byte{byte(v >> 16), byte(v >> 8), byte(v)})
}

// IsNumeric reports whether v is three decimal digits: a numeric reply (§10).
func (v Verb) IsNumeric() bool {
	return isDigit(byte(v>>16)) && isDigit(byte(v>>8)) && isDigit(byte(v)) && v < 1<<24
}

// Code returns the number of a numeric reply, and 0 for a verb. CodeName has
// its meaning.
func (v Verb) Code() int {
	if !v.IsNumeric() {
		return 0
	}
	return int(v>>16&15)*100 + int(v>>8&15)*10 + int(v&15)
}

// isWord reports whether v is three upper-case letters.
func (v Verb) isWord() bool {
	return isUpper(byte(v>>16)) && isUpper(byte(v>>8)) && isUpper(byte(v)) && v < 1<<24
}

func isDigit(c byte) bool { return c-'0' <= 9 }
func isUpper(c byte) bool { return c-'A' <= 'Z'-'A' }
