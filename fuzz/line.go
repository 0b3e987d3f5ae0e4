package fuzz

// FuzzLine reads data as one command: the first two bytes choose the syntax as in [FuzzStream], and
// of what follows the first command is all that matters, or why there is none. It is what most
// defects of a parser show at, without the cost of whole streams.
func FuzzLine(data []byte) int {
	if len(data) < StreamHeader {
		return -1
	}
	x := scratches.Get().(*scratch)
	s := syntaxOf(data[0], data[1])
	b := data[StreamHeader:]
	r := &x.whole
	r.read(s, b[:min(len(b), maxStream)], 1)
	checkReference(r, &x.simple)
	checkRefused(r)
	found := len(r.commands)
	if found > 0 {
		c := &r.commands[0]
		checkViews(c)
		checkVerb(c.Verb)
		x.copied = checkExtent(r, 0, x.copied)
		checkRewrite(s, c, x)
	}
	scratches.Put(x)
	return found
}
