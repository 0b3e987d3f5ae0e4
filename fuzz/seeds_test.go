package fuzz_test

import (
	"slices"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/corpus"
)

// seedsOf returns the inputs that a target begins with: those of the corpus.
func seedsOf(tb testing.TB, target string) (all [][]byte) {
	tb.Helper()
	for _, data := range corpus.Inputs(folder(target)) {
		all = append(all, data)
	}
	return all
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

// streamInput builds an input of FuzzStream: limits chooses the longest line and the largest payload.
func streamInput(from codec.Side, refuse codec.Leniency, limits byte, data string) []byte {
	return append([]byte{byte(from) | byte(refuse)<<1, limits}, data...)
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
