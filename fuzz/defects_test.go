//go:build defects

package fuzz_test

// defect is a mistake that a codec could have, as a change of one place in its source. The source itself
// has none of them: they are planted in a copy (plant_test.go).
type defect struct {
	name    string
	what    string
	file    string   // of the module
	old     string   // stands in the file exactly once
	new     string   // what is planted in its place
	targets []string // that engines are run on, those that it can matter to, in order
}

// defects are mistakes of all kinds that the oracles are to find. Most are in a case that nearly no input
// is, since what any input shows any target finds.
var defects = []defect{
	{
		name:    "payload-of-31",
		what:    "a payload of 31 bytes takes one more, behind a correct length and on the fast path alone",
		file:    "codec/parse.go",
		old:     "n := lf + 1 + int(size)",
		new:     "n := lf + 1 + int(size)\n\tif size == 31 && n < len(b) {\n\t\tn++\n\t}",
		targets: []string{"FuzzCommands", "FuzzMessage"},
	},
	{
		name:    "trid-2-to-the-32",
		what:    "the number above the largest TrID is one, and 0 as such",
		file:    "codec/parse.go",
		old:     "n = n*10 + uint64(words[i]-'0'); n > 1<<32-1 {",
		new:     "n = n*10 + uint64(words[i]-'0'); n > 1<<32 {",
		targets: []string{"FuzzLine", "FuzzCommands"},
	},
	{
		name:    "split-behind-cr",
		what:    "a CR between commands that came last is taken for a blank line before its LF has come",
		file:    "codec/decoder.go",
		old:     "d.blank, d.scanned = blank, len(b)",
		new:     "if len(b)-blank == 1 && b[blank] == '\\r' {\n\t\tblank++\n\t}\n\td.blank, d.scanned = blank, len(b)",
		targets: []string{"FuzzStream", "FuzzCommands"},
	},
	{
		name:    "run-across-64",
		what:    "a run of spaces that begins at the last of 64 bytes is written as it came",
		file:    "codec/append.go",
		old:     "runs |= m & (m<<1 | last)",
		new:     "runs |= m & (m<<1 | last>>1)",
		targets: []string{"FuzzCommands", "FuzzLine"},
	},
	{
		name:    "goes-on-after-an-end",
		what:    "only a SyntaxError is kept: after io.ErrUnexpectedEOF the decoder says io.EOF",
		file:    "codec/decoder.go",
		old:     "d.err, d.buf, d.r = err, nil, nil",
		new:     "d.buf, d.r = nil, nil\n\tif _, wrong := err.(*SyntaxError); wrong {\n\t\td.err = err\n\t}",
		targets: []string{"FuzzStream"},
	},
	{
		name:    "view-with-room",
		what:    "a command with a payload can be appended into the one behind it",
		file:    "codec/parse.go",
		old:     "c.raw = b[:n:n]",
		new:     "c.raw = b[:n]",
		targets: []string{"FuzzCommands", "FuzzStream"},
	},
	{
		name: "room-for-a-claim",
		what: "the decoder takes memory for a payload when its length has come",
		file: "codec/decoder.go",
		old: "if len(d.buf) == cap(d.buf) {\n" +
			"\t\tgrown := make([]byte, len(d.buf), max(2*cap(d.buf), firstBuffer))",
		new: "if len(d.buf) == cap(d.buf) || d.need > cap(d.buf) {\n" +
			"\t\tgrown := make([]byte, len(d.buf), max(2*cap(d.buf), firstBuffer, d.need))",
		targets: []string{"FuzzCommands", "FuzzStream"},
	},
	{
		name:    "rescan-behind-blank-lines",
		what:    "a line behind a blank one is searched from its start again with every piece that comes",
		file:    "codec/decoder.go",
		old:     "d.blank, d.scanned = blank, len(b)",
		new:     "if d.blank, d.scanned = blank, len(b); blank > 0 {\n\t\td.scanned = 0\n\t}",
		targets: []string{"FuzzStream", "FuzzCommands"},
	},
	{
		name: "buffer-of-all-decoders",
		what: "the buffer of 2 KiB, for what is larger than the first, is one for all decoders",
		file: "codec/decoder.go",
		old:  "// fill reads once more from the reader.\nfunc (d *Decoder) fill() {\n",
		new: "var second [2 * firstBuffer]byte\n\n" +
			"// fill reads once more from the reader.\nfunc (d *Decoder) fill() {\n" +
			"\tif d.next == 0 && len(d.buf) == firstBuffer && cap(d.buf) == firstBuffer {\n" +
			"\t\td.buf = second[:copy(second[:], d.buf)]\n\t}\n",
		targets: []string{"FuzzCommands", "FuzzStream"},
	},
	{
		name:    "percent-left-alone",
		what:    "a text that looks encoded already, by a percent sign and two decimal digits, is not encoded",
		file:    "codec/escape.go",
		old:     "if c := s[i]; unreserved(c) {",
		new:     "if c := s[i]; unreserved(c) || c == '%' && i+2 < len(s) && isDigit(s[i+1]) && isDigit(s[i+2]) {",
		targets: []string{"FuzzEscape", "FuzzEncode"},
	},
	{
		name:    "nul-at-the-end",
		what:    "a NUL among the last bytes of a line, up to seven, is written",
		file:    "codec/append.go",
		old:     "if c < ' ' {",
		new:     "if c == '\\r' || c == '\\n' {",
		targets: []string{"FuzzEncode", "FuzzLine"},
	},
	{
		name:    "error-with-input",
		what:    "the error for a wrong Chat-Logging says what stood there",
		file:    "codec/message/capabilities.go",
		old:     "return Capabilities{}, malformed(KindCapabilities, \"Chat-Logging\", 0, wantLogging)",
		new:     "return Capabilities{}, malformed(KindCapabilities, \"Chat-Logging\", 0, wantLogging+\", not \"+string(v))",
		targets: []string{"FuzzContent"},
	},
}
