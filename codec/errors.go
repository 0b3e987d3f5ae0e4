package codec

import (
	"errors"
	"strconv"
)

// ErrShort says that the bytes at hand are only a part of a command.
var ErrShort = errors.New("codec: incomplete command")

// Errors of encoding. Nothing is appended or written when they are returned.
var (
	// ErrWord: an argument is empty or contains a space, CR, LF or NUL.
	ErrWord = errors.New("codec: argument is empty or contains a space, CR, LF or NUL")
	// ErrForm: the verb, TrID, arguments and payload do not make a command
	// that a reader would take for what was meant.
	ErrForm = errors.New("codec: verb, TrID, arguments and payload do not fit together")
	// ErrHeader: a header's name is not a MIME token, or its value contains CR, LF or NUL.
	ErrHeader = errors.New("codec: malformed content header")
)

// SyntaxError says what is wrong with a command or content, and where. Its
// text never repeats bytes of the input.
type SyntaxError struct {
	// Offset of the byte at which the input turned out to be wrong: from the
	// start of the slice for Parse and ParseContent, of the stream for
	// Decode. Where something is missing, of the byte that stands in its place.
	Offset int64
	Cause  Cause
}

func (e *SyntaxError) Error() string {
	return "codec: byte " + strconv.FormatInt(e.Offset, 10) + ": " + e.Cause.String()
}

// Cause is what is wrong in a SyntaxError.
type Cause uint8

const (
	CauseLineTooLong     Cause = iota + 1 // no line end within Syntax.MaxLine
	CauseVerb                             // not three upper-case letters or three digits
	CauseTrID                             // missing, not decimal, or above 4294967295
	CauseLengthMissing                    // no argument where the payload's length should be
	CauseLength                           // the payload's length is not decimal
	CausePayloadTooLarge                  // above Rule.MaxPayload or Syntax.MaxPayload
	CauseBareLF                           // refused leniencies
	CauseSpaceRun
	CauseTrailingSpace
	CauseBlankLine // refused, or more than Syntax.MaxLine bytes of them in a row
	CauseStrayCR
	CauseHeader  // a header line without a name and a colon
	CauseHeaders // more than MaxHeaders header lines
)

var causes = [...]string{
	CauseLineTooLong:     "line too long",
	CauseVerb:            "verb is not three upper-case letters or digits",
	CauseTrID:            "transaction ID missing, not decimal or too large",
	CauseLengthMissing:   "payload length missing",
	CauseLength:          "payload length not decimal",
	CausePayloadTooLarge: "payload too large",
	CauseBareLF:          "LF without CR",
	CauseSpaceRun:        "more than one space between words",
	CauseTrailingSpace:   "space at the end of the line",
	CauseBlankLine:       "blank line",
	CauseStrayCR:         "CR inside the line",
	CauseHeader:          "header line without name and colon",
	CauseHeaders:         "too many header lines",
}

func (c Cause) String() string {
	if c == 0 || int(c) >= len(causes) {
		return "unknown cause"
	}
	return causes[c]
}
