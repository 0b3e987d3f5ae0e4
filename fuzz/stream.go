package fuzz

import "nudge/codec"

// limits are the choices for the longest line and the largest payload; 0 is the default of the codec.
var limits = [4]int{0, 32, 256, 2048}

// StreamHeader is the number of bytes at the start of an input of [FuzzStream] that choose the syntax.
const StreamHeader = 2

// FuzzStream reads data as one side of a connection. The first byte chooses the side (bit 0) and the
// leniencies refused (the bits above); the second the longest line (bits 0 and 1) and the largest payload
// (bits 2 and 3). The rest is the stream, and all oracles are asked about it.
func FuzzStream(data []byte) int {
	if len(data) < StreamHeader {
		return -1
	}
	stream := data[StreamHeader:]
	x := scratches.Get().(*scratch)
	checkStream(syntaxOf(data[0], data[1]), stream[:min(len(stream), maxStream)], x)
	found := min(len(x.whole.commands), 1)
	scratches.Put(x)
	return found
}

// syntaxOf turns the first two bytes of an input into how the rest is read.
func syntaxOf(a, b byte) codec.Syntax {
	return codec.Syntax{
		From:       codec.Side(a & 1),
		Refuse:     codec.Leniency(a>>1) & codec.AllLeniencies,
		MaxLine:    limits[b&3],
		MaxPayload: limits[b>>2&3],
	}
}

// checkedCommands is how many commands of a stream are looked at one by one.
const checkedCommands = 12

// checkStream asks every oracle about a stream. What it was read as is in x.whole afterwards.
func checkStream(s codec.Syntax, stream []byte, x *scratch) {
	r := &x.whole
	r.read(s, stream, everything)
	checkReference(r, &x.simple)
	checkRefused(r)
	for i := range r.commands[:min(len(r.commands), checkedCommands)] {
		c := &r.commands[i]
		checkViews(c)
		checkRewrite(s, c, x)
		x.copied = checkExtent(r, i, x.copied)
	}
	checkPieces(r, seedOf(stream), x)
}
