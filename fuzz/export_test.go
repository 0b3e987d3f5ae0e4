package fuzz

import (
	"slices"

	"nudge/codec"
)

// What tests outside of the package need to know of inputs whose bytes are choices.

// Written returns the stream that FuzzCommands writes for an input, and by which syntax it is read.
func Written(data []byte) ([]byte, codec.Syntax) {
	var g grammar
	g.begin(syntaxOf(data[0], data[1]), data[StreamHeader:])
	for g.more() && len(g.stream) < maxBuilt {
		g.command()
	}
	return g.stream, g.syntax
}

// Encoded returns the command that FuzzEncode builds for an input, or why there is none.
func Encoded(data []byte) ([]byte, error) {
	e := encoding{choices: choices{data}}
	e.build()
	return e.out[len(beforeLine):], e.err
}

// RulesFrom returns the rows of the codec's table for a side, in the order in which FuzzCommands chooses among them.
func RulesFrom(side codec.Side) []codec.Rule { return slices.Clone(rulesOf[side]) }
