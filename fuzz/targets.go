package fuzz

import "slices"

// Kind says how much of the program an input of a target passes through.
type Kind uint8

const (
	Parser  Kind = iota // a reader or a writer of the codec
	Session             // conversations of a client or of the reference server, in memory
)

// Target is a function that any engine can drive, as the package comment says.
type Target struct {
	Name string
	Run  func(data []byte) int
	Kind Kind

	// Header is how many bytes at the start of an input choose how the rest is read: with
	// fewer, Run returns -1.
	Header int
}

// Targets are all targets: those of parsers, and those of sessions, which the build tag parsers leaves
// out (see the package comment).
var Targets = slices.Concat([]Target{
	{"FuzzLine", FuzzLine, Parser, StreamHeader},
	{"FuzzStream", FuzzStream, Parser, StreamHeader},
	{"FuzzCommands", FuzzCommands, Parser, StreamHeader},
	{"FuzzMessage", FuzzMessage, Parser, MessageHeader},
	{"FuzzContent", FuzzContent, Parser, ContentHeader},
	{"FuzzEscape", FuzzEscape, Parser, EscapeHeader},
	{"FuzzEncode", FuzzEncode, Parser, EncodeHeader},
}, sessionTargets)

// Bounds on the work that one input causes.
const (
	maxStream = 16 << 10 // bytes that are looked at of an input whose bytes are taken as they are
	maxBuilt  = 4 << 10  // bytes that are built of an input whose bytes are choices
)
