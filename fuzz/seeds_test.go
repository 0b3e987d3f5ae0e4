package fuzz_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/message"
	"nudge/corpus"
)

// seedsOf returns the inputs that a target begins with.
func seedsOf(tb testing.TB, target string) [][]byte {
	tb.Helper()
	switch target {
	case "FuzzLine":
		return lineSeeds(tb)
	case "FuzzStream":
		return streamSeeds(tb)
	case "FuzzMessage":
		return messageSeeds(tb)
	case "FuzzContent":
		return contentSeeds(tb)
	case "FuzzEscape":
		return escapeSeeds(tb)
	case "FuzzCommands", "FuzzEncode", "FuzzClient", "FuzzServer":
		return choiceSeeds(target)
	}
	tb.Fatalf("%s has no seeds", target)
	return nil
}

// choiceSeeds are inputs of a target whose bytes are choices: from a fixed beginning, some short and some
// long, since any bytes are a case of it.
func choiceSeeds(target string) [][]byte {
	r := rand.New(rand.NewPCG(1, uint64(len(target))))
	var seeds [][]byte
	for i := range 96 {
		seed := make([]byte, 8+i*i/24)
		for j := range seed {
			seed[j] = byte(r.Uint32())
			if i%3 == 0 && j > 1 {
				seed[j] &= 15 // few of the odd choices, which are the last ones
			}
		}
		if i%4 != 0 {
			seed[0], seed[1] = seed[0]&1, 0 // nothing is refused, and the default limits
		}
		seeds = append(seeds, seed)
	}
	if target == "FuzzCommands" { // blank lines, a line in pieces and a payload: the most work for a byte
		seeds = append(seeds, []byte("O00h00f000000zc000 00s000000ot000unr; ti has "))
	}
	return seeds
}

// lineSeeds are the inputs that FuzzLine begins with: a recorded command of every verb and side, read leniently and
// strictly, and the short streams of FuzzStream.
func lineSeeds(tb testing.TB) [][]byte {
	var seeds [][]byte
	type kind struct {
		verb codec.Verb
		from codec.Side
	}
	seen := map[kind]bool{}
	for _, s := range recorded(tb) {
		syntax := codec.Syntax{From: s.from}
		var c codec.Command
		for rest := s.data; ; {
			n, err := syntax.Parse(&c, rest)
			if err != nil {
				break
			}
			if k := (kind{c.Verb, s.from}); !seen[k] {
				seen[k] = true
				seeds = append(seeds, streamInput(s.from, 0, 0, string(rest[:n])), streamInput(s.from, codec.AllLeniencies, 0, string(rest[:n])))
			}
			rest = rest[n:]
		}
	}
	for _, seed := range streamSeeds(tb) {
		if len(seed) < 200 {
			seeds = append(seeds, seed)
		}
	}
	return seeds
}

// escapeSeeds are the inputs that FuzzEscape begins with.
func escapeSeeds(testing.TB) [][]byte {
	var seeds [][]byte
	for _, text := range []string{
		"%", "%%", "%4", "%41", "%4g", "%g1", "%25", "100%zz%2 %41%e2%82%ac", "%0d%0A%00%20", "%3cmsnobj%3E%3Cmsnobj%3e", "A%20nameA name",
		"%C3%A9%c3%a9", "%\xff%ff\xff", "%2", "%%41%41", "Me%20%25%20é",
	} {
		seeds = append(seeds, append([]byte{128}, text...), append([]byte{0}, text...))
	}
	return seeds
}

// stream is what one side wrote on one connection of a recording.
type stream struct {
	name string
	from codec.Side
	data []byte
}

// recorded returns the streams of all transcripts of the corpus, without those that carry HTTP.
func recorded(tb testing.TB) []stream {
	tb.Helper()
	files, err := corpus.Files.ReadDir("transcript")
	if err != nil {
		tb.Fatal(err)
	}
	var all []stream
	for _, f := range files {
		all = append(all, streamsOf(f.Name(), corpus.Transcript(strings.TrimSuffix(f.Name(), ".txt")))...)
	}
	return all
}

// streamsOf cuts a transcript into streams.
func streamsOf(file, text string) []stream {
	var all []stream
	for _, x := range corpus.Read(text) {
		if x.Who == '#' || strings.HasPrefix(x.Conn, "HTTP") {
			continue
		}
		from := codec.FromServer
		if x.Who == 'C' {
			from = codec.FromClient
		}
		name := file + " " + x.Conn + " " + string(x.Who)
		i := slices.IndexFunc(all, func(s stream) bool { return s.name == name })
		if i < 0 {
			i = len(all)
			all = append(all, stream{name: name, from: from})
		}
		if x.Text != "" {
			all[i].data = append(all[i].data, x.Text+"\r\n"...)
		}
		all[i].data = append(all[i].data, x.Payload...)
	}
	return all
}

// streamSeeds are the inputs that FuzzStream begins with: every recorded stream, read leniently and
// strictly, and what no recording has.
func streamSeeds(tb testing.TB) [][]byte {
	var seeds [][]byte
	for _, s := range recorded(tb) {
		for _, refuse := range []codec.Leniency{0, codec.AllLeniencies} {
			seeds = append(seeds, streamInput(s.from, refuse, 0, string(s.data)))
		}
	}
	for _, text := range []string{
		"",
		"PNG\r\nPNG\nPNG \r\n", // leniencies of the line end
		"\r\n\n\r\nVER  1   MSNP10  CVR0\r\n\nPNG\r\n\nPNG\r\n\n", // blank lines before, between and behind; runs of spaces
		"MSG 1 N 0\r\nMSG 2 U 3\r\n\r\nPMSG 3 A 2\r\nab",          // payloads of no length, with line ends, at the end
		"MSG 1 N 4294967296\r\n",                                  // a length that is too large
		"MSG 1 N -1\r\nMSG 1 N\r\n",                               // lengths that are none
		"VER 00001 MSNP10\r\n",                                    // zeros before the TrID
		"VER 4294967296 MSNP10\r\n",                               // a TrID that is too large
		"NOT 5\r\n\xff\x00\xfe\r\nQNG 50\r\n",                     // bytes that are not text
		"CHG 1 a\rb\r\nCHG 2 \x00\r\n",                            // NUL and CR within an argument
		"911 7\r\n540 \r\n",                                       // numeric replies
		strings.Repeat("\r\n", 20) + "PNG\r\n",                    // blank lines about a limit
		"CHG 1 " + strings.Repeat("w", 60) + "  x\r\n",            // a run of spaces where the second 64 bytes of words begin
		"MSG 1 N 1600\r\n" + strings.Repeat("x", 1400),            // a claim that is not kept, with more than a buffer behind it
		"NOT 60000\r\n" + strings.Repeat("x", 1400),
		"UBX user@example.com 2\r\nxy" + strings.Repeat("NLN NLN u@example.com a 0\r\n", 40),
	} {
		for side := range codec.Side(2) {
			seeds = append(seeds, streamInput(side, 0, 0, text), streamInput(side, codec.AllLeniencies, 0, text), streamInput(side, 0, 0b0101, text))
		}
	}
	return seeds
}

// streamInput builds an input of FuzzStream: limits chooses the longest line and the largest payload.
func streamInput(from codec.Side, refuse codec.Leniency, limits byte, data string) []byte {
	return append([]byte{byte(from) | byte(refuse)<<1, limits}, data...)
}

// messageSeeds are the inputs that FuzzMessage begins with: the payload of every recorded command that has
// one, and what no recording has.
func messageSeeds(tb testing.TB) [][]byte {
	var seeds [][]byte
	for _, p := range payloads(tb) {
		seeds = append(seeds, streamInput(p.from, 0, 0, string(p.data)))
	}
	for _, text := range []string{
		"",
		"\r\n",
		"A: b",
		"A: b\nB:c\r\n\r\nbody\r\n",
		"A:\r\na: second of the name\r\n\r\n",
		"A: b\r\r\n\r\n",
		": no name\r\n\r\n",
		"no colon\r\n\r\n",
		strings.Repeat("H: v\r\n", codec.MaxHeaders+1),
		"100%zz%2 %41%e2%82%ac",
		"name with spaces\r\nVER 1 MSNP10\r\n",
		strings.Repeat("x", 1664),
		strings.Repeat("x", 1665),
	} {
		seeds = append(seeds, streamInput(codec.FromClient, 0, 0, text), streamInput(codec.FromServer, codec.AllLeniencies, 0b1010, text))
	}
	return seeds
}

// payloads returns the payload of every recorded command that has one.
func payloads(tb testing.TB) (all []stream) {
	for _, s := range recorded(tb) {
		syntax := codec.Syntax{From: s.from}
		var c codec.Command
		for rest := s.data; ; {
			n, err := syntax.Parse(&c, rest)
			if err != nil {
				break
			}
			if p := c.Payload(); p != nil {
				all = append(all, stream{s.name, s.from, p})
			}
			rest = rest[n:]
		}
	}
	return all
}

// contentSeeds are the inputs that FuzzContent begins with: recorded payloads as they are, and for every kind
// what no recording has, with what belongs to the other kinds.
func contentSeeds(tb testing.TB) [][]byte {
	var seeds [][]byte
	add := func(kind message.Kind, text string) { seeds = append(seeds, append([]byte{byte(kind)}, text...)) }
	for _, p := range payloads(tb) {
		add(message.KindOther, string(p.data))
	}
	zeros := strings.Repeat("\x00", 52)
	for _, seed := range []struct {
		kind  message.Kind
		texts []string
	}{
		{message.KindText, []string{
			"X-MMS-IM-Format: FN=Segoe%20UI; EF=BISU; CO=ff8000; CS=86; PF=22; RL=1\r\nUser-Agent: a/1\r\nP4-Context: Bob\r\n\r\nhello",
			"X-MMS-IM-Format: FN=a b%zz;EF=;CO=0;RL=0\r\n\r\n\xff\x00",
			"X-MMS-IM-Format: CO=1000000\r\n\r\n", // a colour of four bytes
			"P4-Context: a\rb\r\n\r\n",            // CR within a value
			"\r\n" + strings.Repeat("long ", 1000),
		}},
		{message.KindTyping, []string{"TypingUser: a@b\r\n\r\n\r\n", "RecordingUser: a@b\r\n\r\n\r\n", "TypingUser:\r\n\r\n"}},
		{message.KindCapabilities, []string{"\r\nClient-Name: a/1\r\nChat-Logging: Y\r\n", "\r\nChat-Logging: ?\r\n"}},
		{message.KindInvitation, []string{"\r\nApplication-GUID: " + message.FileTransfer + "\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 1\r\nApplication-FileSize: 9\r\n\r\n", "\r\nInvitation-Command: CANCEL\r\nInvitation-Cookie: 4294967296\r\n"}},
		{message.KindDatacast, []string{"\r\nID: 4\r\nData: bows\r\n\r\n", "\r\nID: -1\r\n"}},
		{message.KindP2P, []string{"P2P-Dest: a@b\r\n\r\n" + zeros, "\r\n" + zeros[:16] + "\x09" + zeros[:7] + "\x01" + zeros[:23] + "x\x00\x00\x00\x0c", "\r\n" + zeros[:51]}},
		{message.KindEmoticons, []string{"\r\n:)\t<msnobj/>\t:(\t<msnobj/>\t", "\r\n:)\t", "\r\n" + strings.Repeat("a\tb\t", message.MaxEmoticons+1)}},
		{message.KindAnimatedEmoticons, []string{"\r\na\tb\t"}},
		{message.KindChunk, []string{
			"Content-Type: text/plain\r\nMessage-ID: {1}\r\nChunks: 1\r\n\r\nall",
			"Message-ID: {1}\r\nChunk: 1\r\n\r\nmore",
			"Message-ID: {1}\r\nChunks: 99\r\n\r\n",
			"Message-ID: {1}\r\nChunk: 1\r\n\r\n" + strings.Repeat("x", 5000),
		}},
	} {
		for _, text := range seed.texts {
			add(seed.kind, text)
		}
	}
	return seeds
}
