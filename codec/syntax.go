package codec

// Limits that hold where a Syntax has 0.
const (
	DefaultMaxLine    = 8 << 10  // bytes, line end included (§1.1)
	DefaultMaxPayload = 64 << 10 // bytes (§1.3)
)

// Leniency is a set of deviations from §1.1 that real peers show and that
// are therefore read unless Syntax.Refuse has them. None is ever written.
type Leniency uint8

const (
	// BareLF: a line ends in LF without CR. Real servers take that from
	// clients (§1.1).
	BareLF Leniency = 1 << iota
	// SpaceRuns: several spaces stand between two words. Never tested on the
	// real service, taken by others (§1.1).
	SpaceRuns
	// TrailingSpace: spaces stand before the line end, where a server writes
	// an empty last word (§1.1, §12.11) or a client an empty value (§4.6).
	TrailingSpace
	// BlankLines: empty lines between commands are skipped (§1.1). Those
	// before one command may have Syntax.MaxLine bytes together.
	BlankLines
	// StrayCR: a CR that no LF follows is a byte like any other (§1.1: it is
	// no terminator).
	StrayCR

	AllLeniencies = BareLF | SpaceRuns | TrailingSpace | BlankLines | StrayCR
)

// Syntax says how bytes are read: by whose grammar and within which limits.
// The zero value reads a server's bytes with the default limits and every
// leniency. Parse does not change it: any number of goroutines may share one.
type Syntax struct {
	From       Side
	MaxLine    int      // bytes of a line with its end; 0: DefaultMaxLine
	MaxPayload int      // bytes of a payload; 0: DefaultMaxPayload. A lower Rule.MaxPayload holds before it
	Refuse     Leniency // leniencies switched off
}

func (s *Syntax) maxLine() int {
	if s.MaxLine > 0 {
		return min(s.MaxLine, 1<<30)
	}
	return DefaultMaxLine
}

// limit returns the most bytes that a payload under rule r may have.
func (s *Syntax) limit(r *Rule) uint32 {
	limit := uint32(DefaultMaxPayload)
	if s.MaxPayload > 0 {
		limit = uint32(min(s.MaxPayload, 1<<30))
	}
	if r.MaxPayload != 0 {
		limit = min(limit, uint32(r.MaxPayload))
	}
	return limit
}
