package message

import (
	"errors"
	"strconv"
)

// What an Error wraps, to branch on.
var (
	ErrKind      = errors.New("another kind of message") // the parser is for another Content-Type
	ErrMalformed = errors.New("malformed")
	ErrLimit     = errors.New("over the limit")
)

// Error says what is wrong with a message, or with what was to be written as
// one. Its text never repeats bytes of the input. It wraps ErrKind,
// ErrMalformed or ErrLimit; headers that can not be written give
// codec.ErrHeader instead.
type Error struct {
	Kind Kind // as which the message was read or written
	// Part is the header, the field in the body, or "body".
	Part string
	// Offset of the byte at which Part turned out to be wrong, from the start
	// of its value, or of the body for what stands in there at a fixed place.
	// It is 0 where Part is missing, and where all of it is meant.
	Offset int
	Detail string // what would be right, or is wrong
	Err    error
}

func (e *Error) Error() string {
	at := ""
	if e.Offset > 0 {
		at = "byte " + strconv.Itoa(e.Offset) + ": "
	}
	return "message: " + e.Kind.String() + ": " + e.Part + ": " + at + e.Err.Error() + ": " + e.Detail
}

func (e *Error) Unwrap() error { return e.Err }

// malformed makes the error that most parsers give.
func malformed(k Kind, part string, offset int, detail string) error {
	return &Error{Kind: k, Part: part, Offset: offset, Detail: detail, Err: ErrMalformed}
}

// overLimit makes the error for more than max of something, a number of units.
func overLimit(k Kind, part string, got, most uint64, units string) error {
	detail := strconv.FormatUint(got, 10) + units + ", the most is " + strconv.FormatUint(most, 10)
	return &Error{Kind: k, Part: part, Detail: detail, Err: ErrLimit}
}

// wrongKind makes the error of a parser that was given something else.
func wrongKind(want, got Kind) error {
	return &Error{Kind: want, Part: "Content-Type", Detail: "it is " + got.String(), Err: ErrKind}
}
